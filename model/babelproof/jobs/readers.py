"""Readers: the records of an input, one by one, whatever its format and however damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from babelproof.jobs.delimited import read_csv, read_tsv
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input
from babelproof.jobs.streams import damage, lines_of, unpacked
from babelproof.records import BOM, FieldNames, Record, raw_text, read_jsonl, record_of
from babelproof.strict import RefusedError, decode


class Cursor:
    """Where reading stands: how many bytes of all inputs are behind it."""

    def __init__(self) -> None:
        self._before = 0
        self._tell: Callable[[], int] = lambda: 0

    def enter(self, tell: Callable[[], int]) -> None:
        """Follow another input; `tell` gives the bytes of it that were read."""
        self._tell = tell

    def leave(self, size: int | None) -> None:
        """Count an input as read."""
        self._before += size or 0
        self._tell = lambda: 0

    @property
    def bytes(self) -> int:
        """Give the bytes read so far, of packed files as they lie there."""
        try:
            return self._before + self._tell()
        except (ValueError, OSError):  # just closed, or a pipe
            return self._before


def read_input(
    source: Input,
    names: FieldNames,
    skip: int = 0,
    cursor: Cursor | None = None,
    plain: bool = True,
) -> Iterator[Record]:
    """Read an input's records, without the first `skip`.

    A file that is cut off or damaged ends with an error record in place of the rest.
    `plain`: whether a Parquet record's columns are needed as JSON values in its fields.
    Raises OSError where the disk or network fails.
    """
    cursor = cursor or Cursor()
    given, line = 0, 0
    try:
        for record in _open_and_read(source, names, skip, cursor, plain):
            given += 1
            if isinstance(record, int):
                line = record
            else:
                line = record.line
                yield record
    except Exception as failure:
        reason = damage(failure)
        if reason is None:
            raise
        if given >= skip:
            yield Record(source.name, line + 1, 0, None, None, reason)
    cursor.leave(source.size)


def _open_and_read(
    source: Input, names: FieldNames, skip: int, cursor: Cursor, plain: bool
) -> Iterator[Record | int]:
    """Give the records in order; of those passed over only the line."""
    if source.layout.format is Format.PARQUET:
        from babelproof.jobs.parquet_reader import read_parquet

        yield from read_parquet(source, names, skip, cursor, plain)
        return
    raw = source.open()
    try:
        if not source.is_piped:
            cursor.enter(raw.tell)
        stream = unpacked(raw, source.layout.packing, source.name)
        read = {
            Format.JSONL: _read_jsonl,
            Format.CSV: read_csv,
            Format.TSV: read_tsv,
            Format.TXT: _read_sentences if names.sentence else _read_document,
        }[source.layout.format]
        yield from read(stream, source.name, names, skip)
    finally:
        if not source.is_piped:
            raw.close()


def _read_jsonl(
    stream: BinaryIO, file: str, names: FieldNames, skip: int
) -> Iterator[Record | int]:
    for line in range(1, skip + 1):
        if not stream.readline():
            return
        yield line
    yield from read_jsonl(stream, file, names, first=skip + 1)


def _read_document(
    stream: BinaryIO, file: str, names: FieldNames, skip: int
) -> Iterator[Record | int]:
    if skip:
        yield 1
        return
    data = stream.read()
    fields: dict[str, object] = {} if names.id is None else {names.id: file}
    fields["file"] = file
    try:
        fields[names.text] = decode(data.removeprefix(BOM))
    except RefusedError as refusal:
        yield Record(file, 1, len(data), fields, None, str(refusal), raw_text(data))
    else:
        yield record_of(file, 1, len(data), fields, names)


def _read_sentences(
    stream: BinaryIO, file: str, names: FieldNames, skip: int
) -> Iterator[Record | int]:
    for line, data in enumerate(lines_of(stream), start=1):
        if line <= skip:
            yield line
            continue
        fields: dict[str, object] = {} if names.id is None else {names.id: f"{file}:{line}"}
        try:
            fields[names.text] = decode(data)
        except RefusedError as refusal:
            raw = raw_text(data)
            yield Record(file, line, len(data), fields or None, None, str(refusal), raw)
        else:
            yield record_of(file, line, len(data), fields, names)
