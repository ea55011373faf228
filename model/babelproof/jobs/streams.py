"""Streams: bytes unpacked as they are read and packed as they are written."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from babelproof.files import FileError
from babelproof.jobs.extras import need
from babelproof.jobs.formats import Packing
from babelproof.records import BOM

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LEVEL = 6
"""What `gzip` itself takes: the next ones cost much time for few bytes."""

_BLOCK = 1 << 16
"""Bytes unpacked at a time."""


class DamagedError(ValueError):
    """A file whose own data cannot be read; the message says what was found."""


class Source(io.RawIOBase):
    """Passes reads on to a stream that stays open, and remembers what kept one from it.

    Arrow and others raise alike for a damaged file and for a network that fails: what this
    remembers as `failure` is not the file's damage.
    """

    def __init__(self, stream: BinaryIO, packed: bool = False) -> None:
        self._stream = stream
        self._must_begin = packed
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def read(self, size: int | None = -1) -> bytes:
        try:
            data = self._stream.read(-1 if size is None else size)
            if self._must_begin and not data:
                raise DamagedError("no byte in it, where even nothing is packed as some")
        except Exception as failure:
            self.failure = failure
            raise
        self._must_begin = False
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn whatever Arrow raises for a damaged file into one error, and nothing else."""
        try:
            yield
        except Exception as failure:
            if self.failure is not None:
                raise self.failure from None
            if isinstance(failure, (FileError, MemoryError)):
                raise
            raise DamagedError(f"{type(failure).__name__}: {failure}") from None


def unpacked(stream: BinaryIO, packing: Packing, name: str) -> BinaryIO:
    """Read what is packed in `stream`; several members or frames on end are one content."""
    if packing is Packing.GZIP:
        source = cast(BinaryIO, Source(stream, packed=True))
        return cast(BinaryIO, gzip.GzipFile(fileobj=source, mode="rb"))
    if packing is Packing.ZSTD:
        return cast(BinaryIO, io.BufferedReader(_Zstd(stream, name), _BLOCK))
    return stream


class _Zstd(io.RawIOBase):
    """Unpacks zstd, and gives what came before the damage, if any, before it tells of it."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        arrow = need("pyarrow", name)
        self._source = Source(stream, packed=True)
        packed = arrow.PythonFile(self._source, mode="r")
        self._content = arrow.CompressedInputStream(packed, "zstd")
        self._failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        if self._failure is not None:
            raise self._failure
        view = memoryview(buffer)
        # Arrow does not say how much it wrote before it failed. UTF-8 has no such byte.
        view[:] = b"\xff" * len(view)
        try:
            with self._source.told():
                return int(self._content.readinto(view))
        except Exception as failure:
            self._failure = failure
            written = len(bytes(view).rstrip(b"\xff"))
            if not written:
                raise
            return written


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines without their ends, LF or CRLF, and without a byte order mark."""
    for number, raw in enumerate(stream):
        data = raw.removesuffix(b"\n").removesuffix(b"\r")
        yield data.removeprefix(BOM) if number == 0 else data


def damage(failure: Exception) -> str | None:
    """Say that a file's own data is cut off or damaged; None for any other failure.

    >>> damage(EOFError()) is None, damage(TimeoutError("the network's")) is None
    (False, True)
    """
    if isinstance(failure, (DamagedError, EOFError, zlib.error, gzip.BadGzipFile)):
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
