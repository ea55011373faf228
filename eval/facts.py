"""`python -m eval.facts`: what the facts find and what they flag by mistake.

Measures the judge of facts on the hand-written challenge, on the hand labels and on clean
news, beside the model without facts; `--write` stores the figures and the reliability that
findings of facts carry. `--as-context` measures the other way to use facts: told to the
model as one more sentence.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from scipy.stats import beta
from sklearn.metrics import roc_auc_score

from babelproof.bundle import SHIPPED
from babelproof.detector import Detector
from babelproof.errors import BundleError, FactsError
from babelproof.facts.evidence import Evidence
from babelproof.facts.judge import Judge
from babelproof.facts.store import FOLDER, FactStore
from babelproof.facts.witness import RELIABILITY
from babelproof.labels import LABELS, Label
from data.cases import CASES_FOLDER, CaseError
from data.challenge import TWO_SPELLINGS, ChallengeCase, load_challenge
from data.corpora import read_clean
from data.handlabels import handlabel_path, read_documents, read_rows
from data.shared import DataError, shared_path
from eval.facts_context import context_figures

NEWS = (("wikipedia_current_events", 40_000), ("us_senate_press_releases", 2_000),
        ("whitehouse_press_briefings", 1_000))  # fmt: skip
"""Clean corpora and how many of their sentences are read."""

MISSPELT = "misspelt_in_news.tsv"

ASSUMED = 1 / 200
"""Share of sentences with a wrong fact at which the reliability is stated; `ASSUMED` and the
upper bound of the false alarms make it a cautious figure."""


def found_in(judge: Judge, cases: Sequence[ChallengeCase]) -> list[list[Evidence]]:
    """Give the evidence on the judged sentence of each case."""
    return [
        [item for item in judge.judge(case.sentences) if item.sentence == case.target]
        for case in cases
    ]


def challenge_figures(
    cases: Sequence[ChallengeCase], held: Sequence[bool], labels: Sequence[Iterable[str]]
) -> dict[str, Any]:
    """Sum up verdicts on the challenge: shares held of wrong and right sentences, by kind.

    `labels`: the labels shown for each case; `right_label` counts those with the case's own.
    """
    pairs = list(zip(cases, held, strict=True))
    wrong = [flag for case, flag in pairs if case.wrong]
    right = [flag for case, flag in pairs if not case.wrong]
    named = [
        case.label in set(shown)
        for case, flag, shown in zip(cases, held, labels, strict=True)
        if case.wrong and flag
    ]
    kinds = sorted({case.kind for case in cases})
    return {
        "wrong_held": share(sum(wrong), len(wrong)),
        "right_held": share(sum(right), len(right)),
        "right_label": share(sum(named), len(named)),
        "kinds": {
            kind: [
                sum(flag for case, flag in pairs if case.kind == kind),
                sum(case.kind == kind for case in cases),
            ]
            for kind in kinds
        },
    }


def share(count: int, total: int) -> list[float | int]:
    """Give a share with its exact 95% interval (Clopper-Pearson), and the counts.

    >>> share(0, 100)
    [0.0, 0.0, 0.0362, 0, 100]
    """
    if not total:
        return [0.0, 0.0, 1.0, 0, 0]
    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return [round(count / total, 4), round(low, 4), round(high, 4), count, total]


def news_alarms(judge: Judge, shared: Path, seed: int) -> tuple[int, list[tuple[str, Evidence]]]:
    """Read clean news and give the number of sentences and the evidence, which is false.

    Misspellings that the news really has (`MISSPELT`, each read by us) are left out.
    """
    slips = misspelt_in_news()
    read = 0
    alarms: list[tuple[str, Evidence]] = []
    for name, most in NEWS:
        documents = list(read_clean(shared, name))
        Random(f"{seed} {name}").shuffle(documents)
        own = 0
        for document in documents:
            if own >= most:
                break
            for start in range(0, len(document.sentences), 60):
                part = document.sentences[start : start + 60]
                own += len(part)
                for item in judge.judge(part):
                    text = part[item.sentence]
                    pair = (text[item.start : item.end], item.proposal)
                    if pair not in slips:
                        alarms.append((text, item))
        read += own
    return read, alarms


def misspelt_in_news() -> set[tuple[str, str]]:
    """Read the misspellings of the news that were read one by one: as written, and as meant."""
    _, *lines = (CASES_FOLDER / MISSPELT).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {(written, meant) for written, meant in pairs}


def handlabel_figures(judge: Judge, shared: Path) -> dict[str, Any]:
    """Count the sentences that facts flag in each hand-labelled set, by their severity."""
    figures: dict[str, Any] = {}
    for name in ("desk_dev", "swaps_dev", "articles_dev"):
        documents: dict[str, list[Any]] = {}
        for row in read_rows(handlabel_path(shared, name)):
            # Desk sentences stand alone, the others in their document.
            documents.setdefault(row.id if name == "desk_dev" else row.document, []).append(row)
        severities: Counter[str] = Counter()
        for rows in documents.values():
            flagged = {item.sentence for item in judge.judge([row.text for row in rows])}
            severities.update(str(rows[number].severity) for number in flagged)
        figures[name] = dict(severities)
    clean: Counter[str] = Counter()
    for document in read_documents(handlabel_path(shared, "docs_dev")):
        if not document.damaged:
            clean["sentences"] += len(document.sentences)
            clean["flagged"] += len(judge.judge(document.sentences))
    figures["docs_dev clean"] = dict(clean)
    return figures


def reliability(
    cases: Sequence[ChallengeCase],
    found: Sequence[Sequence[Evidence]],
    sentences: int,
    alarms: Iterable[Evidence],
) -> dict[str, Any]:
    """Give, for each label of facts, P(the sentence is wrong) behind its evidence.

    By Bayes from the share of wrong sentences found (challenge) and the upper 95% bound of
    the false alarms on clean news, where `ASSUMED` of all sentences have a wrong fact. Names
    that only another spelling in their document speaks against have a figure of their own,
    `likeness`, from the cases of that kind.
    """
    false = Counter(None if item.likeness else item.label for item in alarms)

    def figure(wrong: Mapping[ChallengeCase, Sequence[Evidence]], count: int) -> dict[str, Any]:
        recall = sum(map(bool, wrong.values())) / max(len(wrong), 1)
        rate = float(beta.ppf(0.95, count + 1, sentences - count))
        p = recall * ASSUMED / (recall * ASSUMED + rate * (1 - ASSUMED))
        return {
            "p": round(p, 4),
            "recall": round(recall, 4),
            "false_alarms": count,
            "rate_at_most": round(rate, 6),
        }

    told = dict(zip(cases, found, strict=True))
    alike = {case: items for case, items in told.items() if case.kind == TWO_SPELLINGS}
    labels = {
        label.value: figure(
            {c: items for c, items in told.items() if c.label is label and c not in alike},
            false[label],
        )
        for label in (Label.COUNTRY, Label.NAME, Label.ROLE)
    }
    likeness = figure(alike, false[None])
    return {"assumed": ASSUMED, "sentences": sentences, "labels": labels, "likeness": likeness}


def detector_figures(detector: Detector, cases: Sequence[ChallengeCase]) -> dict[str, Any]:
    """Measure a detector on the challenge as a user would meet it."""
    documents = detector.score_documents([list(case.sentences) for case in cases])
    verdicts = [d.sentences[case.target] for d, case in zip(documents, cases, strict=True)]
    figures = challenge_figures(
        cases,
        [verdict.held for verdict in verdicts],
        [[finding.label.value for finding in verdict.findings] for verdict in verdicts],
    )
    scores = [verdict.score or 0.0 for verdict in verdicts]
    figures["auc"] = round(float(roc_auc_score([case.wrong for case in cases], scores)), 4)
    return figures


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measure everything that the options ask for."""
    cases = load_challenge()
    judge = Judge(FactStore.load())
    found = found_in(judge, cases)
    started = time.process_time()
    shared = shared_path(options.shared)
    read, alarms = news_alarms(judge, shared, options.seed)
    spent = time.process_time() - started
    for text, item in alarms:
        _say(f"false alarm: {item.label}: {text[item.start : item.end]} | {item.fact} | {text}")
    known = [bool(items) for items in found]
    shown = [[item.label.value for item in items] for items in found]
    figures: dict[str, Any] = {
        "created": options.date,
        "store": dict(judge.store.about),
        "people": len({name for case in cases for name in case.people}),
        "countries": len({code for case in cases for code in case.countries}),
        "facts": challenge_figures(cases, known, shown),
        "news": share(len(alarms), read),
        "news_by_label": {
            label.value: sum(item.label is label for _, item in alarms) for label in LABELS
        },
        "milliseconds_per_sentence": round(1000 * spent / read, 3),
        "handlabels": handlabel_figures(judge, shared),
    }
    figures["reliability"] = reliability(cases, found, read, [item for _, item in alarms])
    if options.write:
        path = FOLDER / RELIABILITY
        path.write_text(json.dumps(figures["reliability"], indent=1) + "\n", encoding="utf-8")
    for name, facts in (("model", False), ("both", True)):
        detector = Detector.load(options.bundle, facts=facts)
        figures[name] = detector_figures(detector, cases)
    if options.as_context:
        figures["as_context"] = context_figures(detector, judge, shared)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the facts; exit code 2 when something cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.facts", description=__doc__)
    parser.add_argument("--shared", help="folder with corpora and labels (default: ../shared)")
    parser.add_argument("--bundle", type=Path, default=SHIPPED, help="bundle to measure beside")
    parser.add_argument("--out", type=Path, default=Path("eval/facts.json"))
    parser.add_argument("--seed", type=int, default=0, help="seed of the news read")
    parser.add_argument("--write", action="store_true", help="store figures and reliability")
    parser.add_argument("--as-context", action="store_true", help="measure facts as context too")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args(arguments)
    try:
        figures: Mapping[str, Any] = measure(options)
    except (BundleError, CaseError, DataError, FactsError) as error:
        _say(f"error: {error}")
        return 2
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    if options.write:
        options.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
