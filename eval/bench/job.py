"""Job: what the process of a contender is to do, and what one pass of its work is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from babelproof.jobs.formats import Unit
from eval.bench.sample import Sample


class ContenderError(ValueError):
    """A contender that cannot run here: a package or a training set is missing."""


@dataclass(frozen=True)
class Job:
    """What a contender's process is to do; `unit` as in `Sample`, `threads` for the model."""

    sample: Path
    unit: Unit
    bundle: Path
    threads: int
    train_set: Path | None = None
    cache: Path = Path("work")

    def read(self) -> Sample:
        """Read the sample back."""
        lines = self.sample.read_text(encoding="utf-8").splitlines()
        texts = tuple(json.loads(line)["text"] for line in lines)
        return Sample(texts, self.unit, self.sample.name)

    def to_json(self) -> str:
        """Give the job as one line."""
        values = {name: None if v is None else str(v) for name, v in vars(self).items()}
        return json.dumps({**values, "threads": self.threads})

    @classmethod
    def from_json(cls, line: str) -> Job:
        """Read what `to_json` gave."""
        values = json.loads(line)
        paths = {
            name: None if values[name] is None else Path(values[name])
            for name in ("sample", "bundle", "train_set", "cache")
        }
        return cls(**{**values, **paths, "unit": Unit(values["unit"])})


@dataclass(frozen=True)
class Work:
    """One pass over a sample in batches of `sizes[n]`: over so many sentences and tokens.

    `run` does it, `trial` a small part of it, by which the best of several sizes is chosen.
    `tokens` counts those that the model reads, padding not counted; None where there are none.
    """

    run: Callable[[int], object]
    sentences: int
    tokens: int | None
    note: str = ""
    sizes: Sequence[int] = (1,)
    trial: Callable[[int], object] = lambda size: None


class Contender(Protocol):
    """Makes everything ready that is needed only once, and gives the work."""

    def __call__(self, job: Job) -> Work: ...
