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
    times = ", ".join(
        f"{engine} {ratio:.2f} times" for engine, ratio in found["scaling"].items()
    )  # fmt: skip
    return "\n\n".join(
        [
            f"{described(found['machine'])} Ray {found['machine']['ray']}. Sample: {judged:,} "
            f"judged sentences in {sample['texts']:,} documents, none twice; no cache.",
            "\n".join(
                [
                    "| for 1 billion sentences | |",
                    "|---|---:|",
                    f"| processor hours | {model['processor_hours']:,} |",
                    *(
                        f"| hours on {int(count):,} processors | {hours:,.1f} |"
                        for count, hours in model["hours"].items()
                    ),
                    f"| processors beyond which the reading and writing machine is the limit "
                    f"| {model['most_processors']:,} |",
                ]
            ),
            f"They follow from the processor time of each part, for 1,000 sentences: scoring "
            f"{part['score_seconds']:.2f} s on one thread (that is "
            f"{model['sentences_per_second_and_processor']:.0f} sentences a second and processor), "
            f"reading {part['read_seconds']:.3f} s, writing {part['write_seconds']:.3f} s. A "
            f"sentence is {part['bytes_to_a_worker']:,} bytes on its way to a worker and "
            f"{part['bytes_from_a_worker']:,} on its way back.",
            "\n".join(
                [
                    "| engine here | | sentences/s | start | load of the machine | runs |",
                    "|---|---:|---:|---:|---:|---:|",
                    *rows,
                ]
            ),
            f"With more in place of one: {times}. Rates are medians, without the start; the "
            f"load is the highest average number of processes that wanted to compute on the "
            f"{found['machine']['processors']} processors: where it is far above those, other "
            f"work ran beside, and neither the rates nor their ratio are those of a free machine.",
        ]
    )


def _run(name: str, runs: list[Mapping[str, Any]]) -> str:
    engine, _, count = name.rpartition("-")
    rate = statistics.median(run["sentences_per_second"] for run in runs)
    start = statistics.median(run["start_seconds"] for run in runs)
    load = max(run["load"] for run in runs)
    return f"| {_ENGINES[engine]} | {count} | {rate:,.1f} | {start:,.1f} s | {load} | {len(runs)} |"
