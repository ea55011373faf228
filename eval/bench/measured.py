"""Measured: rows of the bench's table, one for each contender."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bench.job import ContenderError, Job
from eval.bench.watch import Watched, watch


def row(
    name: str,
    note: str,
    sentences: int,
    tokens: int | None,
    seconds: Sequence[float],
    start: float,
    peak: float,
) -> dict[str, Any]:
    """Give a row as JSON-ready values: medians, the lowest and the highest."""  # fmt: skip
    return {
        "name": name,
        "note": note,
        "sentences": sentences,
        "tokens": tokens,
        "seconds": [round(value, 6) for value in seconds],
        "sentences_per_second": spread([sentences / value for value in seconds]),
        "tokens_per_second": None if tokens is None else spread([tokens / v for v in seconds]),
        "peak_mb": round(peak, 1),
        "startup_seconds": round(start, 2),
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Give median, lowest and highest.

    >>> spread([3.0, 1.0, 2.0])
    {'median': 2.0, 'low': 1.0, 'high': 3.0}
    """
    return {
        "median": round(statistics.median(values), 2),
        "low": round(min(values), 2),
        "high": round(max(values), 2),
    }


def contender(name: str, job: Job, repeats: int) -> dict[str, Any]:
    """Measure a contender in a process of its own; raises `ContenderError` where it cannot run."""
    command = [sys.executable, "-m", "eval.bench.worker", name, str(repeats)]
    found = watch(command, job.to_json() + "\n", codes=(0, 2))
    lines = [(at, json.loads(line)) for at, line in found.lines if line.startswith("{")]
    start, first = lines[0]
    if "refused" in first:
        raise ContenderError(first["refused"])
    note = lines[1][1]["note"]
    seconds = [values["seconds"] for _, values in lines[2:]]
    return row(name, note, first["sentences"], first["tokens"], seconds, start, found.peak_mb)


def joined(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Join the rows of one contender's rounds."""
    first = rows[0]
    return row(
        first["name"],
        first["note"],
        first["sentences"],
        first["tokens"],
        [value for part in rows for value in part["seconds"]],
        statistics.median(part["startup_seconds"] for part in rows),
        max(part["peak_mb"] for part in rows),
    )


@dataclass(frozen=True)
class Score:
    """`babelproof score` as a command, from start to end, on a file of records.

    `cache`: megabytes for repeated windows, the command's own default where None.
    """

    job: Job
    folder: Path
    cache: int | None = 0

    def run(self, sample: Path) -> Watched:
        """Score a file into the folder, which is emptied first."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return watch(
            [
                *(sys.executable, "-m", "babelproof", "score", str(sample)),
                *("-o", str(self.folder / "scored.jsonl"), "--progress", "off"),
                *("--unit", self.job.unit.value, "--bundle", str(self.job.bundle)),
                *("--threads", str(self.job.threads)),
                *(() if self.cache is None else ("--cache", str(self.cache))),
            ]
        )

    def manifest(self) -> dict[str, Any]:
        """Read the manifest of the last run."""
        text = (self.folder / "scored.jsonl.manifest.json").read_text(encoding="utf-8")
        values: dict[str, Any] = json.loads(text)
        return values

    def measure(self, name: str, tokens: int) -> dict[str, Any]:
        """Give the row of one run: the whole command, its start-up included."""
        first = self.folder.parent / "one.jsonl"
        with self.job.sample.open(encoding="utf-8") as file:
            first.write_text(file.readline(), encoding="utf-8")
        start = self.run(first).seconds
        found = self.run(self.job.sample)
        judged = self.manifest()["counts"]["judged_sentences"]
        note = "the whole command, start-up included"
        return row(name, note, judged, tokens, [found.seconds], start, found.peak_mb)
