"""Cluster page: the figures of a billion sentences, written from the JSON alone."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from eval.bench.page import machine as described

_ENGINES = {"local": "local, threads", "ray": "Ray, workers of one processor"}


def render(found: Mapping[str, Any]) -> str:
    """Give the block of figures in Markdown."""
    part, model = found["parts"], found["model"]
    sample, judged = found["sample"], part["sentences"]
    rows = [_run(name, each) for name, each in found["runs"].items()]
    return "\n\n".join(
        [
            f"{described(found['machine'])} Ray {found['machine']['ray']}. Sample: {judged:,} "
            f"judged sentences in {sample['texts']:,} documents, none twice; no cache.",
            "\n".join(
                [
                    "| for 1 billion sentences | |",
                    "|---|---:|",
                    f"| processor hours of scoring | {model['processor_hours']:,} |",
                    *_whole(model["processor_hours_whole"]),
                    *(
                        f"| hours on {int(count):,} processors that only score | {hours:,.1f} |"
                        for count, hours in model["hours"].items()
                    ),
                    f"| processors beyond which the reading and writing machine is the limit "
                    f"| {model['most_processors']:,} |",
                ]
            ),
            f"They follow from the processor time of each part, for 1,000 sentences: scoring "
            f"{part['score_seconds']:.2f} s on one thread (that is "
            f"{model['sentences_per_second_and_processor']:.0f} sentences a second and processor), "
            f"reading {part['read_seconds']:.4f} s, writing {part['write_seconds']:.4f} s. A "
            f"sentence is {part['bytes_to_a_worker']:,} bytes on its way to a worker and "
            f"{part['bytes_from_a_worker']:,} on its way back.",
            "\n".join(
                [
                    "| engine here | | sentences/s | start | used by others | runs |",
                    "|---|---:|---:|---:|---:|---:|",
                    *rows,
                ]
            ),
            "Rates are medians over the runs, without the start. What others used is the highest "
            "share of all processors in use just before or after a run. "
            + " ".join(_scaled(engine, ratio) for engine, ratio in found["scaling"].items()),
        ]
    )


def _whole(hours: int | None) -> list[str]:
    if hours is None:
        return []
    return [f"| processor hours at the rate of the whole command here, below | {hours:,} |"]


def _scaled(engine: str, ratio: float | None) -> str:
    if ratio is None:
        return (
            f"How the engine {engine} scales is not told: others used the machine beside its "
            f"runs, so that those cannot be compared."
        )
    return f"With several in place of one the engine {engine} is {ratio:.2f} times as fast."


def _run(name: str, runs: list[Mapping[str, Any]]) -> str:
    engine, _, count = name.rpartition("-")
    rate = statistics.median(run["sentences_per_second"] for run in runs)
    start = statistics.median(run["start_seconds"] for run in runs)
    used = max(run["used_by_others"] for run in runs)
    cells = (_ENGINES[engine], count, f"{rate:,.1f}", f"{start:,.1f} s", f"{used:.0%}", len(runs))
    return f"| {' | '.join(map(str, cells))} |"
