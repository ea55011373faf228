"""Engines: what scores the chunks of a run and gives them back in their order."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Protocol

from babelproof.cache import WindowCache
from babelproof.jobs.job import Chunk, InputReader, outcomes_of
from babelproof.jobs.options import EngineName, JobOptions
from babelproof.jobs.outcomes import Outcome
from babelproof.jobs.pipeline import in_order

if TYPE_CHECKING:
    from babelproof.detector import Detector

Results = Generator[tuple[Chunk, list[Outcome]], None, None]
"""Chunks with the outcomes of their records, in the order in which they were read."""


class Engine(Protocol):
    """What scores. `workers`: how many work at once.

    `asked` counts windows so far, `found` those of them that were read before.
    """

    name: EngineName
    workers: int

    @property
    def asked(self) -> int: ...

    @property
    def found(self) -> int: ...

    def run(self, reader: InputReader) -> Results: ...


class LocalEngine:
    """Threads of this process, one detector, and a cache of so many megabytes."""

    name = EngineName.LOCAL

    def __init__(self, detector: Detector, options: JobOptions, megabytes: int) -> None:
        self.workers = options.workers or 1
        self._options = options
        self._detector = detector
        self._cache = WindowCache(megabytes)
        detector.remember(self._cache)

    @property
    def asked(self) -> int:
        """How many windows were to be read."""
        return self._cache.asked

    @property
    def found(self) -> int:
        """How many of them had been read before."""
        return self._cache.found

    def run(self, reader: InputReader) -> Results:
        """Score what is read, the reading and writing of some beside the computing of others."""

        def score(chunk: Chunk) -> tuple[Chunk, list[Outcome]]:
            return chunk, outcomes_of(chunk, self._detector, self._options)

        # One more than asked: while one chunk waits for the encoder, the next is made ready.
        return in_order(score, reader.chunks(), self.workers + 1, self._cache.stopped)
