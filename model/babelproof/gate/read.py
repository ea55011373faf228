"""Read: files of every kind the gate knows, as articles."""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, cast

from babelproof.batch import record_day
from babelproof.facts.dates import Day
from babelproof.files import STANDARD
from babelproof.gate.article import Article, Unreadable, plain
from babelproof.gate.extract import ALLOWANCE, ReadError, unified
from babelproof.records import NO_FIELD, FieldNames, Record, read_jsonl

KINDS = ("txt", "md", "html", "jsonl", "docx")
"""How a file may be read."""

FILE_BYTES, RECORDS_BYTES = 20_000_000, 200_000_000
"""The largest file, and the largest of records; a record may be as large as a file."""

_SUFFIXES = {
    ".txt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".docx": "docx",
}
_EXPORTED = frozenset(
    {".pdf", ".doc", ".dot", ".odt", ".rtf", ".pages", ".wps", ".epub", ".ppt", ".pptx", ".odp"}
)
"""Endings of documents that another program must export before they can be read."""
_BOM = "\ufeff"


def kind_of(name: str) -> str | None:
    """Tell how a file is read by its name, None where the name does not say.

    >>> kind_of("drafts/Talks.MD"), kind_of("-"), kind_of("talks.pdf")
    ('md', 'txt', None)
    """
    return "txt" if name == STANDARD else _SUFFIXES.get(Path(name).suffix.lower())


def read_articles(name: str, kind: str | None = None) -> Iterator[Article | Unreadable]:
    """Read the articles of a file, or of standard input for `-`; never raises.

    `kind`, one of `KINDS`, goes before what the name says. Whatever cannot be read comes
    out as such, with what was expected, what was found and what to do.
    """
    try:
        kind = _known(name, kind)
        with _opened(name) as stream:
            if kind == "jsonl":
                yield from _records(stream, name)
            else:
                yield read_bytes(name, kind, _bytes(stream))
    except ReadError as refusal:
        yield Unreadable(name, str(refusal))
    except OSError as failure:
        reason = failure.strerror or str(failure)
        yield Unreadable(
            name, f"expected a readable file, found: {reason}; check its name and permissions"
        )
    except Exception as failure:  # whatever it is, it must not take the other files with it
        what = f"{type(failure).__name__} {str(failure)[:120]}".strip()
        yield Unreadable(
            name, f"expected a file that can be read, found one that cannot ({what}); save it anew"
        )


def read_bytes(name: str, kind: str, data: bytes) -> Article:
    """Give the article of a file's bytes; `kind` is one of `KINDS` but `jsonl`.

    Raises `ReadError` for what cannot be read.
    """
    # The readers are loaded when they are needed: most runs need one, and start sooner.
    if kind == "docx":
        from babelproof.gate.docx import docx_article

        return docx_article(name, data)
    read: Callable[[str, str], Article] = text_article
    if kind == "md":
        from babelproof.gate.markdown import markdown_article as read
    elif kind == "html":
        from babelproof.gate.html import html_article as read
    return read(name, _decoded(data))


def text_article(
    name: str, source: str, *, record: int | None = None, date: Day | None = None
) -> Article:
    """Give a plain text as an article: all of it is judged, but for the allowances.

    An allowance in a line is one for the whole line.
    """
    text, places = unified(source)
    if ALLOWANCE.search(text) is None:
        if places is None:
            return plain(name, source, record=record, date=date)
        return Article(name, text, source, places, record, date)
    lines = text.split("\n")
    kept: list[str] = []
    kept_places = array("I")
    allowed = []
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    for line, start in zip(lines, starts, strict=False):
        begin, at, rest = len(kept_places), 0, []
        for match in ALLOWANCE.finditer(line):
            rest.append(line[at : match.start()])
            kept_places.extend(range(start + at, start + match.start()))
            at = match.end()
        rest.append(line[at:])
        kept_places.extend(range(start + at, start + len(line)))
        if at and len(kept_places) > begin:
            allowed.append((begin, len(kept_places)))
        kept.append("".join(rest))
        kept_places.append(start + len(line))  # of the line's end, and of the text's
    if places is not None:
        kept_places = array("I", map(places.__getitem__, kept_places))
    return Article(name, "\n".join(kept), source, kept_places, record, date, tuple(allowed))


def _known(name: str, kind: str | None) -> str:
    if kind is not None and kind not in KINDS:
        raise ReadError(f"expected a kind among {', '.join(KINDS)}, found {kind!r}; name one")
    if name != STANDARD and Path(name).is_dir():
        raise ReadError("expected a file, found a folder; name the files in it")
    known = kind or kind_of(name)
    if known is None:
        ending = Path(name).suffix
        advice = (
            "open it in the program that made it and export it as .docx, .html or .txt"
            if ending.lower() in _EXPORTED
            else f"where it is one of these, rename it or name its kind: --as {' or '.join(KINDS)}"
        )
        raise ReadError(
            f"expected a file that ends with {', '.join(_SUFFIXES)}, found "
            f"{ending or 'no ending'!r}; {advice}"
        )
    return known


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == STANDARD else open(name, "rb")


def _bytes(stream: BinaryIO) -> bytes:
    data = stream.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise ReadError(
            f"expected a file of at most {FILE_BYTES // 1_000_000} MB, found a larger one; split it"
        )
    return data


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as failure:
        raise ReadError(
            f"expected UTF-8, found the byte 0x{data[failure.start]:02x} at offset "
            f"{failure.start}; save the file as UTF-8"
        ) from None


def _records(stream: BinaryIO, name: str) -> Iterator[Article | Unreadable]:
    if name != STANDARD and os.fstat(stream.fileno()).st_size > RECORDS_BYTES:
        raise ReadError(
            f"expected at most {RECORDS_BYTES // 1_000_000} MB of records, found a larger file; "
            "split it"
        )
    lines = _Lines(stream)
    for record in read_jsonl(cast(BinaryIO, lines), name, FieldNames(NO_FIELD)):
        if record.line in lines.refused:
            yield Unreadable(name, lines.refused[record.line], record.line)
        elif record.content is None:
            error = record.error or "expected a record, found none; remove the line"
            yield Unreadable(name, error, record.line)
        else:
            yield _record(name, record, record.content)


def _record(name: str, record: Record, content: str | list[str]) -> Article:
    source = content if isinstance(content, str) else "\n\n".join(content)
    return text_article(name, source, record=record.line, date=record_day(record))


class _Lines:
    """The lines of a stream of records, in bounded memory; `refused` says which are none."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.refused: dict[int, str] = {}

    def __iter__(self) -> Iterator[bytes]:
        number = size = 0
        while line := self._stream.readline(FILE_BYTES + 1):
            number += 1
            size += len(line)
            if len(line) > FILE_BYTES:
                self.refused[number] = (
                    f"expected a record of at most {FILE_BYTES // 1_000_000} MB, found a larger "
                    "one; split it"
                )
                while line and not line.endswith(b"\n") and size <= RECORDS_BYTES:
                    line = self._stream.readline(FILE_BYTES)
                    size += len(line)
                line = b""
            if size > RECORDS_BYTES:
                self.refused[number] = (
                    f"expected at most {RECORDS_BYTES // 1_000_000} MB of records, found more; "
                    "split the file: nothing from this line on was read"
                )
                yield b""
                return
            yield line
