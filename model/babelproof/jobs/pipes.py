"""Pipes: standard input and the like, which are read once and do not tell how they are packed."""

from __future__ import annotations

import io
import sys
import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from babelproof.files import STANDARD
from babelproof.jobs.formats import Packing
from babelproof.jobs.streams import damage, unpacked

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LINE, _BLOCK = 1 << 20, 1 << 14

_MAGIC = {b"\x1f\x8b": Packing.GZIP, b"\x28\xb5\x2f\xfd": Packing.ZSTD}
"""How what is packed begins. Neither is UTF-8, nor the beginning of a Parquet file."""


class PipedInput:
    """Standard input or a pipe: read once; its beginning may be seen before, or all of it kept.

    Its bytes come unpacked, by gzip or zstd, where they begin so; what they are called does
    not count.
    """

    def __init__(self, name: str = STANDARD) -> None:
        self.name = name
        self._head = b""
        self._opened: io.BufferedReader | None = None
        self._copy: BinaryIO | None = None
        self._damage: Exception | None = None

    def head(self) -> bytes:
        """Give the first line, or a part of it where it is very long."""
        if not self._head:
            self._head = self._content().readline(_LINE)
        return self._head

    def keep(self) -> None:
        """Copy all of it to a nameless file: then it can be opened again, and any part read.

        Where it is cut off or damaged, every reader of the copy meets that at its end.
        """
        if self._copy is not None:
            return
        copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
        copy.write(self._head)
        content = self._content()
        try:
            while block := content.read1(_BLOCK):
                copy.write(block)
        except Exception as failure:
            if damage(failure) is None:
                raise
            self._damage = failure
        self._copy = copy

    def open(self) -> BinaryIO:
        """Open it from its beginning."""
        if self._copy is not None:
            self._copy.seek(0)
            return self._copy if self._damage is None else _chained(b"", self._copy, self._damage)
        return _chained(self._head, self._content()) if self._head else self._content()

    def _content(self) -> io.BufferedReader:
        """Give the unpacked bytes; a pipe that is closed cannot be opened again."""
        if self._opened is None:
            raw = sys.stdin.buffer if self.name == STANDARD else open(self.name, "rb")  # noqa: SIM115
            beginning = raw.read(max(map(len, _MAGIC)))
            found = (kind for magic, kind in _MAGIC.items() if beginning.startswith(magic))
            packing = next(found, Packing.NONE)
            whole = _chained(beginning, raw)
            self._opened = cast(io.BufferedReader, unpacked(whole, packing, self.name))
        return self._opened


def _chained(head: bytes, rest: BinaryIO, damage: Exception | None = None) -> io.BufferedReader:
    return io.BufferedReader(_Chained(head, rest, damage))


class _Chained(io.RawIOBase):
    """Bytes already read, then the stream that they came from, then what damaged it."""

    def __init__(self, head: bytes, rest: BinaryIO, damage: Exception | None) -> None:
        self._head = io.BytesIO(head)
        self._rest = cast(io.BufferedReader, rest)
        self._damage = damage

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        # What is there: more of a pipe may take long to come.
        block = self._head.read(len(view)) or self._rest.read1(len(view))
        if not block and self._damage is not None:
            raise self._damage
        view[: len(block)] = block
        return len(block)
