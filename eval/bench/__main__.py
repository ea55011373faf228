"""`python -m eval.bench`: measure, then write the JSON, the page and its plot."""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from tokenizers import Tokenizer

from babelproof import __version__
from babelproof.bundle import TOKENIZER, load_bundle
from babelproof.jobs.formats import Unit
from babelproof.processors import brief, processor_model, usable_processors
from babelproof.windows import encode
from data.shared import CHECKOUT, DataError, shared_path
from eval.bench.job import ContenderError, Job
from eval.bench.measured import Score, contender, joined
from eval.bench.page import TITLES, draw, page
from eval.bench.sample import Sample, SampleError, from_file, news
from eval.bench.scaling import scaled
from eval.bench.sessions import packed
from eval.bench.watch import FailedError

BUNDLE = CHECKOUT / "model" / "babelproof" / "bundle"
FAST = CHECKOUT / "model" / "fast" / "babelproof_fast" / "bundle"
SLOW = ("pipeline", "pipeline-batched", "language-model")
"""Contenders that read the first sentences of the sample only."""

_VERSIONED = ("onnxruntime", "tokenizers", "numpy", "torch", "transformers", "scikit-learn")


def machine(bundle: Path, threads: int, fast: Path | None = None) -> dict[str, Any]:
    """Say what is measured on: processor, versions, bundles, day."""
    versions = {"babelproof": __version__, "python": platform.python_version()}
    for name in _VERSIONED:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    manifests = [load_bundle(folder).manifest for folder in (bundle, fast) if folder]
    parts = [part for part in brief(processor_model()).split("; ") if not part.isdigit()]
    return {
        "date": datetime.date.today().isoformat(),
        "processor": "; ".join(parts),
        "processors": usable_processors(),
        "threads": threads,
        "versions": versions,
        "bundle": ", ".join(f"{given.name} {given.version}" for given in manifests),
    }


