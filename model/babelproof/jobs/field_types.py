"""Field types: the Arrow type of each field of JSON records, where all its values have one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from babelproof.files import FileError
from babelproof.jobs.extras import need

MOST_COLUMNS = 1000
"""More are a sign that fields are data; JSONL takes any."""

_SAMPLE = 5000
_EXACT = 1 << 53
"""Integers beyond this are not exact as doubles."""

_PURPOSE = "Parquet output"

Path = tuple[str | None, ...]
"""Where a value stands in a nested one: names of fields, None for any item of a list."""


def found_types(
    records: Iterable[Mapping[str, object]], file: str, typed: bool, as_json: set[str]
) -> dict[str, Any]:
    """Give the types of the fields of records; `as_json` takes those without one type."""
    types: dict[str, Any] = {}
    large: dict[str, set[Path]] = {}
    fields = iter(records)
    while sample := list(islice(fields, _SAMPLE)):
        columns: dict[str, list[object]] = {}
        for record in sample:
            for name, value in record.items():
                columns.setdefault(name, []).append(value)
        if len(types | columns) > MOST_COLUMNS:
            raise FileError(
                f"{file}: expected at most {MOST_COLUMNS} different fields for a table, "
                f"found more; write JSONL"
            )
        if not typed:
            types |= dict.fromkeys(columns)
            continue
        for name, values in columns.items():
            large.setdefault(name, set()).update(p for v in values for p in _large_integers(v))
        own = {name: _type_of(values) for name, values in columns.items()}
        as_json.update(name for name, kind in own.items() if kind is None)
        unite(types, own, as_json, file)
    if typed:
        inexact = (name for name, paths in large.items() if _is_double(types[name], paths))
        as_json.update(inexact)
        _make_text(types, as_json)
    return types


def _large_integers(value: object, path: Path = ()) -> Iterator[Path]:
    """Say where a value has integers that are not exact as doubles."""
    if type(value) is int:
        if abs(value) > _EXACT:
            yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _large_integers(item, (*path, without_surrogates(name)))
    elif isinstance(value, list):
        for item in value:
            yield from _large_integers(item, (*path, None))


def _is_double(kind: Any, paths: Iterable[Path]) -> bool:
    """Say whether a type has doubles at one of these places; text has no places."""
    arrow = need("pyarrow", _PURPOSE)
    for path in paths:
        inner = kind
        for name in path:
            if not arrow.types.is_nested(inner):
                break
            inner = inner.value_type if name is None else inner.field(name).type
        if inner == arrow.float64():
            return True
    return False


def _type_of(values: list[object]) -> Any:
    """Give the Arrow type of JSON values, None where they have no one type Parquet can hold."""
    arrow = need("pyarrow", _PURPOSE)
    try:
        kind = arrow.array([without_surrogates(value) for value in values]).type
    except (ValueError, TypeError, OverflowError, NotImplementedError):
        return None
    return None if _has_empty_struct(kind) else kind


def without_surrogates(value: Any) -> Any:
    """Give a JSON value with lone surrogates escaped as JSON does: Arrow and UTF-8 lack them.

    >>> without_surrogates({"a": ["\\ud800 b"]})
    {'a': ['\\\\ud800 b']}
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {without_surrogates(name): without_surrogates(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    return value


def _has_empty_struct(kind: Any) -> bool:
    arrow = need("pyarrow", _PURPOSE)
    if arrow.types.is_struct(kind):
        inner = [kind.field(index).type for index in range(kind.num_fields)]
        return not inner or any(map(_has_empty_struct, inner))
    return arrow.types.is_list(kind) and _has_empty_struct(kind.value_type)


def unite(
    types: dict[str, Any], own: Mapping[str, Any], as_json: set[str] | None, file: str
) -> None:
    """Add columns; where types differ take one that holds both, or JSON text if allowed."""
    for name, kind in own.items():
        before = types.get(name)
        if before is None or kind is None or before == kind:
            types[name] = kind if before is None else before
            continue
        arrow = need("pyarrow", _PURPOSE)
        pair = [arrow.schema([("value", one)]) for one in (before, kind)]
        try:
            both = arrow.unify_schemas(pair, promote_options="permissive")
            types[name] = both.field("value").type
        except (ValueError, TypeError):
            if as_json is None:
                raise FileError(
                    f"{file}: expected column {name!r} to be {before} as before, found {kind}; "
                    f"convert one of the files, or write JSONL"
                ) from None
            as_json.add(name)
    if as_json:
        _make_text(types, as_json)


def _make_text(types: dict[str, Any], as_json: set[str]) -> None:
    text = need("pyarrow", _PURPOSE).string()
    types.update((name, text) for name in as_json if name in types)
