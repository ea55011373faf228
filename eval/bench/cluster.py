"""Cluster: what a billion sentences cost on a Ray cluster, from what is measured here.

`python -m eval.bench.cluster` runs `babelproof score` with both engines on one sample, takes
the parts of its work apart, writes `eval/cluster.json`, and from that the figures in
`docs/cluster.md`.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer

from babelproof.detector import Detector
from babelproof.jobs.columns import Columns
from babelproof.jobs.formats import layout_of
from babelproof.jobs.inputs import find_inputs
from babelproof.jobs.job import InputReader
from babelproof.jobs.options import EngineName, JobOptions, origins
from babelproof.jobs.ray_worker import Setup, Worker, read_chunks, unpacked
from babelproof.jobs.shards import Position
from babelproof.jobs.sinks import OUTPUT, StreamSink
from data.shared import CHECKOUT, DataError, shared_path
from eval.bench.__main__ import BUNDLE, machine
from eval.bench.cluster_page import render
from eval.bench.sample import Sample, SampleError, from_file, news
from eval.bench.watch import FailedError, watch
from eval.readme import replace_figures

FEW = 0.05
"""Share of the sample that a run scores to tell what its start costs."""

QUIET = 0.15
"""Share of the processors that others may use before and after a run that counts as undisturbed."""

PASSES = 7
"""Passes over the quick parts, of which the median counts."""

CHUNKS = 24
"""Chunks into which shards of few records divide a sample: several workers need several."""


def runs(sample: Sample, bundle: Path, folder: Path, workers: int, repeats: int) -> dict[str, Any]:
    """Score the sample with each engine, with one worker and with so many, a few times.

    Runs take turns. A small part of the sample, scored the same way, tells what starting costs,
    so that the rate is that of a long run.
    """
    few = replace(sample, texts=sample.texts[: max(1, round(FEW * len(sample.texts)))])
    files = sample.write(folder / "all.jsonl"), few.write(folder / "few.jsonl")
    size = max(1, len(sample.texts) // CHUNKS)
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for _, engine, count in product(range(repeats), EngineName, sorted({1, workers})):
        print(f"scoring with {engine.value} on {count}", file=sys.stderr, flush=True)
        given = ["--shard-records", str(size), "--threads", "1", "--workers", str(count)]
        if engine is EngineName.LOCAL:
            given[3:] = [str(count)]
        before = others()
        seconds, counts = zip(*(_score(file, bundle, engine, given) for file in files), strict=True)
        more = counts[0]["judged_sentences"] - counts[1]["judged_sentences"]
        found.setdefault((engine.value, count), []).append(
            {
                "seconds": round(seconds[0], 2),
                "sentences": counts[0]["judged_sentences"],
                "sentences_per_second": round(more / (seconds[0] - seconds[1]), 2),
                "start_seconds": round(
                    seconds[1] - counts[1]["judged_sentences"] * (seconds[0] - seconds[1]) / more,
                    2,
                ),
                "used_by_others": round(max(before, others()), 2),
            }
        )
    return {f"{engine}-{count}": each for (engine, count), each in found.items()}


def _score(
    source: Path, bundle: Path, engine: EngineName, given: list[str]
) -> tuple[float, dict[str, int]]:
    out = source.with_suffix(".scored.jsonl")
    about = Path(f"{out}.manifest.json")
    for path in (out, about):
        path.unlink(missing_ok=True)
    common = ["--engine", engine.value, "--cache", "0", "--progress", "off"]
    command = [sys.executable, "-m", "babelproof", "score", str(source), "-o", str(out)]
    found = watch([*command, *common, *given, "--bundle", str(bundle)])
    counts: dict[str, int] = json.loads(about.read_text(encoding="utf-8"))["counts"]
    return found.seconds, counts


def others(seconds: float = 2.0) -> float:
    """Give the share of all processors in use while this process waits; only Linux tells."""
    first = _processor_times()
    time.sleep(seconds)
    idle, total = (now - then for now, then in zip(_processor_times(), first, strict=True))
    return 1 - idle / total


def _processor_times() -> tuple[int, int]:
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    times = [int(field) for field in fields]
    return times[3] + times[4], sum(times)  # idle, and waiting for a disk


def parts(sample: Sample, bundle: Path, folder: Path) -> dict[str, Any]:
    """Give processor seconds for a thousand sentences of each part: read, score, write.

    Those of this process alone, after a first pass that is not counted: what else the machine
    does meanwhile is not in them, nor what is done only once.
    """
    source = sample.write(folder / "parts.jsonl")
    options = JobOptions("-", layout_of(""))
    reader = InputReader(find_inputs([str(source)]), options, Position())
    detector = Detector.load(bundle, threads=1)
    worker = Worker(Setup(bundle, (), 1, 0, options, origins(detector, ())))

    def read() -> list[Any]:
        return list(read_chunks(None, reader.settled()))

    def score() -> list[Any]:
        return [worker(table) for table in tables]

    def write() -> int:
        with tempfile.TemporaryFile() as stream:
            sink = StreamSink({OUTPUT: stream}, options, Columns(()))
            with sink.open(0) as shard:
                for table in scored:
                    scores = unpacked(table)[1]
                    shard.write(list(scores.outcomes))
        return int(shard.tally.judged)

    tables = read()
    worker(tables[0])
    read_seconds = statistics.median(_timed(read)[0] for _ in range(PASSES))
    score_seconds, scored = _timed(score)
    judged = write()
    write_seconds = statistics.median(_timed(write)[0] for _ in range(PASSES))
    sizes = [sum(table.nbytes for table in each) for each in (tables, scored)]
    thousands = judged / 1000
    return {
        "sentences": judged,
        "read_seconds": round(read_seconds / thousands, 4),
        "score_seconds": round(score_seconds / thousands, 3),
        "write_seconds": round(write_seconds / thousands, 4),
        "bytes_to_a_worker": round(sizes[0] / judged),
        "bytes_from_a_worker": round(sizes[1] / judged),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def whole(found: dict[str, Any]) -> int | None:
    """Give the processor hours of a billion sentences at the rate of the whole command on Ray.

    With as many workers as were compared, the machine that reads and writes being one of
    theirs. None where others used the machine beside the runs.
    """
    if found["scaling"][EngineName.RAY.value] is None:
        return None
    name = max(name for name in found["runs"] if name.startswith(EngineName.RAY.value))
    rate: float = statistics.median(run["sentences_per_second"] for run in found["runs"][name])
    return round(int(name.rpartition("-")[2]) * 1e9 / rate / 3600)


def model(found: dict[str, Any], machines: Iterable[int] = (2, 16, 64, 256)) -> dict[str, Any]:
    """Reckon what a billion sentences take, with so many processors.

    A processor scores as fast as the measured part says; reading and writing are one process
    each on the machine that starts the run, which the slower of them limits.
    """
    part = found["parts"]
    rate = 1000 / part["score_seconds"]
    limit = 1000 / max(part["read_seconds"], part["write_seconds"])
    seconds = 1e9 / rate
    return {
        "sentences": 10**9,
        "sentences_per_second_and_processor": round(rate, 1),
        "processor_hours": round(seconds / 3600),
        "processor_hours_whole": whole(found),
        "most_sentences_per_second": round(limit),
        "most_processors": int(limit / rate),
        "hours": {
            str(count): round(1e9 / min(rate * count, limit) / 3600, 1) for count in machines
        },
    }


def scaling(found: dict[str, Any]) -> dict[str, float | None]:
    """Give for each engine how many times faster several are than one, by the medians.

    None where others used the machine beside any of the runs: then they cannot be compared.
    """
    ratios: dict[str, float | None] = {}
    for engine in EngineName:
        own = {
            int(name.rpartition("-")[2]): runs
            for name, runs in found["runs"].items()
            if name.startswith(f"{engine.value}-")
        }
        rates = {
            count: statistics.median(run["sentences_per_second"] for run in runs)
            for count, runs in own.items()
        }
        quiet = all(run["used_by_others"] <= QUIET for runs in own.values() for run in runs)
        ratios[engine.value] = round(rates[max(rates)] / rates[1], 2) if quiet else None
    return ratios


def main(
    sentences: Annotated[int, typer.Option(min=100, help="Sentences of the sample.")] = 6000,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each engine.")] = 1,
    workers: Annotated[int, typer.Option(min=2, help="Workers to compare with one.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 0,
    sample: Annotated[
        Path | None, typer.Option(help="A JSONL file to score instead of the corpora.")
    ] = None,
    shared: Annotated[Path | None, typer.Option(help="The folder of the corpora.")] = None,
    bundle: Annotated[Path, typer.Option(help="The bundle to measure.")] = BUNDLE,
    out: Annotated[Path, typer.Option(help="The JSON file.")] = CHECKOUT / "eval" / "cluster.json",
    to: Annotated[Path, typer.Option(help="The page.")] = CHECKOUT / "docs" / "cluster.md",
    again: Annotated[
        bool,
        typer.Option(help="Measure nothing: reckon again from the JSON file, and write the page."),
    ] = False,
) -> None:
    """Measure both engines here and write what follows for a cluster."""
    try:
        if not again:
            drawn = from_file(sample) if sample else news(shared_path(shared), sentences, seed)
            with tempfile.TemporaryDirectory() as name:
                found: dict[str, Any] = {
                    "machine": {**machine(bundle, workers), "ray": version("ray")},
                    "sample": {"origin": drawn.origin, "texts": len(drawn.texts)},
                    "parts": parts(drawn, bundle, Path(name)),
                    "runs": runs(drawn, bundle, Path(name), workers, repeats),
                }
        else:
            found = json.loads(out.read_text(encoding="utf-8"))
        found["scaling"] = scaling(found)
        found["model"] = model(found)
        out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        page = to.read_text(encoding="utf-8")
        to.write_text(replace_figures(page, render(found)), encoding="utf-8")
    except (SampleError, DataError, FailedError, OSError, ValueError) as failure:
        print(f"error: {failure}", file=sys.stderr)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    typer.run(main)
