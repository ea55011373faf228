"""Columns: what a table must have to hold every record, known before the first is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babelproof.files import FileError
from babelproof.jobs.delimited import TableError, header_of
from babelproof.jobs.extras import need
from babelproof.jobs.field_types import found_types, unite, without_surrogates
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.readers import read_input
from babelproof.records import FieldNames


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

    Refuses a column named like one of ours, inputs that are all tables without a text, and
    those of which none can be read; one among others has no columns, and its reader tells.
    """
    found: dict[str, list[str]] = {}
    refusals: list[TableError] = []
    for source in inputs:
        if not source.layout.format.is_table:
            continue
        try:
            columns = _columns_of(source)
        except TableError as refusal:
            refusals.append(refusal)
            continue
        found[source.name] = columns
        collisions = names.collisions(dict.fromkeys(columns))
        if collisions:
            raise FileError(
                f"{source.name}: expected no column named like ours, found "
                f"{', '.join(map(repr, collisions))}; rename, or pass --prefix with one that "
                f"makes our names differ (such as bp_)"
            )
    if refusals and len(refusals) == len(inputs):
        raise refusals[0]
    if all(source.layout.format.is_table for source in inputs):
        _check_names(found, names)
    return found


def _columns_of(source: Input) -> list[str]:
    if source.layout.format is not Format.PARQUET:
        return header_of(source)
    from babelproof.jobs.parquet_reader import schema_of

    return list(schema_of(source).names)


def _check_names(tables: Mapping[str, Sequence[str]], names: FieldNames) -> None:
    for column in filter(None, (names.text, names.id)):
        wanted = {column} if names.sentence or column == names.id else {column, "sentences"}
        if not any(wanted.intersection(columns) for columns in tables.values()):
            name, columns = next(iter(tables.items()))
            raise FileError(
                f"{name}: expected a column {column!r}, found {', '.join(columns)}; "
                f"name it with --{'id' if column == names.id else 'text'}-column"
                f"{_separator_hint(columns)}"
            )


def _separator_hint(columns: Sequence[str]) -> str:
    """Say where a table's cells are separated by another character than its format's."""
    for separator, name in {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}.items():
        if len(columns) == 1 and separator in columns[0]:
            return f"; its cells seem to be separated by {name}: write them as CSV or TSV"
    return ""


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
            records = (record.fields for record in read_input(source, names) if record.fields)
            unite(types, found_types(records, source.name, typed, as_json), as_json, source.name)
        else:
            own = _told_types(source, names, typed, tables.get(source.name, []))
            unite(types, own, None, source.name)
    kept = names.passing(types)
    _check_escaped(kept)
    return Columns(kept, {name: types[name] for name in kept} if typed else {}, frozenset(as_json))


def _check_escaped(names: Sequence[str]) -> None:
    """Refuse names that differ only until their lone surrogates are escaped, as tables must."""
    if len(set(map(without_surrogates, names))) < len(names):
        raise FileError(
            "expected fields that differ in a table too, found two whose names are the same "
            "when their lone surrogates are escaped; rename one, or write JSONL"
        )


def _told_types(
    source: Input, names: FieldNames, typed: bool, columns: Sequence[str]
) -> dict[str, Any]:
    if source.layout.format is Format.TXT:
        columns = [*filter(None, (names.id,)), *([] if names.sentence else ["file"]), names.text]
    if not typed:
        return dict.fromkeys(columns)
    if columns and source.layout.format is Format.PARQUET:
        from babelproof.jobs.parquet_reader import schema_of

        schema = schema_of(source)
        return {name: schema.field(name).type for name in columns}
    return dict.fromkeys(columns, need("pyarrow", "Parquet output").string())
