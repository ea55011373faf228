"""Delimited: the records of CSV and TSV files, whose first row names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import BinaryIO

from babelproof.files import FileError
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.streams import damage, lines_of, unpacked
from babelproof.records import FieldNames, Record, record_of
from babelproof.strict import RefusedError, decode

MOST_CELL_CHARACTERS = 1 << 24
"""Characters of one CSV cell: an unclosed quote must not take the rest of a file into memory."""


def read_tsv(
    stream: BinaryIO, file: str, names: FieldNames, skip: int = 0
) -> Iterator[Record | int]:
    """Read tab-separated values: a header, then a record a line; a quote is a quote."""
    given, header = 0, None
    for line, data in enumerate(lines_of(stream), start=1):
        if header is None:
            header = checked_header(_loosely(data).split("\t"), file)
            continue
        if not data and len(header) > 1:
            continue
        given += 1
        if given <= skip:
            yield line
            continue
        try:
            cells = decode(data).split("\t")
        except RefusedError as refusal:
            yield Record(file, line, len(data), None, None, str(refusal))
        else:
            yield _row(file, line, header, cells, names)


def read_csv(
    stream: BinaryIO, file: str, names: FieldNames, skip: int = 0
) -> Iterator[Record | int]:
    """Read comma-separated values as RFC 4180 has them: a header, then rows; blank lines are none.

    Every value is a string. A row that is no UTF-8 or breaks the rules of quoting becomes
    an error record.
    """
    given, before, header = 0, 0, None
    for line, cells in _csv_rows(stream):
        start, before = before + 1, line
        if header is None:
            header = _csv_header(cells, file)
            continue
        if cells == []:
            if len(header) > 1:
                continue
            cells = [""]
        given += 1
        if given <= skip:
            yield start
        elif isinstance(cells, str):
            yield Record(file, start, 0, None, None, f"expected a CSV row, found: {cells}")
        elif (refusal := _not_utf8(cells)) is not None:
            yield Record(file, start, 0, None, None, refusal)
        else:
            yield _row(file, start, header, cells, names)


def header_of(source: Input) -> list[str]:
    """Give the column names of a CSV or TSV input; refuses one without any, or with twins."""
    try:
        with _beginning(source) as raw:
            stream = unpacked(raw, source.layout.packing, source.name)
            if source.layout.format is Format.TSV:
                line = next(lines_of(stream), b"")
                return checked_header(_loosely(line).split("\t"), source.name)
            with closing(_csv_rows(stream)) as rows:
                _, cells = next(rows, (0, []))
            return _csv_header(cells, source.name)
    except Exception as failure:
        reason = damage(failure)
        if reason is None:
            raise
        raise FileError(f"{source.name}: {reason}") from None


def _beginning(source: Input) -> BinaryIO:
    """Open an input where its header is; of a pipe nothing is lost by it."""
    if isinstance(source.place, PipedInput):
        return io.BytesIO(source.place.head())
    return source.open()


def _csv_header(cells: list[str] | str, file: str) -> list[str]:
    if isinstance(cells, str):
        raise FileError(f"{file}: expected a CSV header, found: {cells}")
    cells[:1] = [cell.removeprefix("\ufeff") for cell in cells[:1]]
    return checked_header(cells, file)


def checked_header(cells: Sequence[str], file: str) -> list[str]:
    """Refuse a header that names no column, or one twice, or is no UTF-8."""
    header = list(cells)
    twins = sorted({name for name in header if header.count(name) > 1})
    if _not_utf8(header) is not None:
        raise FileError(f"{file}: expected a header in UTF-8, found other bytes; convert the file")
    if not any(header):
        raise FileError(f"{file}: expected a header with the columns' names, found none")
    if twins:
        raise FileError(f"{file}: expected each column once, found {twins[0]!r} twice; rename one")
    return header


def _row(
    file: str, line: int, header: Sequence[str], cells: Sequence[str], names: FieldNames
) -> Record:
    fields: dict[str, object] = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        error = f"expected {len(header)} cells, found {len(cells)}"
        return Record(file, line, 0, fields, None, error)
    return record_of(file, line, 0, fields, names)


def _loosely(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _csv_rows(stream: BinaryIO) -> Generator[tuple[int, list[str] | str], None, None]:
    """Give each row's last line and its cells, or what is wrong with it."""
    csv.field_size_limit(MOST_CELL_CHARACTERS)
    text = io.TextIOWrapper(stream, "utf-8", errors="surrogateescape", newline="")
    rows = csv.reader(text, strict=True)
    try:
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as failure:
                yield rows.line_num, str(failure)
            else:
                yield rows.line_num, cells
    finally:
        text.detach()  # the stream is closed by who opened it


def _not_utf8(cells: Sequence[str]) -> str | None:
    for cell in cells:
        if not cell.isascii():
            for character in cell:
                if "\udc80" <= character <= "\udcff":
                    byte = ord(character) - 0xDC00
                    return (
                        f"expected UTF-8, found the byte 0x{byte:02x}; convert the input to UTF-8"
                    )
    return None
