"""Files: the inputs that people name on the command line, checked before anything runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from babelproof.records import FieldNames, Record, read_jsonl, read_text

STANDARD = "-"
"""The name of standard input and standard output."""


class FileError(ValueError):
    """An input or output that cannot be used; the message says what to do."""


class Kind(StrEnum):
    """How an input is read: records, one a line, or plain text, one document a file."""

    JSONL = "jsonl"
    TXT = "txt"


@dataclass(frozen=True)
class Source:
    """One input, by path or `-`, and how it is read. `size` in bytes, None when unknown."""

    name: str
    kind: Kind
    size: int | None

    def records(self, names: FieldNames) -> Iterator[Record]:
        """Open the input and read its records one by one."""
        if self.name == STANDARD:
            yield from self._read(sys.stdin.buffer, names)
            return
        with open(self.name, "rb") as stream:
            yield from self._read(stream, names)

    def _read(self, stream: BinaryIO, names: FieldNames) -> Iterator[Record]:
        if self.kind is Kind.TXT:
            return read_text(stream, self.name)
        return read_jsonl(stream, self.name, names)


def human_kind(name: str) -> Kind:
    """Tell an input's kind where people read: text unless its name says JSON.

    >>> human_kind("-"), human_kind("articles.jsonl")
    (<Kind.TXT: 'txt'>, <Kind.JSONL: 'jsonl'>)
    """
    return Kind.JSONL if name.lower().endswith((".jsonl", ".ndjson", ".json")) else Kind.TXT


def find_source(name: str, kind: Kind) -> Source:
    """Check that an input exists and can be read; refuses a folder."""
    if name == STANDARD:
        return Source(name, kind, None)
    try:
        path = Path(name)
        if path.is_dir():
            raise FileError(f"{name}: expected a file, found a folder; name the files in it")
        with path.open("rb"):
            pass
        return Source(name, kind, path.stat().st_size if path.is_file() else None)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise FileError(f"{name}: expected a readable file, found: {reason}") from None


def find_sources(
    names: Sequence[str], kind: Kind | None, kind_of: Callable[[str], Kind]
) -> list[Source]:
    """Check all inputs before anything runs; `kind` overrules what `kind_of` tells of a name.

    Refuses to read standard input twice.
    """
    if list(names).count(STANDARD) > 1:
        raise FileError(f"{STANDARD}: expected standard input once, found it several times")
    return [find_source(name, kind or kind_of(name)) for name in names]