def lengths(bundle: Path, sentences: Sequence[str]) -> dict[str, float]:
    """Give how many tokens sentences have: mean, percentiles and the highest."""
    tokenizer = Tokenizer.from_file(str(bundle / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    sizes = np.array([len(item.ids) for item in encode(tokenizer, sentences)])
    shares = {f"p{share}": int(np.percentile(sizes, share)) for share in (5, 25, 50, 75, 95)}
    return {"mean": round(float(sizes.mean()), 1), **shares, "highest": int(sizes.max())}


def table(
    sample: Sample,
    job: Job,
    folder: Path,
    repeats: int,
    rivals: int,
    only: Sequence[str],
    fast: Path,
) -> dict[str, Any]:
    """Measure all contenders, or those named; `fast` is the bundle of `--fast`.

    Ours take turns, so that whatever else the machine does meanwhile hits them alike.
    """
    singles = sample.singly()
    few = replace(singles, texts=singles.texts[:rivals])
    found: dict[str, list[dict[str, Any]]] = {}
    refused: dict[str, str] = {}
    names = list(only or TITLES)
    ours = [name for name in names if name.startswith(("score", "fast", "bare"))]
    others = [name for name in names if name not in ours]
    turns = [(name, 1) for _ in range(repeats) for name in ours]
    for name, runs in turns + [(name, repeats) for name in others]:
        kind = name.removesuffix("-sentences")
        own = few if name in SLOW else sample if kind == name and name in ours else singles
        given = replace(job, sample=own.write(folder / f"{name}.jsonl"), unit=own.unit)
        print(f"measuring {name}", file=sys.stderr, flush=True)
        try:
            if kind == "fast":
                if not fast.is_dir():
                    raise ContenderError(f"{fast}: expected the fast bundle, found none")
                given = replace(given, bundle=fast)
            if kind in ("score", "fast"):
                _, tokens, _ = packed(given)  # those of the bare session
                row = Score(given, folder / "score").measure(name, tokens)
            else:
                row = {**contender(kind, given, runs), "name": name}
        except ContenderError as failure:
            refused[name] = str(failure)
            continue
        found.setdefault(name, []).append(row)
    sentences = sample.sentences()
    measured_fast = any(name.startswith("fast") for name in found)
    return {
        "machine": machine(job.bundle, job.threads, fast if measured_fast else None),
        "sample": {
            "origin": sample.origin,
            "texts": len(sample.texts),
            "sentences": len(sentences),
            "rival_sentences": len(few.texts),
            "tokens_a_sentence": lengths(job.bundle, sentences),
        },
        "rows": [joined(rows) for rows in found.values()],
        "refused": refused,
    }


def kept_runs(found: Mapping[str, Any], here: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Give the runs of `--scaling` of an earlier call, by size: of this machine and bundle only."""
    scaling = found.get("scaling", {})

    def told(made: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in made.items() if name != "date"}

    if told(scaling.get("machine", {})) != told(here):
        return {}
    return {int(run["asked_sentences"]): run for run in scaling["runs"]}


def write(found: Mapping[str, Any], out: Path, to: Path) -> Path:
    """Write the JSON, the page and its plot; gives the plot."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    plot = to.with_suffix(".svg")
    draw(found, plot)
    to.write_text(page(found, plot.name), encoding="utf-8")
    return plot


def main(
    sentences: Annotated[int, typer.Option(min=1, help="Sentences of the sample.")] = 20_000,
    rival_sentences: Annotated[
        int, typer.Option(min=1, help="Sentences that the slow rivals read.")
    ] = 500,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each contender.")] = 5,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 0,
    sample: Annotated[
        Path | None, typer.Option(help="A JSONL file to score instead of the corpora.")
    ] = None,
    shared: Annotated[Path | None, typer.Option(help="The folder of the corpora.")] = None,
    bundle: Annotated[Path, typer.Option(help="The bundle to measure.")] = BUNDLE,
    fast: Annotated[Path, typer.Option(help="The bundle to measure as --fast.")] = FAST,
    train_set: Annotated[Path | None, typer.Option(help="What the n-grams are fitted on.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Processors to use.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Measure this row; repeatable.")] = None,
    scaling: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Score so many sentences instead, once; repeatable."),
    ] = None,
    work: Annotated[Path, typer.Option(help="A folder for what is scored.")] = CHECKOUT
    / "work"
    / "bench",
    out: Annotated[Path, typer.Option(help="The JSON file.")] = CHECKOUT / "eval" / "bench.json",
    to: Annotated[Path, typer.Option(help="The page.")] = CHECKOUT / "docs" / "bench.md",
) -> None:
    """Measure speed side by side; a run replaces what the JSON says of the same things."""
    unknown = sorted(set(only or ()) - set(TITLES))
    if unknown:
        raise typer.BadParameter(f"expected some of {', '.join(TITLES)}, found {unknown[0]}")
    count = threads or usable_processors()
    job = Job(work / "sample.jsonl", Unit.DOCUMENT, bundle, count, train_set, work)
    found: dict[str, Any] = json.loads(out.read_text()) if out.is_file() else {}
    try:
        if scaling:
            here = machine(bundle, count)
            runs = kept_runs(found, here)
            for number in sorted(scaling):
                drawn = from_file(sample) if sample else news(shared_path(shared), number, seed)
                print(f"scoring {number:,} sentences", file=sys.stderr, flush=True)
                given = replace(job, sample=drawn.write(work / f"scaling-{number}.jsonl"))
                del drawn  # a million sentences
                runs[number] = scaled(Score(given, work / "scaling", None), number)
                found["scaling"] = {"machine": here, "runs": [runs[size] for size in sorted(runs)]}
                # Hours may lie between two sizes: a stop must not take what is measured.
                write(found, out, to)
        else:
            drawn = from_file(sample) if sample else news(shared_path(shared), sentences, seed)
            found["table"] = table(drawn, job, work, repeats, rival_sentences, only or (), fast)
    except (SampleError, DataError, FailedError, OSError, ValueError) as failure:
        print(f"error: {failure}", file=sys.stderr)
        raise typer.Exit(2) from None
    plot = write(found, out, to)
    print(f"wrote {out}, {to} and {plot}", file=sys.stderr)


if __name__ == "__main__":
    typer.run(main)
