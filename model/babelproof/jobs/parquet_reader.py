"""Parquet in: the records of a file, each with the columns it came in and their types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babelproof.jobs.arrow_values import (
    Unreadable,
    json_values,
    plain_batch,
    plain_type,
    text_values,
)
from babelproof.jobs.delimited import TableError, checked_names, refused
from babelproof.jobs.extras import need
from babelproof.jobs.inputs import Input
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.streams import DamagedError, Source, damage
from babelproof.magic import told_by
from babelproof.records import FieldNames, Record, record_of

if TYPE_CHECKING:
    from babelproof.jobs.readers import Cursor

_ROWS = 1024
"""Rows read at a time."""


@dataclass(frozen=True)
class ArrowRecord(Record):
    """A record that is row `index` of the Arrow record batch `batch`."""

    batch: Any = None
    index: int = 0


def schema_of(source: Input) -> Any:
    """Give the Arrow schema of a Parquet input, in plain types.

    Refuses one that cannot be opened, and one with two columns of one name.
    """
    arrow = need("pyarrow", source.name)
    try:
        with _opened(source) as file:
            checked_names(file.names, source.name)
            schema = file.content.schema_arrow
    except DamagedError as failure:
        raise TableError(f"{source.name}: {damage(failure)}") from None
    return arrow.schema([(field.name, plain_type(field.type)) for field in schema])


def read_parquet(
    source: Input, names: FieldNames, skip: int, cursor: Cursor, plain: bool
) -> Iterator[Record | int]:
    """Read a Parquet file row by row; of rows passed over only the number, from 1.

    `plain`: give every column as a JSON value in the record's fields, not only those that
    scoring reads. A row with a value that cannot be given is an error record. Raises
    `DamagedError` where the file's own data cannot be read.
    """
    with _opened(source) as file:
        try:
            checked_names(file.names, source.name)
        except TableError as refusal:
            yield from refused(source.name, refusal, skip)
            return
        total, size = file.content.metadata.num_rows, source.size or 0
        done = 0
        cursor.enter(lambda: size * done // max(total, 1))
        read = None if plain else {names.text, names.id, "sentences", "date"}
        # Rows passed over are read too: behind a damaged one nothing may be found.
        for batch in file.batches():
            if done + batch.num_rows <= skip:
                yield from range(done + 1, done + batch.num_rows + 1)
                done += batch.num_rows
                continue
            columns = _columns(batch, names.text, read)
            for index in range(batch.num_rows):
                done += 1
                if done <= skip:
                    yield done
                    continue
                values = {name: column[index] for name, column in columns.items()}
                record = _record(source.name, done, values, names)
                yield ArrowRecord(**vars(record), batch=batch, index=index)


@dataclass(frozen=True)
class _File:
    """An open Parquet file. Only what Arrow itself reads can be damaged."""

    content: Any
    source: Source

    @property
    def names(self) -> list[str]:
        """Name the columns."""
        with self.source.told():  # they may be no UTF-8
            return list(self.content.schema_arrow.names)

    def batches(self) -> Iterator[Any]:
        """Give the rows, in plain types."""
        for group in range(self.content.num_row_groups):
            with self.source.told():
                batches = self.content.iter_batches(_ROWS, row_groups=[group])
            while (batch := self._next(batches)) is not None:
                yield plain_batch(batch)

    def _next(self, batches: Iterator[Any]) -> Any:
        with self.source.told():
            batch = next(batches, None)
            if batch is not None:
                batch.validate()
            return batch


@contextmanager
def _opened(source: Input) -> Iterator[_File]:
    parquet = need("pyarrow.parquet", source.name)
    if isinstance(source.place, PipedInput):
        source.place.keep()
    stream = source.open()
    try:
        watched = Source(stream)
        try:
            with watched.told():
                content = parquet.ParquetFile(watched)
        except DamagedError:
            told = told_by(stream.read(8)) if stream.seekable() and not stream.seek(0) else None
            if told in (None, "Parquet"):
                raise
            raise DamagedError(f"expected Parquet, found {told}; unpack or convert it") from None
        yield _File(content, watched)
    finally:
        if not source.is_piped:
            stream.close()


def _columns(batch: Any, text: str, read: set[str | None] | None) -> dict[str, list[object]]:
    """Give columns as JSON values; all of them unless `read` says which."""
    return {
        name: (text_values if name == text else json_values)(batch.column(name))
        for name in batch.schema.names
        if read is None or name in read
    }


def _record(file: str, row: int, values: dict[str, object], names: FieldNames) -> Record:
    """Make a record; one that holds a value which cannot be given is an error."""
    fields = {
        name: value.shown if isinstance(value, Unreadable) else value
        for name, value in values.items()
    }
    for name, value in values.items():
        if isinstance(value, Unreadable):
            error = f"column {name!r}: expected {value.reason}"
            return Record(file, row, 0, fields, None, error)
    return record_of(file, row, 0, fields, names)
