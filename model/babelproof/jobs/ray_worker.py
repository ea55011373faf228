"""Ray worker: what runs on the machines of a cluster, reading on one and scoring on all.

What travels between them is a table of one row: the number of a chunk, and the chunk or
what came of it.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from babelproof.cache import WindowCache
from babelproof.detector import Detector
from babelproof.jobs.extras import need
from babelproof.jobs.job import Chunk, InputReader, outcomes_of
from babelproof.jobs.options import JobOptions, origins
from babelproof.jobs.outcomes import Outcome


@dataclass(frozen=True)
class Setup:
    """What a worker loads, and what it must then be: `origins`, those of the machine that asks.

    `facts`: the user's own files, None where facts are left out. `cache`: megabytes.
    """

    bundle: Path | None
    facts: Sequence[Path] | None
    threads: int
    cache: int
    options: JobOptions
    origins: Mapping[str, Any]


@dataclass(frozen=True)
class Scores:
    """What came of a chunk, whose records are in the outcomes; windows as in `WindowCache`.

    `failure`: what kept it from being read or scored instead. Neither: the end of them all.
    """

    chunk: Chunk | None
    outcomes: Sequence[Outcome] = ()
    asked: int = 0
    found: int = 0
    failure: Exception | None = None


class RefusedWorkerError(ValueError):
    """A machine that would score otherwise than the one that asks, or cannot at all."""


def packed(number: int, content: object) -> Any:
    """Give a table of one row."""
    arrow = need("pyarrow", "--engine ray", "ray")
    data = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return arrow.table({"number": [number], "content": arrow.array([data], arrow.large_binary())})


def unpacked(table: Any) -> tuple[int, Any]:
    """Read a table of one row back."""
    return table["number"][0].as_py(), pickle.loads(table["content"][0].as_buffer())


def read_chunks(_: Any, reader: InputReader) -> Iterator[Any]:
    """Give all chunks from the reader's position on, as fast as they are asked for.

    A last table marks the end, or holds the failure that ended the reading.
    """
    number = 0
    try:
        for chunk in reader.chunks():
            yield packed(number, chunk)
            number += 1
    except Exception as failure:
        yield packed(number, failure)
    else:
        yield packed(number, None)


class Worker:
    """Scores chunks with a detector that is loaded once. One that may not score says why."""

    def __init__(self, setup: Setup) -> None:
        self._options = setup.options
        self._cache = WindowCache(setup.cache)
        self._refusal: Exception | None = None
        try:
            self._detector = self._load(setup)
        except (ValueError, OSError) as failure:
            node = platform.node()
            self._refusal = RefusedWorkerError(f"--engine ray: worker on {node}: {failure}")

    def _load(self, setup: Setup) -> Detector:
        facts = setup.facts is not None and tuple(setup.facts)
        detector = Detector.load(setup.bundle, setup.threads, facts)
        here = origins(detector, setup.facts or ())
        wrong = [name for name, value in setup.origins.items() if here[name] != value]
        if wrong:
            name = wrong[0]
            raise RefusedWorkerError(
                f"expected {name} {setup.origins[name]} as where the run was started, found "
                f"{here[name]}; install the same on every machine"
            )
        detector.remember(self._cache)
        return detector

    def __call__(self, table: Any) -> Any:
        """Score a chunk; a mark or a failure in its place is handed on."""
        number, chunk = unpacked(table)
        if not isinstance(chunk, Chunk):
            return packed(number, Scores(None, failure=chunk))
        if self._refusal is not None:
            return packed(number, Scores(None, failure=self._refusal))
        asked, found = self._cache.asked, self._cache.found
        outcomes = outcomes_of(chunk, self._detector, self._options)
        windows = self._cache.asked - asked, self._cache.found - found
        return packed(number, Scores(replace(chunk, records=[]), outcomes, *windows))
