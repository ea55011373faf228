"""Scored records are judged again: the same findings at the same places, no model needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_samples import POLICY, judged
from typer.testing import CliRunner

from babelproof.cli import app
from babelproof.detector import Detector
from babelproof.gate.article import Article, Unreadable, plain
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.outcome import Decision, Flag
from babelproof.gate.scored import read_scored
from babelproof.labels import CHANNELS
from babelproof.verdict import Thresholds

TEXT = "The talks go on. The minister met Sandra Brinken in Kyiv.\nTalks on Uzbekistan followed."


def scored(tiny_bundle: Path, tmp_path: Path, *records: object) -> Path:
    given = "".join(
        (record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records
    )
    path = tmp_path / "scored.jsonl"
    arguments = ["score", "-", "-o", str(path), "--bundle", str(tiny_bundle)]
    result = CliRunner().invoke(app, arguments, input=given)
    assert result.exit_code in (0, 3)
    return path


def test_texts_and_lists_keep_their_places(tiny_bundle: Path, tmp_path: Path) -> None:
    sentences = ["The talks go on.", "The minister met Sandra Brinken in Kyiv."]
    path = scored(tiny_bundle, tmp_path, {"text": TEXT}, {"sentences": sentences})
    found = list(read_scored(str(path)))
    assert len(found) == 2
    for number, item in enumerate(found, start=1):
        assert not isinstance(item, Unreadable)
        article, document = item
        assert isinstance(article, Article)
        assert article.record == number
        for verdict in document.sentences:
            assert article.text[verdict.start : verdict.end] == verdict.text
            for finding in verdict.candidates:
                assert article.text[finding.start : finding.end] == finding.text
        made = decide(article, document, POLICY, Allowances())
        assert made.flags
        assert made.flags[0].marks[0].finding.text == "Brinken"


def test_bad_records_are_errors_of_their_own(tiny_bundle: Path, tmp_path: Path) -> None:
    path = scored(tiny_bundle, tmp_path, {"text": TEXT}, "no json", {"text": 3})
    lines = path.read_text().splitlines()
    lines += [
        '{"text": "never scored"}',
        lines[0].replace('"schema_version":1', '"schema_version":9'),
    ]
    path.write_text("\n".join(lines) + "\n")
    found = list(read_scored(str(path)))
    assert [isinstance(item, Unreadable) for item in found] == [False, True, True, True, True]
    refused = [item for item in found if isinstance(item, Unreadable)]
    assert [item.record for item in refused] == [2, 3, 4, 5]
    told = "expected a record that babelproof score wrote (schema_version 1, "
    assert all(item.error.startswith(told) for item in refused[2:])
    assert "found one without 'schema_version'" in refused[2].error
    assert "found schema_version 9" in refused[3].error
    (missing,) = read_scored(str(tmp_path / "none.jsonl"))
    assert isinstance(missing, Unreadable)


def test_another_policy_needs_no_model(tiny_bundle: Path, tmp_path: Path) -> None:
    path = scored(tiny_bundle, tmp_path, {"text": TEXT})
    ((article, document),) = [i for i in read_scored(str(path)) if not isinstance(i, Unreadable)]
    one = decide(article, document, POLICY.changed({"fail_on": {"name": 0.5}}), Allowances())
    other = decide(
        article,
        document,
        POLICY.changed({"fail_on": dict.fromkeys(("any", "name", "country"), 1.0), "count": 9}),
        Allowances(),
    )
    assert (one.decision, other.decision) == (Decision.HOLD, Decision.WARN)


@pytest.mark.parametrize("threshold", [0.5, 1.0])
def test_both_ways_to_the_gate_say_the_same(
    tiny_bundle: Path, tmp_path: Path, threshold: float
) -> None:
    """At 1.0 the record has no place of what it does not hold: labels and levels are the same."""
    (document,) = Detector.load(tiny_bundle).score_documents([TEXT])
    document = document.judge(Thresholds(dict.fromkeys(CHANNELS, threshold)))
    path = tmp_path / "scored.jsonl"
    path.write_text(json.dumps({"text": TEXT, "schema_version": 1, **document.to_dict()}) + "\n")
    ((article, again),) = [i for i in read_scored(str(path)) if not isinstance(i, Unreadable)]
    one = decide(article, again, POLICY, Allowances())
    other = decide(plain(article.name, TEXT), document, POLICY, Allowances())
    assert (one.decision, one.reasons, one.alone) == (other.decision, other.reasons, other.alone)
    assert len(one.flags) == len(other.flags) == 2
    for flag, whole in zip(one.flags, other.flags, strict=True):
        assert (flag.level, flag.named) == (whole.level, whole.named)
        assert flag.fingerprint == whole.fingerprint
        if threshold < 1:
            assert places(flag) == places(whole)
            assert flag.note is None
        else:
            assert flag.marks == ()
            assert flag.note == f"no place is recorded for {flag.named[0]}"


def places(flag: Flag) -> list[tuple[str, int, int, float]]:
    found = [mark.finding for mark in flag.marks]
    return [(f.label.value, f.start, f.end, round(f.score, 5)) for f in found]


def test_a_sentence_held_through_any_keeps_the_probability_of_its_label(tmp_path: Path) -> None:
    article, document = judged(("He gave the plan a green street.", 0.9, {"mt": (0.3, "green")}))
    record = {"text": article.text, "schema_version": 1, **document.to_dict()}
    assert record["sentences"][0]["findings"][0]["score"] == 0.9
    path = tmp_path / "scored.jsonl"
    path.write_text(json.dumps(record) + "\n")
    ((again, verdicts),) = [i for i in read_scored(str(path)) if not isinstance(i, Unreadable)]
    for given in ((again, verdicts), (article, document)):
        (flag,) = decide(*given, POLICY, Allowances()).flags
        assert places(flag) == [("mt", 19, 24, 0.3)]
