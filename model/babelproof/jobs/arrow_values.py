"""Arrow values: columns as JSON values, and without types that little can be done with."""

from __future__ import annotations

import base64
import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from babelproof.files import FileError
from babelproof.jobs.extras import need

_PURPOSE = "Parquet"
_REASON = 200
"""Characters of what Arrow says about a value, which may repeat the value."""


@dataclass(frozen=True)
class Unreadable:
    """What stands for a value that cannot be given; `shown` is what can be shown of it."""

    reason: str
    shown: object = None


def json_values(column: Any) -> list[object]:
    """Give an Arrow column as JSON values, `Unreadable` for each that cannot be given so.

    Dates, times and decimals become strings, bytes base64, a number that JSON lacks null.
    """
    return _each(column, _converted)


def text_values(column: Any) -> list[object]:
    """Give an Arrow column of texts; some writers keep text in columns of bytes."""
    types = need("pyarrow", _PURPOSE).types
    if types.is_binary(column.type) or types.is_large_binary(column.type):
        return [_decoded(value) for value in column.to_pylist()]
    return json_values(column)


def _each(column: Any, convert: Callable[[Any], list[object]]) -> list[object]:
    """Convert a column whole, or row by row where that fails: one value must not harm others."""
    try:
        return convert(column)
    except (FileError, MemoryError):
        raise
    except Exception as failure:
        if len(column) > 1:
            rows = range(len(column))
            return [value for row in rows for value in _each(column.slice(row, 1), convert)]
        reason = f"{type(failure).__name__}: {failure}"[:_REASON]
        return [Unreadable(f"a value that JSON can hold, found {reason}; write Parquet")]


def _converted(column: Any) -> list[object]:
    arrow = need("pyarrow", _PURPOSE)
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


def _decoded(value: bytes | None) -> object:
    try:
        return value if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        shown = value.decode("utf-8", "replace") if value is not None else None
        return Unreadable("UTF-8, found other bytes; convert the input to UTF-8", shown)


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
    return str(value)


def plain_type(kind: Any) -> Any:
    """Give a type without views, of which Arrow cannot take rows: the same values as others.

    >>> import pyarrow
    >>> plain_type(pyarrow.list_(pyarrow.string_view()))
    ListType(list<item: string>)
    """
    arrow = need("pyarrow", _PURPOSE)
    types = arrow.types
    if types.is_string_view(kind):
        return arrow.string()
    if types.is_binary_view(kind):
        return arrow.binary()
    if types.is_struct(kind):
        return arrow.struct([_plain_field(kind.field(n)) for n in range(kind.num_fields)])
    if types.is_list(kind):
        return arrow.list_(_plain_field(kind.value_field))
    if types.is_large_list(kind):
        return arrow.large_list(_plain_field(kind.value_field))
    return kind


def _plain_field(field: Any) -> Any:
    plain = plain_type(field.type)
    return field if plain == field.type else field.with_type(plain)


def plain_batch(batch: Any) -> Any:
    """Give a record batch with each column in its plain type."""
    schema = batch.schema
    plain = need("pyarrow", _PURPOSE).schema([_plain_field(field) for field in schema])
    return batch if plain.equals(schema) else batch.cast(plain)
