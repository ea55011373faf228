"""Parquet in: the records of a file, each with the columns it came in and their types."""

from __future__ import annotations

import base64
import datetime
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from babelproof.files import FileError
from babelproof.jobs.extras import need
from babelproof.jobs.inputs import Input
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.streams import DamagedError, damage
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
    """Give the Arrow schema of a Parquet input; refuses one that cannot be opened."""
    try:
        with _opened(source) as file:
            return file.schema_arrow
    except DamagedError as failure:
        raise FileError(f"{source.name}: {damage(failure)}") from None


def read_parquet(
    source: Input, names: FieldNames, skip: int, cursor: Cursor, plain: bool
) -> Iterator[Record | int]:
    """Read a Parquet file row by row; of rows passed over only the number, from 1.

    `plain`: give every column as a JSON value in the record's fields, not only those that
    scoring reads. Raises `DamagedError` where the file's own data cannot be read.
    """
    with _opened(source) as file:
        total, size = file.metadata.num_rows, source.size or 0
        done = 0
        cursor.enter(lambda: size * done // max(total, 1))
        # Rows passed over are read too: behind a damaged one nothing may be found.
        for batch, values in _batches(file, names, plain):
            for index in range(batch.num_rows):
                done += 1
                if done <= skip:
                    yield done
                    continue
                fields = {name: column[index] for name, column in values.items()}
                record = _record(source.name, done, fields, names)
                yield ArrowRecord(**vars(record), batch=batch, index=index)


def _batches(
    file: Any, names: FieldNames, plain: bool
) -> Iterator[tuple[Any, dict[str, Sequence[object]]]]:
    for group in range(file.num_row_groups):
        batches = file.iter_batches(_ROWS, row_groups=[group])
        while True:
            with _told_as_damage():
                batch = next(batches, None)
                if batch is None:
                    break
                batch.validate()
                values = _fields(batch, names, plain)
            yield batch, values


@contextmanager
def _told_as_damage() -> Iterator[None]:
    """Turn whatever Arrow raises for a damaged file into one error; a disk's stays its own."""
    try:
        yield
    except Exception as failure:
        if isinstance(failure, FileError) or getattr(failure, "errno", None) is not None:
            raise
        raise DamagedError(f"{type(failure).__name__}: {failure}") from None


def _record(file: str, line: int, fields: dict[str, object], names: FieldNames) -> Record:
    """Make a record; one that holds a string which is no UTF-8 is an error."""
    broken = [name for name, value in fields.items() if isinstance(value, bytes)]
    if not broken:
        return record_of(file, line, 0, fields, names)
    for name in broken:
        fields[name] = cast(bytes, fields[name]).decode("utf-8", "replace")
    error = f"expected UTF-8, found other bytes in {broken[0]!r}; convert the input to UTF-8"
    return Record(file, line, 0, fields, None, error)


def _opened(source: Input) -> Any:
    parquet = need("pyarrow.parquet", source.name)
    if isinstance(source.place, PipedInput):
        source.place.keep()
    stream = source.open()
    with _told_as_damage():
        return parquet.ParquetFile(stream)


def _fields(batch: Any, names: FieldNames, plain: bool) -> dict[str, Sequence[object]]:
    read = {names.text, names.id, "sentences", "date"}
    values: dict[str, Sequence[object]] = {}
    for name in batch.schema.names:
        if plain or name in read:
            column = batch.column(name)
            # Some writers keep text in columns of bytes.
            values[name] = _texts(column) if name == names.text else json_values(column)
    return values


def _texts(column: Any) -> list[object]:
    arrow = need("pyarrow", "Parquet")
    if not arrow.types.is_binary(column.type) and not arrow.types.is_large_binary(column.type):
        return json_values(column)
    return [_decoded(value) for value in column.to_pylist()]


def _decoded(value: bytes | None) -> object:
    try:
        return value if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def json_values(column: Any) -> list[object]:
    """Give an Arrow column as JSON values.

    Dates, times and decimals become strings, bytes base64, a number that JSON lacks null.
    A string that is no UTF-8 comes as bytes.
    """
    arrow = need("pyarrow", "Parquet")
    types = arrow.types
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if types.is_temporal(kind) or types.is_decimal(kind):
        try:
            # Python's own dates lack nanoseconds and early years.
            return list(column.cast(arrow.string()).to_pylist())
        except arrow.ArrowNotImplementedError:
            pass
    if types.is_string(kind) or types.is_large_string(kind):
        try:
            return list(column.to_pylist())
        except UnicodeDecodeError:
            return [_decoded(value) for value in column.cast(arrow.large_binary()).to_pylist()]
    values = column.to_pylist()
    if types.is_integer(kind):
        return list(values)
    return [_json_value(value) for value in values]


def _json_value(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, dict):
        return {str(name): _json_value(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (Decimal, datetime.timedelta)):
        return str(value)
    return str(value)
