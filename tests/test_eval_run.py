"""An evaluation with a judge of known behaviour gives the figures that behaviour has."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from babelproof.labels import LABELS, Label
from babelproof.verdict import DocumentVerdict, Finding, Status, Verdict
from data.handlabels import HandDocument, HandRow, HandSpan
from eval.baselines import NgramBaseline, NgramSettings
from eval.goals import ORIGINS
from eval.measure import beats_ngrams
from eval.metrics import Settings
from eval.output import write_reports
from eval.run import describe, evaluate
from eval.scoring import Judged, judge_texts
from eval.sets import DocumentSet, TextSet, judged_set
from eval.worst import worst_rows

SETTINGS = Settings(resamples=20)
BAD = "blorp"


class WordJudge:
    """Holds a sentence with BAD in it, in context only where `needs_context` says so."""

    def __init__(self, needs_context: bool = False) -> None:
        self.needs_context = needs_context

    def _verdict(self, text: str, seen: bool) -> Verdict:
        if not text.strip("0123456789"):
            return Verdict(text, 0, len(text), Status.SKIPPED, "too short to judge")
        start = text.find(BAD)
        bad = seen and start >= 0
        labels = dict.fromkeys(LABELS, 0.01)
        findings: tuple[Finding, ...] = ()
        if bad:
            labels[Label.GARBLE] = 0.8
            findings = (Finding(Label.GARBLE, start, start + len(BAD), BAD, 0.8),)
        score = (0.9 if bad else 0.1) + len(text) / 1e4
        return Verdict(text, 0, len(text), Status.OK, None, score, labels, findings, bad, findings)

    def score(self, texts: Sequence[str]) -> list[Verdict]:
        return [self._verdict(text, not self.needs_context) for text in texts]

    def score_documents(self, documents: Sequence[str | Sequence[str]]) -> list[DocumentVerdict]:
        return [
            DocumentVerdict.of(tuple(self._verdict(text, True) for text in document))
            for document in documents
        ]


def rows(count: int = 40) -> list[HandRow]:
    made = []
    for n in range(count):
        bad = n % 4 == 0
        text = f"The mayor opened {BAD} number {n}." if bad else f"The mayor opened bridge {n}."
        made.append(
            HandRow(
                id=f"r{n}",
                text=text,
                severity=2 if bad else 0,
                labels=(Label.GARBLE,) if bad else (),
                spans=(HandSpan("garble", 17, 22),) if bad else (),
                document=f"d{n // 5}",
                origin="ours",
                source="",
            )
        )
    return made


def documents() -> DocumentSet:
    made = []
    for n in range(12):
        bad = n % 3 == 0
        sentences = ("The train left on time.", f"A {BAD} came." if bad else "A letter came.")
        made.append(HandDocument(f"d{n}", "weak-mt" if bad else "native", "", bad, sentences))
    return DocumentSet("docs_dev", tuple(made))


def hold(texts: TextSet, judge: WordJudge) -> dict[str, object]:
    findings = evaluate(judge, [texts], None, None, SETTINGS)
    return findings.tasks[0]


def test_a_perfect_judge_has_perfect_figures() -> None:
    record = hold(judged_set("desk_dev", "alone", rows()), WordJudge())
    detector = record["detector"]
    for name in ("auc", "auc_binned", "ap", "recall_at_1", "mcc", "f1", "held_positive"):
        assert detector[name] == [1.0, 1.0, 1.0], name  # type: ignore[index]
    assert detector["held_negative"][0] == 0.0  # type: ignore[index]
    assert (record["positives"], record["negatives"], record["clusters"]) == (10, 30, 8)
    spans = record["spans"]["all"]  # type: ignore[index]
    assert [spans[name] for name in ("rows", "precision", "recall", "f1")] == [10, 1.0, 1.0, 1.0]
    assert spans["f1_interval"] == [1.0, 1.0]
    assert 0 < spans["f1_of_whole_sentences"] < 0.5


def test_labels_are_asked_of_all_sets_together() -> None:
    sets = [
        judged_set("desk_dev", "alone", rows()),
        judged_set("swaps_dev", "context", rows(20)),
        judged_set("swaps_dev", "alone", rows(20)),
    ]
    findings = evaluate(WordJudge(needs_context=True), sets, None, None, SETTINGS)
    (own,) = [task for task in findings.tasks if task["set"] == "pooled"]
    assert (own["part"], own["channel"], own["setting"]) == ("label garble", "garble", "as read")
    assert (own["positives"], own["negatives"], own["clusters"]) == (15, 45, 12)
    # Alone its judge sees nothing, so only a third of the damaged rows are told apart.
    assert own["detector"]["auc"][0] == pytest.approx(1 / 3 + 2 / 3 / 2, abs=1e-4)
    (alone,) = [
        task
        for task in evaluate(WordJudge(), sets[:1], None, None, SETTINGS).tasks
        if task["part"] == "label garble"
    ]
    assert alone["set"] == "desk_dev"


def test_the_mean_over_origins_needs_them_all() -> None:
    # Four rows of each origin in turn; the damage of the first is not seen, and is short.
    made = [
        replace(
            row,
            origin=ORIGINS[n // 4 % 4],
            text=row.text.replace(f"{BAD} number", "it") if n % 16 == 0 else row.text,
        )
        for n, row in enumerate(rows(160))
    ]
    (mean,) = evaluate(
        WordJudge(), [judged_set("desk_dev", "alone", made)], None, None, SETTINGS
    ).means
    value, low, high = mean["detector"]["auc"]
    assert value == pytest.approx((0 + 1 + 1 + 1) / 4)
    assert low <= value <= high
    assert (mean["ngrams"], mean["parts"]) == (None, list(ORIGINS))
    assert 0 < mean["length"]["auc"][0] < 1
    fewer = judged_set("desk_dev", "alone", [row for row in made if row.origin != ORIGINS[0]])
    assert evaluate(WordJudge(), [fewer], None, None, SETTINGS).means == []


def test_context_is_given_only_in_the_context_setting() -> None:
    judge = WordJudge(needs_context=True)
    context = hold(judged_set("swaps_dev", "context", rows()), judge)
    alone = hold(judged_set("swaps_dev", "alone", rows()), judge)
    assert context["detector"]["auc"][0] == 1.0  # type: ignore[index]
    assert alone["detector"]["auc"][0] < 0.6 or alone["detector"]["held_positive"][0] == 0.0  # type: ignore[index]
    assert alone["spans"]["all"]["f1"] == 0.0  # type: ignore[index]
    assert alone["spans"]["held"]["rows"] == 0  # type: ignore[index]


def test_skipped_rows_count_as_probability_zero() -> None:
    made = [*rows(8), HandRow("n", "1234", 2, (), (), "d9", "", "")]
    texts = judged_set("desk_dev", "alone", made)
    judged = judge_texts(WordJudge(), texts, "desk")
    assert judged.probabilities("any")[-1] == 0.0
    assert judged.skipped.sum() == 1
    assert hold(texts, WordJudge())["skipped"] == 1
    with pytest.raises(ValueError, match="expected a channel"):
        judged.probabilities("spelling")


def test_documents_are_scored_by_their_highest_sentence_and_by_rivals() -> None:
    findings = evaluate(WordJudge(), [], documents(), None, SETTINGS)
    parts = {record["part"]: record for record in findings.tasks}
    assert parts["all, max"]["detector"]["auc"][0] == 1.0
    assert parts["all, max"]["detector"]["held_negative"][0] == 0.0
    assert set(parts) >= {"all, mean", "all, median", "against native, max"}
    assert parts["all, max"]["positives"] == 4
    held = {record["kind"]: record["held"][0] for record in findings.documents}
    assert held == {"native": 0.0, "weak-mt": 0.5}


def test_documents_are_scored_as_a_whole_too() -> None:
    class Whole(WordJudge):
        """Gives the second damaged document no score of its own."""

        def score_documents(self, given: Sequence[str | Sequence[str]]) -> list[DocumentVerdict]:
            found = super().score_documents(given)
            scores = [0.9 if one.held else 0.1 for one in found]
            missing = [one.held for one in found].index(True)
            return [
                replace(one, document_score=None if number == missing else score)
                for number, (one, score) in enumerate(zip(found, scores, strict=True))
            ]

    findings = evaluate(Whole(), [], documents(), None, SETTINGS)
    record = next(item for item in findings.tasks if item["part"] == "all, document score")
    # One damaged document of four lies below every sound one.
    assert record["detector"]["auc"][0] == pytest.approx(0.75)
    goals = {goal["goal"]: goal for goal in describe(findings, {}, None, SETTINGS, "")["goals"]}
    assert not goals["docs_dev, all, document score context: auc"]["reached"]
    assert goals["docs_dev, all, document score context: recall_at_5"]["found"] == 0.75


def test_reports_hold_no_sentence_but_the_worst_rows_do(tmp_path: Path) -> None:
    ngrams = NgramBaseline.fit(
        [row.text for row in rows()],
        [int(row.severity == 2) for row in rows()],
        NgramSettings(min_df=1, max_features=500),
    )
    texts = judged_set("desk_dev", "alone", rows())
    findings = evaluate(WordJudge(), [texts], documents(), ngrams, SETTINGS)
    bundle = {"name": "ours", "version": "1", "model_sha256": "0" * 64}
    metrics = describe(findings, bundle, ngrams, SETTINGS, "2025-01-02")
    table = write_reports(tmp_path, metrics, findings.worst, findings.scores)
    written = (tmp_path / "metrics.json").read_text()
    assert json.loads(written) == metrics
    assert "mayor" not in written
    assert "mayor" not in table
    assert "| hold " in table
    assert "2025-01-02" in table
    worst = [json.loads(line) for line in (tmp_path / "worst.jsonl").read_text().splitlines()]
    assert {row["error"] for row in worst} == {"false alarm", "miss"}
    assert any("mayor" in row["text"] for row in worst)
    goals = {goal["goal"]: goal for goal in metrics["goals"]}
    assert goals["desk_dev, hold alone: auc"]["reached"]


def test_an_evaluation_repeats_exactly() -> None:
    texts = judged_set("desk_dev", "alone", rows())
    first = evaluate(WordJudge(), [texts], documents(), None, SETTINGS)
    assert first.tasks == evaluate(WordJudge(), [texts], documents(), None, SETTINGS).tasks


def test_worst_rows_are_the_highest_clean_and_the_lowest_damaged() -> None:
    texts = judged_set("desk_dev", "alone", rows(8))
    verdicts = WordJudge().score(texts.texts)
    worst = worst_rows(texts, texts.tasks[0], Judged(tuple(verdicts)), count=1)
    clean = [v.score or 0 for v, t in zip(verdicts, texts.texts, strict=True) if BAD not in t]
    assert worst[0]["error"] == "false alarm"
    assert worst[0]["score"] == max(clean)
    assert worst[1]["error"] == "miss"
    assert BAD in worst[1]["text"]


def test_ngrams_are_beaten_within_length_bins_where_length_goes_far() -> None:
    record = {
        "part": "a_mt_error x", "positives": 30, "negatives": 30,
        "detector": {"auc": [0.7], "auc_binned": [0.6]},
        "ngrams": {"auc": [0.6], "auc_binned": [0.65]},
    }  # fmt: skip
    assert beats_ngrams(record) is False
    assert beats_ngrams({**record, "part": "d_garbled x"}) is True
    assert beats_ngrams({**record, "negatives": 29}) is None
    assert beats_ngrams({**record, "ngrams": None}) is None


def test_empty_sets_of_others_are_described_as_empty() -> None:
    texts = judged_set("desk_dev", "alone", rows(8))
    findings = evaluate(WordJudge(), [texts], None, None, SETTINGS)
    assert [record["rows"] for record in findings.others] == [0, 0]
    assert np.isfinite(findings.tasks[0]["detector"]["auc"][0])
