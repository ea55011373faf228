"""Facts beside the model: in verdicts, in records and on the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from babelproof.cli import app
from babelproof.command import NOTHING_RAN
from babelproof.detector import Detector
from babelproof.jobs.cli import OK
from babelproof.labels import CHANNELS, Label

WRONG = "Russian Foreign Minister Dmytro Kuleba met the president in Kyiv on Monday."
RIGHT = "Ukrainian Foreign Minister Dmytro Kuleba met the president in Kyiv on Monday."
BOTH = "US Secretary of State Antony Brinken met the president in Kyiv on Monday."


def run(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def records(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_facts_hold_what_the_model_lets_pass(tiny_bundle: Path, detector: Detector) -> None:
    model = Detector.load(tiny_bundle, facts=False)
    (alone,), (verdict,), (right,) = (
        model.score([WRONG]),
        detector.score([WRONG]),
        detector.score([RIGHT]),
    )
    assert not alone.held
    assert not right.held
    assert verdict.held
    (finding,) = verdict.findings
    assert (finding.label, finding.text, finding.source) == (Label.COUNTRY, "Russian", "facts")
    assert "Dmytro Kuleba" in finding.evidence["fact"]
    assert verdict.score is not None
    assert alone.score is not None
    assert alone.score < verdict.score < 1
    others = [label for label in verdict.labels if label is not Label.COUNTRY]
    assert [verdict.labels[label] for label in others] == [alone.labels[label] for label in others]


def test_the_model_and_the_facts_may_agree(tiny_bundle: Path, detector: Detector) -> None:
    (alone,) = Detector.load(tiny_bundle, facts=False).score([BOTH])
    (verdict,) = detector.score([BOTH])
    names = [finding for finding in verdict.findings if finding.label is Label.NAME]
    assert [(finding.text, finding.source) for finding in names] == [("Brinken", "both")]
    assert names[0].score > alone.labels[Label.NAME] > 0.5


def test_verdicts_with_facts_are_judged_again(detector: Detector) -> None:
    (verdict,) = detector.score([WRONG])
    strict = detector.operating_points.alone.replace(**dict.fromkeys(CHANNELS, 1.0))
    again = verdict.judge(strict)
    assert (again.held, again.findings) == (False, ())
    assert again.judge(detector.operating_points.alone) == verdict


def test_dates_go_with_their_documents(detector: Detector) -> None:
    text = "US Secretary of State John Kerry met the president in Kyiv on Monday."
    days = [None, date(2015, 5, 1), date(2010, 5, 1)]
    held = [document.held for document in detector.score_documents([text] * 3, days)]
    assert held == [False, False, True]


def test_records_carry_evidence_and_dates(tiny_bundle: Path) -> None:
    text = "US Secretary of State John Kerry met the president in Kyiv on Monday."
    lines = [
        {"text": WRONG},
        {"text": text, "date": "2010-05-01T08:00:00Z"},
        {"text": text, "date": "last Tuesday"},
    ]
    given = "".join(json.dumps(line) + "\n" for line in lines)
    result = run("score", "-", "--bundle", tiny_bundle, stdin=given)
    assert result.exit_code == OK
    wrong, dated, undated = records(result)
    (finding,) = wrong["sentences"][0]["findings"]
    assert (finding["source"], finding["label"]) == ("facts", "country")
    assert set(finding["evidence"]) == {"fact", "person", "source", "proposal"}
    assert finding["evidence"]["proposal"] == "Ukrainian"
    assert (dated["held"], undated["held"]) == (True, False)
    result = run("score", "-", "--bundle", tiny_bundle, "--date", "2010-05-01", stdin=given)
    assert [record["held"] for record in records(result)] == [True, True, True]


def test_own_facts_win_and_all_facts_can_be_left_out(tiny_bundle: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk.csv"
    desk.write_text(
        "name,aliases,office,country,start,end\nDmytro Kuleba,,Foreign Minister,RU,2026-01-01,\n"
    )
    given = json.dumps({"text": WRONG}) + "\n"
    for options in (["--facts", desk], ["--no-facts"]):
        result = run("score", "-", "--bundle", tiny_bundle, *options, stdin=given)
        assert [record["held"] for record in records(result)] == [False]
    result = run("score", "-", "--facts", desk, "--no-facts", stdin=given)
    assert result.exit_code == NOTHING_RAN
    assert "expected one of them" in result.stderr
    desk.write_text("name\n")
    result = run("score", "-", "--bundle", tiny_bundle, "--facts", desk, stdin=given)
    assert result.exit_code == NOTHING_RAN
    assert "desk.csv, line 1" in result.stderr
    assert run("score", "-", "--date", "yesterday").exit_code == NOTHING_RAN


def test_the_configuration_names_own_facts(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "desk.csv").write_text(
        "name,aliases,office,country,start,end\nDmytro Kuleba,,Foreign Minister,RU,2026-01-01,\n"
    )
    (tmp_path / "babelproof.toml").write_text('facts = ["desk.csv"]\n')
    monkeypatch.chdir(tmp_path)
    given = json.dumps({"text": WRONG}) + "\n"
    result = run("score", "-", "--bundle", tiny_bundle, stdin=given)
    assert [record["held"] for record in records(result)] == [False]
    assert "[desk.csv:2]" in run("facts", "lookup", "Dmytro Kuleba").stdout


def test_check_prints_the_fact(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(WRONG)
    result = run("check", path, "--bundle", tiny_bundle)
    assert "country: Dmytro Kuleba: Ukrainian Minister of Foreign Affairs" in result.stdout


def test_lookup_says_what_is_known_and_from_where() -> None:
    result = run("facts", "lookup", "kuleba")
    assert result.exit_code == 0
    assert "Ukrainian Minister of Foreign Affairs 2020-03-04 to 2024-09-05" in result.stdout
    assert "wikidata" in result.stdout
    rows = json.loads(run("facts", "lookup", "Dmytro Kuleba", "--json").stdout)
    assert [row["name"] for row in rows] == ["Dmytro Kuleba"]
    assert {"role", "office", "country", "start", "end", "source"} <= set(rows[0]["offices"][0])


def test_lookup_of_nobody_says_so() -> None:
    result = run("facts", "lookup", "Xq Zzyzx")
    assert result.exit_code == 1
    assert "nobody known" in result.stdout
    assert run("facts", "lookup", "Kuleba", "--facts", "none.csv").exit_code == 2


def test_date_says_what_period_is_covered() -> None:
    about = json.loads(run("facts", "date", "--json").stdout)
    assert about["last"] in run("facts", "date").stdout
