"""Job: inputs read, scored and written shard by shard, once, whatever interrupts it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from babelproof.batch import CHUNK_RECORDS, chunks, content_size, score_chunk
from babelproof.files import FileError
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input
from babelproof.jobs.options import SHARD_CHARACTERS, JobOptions, OnError
from babelproof.jobs.outcomes import Outcome, settle
from babelproof.jobs.progress import RunProgress
from babelproof.jobs.readers import Cursor, read_input
from babelproof.jobs.shards import Position, Receipt
from babelproof.jobs.sinks import Sink
from babelproof.jobs.tally import CountError, Tally
from babelproof.records import Record

if TYPE_CHECKING:
    from babelproof.detector import Detector
    from babelproof.jobs.engines import Engine


class BadRecordError(FileError):
    """A record that stops the run, as asked for by `--on-error stop`."""


@dataclass(frozen=True)
class Chunk:
    """Records scored together; `next`: where reading stands; `closes`: it ends its shard.

    `read`: bytes of all inputs that are behind it. `given`: records that the reader gave up
    to its end, which stays when the records themselves are no longer needed.
    """

    records: list[Record]
    next: Position
    closes: bool
    read: int = 0
    given: int = 0


class InputReader:
    """All inputs as one sequence of records, from a position on. Can be pickled before it reads.

    `given`: how many records it gave in all; None until it has, and in any copy of it.
    """

    def __init__(self, inputs: Sequence[Input], options: JobOptions, start: Position) -> None:
        self._inputs = inputs
        self._options = options
        self._plain = any(layout.format is not Format.PARQUET for layout in options.written_layouts)
        self.position = start
        self.given: int | None = None

    def settled(self) -> InputReader:
        """Give it for another process of this machine, whose current folder may be another."""
        inputs = [source.settled() for source in self._inputs]
        return InputReader(inputs, self._options, self.position)

    def chunks(self) -> Iterator[Chunk]:
        """Give the records in chunks; where these and shards end depends on the records alone."""
        records, characters, given, cursor = 0, 0, 0, Cursor()
        most = min(CHUNK_RECORDS, self._options.shard_records)
        for chunk in chunks(self._records(cursor), most):
            records += len(chunk)
            given += len(chunk)
            characters += sum(map(content_size, chunk))
            closes = records >= self._options.shard_records or characters >= SHARD_CHARACTERS
            if closes:
                records, characters = 0, 0
            yield Chunk(chunk, self.position, closes, cursor.bytes, given)
        self.given = given

    def _records(self, cursor: Cursor) -> Iterator[Record]:
        start = self.position
        for source in self._inputs[: start.input]:
            cursor.leave(source.size)
        for number, source in enumerate(self._inputs[start.input :], start=start.input):
            done = start.records if number == start.input else 0
            names = self._options.names
            for record in read_input(source, names, done, cursor, self._plain):
                done += 1
                # Chunks are closed by their last record: when one is, this is where we are.
                self.position = Position(number, done)
                yield record


def outcomes_of(chunk: Chunk, detector: Detector, options: JobOptions) -> list[Outcome]:
    """Score a chunk: an outcome for each of its records, in order."""
    items = score_chunk(chunk.records, detector, options.date)
    return [settle(item, options.names) for item in items]


def run_shards(
    inputs: Sequence[Input],
    options: JobOptions,
    engine: Engine,
    sink: Sink,
    receipts: list[Receipt],
    progress: RunProgress,
) -> Tally:
    """Score what `receipts` do not cover and add to them; gives the counts of all shards.

    Raises `BadRecordError` at the first bad record, where that is asked for.
    """
    run = Tally()
    total = _sum([receipt.tally for receipt in receipts])
    start = receipts[-1].next if receipts else Position()
    reader = InputReader(inputs, options, start)
    clock, settled = _Clock(engine), 0
    with closing(engine.run(reader)) as results:
        while True:
            first = next(results, None)
            if first is None and receipts:
                break
            end = start
            with sink.open(len(receipts)) as shard:
                for chunk, outcomes in chain([first] if first else [], results):
                    settled += len(outcomes)
                    _check_count(settled, chunk.given)
                    _refuse_bad(outcomes, options)
                    shard.write(outcomes)
                    end = chunk.next
                    progress.show(_sum([run, shard.tally]), chunk.read)
                    if chunk.closes:
                        break
            clock.charge(shard.tally)
            receipts.append(sink.finish(Receipt(len(receipts), {}, shard.tally, end)))
            run.include(shard.tally)
            total.include(shard.tally)
            shard.tally.errors.clear()  # the total has the first ones; memory must stay flat
            if first is None:
                break
    if reader.given is not None:
        _check_count(settled, reader.given)
    total.check()
    return total


def _check_count(settled: int, given: int) -> None:
    """Refuse a count of outcomes that is not that of the records read: one was lost or doubled."""
    if settled != given:
        raise CountError(f"outcomes: expected one for each of {given} records, found {settled}")


class _Clock:
    """Charges each shard with the time and the windows since the one before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last = (time.monotonic(), 0, 0)

    def charge(self, tally: Tally) -> None:
        """Put what passed since the last call into a tally."""
        seconds, asked, found = self._last
        self._last = (time.monotonic(), self._engine.asked, self._engine.found)
        tally.seconds = self._last[0] - seconds
        tally.windows = self._last[1] - asked
        tally.repeated_windows = self._last[2] - found


def _refuse_bad(outcomes: Sequence[Outcome], options: JobOptions) -> None:
    if options.on_error is OnError.STOP:
        for outcome in outcomes:
            if outcome.verdict is None:
                place = f"{outcome.record.file}:{outcome.record.line}"
                raise BadRecordError(f"{place}: {outcome.error} (stopped by --on-error stop)")


def _sum(tallies: Sequence[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.include(tally)
    return total
