"""`python -m eval.run`: the bundle and its trivial rivals over every development set.

Writes `metrics.json` (numbers only), `table.md`, `scores.jsonl` (what `eval.report` draws),
and `worst.jsonl` (the sentences it got most wrong: text of the shared sets, so it stays out
of the repository).
"""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from babelproof.bundle import SHIPPED, load_bundle
from babelproof.detector import Detector
from babelproof.errors import BundleError
from data.cases import Case, CaseError
from data.shared import DataError, shared_path
from eval.baselines import BaselineError, NgramBaseline
from eval.cases import case_records, load_case_set
from eval.goals import goals
from eval.kept import Scores, calibration_records, document_scores, task_scores
from eval.measure import (
    Record,
    document_records,
    held_sentences,
    mean_records,
    score_distribution,
    task_record,
)
from eval.metrics import Floats, Settings
from eval.output import write_reports
from eval.robustness import robustness
from eval.scoring import Judge, Judged, judge_documents, judge_texts
from eval.sets import (
    DocumentSet,
    TextSet,
    is_pooled,
    load_document_set,
    load_text_sets,
    pooled,
)
from eval.slice_records import slice_records
from eval.slices import Slice, load_slices
from eval.worst import list_rows, worst_documents, worst_rows

ROBUSTNESS_SENTENCES = 600
"""How many sentences of each set are scored again with small things changed."""

WORST_OF_ALL, WORST_OF_PART = 50, 15
"""False alarms and misses that are listed of a whole set, and of one origin in it."""

LISTED = ("articles_dev", "cases")
"""Sets so small that every sentence is listed, held rightly or wrongly."""


@dataclass
class Findings:
    """What an evaluation yields: numbers for metrics.json, and rows to read."""

    tasks: list[Record]
    documents: list[Record]
    others: list[Record]
    cases: list[Record]
    worst: list[Record]
    slices: list[Record] = field(default_factory=list)
    robustness: list[Record] = field(default_factory=list)
    scores: list[Scores] = field(default_factory=list)
    means: list[Record] = field(default_factory=list)


def evaluate(
    detector: Judge,
    text_sets: Sequence[TextSet],
    document_set: DocumentSet | None,
    ngrams: NgramBaseline | None,
    settings: Settings,
    cases: tuple[TextSet, Sequence[Case]] | None = None,
    slices: Sequence[Slice] = (),
) -> Findings:
    """Measure a detector on sets of sentences and documents, beside its trivial rivals."""
    findings = Findings([], [], [], [], [])
    joined: list[tuple[TextSet, Judged]] = []
    for texts in text_sets:
        judged = _measure_texts(detector, texts, ngrams, settings, findings)
        if is_pooled(texts):
            joined.append((texts, judged))
    if len(joined) > 1:
        verdicts = tuple(verdict for _, judged in joined for verdict in judged.verdicts)
        texts = pooled([texts for texts, _ in joined])
        _record_texts(texts, Judged(verdicts), ngrams, settings, findings)
    if document_set is not None:
        documents = judge_documents(detector, document_set)
        rival = None
        if ngrams is not None:
            rival = [ngrams.scores(d.sentences) for d in document_set.documents]
        findings.tasks += document_records(document_set, documents, rival, settings)
        findings.documents += held_sentences(document_set, documents, settings)
        findings.worst += worst_documents(document_set, documents)
        findings.scores += document_scores(document_set, documents)
    if cases is not None:
        judged = _measure_texts(detector, cases[0], ngrams, settings, findings)
        findings.cases += case_records(cases[1], judged)
    if slices:
        findings.slices, worst = slice_records(detector, slices)
        findings.worst += worst
    return findings


def _measure_texts(
    detector: Judge,
    texts: TextSet,
    ngrams: NgramBaseline | None,
    settings: Settings,
    findings: Findings,
) -> Judged:
    judged = judge_texts(detector, texts, f"{texts.name} ({texts.setting})")
    _record_texts(texts, judged, ngrams, settings, findings)
    return judged


