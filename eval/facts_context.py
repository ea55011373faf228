"""The other way to use facts, for comparison: told to the model as one more sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from babelproof.detector import Detector
from babelproof.facts.evidence import describe
from babelproof.facts.judge import Judge
from babelproof.facts.store import HIGH, FactStore
from babelproof.labels import ANY
from data.challenge import load_challenge
from eval.sets import load_text_sets


def told(store: FactStore, judge: Judge, sentences: Sequence[str]) -> str:
    """Give what the store knows of the people a document names in full, as one sentence."""
    facts = []
    for sentence in sentences:
        for run in judge.finder.names(sentence):
            for person in store.named(run.text)[:1] if run.is_full else ():
                high = [tenure for tenure in person.tenures if tenure.role in HIGH]
                if high:
                    latest = max(high, key=lambda tenure: tenure.start or tenure.seen)
                    facts.append(describe(store, person, latest).replace(": ", " is the ", 1))
    return "; ".join(dict.fromkeys(facts))


def context_figures(detector: Detector, judge: Judge, shared: Path | None) -> dict[str, Any]:
    """Compare the model alone, the model told the facts as a sentence, and facts as evidence."""
    sets: dict[str, list[tuple[list[str], dict[int, int]]]] = {
        "challenge": [
            (list(case.sentences), {case.target: int(case.wrong)}) for case in load_challenge()
        ]
    }
    if shared is not None:
        texts = next(s for s in load_text_sets(shared)
                     if s.name == "swaps_dev" and s.setting == "context")  # fmt: skip
        task = next(t for t in texts.tasks if t.part == "hold" and t.channel == ANY)
        truth = dict(zip(task.rows, task.truth, strict=True))
        sets["swaps_dev"] = [
            (
                [texts.texts[row] for row in run],
                {place: truth[row] for place, row in enumerate(run) if row in truth},
            )
            for run in texts.runs()
        ]
    witness, detector.witness = detector.witness, None
    figures: dict[str, Any] = {}
    for name, documents in sets.items():
        plain = _scores(detector, documents, [""] * len(documents))
        facts = [told(judge.store, judge, sentences) for sentences, _ in documents]
        hinted = _scores(detector, documents, facts)
        detector.witness = witness
        evidence = _scores(detector, documents, [""] * len(documents))
        detector.witness = None
        labels = [value for _, truth in documents for value in truth.values()]
        figures[name] = {
            way: round(float(roc_auc_score(labels, scores)), 4)
            for way, scores in (("model", plain), ("context", hinted), ("evidence", evidence))
        } | {"told": sum(map(bool, facts)), "documents": len(documents)}
    detector.witness = witness
    return figures


def _scores(
    detector: Detector,
    documents: Sequence[tuple[list[str], dict[int, int]]],
    facts: Sequence[str],
) -> list[float]:
    given = [
        [*sentences, *([fact + "."] if fact else [])]
        for (sentences, _), fact in zip(documents, facts, strict=True)
    ]
    verdicts = detector.score_documents(given)
    return [
        verdict.sentences[number].score or 0.0
        for verdict, (_, truth) in zip(verdicts, documents, strict=True)
        for number in truth
    ]
