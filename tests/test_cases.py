"""The project's own cases are well formed, and a malformed one is refused with a clear message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from babelproof.labels import LABELS, Label
from data.cases import CaseError, CaseKind, load_cases, summary

MINIMUM = {
    CaseKind.REAL_LIFE: 110,
    CaseKind.SYNTHETIC: 70,
    CaseKind.NEGATIVE: 130,
    CaseKind.KNOWN_FAILURES: 15,
}


def row(**changes: Any) -> dict[str, Any]:
    good: dict[str, Any] = {
        "id": "real-001",
        "sentences": ["The ferry left Bergen.", "The Peruvian crew from Bergen waved."],
        "target": 1,
        "severity": 2,
        "labels": ["country"],
        "spans": [["country", "Peruvian"]],
        "comment": "a crew from Bergen is Norwegian",
    }
    return {**good, **changes}


def write(folder: Path, *rows: object, kind: str = "real_life") -> Path:
    text = "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows)
    (folder / f"{kind}.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", list(CaseKind))
def test_each_file_holds_enough_valid_cases(kind: CaseKind) -> None:
    cases = load_cases(kind)
    assert len(cases) >= MINIMUM[kind]
    for case in cases:
        assert case.kind is kind
        assert case.document.sentences[case.target] == case.text
        for span in case.spans:
            assert case.text[span.start : span.end] == span.text


def test_ids_and_documents_are_unique_over_all_files() -> None:
    cases = [case for kind in CaseKind for case in load_cases(kind)]
    assert len({case.id for case in cases}) == len(cases)
    assert len({(case.sentences, case.target) for case in cases}) == len(cases)


def test_every_label_is_shown_often_enough_to_measure() -> None:
    damaged = [*load_cases("real_life"), *load_cases("synthetic")]
    for label in LABELS:
        assert sum(label in case.labels for case in damaged) >= 30


def test_a_good_part_of_the_real_life_cases_needs_a_document() -> None:
    cases = load_cases("real_life")
    assert sum(len(case.sentences) >= 3 for case in cases) >= len(cases) * 0.3


def test_hold_follows_severity() -> None:
    assert {case.hold for case in load_cases("negative")} == {False}
    awkward = [case for case in load_cases("real_life") if case.severity == 1]
    assert awkward
    assert {case.hold for case in awkward} == {None}
    assert {case.hold for case in load_cases("known_failures")} == {False, True}


def test_a_row_becomes_a_case(tmp_path: Path) -> None:
    (case,) = load_cases(CaseKind.REAL_LIFE, write(tmp_path, row()))
    assert case.text == "The Peruvian crew from Bergen waved."
    assert case.labels == (Label.COUNTRY,)
    assert (case.spans[0].start, case.spans[0].end) == (4, 12)
    assert case.hold is True


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{not json", "expected JSON"),
        ("[]", "found list"),
        ("", "expected JSON"),
        (row(note="extra"), "expected the fields"),
        (row(id=" "), "'id'"),
        (row(comment=""), "'comment'"),
        (row(sentences=[]), "'sentences'"),
        (row(sentences=["One.", " Two."]), "'sentences'"),
        (row(target=2), "target from 0 to 1"),
        (row(target=-1), "target from 0 to 1"),
        (row(target=True), "target from 0 to 1"),
        (row(severity=0, labels=[], spans=[]), "severity 1 or 2"),
        (row(severity=3), "severity 1 or 2"),
        (row(labels=["nation"]), "expected a label"),
        (row(labels=["country", "country"]), "each label once"),
        (row(labels=["country", "mt"]), "at least one span"),
        (row(labels=[], spans=[]), "none for 0"),
        (row(spans="Peruvian"), "'spans'"),
        (row(spans=[["country"]]), "[label, substring]"),
        (row(spans=[["country", "Chilean"]]), "found it 0 times"),
        (row(spans=[["country", "er"]]), "found it 2 times"),
        (row(spans=[["name", "Peruvian"]]), "each label once and with at least one span"),
    ],
)
def test_a_malformed_row_is_refused(tmp_path: Path, bad: object, message: str) -> None:
    folder = write(tmp_path, row(id="real-000", sentences=["Peruvian."], target=0), bad)
    with pytest.raises(CaseError) as caught:
        load_cases("real_life", folder)
    assert message in str(caught.value)
    assert "line 2" in str(caught.value)


@pytest.mark.parametrize("repeat", [row(id="real-002"), row(sentences=["A Peruvian."], target=0)])
def test_a_repeated_id_or_document_is_refused(tmp_path: Path, repeat: dict[str, Any]) -> None:
    with pytest.raises(CaseError, match="second time"):
        load_cases("real_life", write(tmp_path, row(), repeat))


def test_an_awkward_known_failure_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, row(severity=1), kind="known_failures")
    with pytest.raises(CaseError, match="severity 0 or 2 in known_failures"):
        load_cases("known_failures", folder)


def test_an_unknown_kind_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="expected a kind of real_life, synthetic"):
        load_cases("surreal")
    with pytest.raises(CaseError, match="found none"):
        load_cases("negative", tmp_path)


def test_the_summary_counts_every_file(tmp_path: Path) -> None:
    for kind in CaseKind:
        write(tmp_path, row(), kind=kind) if kind != CaseKind.NEGATIVE else write(
            tmp_path, row(severity=0, labels=[], spans=[]), kind=kind
        )
    assert summary(tmp_path).splitlines() == [
        "real_life: 1 cases, 1 of them documents; severity 2: 1, country 1",
        "synthetic: 1 cases, 1 of them documents; severity 2: 1, country 1",
        "negative: 1 cases, 1 of them documents; severity 0: 1",
        "known_failures: 1 cases, 1 of them documents; severity 2: 1, country 1",
    ]