def _record_texts(
    texts: TextSet,
    judged: Judged,
    ngrams: NgramBaseline | None,
    settings: Settings,
    findings: Findings,
) -> None:
    """Add what verdicts on a set are worth to the findings."""
    name = f"{texts.name} ({texts.setting})"
    rival: Floats | None = None
    if ngrams is not None:
        started = time.monotonic()
        rival = ngrams.scores(texts.texts)
        _say(f"{name}: n-grams in {time.monotonic() - started:.0f} s")
    started = time.monotonic()
    for task in texts.tasks:
        findings.tasks.append(task_record(texts, task, judged, rival, settings))
        findings.scores.append(task_scores(texts, task, judged))
        if texts.name in LISTED and texts.setting == "context" and task.part == "hold":
            findings.worst += list_rows(texts, task, judged)
        elif task.channel == "any" and not task.part.startswith("label"):
            count = WORST_OF_ALL if " " not in task.part else WORST_OF_PART
            findings.worst += worst_rows(texts, task, judged, count)
    findings.means += mean_records(texts, judged, rival, settings)
    for kind, rows in texts.others.items():
        chosen = np.array(rows, dtype=np.int64)
        described = score_distribution(judged.probabilities("any")[chosen], judged.held[chosen])
        findings.others.append(
            {"set": texts.name, "setting": texts.setting, "kind": kind, **described}
        )
    _say(f"{name}: {len(texts.tasks)} tasks measured in {time.monotonic() - started:.0f} s")


def describe(
    findings: Findings,
    bundle: dict[str, Any],
    ngrams: NgramBaseline | None,
    settings: Settings,
    date: str,
) -> dict[str, Any]:
    """Return metrics.json: numbers and names only, no sentence."""
    calibration = calibration_records(findings.scores, settings)
    return {
        "format": 1,
        "created": date,
        "bundle": bundle,
        "resamples": settings.resamples,
        "seed": settings.seed,
        "ngrams": None if ngrams is None else {"sentences": ngrams.sentences},
        "goals": goals(findings.tasks, findings.slices, calibration, findings.means),
        "tasks": findings.tasks,
        "means": findings.means,
        "documents": findings.documents,
        "others": findings.others,
        "cases": findings.cases,
        "slices": findings.slices,
        "robustness": findings.robustness,
        "calibration": calibration,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; exit code 2 when the bundle or the sets cannot be read."""
    options = _parser().parse_args(arguments)
    settings = Settings(resamples=options.resamples, seed=options.seed)
    started = time.monotonic()
    try:
        shared = shared_path(options.shared)
        bundle = load_bundle(options.bundle)
        detector = Detector.load(options.bundle, threads=options.threads)
        ngrams = _rival(options)
        text_sets = load_text_sets(shared)
        if options.sets:
            text_sets = [texts for texts in text_sets if texts.name in options.sets]
        whole = not options.sets or "docs_dev" in options.sets
        documents = load_document_set(shared) if whole else None
        own = load_case_set() if not options.sets or "cases" in options.sets else None
        slices = load_slices(shared) if not options.sets or "slices" in options.sets else []
        findings = evaluate(detector, text_sets, documents, ngrams, settings, own, slices)
        findings.robustness = robustness(detector, _some_texts(text_sets))
    except (BundleError, DataError, BaselineError, CaseError) as error:
        _say(f"error: {error}")
        return 2
    about = {
        "name": bundle.manifest.name,
        "version": bundle.manifest.version,
        "model_sha256": bundle.manifest.files["model.onnx"],
        "operating_points": bundle.manifest.operating_points().to_dict(),
    }
    metrics = describe(findings, about, ngrams, settings, options.date)
    print(write_reports(options.out, metrics, findings.worst, findings.scores))
    _say(f"written to {options.out} in {time.monotonic() - started:.0f} s")
    return 0


def _some_texts(text_sets: Sequence[TextSet]) -> list[str]:
    """Choose the sentences that small changes are tried on: two sets' own, evenly spread."""
    chosen: list[str] = []
    for texts in text_sets:
        if texts.setting == "alone":
            step = max(1, len(texts.texts) // ROBUSTNESS_SENTENCES)
            chosen += texts.texts[::step][:ROBUSTNESS_SENTENCES]
    return chosen


def _rival(options: argparse.Namespace) -> NgramBaseline | None:
    if options.train_set is None:
        _say("no --train-set: the n-gram rival is left out")
        return None
    return NgramBaseline.load_or_fit(options.train_set, options.cache)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.run", description="Measure a bundle on every development set."
    )
    parser.add_argument("--shared", help="folder with the hand labels (default: ../shared)")
    parser.add_argument("--bundle", type=Path, default=SHIPPED, help="bundle folder to measure")
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder for the reports")
    parser.add_argument(
        "--train-set", type=Path, help="Arrow set of our training rows, for the n-gram rival"
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="for fitted rivals")
    parser.add_argument(
        "--sets", nargs="*", help="measure these sets only, `slices` is one (default: all)"
    )
    parser.add_argument("--resamples", type=int, default=300, help="draws for the intervals")
    parser.add_argument("--seed", type=int, default=0, help="seed of the draws")
    parser.add_argument("--threads", type=int, help="processor threads of the detector")
    parser.add_argument(
        "--date", default=datetime.date.today().isoformat(), help="date that the figures carry"
    )
    return parser


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
