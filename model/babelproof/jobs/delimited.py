"""Delimited: the records of CSV and TSV files, whose first row names the columns."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import BinaryIO

from babelproof.files import FileError
from babelproof.jobs.csv_rows import CsvRow, csv_rows
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.streams import damage, lines_of, unpacked
from babelproof.magic import ADVICE, told_by
from babelproof.records import FieldNames, Record, raw_text, record_of
from babelproof.strict import RefusedError, decode


class TableError(FileError):
    """A table whose columns cannot be told: it is damaged, empty, or not what it is called."""


def read_tsv(
    stream: BinaryIO, file: str, names: FieldNames, skip: int = 0
) -> Iterator[Record | int]:
    """Read tab-separated values: a header, then a record a line; a quote is a quote."""
    lines = enumerate(lines_of(stream), start=1)
    try:
        header = checked_header(_loosely(next(lines, (0, b""))[1]).split("\t"), file)
    except TableError as refusal:
        yield from refused(file, refusal, skip)
        return
    given = 0
    for line, data in lines:
        if not data and len(header) > 1:
            continue
        given += 1
        if given <= skip:
            yield line
            continue
        try:
            cells = decode(data).split("\t")
        except RefusedError as refusal:
            yield Record(file, line, len(data), None, None, str(refusal), raw_text(data))
        else:
            yield _row(file, line, header, cells, names, data)


def read_csv(
    stream: BinaryIO, file: str, names: FieldNames, skip: int = 0
) -> Iterator[Record | int]:
    """Read comma-separated values as RFC 4180 has them: a header, then rows; blank lines are none.

    Every value is a string. A row that is no UTF-8 or breaks the rules of quoting becomes
    an error record; of a quotation mark that is never closed, only the line it stands in.
    """
    with closing(csv_rows(stream)) as rows:
        try:
            header = _csv_header(next(rows, None), file)
        except TableError as refusal:
            yield from refused(file, refusal, skip)
            return
        given = 0
        for row in rows:
            if row.is_blank and len(header) > 1:
                continue
            given += 1
            yield row.line if given <= skip else _csv_record(file, row, header, names)


def _csv_record(file: str, row: CsvRow, header: Sequence[str], names: FieldNames) -> Record:
    error = row.error or _not_utf8(row.cells)
    if error is not None:
        return Record(file, row.line, 0, None, None, error, raw_text(row.text))
    return _row(file, row.line, header, row.cells or [""], names, row)


def refused(file: str, refusal: TableError, skip: int) -> Iterator[Record | int]:
    """Give the one record of a table whose header cannot be read: an error in place of its rows."""
    reason = str(refusal).removeprefix(f"{file}: ")
    yield 1 if skip else Record(file, 1, 0, None, None, reason)


def header_of(source: Input) -> list[str]:
    """Give the column names of a CSV or TSV input; refuses one without any, or with twins."""
    try:
        with _beginning(source) as raw:
            stream = unpacked(raw, source.layout.packing, source.name)
            if source.layout.format is Format.TSV:
                line = next(lines_of(stream), b"")
                return checked_header(_loosely(line).split("\t"), source.name)
            with closing(csv_rows(stream)) as rows:
                return _csv_header(next(rows, None), source.name)
    except Exception as failure:
        reason = damage(failure)
        if reason is None:
            raise
        raise TableError(f"{source.name}: {reason}") from None


def _beginning(source: Input) -> BinaryIO:
    """Open an input where its header is; of a pipe nothing is lost by it."""
    if isinstance(source.place, PipedInput):
        return io.BytesIO(source.place.head())
    return source.open()


def _csv_header(row: CsvRow | None, file: str) -> list[str]:
    if row is not None and row.error is not None:
        _check_magic(row.text, file)
        raise TableError(f"{file}: expected a CSV header, found: {row.error}")
    return checked_header([] if row is None else row.cells, file)


def checked_header(cells: Sequence[str], file: str) -> list[str]:
    """Refuse a header that names no column, or one twice, or is no UTF-8."""
    header = list(cells)
    _check_magic("".join(header[:1]), file)
    if _not_utf8(header) is not None:
        raise TableError(f"{file}: expected a header in UTF-8, found other bytes; convert the file")
    if not any(header):
        raise TableError(f"{file}: expected a header with the columns' names, found none")
    checked_names(header, file)
    return header


def _check_magic(beginning: str, file: str) -> None:
    """Refuse what is no text at all."""
    told = told_by(beginning.encode("utf-8", "surrogateescape"))
    if told is not None:
        raise TableError(
            f"{file}: expected a header with the columns' names, found {told}; {ADVICE}"
        )


def checked_names(header: Sequence[str], file: str) -> None:
    """Refuse two columns of one name."""
    twins = sorted({name for name in header if header.count(name) > 1})
    if twins:
        raise TableError(f"{file}: expected each column once, found {twins[0]!r} twice; rename one")


def _row(
    file: str,
    line: int,
    header: Sequence[str],
    cells: Sequence[str],
    names: FieldNames,
    whole: CsvRow | bytes,
) -> Record:
    fields: dict[str, object] = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        error = f"expected {len(header)} cells, found {len(cells)}"
        raw = raw_text(whole.text if isinstance(whole, CsvRow) else whole)
        return Record(file, line, 0, fields, None, error, raw)
    return record_of(file, line, 0, fields, names)


def _loosely(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


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
