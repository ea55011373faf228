"""Sinks: where a run's shards go, to files by way of a folder, or straight to a stream."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, BinaryIO, Protocol, cast

from babelproof.jobs.columns import Columns
from babelproof.jobs.formats import Format, Layout
from babelproof.jobs.options import JobOptions
from babelproof.jobs.outcomes import Outcome
from babelproof.jobs.outlets import Outlet
from babelproof.jobs.places import Place
from babelproof.jobs.shards import Receipt, Shards, Summed
from babelproof.jobs.tally import Tally
from babelproof.jobs.writers import Writer, open_writer
from babelproof.records import FieldNames

OUTPUT, REJECTS = "output", "rejects"


class OpenShard:
    """Takes the outcomes of one shard, puts each on its side and counts it."""

    def __init__(self, writers: dict[str, Writer], options: JobOptions) -> None:
        self._writers = writers
        self._options = options
        self.tally = Tally()

    def write(self, outcomes: Sequence[Outcome]) -> None:
        """Write outcomes in order: to the output, or those a filter stops to the rejects."""
        side, names = self._options.filter, self._options.names
        whole = self._options.document_from
        kept, rejected = [], []
        for outcome in outcomes:
            passes = side is None or outcome.is_on(side, whole)
            self.tally.add(outcome, passes)
            if passes:
                kept.append(outcome)
            else:
                rejected.append(outcome.rejected(names, whole))
        self._writers[OUTPUT].write(kept)
        if rejected:
            self._writers[REJECTS].write(rejected)


class Sink(Protocol):
    """Where shards go: opened and finished one after the other, then completed together."""

    def open(self, number: int) -> Any: ...

    def finish(self, receipt: Receipt) -> Receipt: ...

    def complete(self, receipts: Sequence[Receipt]) -> dict[str, dict[str, Any]]: ...

    def close(self) -> None: ...


class ShardSink:
    """Shards in a folder, joined to the output and the rejects when all are there."""

    def __init__(
        self,
        shards: Shards,
        places: dict[str, Place],
        devices: dict[str, BinaryIO],
        options: JobOptions,
        columns: Columns,
    ) -> None:
        self.shards = shards
        self._places = places
        self._outlets = _outlets(devices, options, columns)
        self._options = options
        self._columns = columns
        self._sums: dict[str, str] = {}

    @contextmanager
    def open(self, number: int) -> Iterator[OpenShard]:
        """Open shard `number`: its files are complete when the block ends well, else absent."""
        self._sums = {}
        with ExitStack() as stack:
            writers = {}
            for kind in self._places:
                name = f"{number:08}{self._ending(kind)}"
                stream = stack.enter_context(self.shards.write(name, self._sums))
                writers[kind] = stack.enter_context(self._writer(stream, kind, number == 0))
            for kind, outlet in self._outlets.items():
                writers[kind] = stack.enter_context(outlet.shard())
            yield OpenShard(writers, self._options)

    def _writer(self, stream: BinaryIO, kind: str, first: bool) -> Any:
        layout, names = _layout(self._options, kind), _names(self._options, kind)
        return open_writer(stream, layout, self._columns, names, first)

    def _ending(self, kind: str) -> str:
        return f".{kind}{_layout(self._options, kind).suffix}"

    def finish(self, receipt: Receipt) -> Receipt:
        """Make the shard count; gives its receipt with the sums of its files."""
        receipt = replace(receipt, sums=dict(self._sums))
        self.shards.finish(receipt)
        return receipt

    def complete(self, receipts: Sequence[Receipt]) -> dict[str, dict[str, Any]]:
        """Join the shards to the files asked for; says what was written."""
        self.close()
        return {kind: self._join(kind, receipts) for kind in self._places}

    def _join(self, kind: str, receipts: Sequence[Receipt]) -> dict[str, Any]:
        place, layout = self._places[kind], _layout(self._options, kind)
        shards = self.shards.checked(receipts, self._ending(kind))
        # A kill in the middle then leaves nothing beside the output.
        with place.by_way_of(self.shards.folder, f"{kind}.joined").write() as raw:
            summed = Summed(raw)
            if layout.format is Format.PARQUET:
                from babelproof.jobs.parquet_writer import join_shards, schema_of

                schema = schema_of(self._columns, _names(self._options, kind))
                join_shards(shards, cast(BinaryIO, summed), schema)
            else:
                for shard in shards:
                    with shard.open() as part:
                        shutil.copyfileobj(part, summed, 1 << 20)
        return {"name": place.name, "bytes": summed.size, "sha256": summed.sum()}

    def close(self) -> None:
        """End what went to devices, wherever it stops."""
        _close(self._outlets)


class StreamSink:
    """Shards straight to a stream, such as standard output; rejects to a file of their own."""

    def __init__(self, streams: dict[str, BinaryIO], options: JobOptions, columns: Columns) -> None:
        self._outlets = _outlets(streams, options, columns)
        self._options = options

    @contextmanager
    def open(self, number: int) -> Iterator[OpenShard]:
        """Open the next shard."""
        with ExitStack() as stack:
            writers = {
                kind: stack.enter_context(outlet.shard()) for kind, outlet in self._outlets.items()
            }
            yield OpenShard(writers, self._options)

    def finish(self, receipt: Receipt) -> Receipt:
        """Nothing is kept of a shard that was handed on."""
        return receipt

    def complete(self, receipts: Sequence[Receipt]) -> dict[str, dict[str, Any]]:
        """End what was written; no file of it is ours to describe."""
        self.close()
        return {}

    def close(self) -> None:
        """End what was written, wherever it stops."""
        _close(self._outlets)


def _outlets(
    streams: Mapping[str, BinaryIO], options: JobOptions, columns: Columns
) -> dict[str, Outlet]:
    return {
        kind: Outlet(stream, _layout(options, kind), columns, _names(options, kind))
        for kind, stream in streams.items()
    }


def _close(outlets: Mapping[str, Outlet]) -> None:
    for outlet in outlets.values():
        outlet.close()


def _layout(options: JobOptions, kind: str) -> Layout:
    return options.layout if kind == OUTPUT else options.rejects_layout


def _names(options: JobOptions, kind: str) -> FieldNames:
    """Give the names of what is written: only rejects say why they are."""
    return replace(options.names, rejects=kind == REJECTS)
