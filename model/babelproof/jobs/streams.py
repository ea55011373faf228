"""Streams: bytes unpacked as they are read and packed as they are written."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from babelproof.jobs.extras import need
from babelproof.jobs.formats import Packing
from babelproof.records import BOM

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LEVEL = 6
"""What `gzip` itself takes: the next ones cost much time for few bytes."""


class DamagedError(ValueError):
    """A file whose own data cannot be read; the message says what was found."""


def unpacked(stream: BinaryIO, packing: Packing, name: str) -> BinaryIO:
    """Read what is packed in `stream`; several members or frames on end are one content."""
    if packing is Packing.GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
    if packing is Packing.ZSTD:
        arrow = need("pyarrow", name)
        raw = arrow.CompressedInputStream(arrow.PythonFile(stream, mode="r"), "zstd")
        # Small: of a file cut off, Arrow loses what one read would have given.
        return cast(BinaryIO, io.BufferedReader(raw, 4096))
    return stream


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines without their ends, LF or CRLF, and without a byte order mark."""
    for number, raw in enumerate(stream):
        data = raw.removesuffix(b"\n").removesuffix(b"\r")
        yield data.removeprefix(BOM) if number == 0 else data


def damage(failure: Exception) -> str | None:
    """Say that a file's own data is cut off or damaged; None for any other failure.

    >>> damage(EOFError()) is None, damage(OSError(5, "Input/output error")) is None
    (False, True)
    """
    if isinstance(failure, OSError) and failure.errno is not None:
        return None  # the disk's or the network's, not the file's
    if isinstance(failure, (DamagedError, EOFError, zlib.error, OSError)):
        return f"expected a whole file, found it cut off or damaged from here on: {failure}"
    return None


@contextmanager
def packed(stream: BinaryIO, packing: Packing, name: str) -> Iterator[BinaryIO]:
    """Write packed to `stream`, as one member or frame; the same bytes always give the same."""
    if packing is Packing.GZIP:
        with gzip.GzipFile("", "wb", _LEVEL, stream, mtime=0) as out:
            yield cast(BinaryIO, out)
    elif packing is Packing.ZSTD:
        arrow = need("pyarrow", name)
        # Arrow closes what it writes to; the stream is not its own.
        kept = arrow.PythonFile(_Kept(stream), mode="w")
        with arrow.CompressedOutputStream(kept, "zstd") as out:
            yield cast(BinaryIO, out)
    else:
        yield stream


class _Kept(io.RawIOBase):
    """Passes writes on and leaves the stream open when closed itself."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        return self._stream.write(data)
