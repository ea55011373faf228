"""Parquet out: what came in with its types, and our columns with theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, BinaryIO

from babelproof.files import FileError
from babelproof.jobs.arrow_values import Unreadable, json_values
from babelproof.jobs.columns import Columns
from babelproof.jobs.extras import need
from babelproof.jobs.field_types import without_surrogates
from babelproof.jobs.outcomes import Outcome
from babelproof.jobs.parquet_reader import ArrowRecord
from babelproof.jobs.places import Place
from babelproof.labels import LABELS
from babelproof.records import FieldNames, Record

_PURPOSE = "Parquet output"


@cache
def own_types() -> dict[str, Any]:
    """Give the Arrow types of our fields, by their names without a prefix."""
    arrow = need("pyarrow", _PURPOSE)
    text, whole, real, flag = arrow.string(), arrow.int64(), arrow.float64(), arrow.bool_()
    labels = arrow.struct([(label.value, real) for label in LABELS])
    finding = [
        *(("label", text), ("start", whole), ("end", whole), ("text", text)),
        *(("score", real), ("source", text), ("evidence", text)),
    ]
    findings = arrow.list_(arrow.struct(finding))
    sentence = [
        *(("text", text), ("start", whole), ("end", whole), ("status", text)),
        *(("reason", text), ("score", real), ("held", flag)),
        *(("labels", labels), ("findings", findings)),
    ]
    return {
        "schema_version": arrow.int32(),
        **dict.fromkeys(("status", "reason", "error", "file", "raw", "rejected"), text),
        **dict.fromkeys(("score", "document_score"), real),
        "held": flag,
        "labels": labels,
        "findings": findings,
        "sentences": arrow.list_(arrow.struct(sentence)),
        "line": whole,
    }


def schema_of(columns: Columns, names: FieldNames) -> Any:
    """Give the schema of the output: the columns that pass through, then ours."""
    arrow = need("pyarrow", _PURPOSE)
    types, size = own_types(), len(names.prefix)
    own = [(name, types[name[size:]]) for name in names.beside(columns.names)]
    passing = [(without_surrogates(name), columns.types[name]) for name in columns.names]
    return arrow.schema([*passing, *own])


class ParquetShard:
    """One shard: a Parquet file of one row group, written when it is closed."""

    def __init__(self, stream: BinaryIO, columns: Columns, names: FieldNames) -> None:
        self._stream = stream
        self._columns = columns
        self._own = names.beside(columns.names)
        self._prefix = names.prefix
        self._schema = schema_of(columns, names)
        self._batches: list[Any] = []

    def write(self, outcomes: Sequence[Outcome]) -> None:
        for _, group in groupby(outcomes, key=_batch_id):
            own = list(group)
            first = own[0].record
            if isinstance(first, ArrowRecord):
                rows = [outcome.record for outcome in own]
                arrays = self._taken(first.batch, rows)
            else:
                arrays = self._converted(own)
            batch = need("pyarrow", _PURPOSE).RecordBatch
            ours = self._ours(own)
            self._batches.append(batch.from_arrays([*arrays, *ours], schema=self._schema))

    def close(self) -> None:
        arrow, parquet = need("pyarrow", _PURPOSE), need("pyarrow.parquet", _PURPOSE)
        table = arrow.Table.from_batches(self._batches, self._schema)
        with parquet.ParquetWriter(self._stream, self._schema, compression="zstd") as writer:
            writer.write_table(table, row_group_size=max(table.num_rows, 1))

    def _taken(self, batch: Any, rows: Sequence[Record]) -> Iterator[Any]:
        """Take the columns as they came, so that they keep every value exactly."""
        arrow = need("pyarrow", _PURPOSE)
        indexes = arrow.array([row.index for row in rows if isinstance(row, ArrowRecord)])
        taken = batch.take(indexes)
        for name in self._columns.names:
            kind = self._columns.types[name]
            if name not in batch.schema.names:
                yield arrow.nulls(len(rows), kind)
            elif name in self._columns.as_json:
                values = [
                    None if value is None or isinstance(value, Unreadable) else _json(value)
                    for value in json_values(taken.column(name))
                ]
                yield _array(values, kind, name)
            else:
                yield _cast(taken.column(name), kind, name)

    def _converted(self, outcomes: Sequence[Outcome]) -> Iterator[Any]:
        types = need("pyarrow", _PURPOSE).types
        own = [outcome.record.fields or {} for outcome in outcomes]
        whole = [outcome.fields for outcome in outcomes]
        for name in self._columns.names:
            # A text column may have the name of one of our texts that give way to it.
            rows = whole if types.is_string(self._columns.types[name]) else own
            values = [row.get(name) for row in rows]
            if name in self._columns.as_json:
                values = [None if value is None else _json(value) for value in values]
            yield _array(values, self._columns.types[name], name)

    def _ours(self, outcomes: Sequence[Outcome]) -> Iterator[Any]:
        size = len(self._prefix)
        for name in self._own:
            values = [outcome.ours.get(name) for outcome in outcomes]
            convert = _NESTED.get(name[size:])
            if convert is not None:
                values = [None if value is None else convert(value) for value in values]
            yield _array(values, self._schema.field(name).type, name)


def join_shards(shards: Iterable[Place], stream: BinaryIO, schema: Any) -> None:
    """Write the row groups of all shards, in order, as one Parquet file."""
    parquet = need("pyarrow.parquet", _PURPOSE)
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        for shard in shards:
            with shard.open() as part:
                file = parquet.ParquetFile(part)
                for group in range(file.num_row_groups):
                    table = file.read_row_group(group)
                    writer.write_table(table, row_group_size=max(table.num_rows, 1))


def _batch_id(outcome: Outcome) -> int:
    return id(outcome.record.batch) if isinstance(outcome.record, ArrowRecord) else 0


def _findings(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give findings with their evidence, which has no fixed fields, as JSON text."""
    return [
        {**item, "evidence": None if item["evidence"] is None else _json(item["evidence"])}
        for item in findings
    ]


def _sentences(sentences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**item, "findings": _findings(item["findings"])} for item in sentences]


_NESTED: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "findings": _findings,
    "sentences": _sentences,
}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _array(values: list[Any], kind: Any, name: str) -> Any:
    arrow = need("pyarrow", _PURPOSE)
    try:
        try:
            return arrow.array(values, kind)
        except UnicodeEncodeError:
            return arrow.array([without_surrogates(value) for value in values], kind)
    except (ValueError, TypeError, OverflowError) as failure:
        raise _misfit(name, kind, failure) from None


def _cast(column: Any, kind: Any, name: str) -> Any:
    """Give a column in the type that holds those of all inputs."""
    if column.type == kind:
        return column
    try:
        return column.cast(kind)
    except (ValueError, NotImplementedError) as failure:
        raise _misfit(name, kind, failure) from None


def _misfit(name: str, kind: Any, failure: Exception) -> FileError:
    return FileError(
        f"column {name!r}: expected values that fit {kind}, found: {failure}; write JSONL"
    )
