"""Verdicts: judged again without scoring, and written as the output format says."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest

from babelproof import ThresholdError, Thresholds
from babelproof.labels import CHANNELS, LABELS, Label
from babelproof.verdict import DocumentVerdict, Finding, Reason, Status, Verdict

HALF = Thresholds(dict.fromkeys(CHANNELS, 0.5))
TEXT = "Sandra Brinken flew to Uzbekistan."


def finding(label: Label, word: str, score: float) -> Finding:
    start = TEXT.index(word)
    return Finding(label, start, start + len(word), word, score)


def verdict(score: float, *candidates: Finding) -> Verdict:
    labels = dict.fromkeys(LABELS, 0.01) | {item.label: item.score for item in candidates}
    return Verdict(TEXT, 0, len(TEXT), Status.OK, None, score, labels, candidates)


NAME, COUNTRY = finding(Label.NAME, "Brinken", 0.6), finding(Label.COUNTRY, "Uzbekistan", 0.4)


def test_a_label_at_its_threshold_shows_its_findings_only() -> None:
    judged = verdict(0.2, NAME, COUNTRY).judge(HALF.replace(name=0.6))
    assert judged.held
    assert judged.findings == (NAME,)


def test_below_every_threshold_nothing_is_held() -> None:
    judged = verdict(0.49, COUNTRY).judge(HALF)
    assert not judged.held
    assert judged.findings == ()


def test_held_through_any_shows_the_likeliest_label_at_the_probability_of_any() -> None:
    judged = verdict(0.7, finding(Label.MT, "flew", 0.3), COUNTRY).judge(HALF)
    assert judged.held
    assert judged.findings == (replace(COUNTRY, score=0.7),)


def test_a_held_sentence_without_candidates_shows_itself() -> None:
    judged = verdict(0.7).judge(HALF)
    assert [(item.start, item.end, item.text) for item in judged.findings] == [(0, len(TEXT), TEXT)]
    assert judged.findings[0].score == 0.7


def test_judging_again_equals_judging_once() -> None:
    strict = HALF.replace(any=0.9, name=0.9)
    first = verdict(0.7, NAME, COUNTRY)
    assert first.judge(HALF).judge(strict) == first.judge(strict)
    assert not first.judge(strict).held
    assert first.judge(strict).judge(HALF) == first.judge(HALF)


@pytest.mark.parametrize("status", [Status.SKIPPED, Status.ERROR])
def test_what_was_not_judged_is_never_held(status: Status) -> None:
    skipped = Verdict("", 0, 0, status, "why")
    assert skipped.judge(HALF.replace(any=1e-9)) == skipped
    assert not skipped.held


@pytest.mark.parametrize("value", [0, -0.1, 1.01, float("nan"), float("inf"), True, "0.5", None])
def test_thresholds_refuse_what_is_no_probability(value: object) -> None:
    with pytest.raises(ThresholdError, match=r"any.*expected.*found"):
        Thresholds({**HALF.values, "any": value})  # type: ignore[dict-item]


def test_thresholds_refuse_missing_and_unknown_channels() -> None:
    with pytest.raises(ThresholdError, match="expected exactly any"):
        Thresholds({"any": 0.5})
    with pytest.raises(ThresholdError, match="style"):
        HALF.replace(style=0.5)


def test_thresholds_survive_pickling() -> None:
    assert pickle.loads(pickle.dumps(HALF)) == HALF


def test_a_sentence_record_has_exactly_the_fields_of_the_format() -> None:
    record = verdict(0.123456789, NAME).judge(HALF).to_dict()
    fields = ["text", "start", "end", "status", "score", "held", "labels", "findings"]
    assert list(record) == fields
    assert list(record["labels"]) == ["mt", "garble", "name", "role", "country"]
    assert record["score"] == 0.123457
    assert record["findings"] == [
        {
            "label": "name",
            "start": 7,
            "end": 14,
            "text": "Brinken",
            "score": 0.6,
            "source": "model",
            "evidence": None,
        }
    ]
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_skipped_sentence_says_why_and_keeps_every_field() -> None:
    record = Verdict(" ", 3, 4, Status.SKIPPED, Reason.EMPTY).to_dict()
    assert record["status"] == "skipped"
    assert record["reason"] == "empty"
    assert record["score"] is None
    assert record["labels"] == dict.fromkeys(("mt", "garble", "name", "role", "country"), 0.0)
    assert record["findings"] == []


def test_a_document_takes_its_highest_score_and_is_held_with_any_sentence() -> None:
    sentences = (
        verdict(0.2).judge(HALF),
        Verdict("A", 0, 1, Status.SKIPPED, Reason.TOO_SHORT),
        verdict(0.8, NAME).judge(HALF),
    )
    document = DocumentVerdict.of(sentences)
    assert (document.status, document.reason, document.score) == (Status.OK, None, 0.8)
    assert document.held
    assert not document.judge(Thresholds(dict.fromkeys(CHANNELS, 0.95))).held
    assert list(document.to_dict()) == ["status", "score", "held", "document_score", "sentences"]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], Reason.EMPTY),
        ([Reason.EMPTY, Reason.EMPTY], Reason.EMPTY),
        ([Reason.EMPTY, Reason.TOO_SHORT], Reason.TOO_SHORT),
        ([Reason.TOO_SHORT, Reason.NOT_ENGLISH], Reason.NOT_ENGLISH),
    ],
)
def test_a_document_is_skipped_when_all_of_it_is(reasons: list[Reason], expected: Reason) -> None:
    skipped = tuple(Verdict("", 0, 0, Status.SKIPPED, reason) for reason in reasons)
    document = DocumentVerdict.of(skipped)
    assert (document.status, document.reason, document.score) == (Status.SKIPPED, expected, None)
    assert document.to_dict()["reason"] == str(expected)


def test_a_document_with_a_failed_sentence_has_failed() -> None:
    failed = Verdict("", 0, 0, Status.ERROR, "expected a string, found int")
    document = DocumentVerdict.of((verdict(0.9, NAME).judge(HALF), failed))
    assert document.status is Status.ERROR
    assert document.reason == "sentence 1: expected a string, found int"
    assert document.held  # what could be read still counts
