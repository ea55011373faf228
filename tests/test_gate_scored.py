"""Scored records are judged again: the same findings at the same places, no model needed."""

from __future__ import annotations

import json
from pathlib import Path

from gate_samples import POLICY
from typer.testing import CliRunner

from babelproof.cli import app
from babelproof.gate.article import Article, Unreadable
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.outcome import Decision
from babelproof.gate.scored import read_scored

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
    assert [item.record for item in found if isinstance(item, Unreadable)] == [2, 3, 4, 5]
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
