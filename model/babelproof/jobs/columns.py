"""Columns: what a table must have to hold every record, known before the first is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from babelproof.files import FileError
from babelproof.jobs.delimited import header_of
from babelproof.jobs.extras import need
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.readers import read_input
from babelproof.records import FieldNames

MOST_COLUMNS = 1000
"""More are a sign that fields are data; JSONL takes any."""

_SAMPLE = 5000
_EXACT = 1 << 53
"""Integers beyond this are not exact as doubles."""


@dataclass(frozen=True)
class Columns:
    """The columns that pass through, in order.

    `types`: their Arrow types, where the output is Parquet. `as_json`: those whose values
    have no one type and are written as JSON text.
    """

    names: tuple[str, ...]
    types: Mapping[str, Any] = field(default_factory=dict)
    as_json: frozenset[str] = frozenset()


def check_tables(inputs: Sequence[Input], names: FieldNames) -> dict[str, list[str]]:
    """Give the columns of each table among the inputs, by the input's name.

    Refuses a column named like one of ours, and inputs that are all tables without a text.
    """
    found: dict[str, list[str]] = {}
    for source in inputs:
        if source.layout.format in (Format.CSV, Format.TSV):
            found[source.name] = header_of(source)
        elif source.layout.format is Format.PARQUET:
            from babelproof.jobs.parquet_reader import schema_of

            found[source.name] = list(schema_of(source).names)
        else:
            continue
        collisions = names.collisions(dict.fromkeys(found[source.name]))
        if collisions:
            raise FileError(
                f"{source.name}: expected no column named like ours, found "
                f"{', '.join(map(repr, collisions))}; rename, or pass --prefix with one that "
                f"makes our names differ (such as bp_)"
            )
    for column in filter(None, (names.text, names.id)):
        wanted = {column} if names.sentence or column == names.id else {column, "sentences"}
        if len(found) == len(inputs) and not any(wanted.intersection(c) for c in found.values()):
            name, columns = next(iter(found.items()))
            raise FileError(
                f"{name}: expected a column {column!r}, found {', '.join(columns)}; "
                f"name it with --{'id' if column == names.id else 'text'}-column"
            )
    return found


def plan_columns(inputs: Sequence[Input], names: FieldNames, typed: bool) -> Columns:
    """Find the columns of a table that holds all inputs; `typed`: with their Arrow types.

    A JSONL input is read once for it. Refuses Parquet inputs that disagree on a type.
    """
    tables = check_tables(inputs, names)
    types: dict[str, Any] = {}
    as_json: set[str] = set()
    for source in inputs:
        if source.layout.format is Format.JSONL:
            if isinstance(source.place, PipedInput):
                source.place.keep()
            own = _found_types(source, names, typed, as_json)
        else:
            own = _told_types(source, names, typed, tables.get(source.name, []))
        _unite(types, own, as_json if source.layout.format is Format.JSONL else None, source.name)
    kept = tuple(name for name in types if name not in names.own)
    return Columns(kept, {name: types[name] for name in kept} if typed else {}, frozenset(as_json))


def _told_types(
    source: Input, names: FieldNames, typed: bool, columns: Sequence[str]
) -> dict[str, Any]:
    if source.layout.format is Format.TXT:
        columns = [*filter(None, (names.id,)), *([] if names.sentence else ["file"]), names.text]
    if not typed:
        return dict.fromkeys(columns)
    if source.layout.format is Format.PARQUET:
        from babelproof.jobs.parquet_reader import schema_of

        schema = schema_of(source)
        return {name: schema.field(name).type for name in columns}
    return dict.fromkeys(columns, need("pyarrow", "Parquet output").string())


def _found_types(
    source: Input, names: FieldNames, typed: bool, as_json: set[str]
) -> dict[str, Any]:
    """Read a JSONL input for its fields; `as_json` takes those without one type."""
    types: dict[str, Any] = {}
    large: set[str] = set()
    fields = (record.fields for record in read_input(source, names) if record.fields is not None)
    while sample := list(islice(fields, _SAMPLE)):
        columns: dict[str, list[object]] = {}
        for record in sample:
            for name, value in record.items():
                columns.setdefault(name, []).append(value)
        if len(types | columns) > MOST_COLUMNS:
            raise FileError(
                f"{source.name}: expected at most {MOST_COLUMNS} different fields for a table, "
                f"found more; write JSONL"
            )
        if not typed:
            types |= dict.fromkeys(columns)
            continue
        for name, values in columns.items():
            if any(type(value) is int and abs(value) > _EXACT for value in values):
                large.add(name)
        own = {name: _type_of(values) for name, values in columns.items()}
        as_json.update(name for name, kind in own.items() if kind is None)
        _unite(types, own, as_json, source.name)
    if typed:
        double = need("pyarrow", "Parquet output").float64()
        as_json.update(name for name in large if types[name] == double)
        _make_text(types, as_json)
    return types


def _type_of(values: list[object]) -> Any:
    """Give the Arrow type of JSON values, None where they have no one type Parquet can hold."""
    arrow = need("pyarrow", "Parquet output")
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
    arrow = need("pyarrow", "Parquet output")
    if arrow.types.is_struct(kind):
        inner = [kind.field(index).type for index in range(kind.num_fields)]
        return not inner or any(map(_has_empty_struct, inner))
    return arrow.types.is_list(kind) and _has_empty_struct(kind.value_type)


def _unite(
    types: dict[str, Any], own: Mapping[str, Any], as_json: set[str] | None, file: str
) -> None:
    """Add columns; where types differ take one that holds both, or JSON text if allowed."""
    for name, kind in own.items():
        before = types.get(name)
        if before is None or kind is None or before == kind:
            types[name] = kind if before is None else before
            continue
        arrow = need("pyarrow", "Parquet output")
        pair = [arrow.schema([(name, one)]) for one in (before, kind)]
        try:
            types[name] = arrow.unify_schemas(pair, promote_options="permissive").field(name).type
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
    text = need("pyarrow", "Parquet output").string()
    types.update((name, text) for name in as_json if name in types)
