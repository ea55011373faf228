"""CSV rows: as RFC 4180 has them, with what is wrong with one and where it stands."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

MOST_CHARACTERS = 1 << 24
"""Characters of a CSV cell, or of a row of several lines: an unclosed quotation mark must not
take the rest of a file into memory."""

_LOOK_AHEAD = 8
"""Characters that may be read in vain for each one of the rows before: else a file of nothing
but unclosed quotation marks would take the square of its length."""


@dataclass(frozen=True)
class CsvRow:
    """A row: the number of its first line, its lines, and its cells or what is wrong with it.

    Bytes that are no UTF-8 are lone surrogates, one each.
    """

    line: int
    lines: Sequence[str]
    cells: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def is_blank(self) -> bool:
        """Say whether it is an empty line."""
        return self.error is None and not self.cells

    @property
    def text(self) -> str:
        """Give the row as it stands in the file, without the end of its last line."""
        return "".join(self.lines).removesuffix("\n").removesuffix("\r")


def csv_rows(stream: BinaryIO) -> Generator[CsvRow, None, None]:
    """Give each row; blank lines are rows without cells.

    Where a row of several lines breaks the rules, a quotation mark was not closed where it
    should be. Its first line alone is then wrong, and the next is read as a row again.
    """
    csv.field_size_limit(MOST_CHARACTERS)
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    lines = _Lines(text)
    rows = csv.reader(lines, strict=True)
    try:
        while True:
            lines.begin()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except (csv.Error, _TooLongError) as failure:
                yield _broken(lines, failure)
                rows = csv.reader(lines, strict=True)
            else:
                yield CsvRow(lines.line, lines.row, cells)
    finally:
        text.detach()  # the stream is closed by who opened it


class _TooLongError(Exception):
    """A row of several lines that is longer than any should be."""


class _Lines:
    """Gives the lines of a text to who reads rows of them; some a second time."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self._size = 0
        self._credit = MOST_CHARACTERS
        self.line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._text)
        self.row.append(line)
        self._size += len(line)
        if len(self.row) > 1 and self._size > self._credit:
            raise _TooLongError
        return line

    def begin(self) -> None:
        """Begin a row with the next line."""
        self.line += len(self.row)
        self._credit = min(self._credit + _LOOK_AHEAD * self._size, MOST_CHARACTERS)
        self.row, self._size = [], 0

    def keep_first(self) -> bool:
        """Make the first line the whole row; says whether there were others, to be read again."""
        first, others = self.row[:1], self.row[1:]
        self._again.extendleft(reversed(others))
        self.row = first
        in_vain = sum(map(len, others))
        self._credit -= in_vain
        self._size -= in_vain
        return bool(others)


def _broken(lines: _Lines, failure: Exception) -> CsvRow:
    several = lines.keep_first()
    if several or str(failure) == "unexpected end of data":
        error = (
            f"expected a CSV row, found a quotation mark opened in line {lines.line} that is "
            f"never closed ({str(failure) or 'too long a row'}); close it, or write it twice"
        )
    else:
        error = f"expected a CSV row, found: {failure}"
    return CsvRow(lines.line, lines.row, error=error)
