"""The gate's command line: exit codes, formats, allowances and configuration in one go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from babelproof.cli import app

DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."
CLEAN = "The president said the talks in Kyiv went to plan."
GERMAN = "Der Minister sagte, dass die Gespräche gut waren. Das Treffen fand am Montag statt.\n"
POLICY = """\
fail_on = { any = 0.6, name = 0.6, country = 0.6, role = 0.6, mt = 0.6, garble = 0.6 }
suspect = { any = 0.55 }
share = 0.9
document = 0.9
count = 3
min_words = 2
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, a clean and a damaged draft."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "babelproof.toml").write_text(POLICY)
    (tmp_path / "clean.txt").write_text(f"{CLEAN}\n{CLEAN}\n")
    (tmp_path / "bad.md").write_text(f"# Talks\n\n{CLEAN}\n\n{DAMAGED} {CLEAN}\n")
    return tmp_path


def gate(bundle: Path, *arguments: str | Path, stdin: str = "") -> Result:
    words = ["gate", *map(str, arguments), "--bundle", str(bundle)]
    return CliRunner().invoke(app, words, input=stdin)


def test_exit_codes_say_pass_hold_or_cannot_judge(tiny_bundle: Path, desk: Path) -> None:
    assert gate(tiny_bundle, "clean.txt").exit_code == 0
    assert gate(tiny_bundle, "bad.md").exit_code == 1
    assert gate(tiny_bundle, "none.txt").exit_code == 2
    assert gate(tiny_bundle, "clean.txt", "bad.md").exit_code == 1
    assert gate(tiny_bundle, "bad.md", "none.txt", "clean.txt").exit_code == 2
    assert gate(tiny_bundle, "-", stdin=DAMAGED).exit_code == 1
    assert gate(tiny_bundle, "-", stdin=CLEAN).exit_code == 0
    assert gate(tiny_bundle).exit_code == 2
    (desk / "empty.jsonl").write_text("")
    assert gate(tiny_bundle, "empty.jsonl").exit_code == 2
    assert gate(tiny_bundle, "empty.jsonl", "--scored").exit_code == 2


@pytest.mark.parametrize("text", ["", " \n\n", "---\ntitle: Talks\n---\n", GERMAN])
def test_a_draft_without_a_sentence_to_judge_is_no_pass(
    tiny_bundle: Path, desk: Path, text: str
) -> None:
    (desk / "draft.md").write_text(text)
    result = gate(tiny_bundle, "draft.md", "clean.txt")
    assert result.exit_code == 2
    assert "draft.md: error, nothing to judge: expected English sentences" in result.stdout
    assert gate(tiny_bundle, "-", stdin="").exit_code == 2


def test_findings_carry_line_and_column_of_the_source(tiny_bundle: Path, desk: Path) -> None:
    result = gate(tiny_bundle, "bad.md", "--format", "json")
    report = json.loads(result.stdout)
    (article,) = report["articles"] if "articles" in report else report["outcomes"]
    (flag,) = article["flags"]
    assert "Brinken" in json.dumps(flag)
    line = (desk / "bad.md").read_text().splitlines()[4]
    column = line.index("Brinken") + 1
    assert '"line": 5' in json.dumps(flag)
    assert f'"column": {column}' in json.dumps(flag)


def test_several_reports_at_once(tiny_bundle: Path, desk: Path) -> None:
    formats = "text,sarif:out.sarif,junit:out.xml,html:out.html,json:out.json"
    result = gate(tiny_bundle, "bad.md", "--format", formats)
    assert result.exit_code == 1
    assert "Brinken" in result.stdout
    for name in ("out.sarif", "out.xml", "out.html", "out.json"):
        assert "Brinken" in (desk / name).read_text()
    two = gate(tiny_bundle, "bad.md", "--format", "json,text")
    assert two.exit_code == 2
    assert "found none for text and json" in two.stderr
    assert "--format text,json:report.json" in two.stderr
    assert gate(tiny_bundle, "bad.md", "--format", "text,json:report.json").exit_code == 1
    assert gate(tiny_bundle, "bad.md", "--format", "pdf").exit_code == 2


def test_options_go_before_the_configuration(tiny_bundle: Path, desk: Path) -> None:
    assert gate(tiny_bundle, "bad.md", "--fail-on", "any:1,name:1").exit_code == 0
    wrong = gate(tiny_bundle, "bad.md", "--fail-on", "anyone:0.5")
    assert wrong.exit_code == 2
    assert "fail_on: expected channels" in wrong.stderr
    assert gate(tiny_bundle, "bad.md", "--preset", "odd").exit_code == 2
    other = desk / "other.toml"
    other.write_text(POLICY + 'words = ["Brinken"]\n')
    assert gate(tiny_bundle, "bad.md", "--config", other).exit_code == 0
    other.write_text("share = 7\n")
    told = gate(tiny_bundle, "bad.md", "--config", other)
    assert told.exit_code == 2
    assert "line 1: share" in told.stderr


def test_a_baseline_accepts_what_is_there(tiny_bundle: Path, desk: Path) -> None:
    update = gate(tiny_bundle, "bad.md", "--baseline", "b.json", "--update-baseline")
    assert update.exit_code == 0
    assert "accepted 1 sentence in" in update.stderr
    assert gate(tiny_bundle, "bad.md", "--baseline", "b.json").exit_code == 0
    (desk / "bad.md").write_text(f"{DAMAGED}\n\nTalks on Uzbekistan and the war followed.\n")
    assert gate(tiny_bundle, "bad.md", "--baseline", "b.json").exit_code == 1
    assert gate(tiny_bundle, "bad.md", "--update-baseline").exit_code == 2
    assert gate(tiny_bundle, "bad.md", "--baseline", "none.json").exit_code == 2


def test_sentences_marked_in_the_source_pass(tiny_bundle: Path, desk: Path) -> None:
    (desk / "bad.md").write_text(f"{CLEAN}\n\n{DAMAGED} <!-- babelproof: ok -->\n")
    result = gate(tiny_bundle, "bad.md", "--format", "json")
    assert result.exit_code == 0
    assert '"marked": 1' in result.stdout


def test_scored_records_are_judged_again(tiny_bundle: Path, desk: Path) -> None:
    records = "".join(json.dumps({"text": text}) + "\n" for text in (CLEAN, DAMAGED))
    command = ["score", "-", "-o", "scored.jsonl", "--bundle", str(tiny_bundle)]
    assert CliRunner().invoke(app, command, input=records).exit_code == 0
    assert CliRunner().invoke(app, ["gate", "scored.jsonl", "--scored"]).exit_code == 1
    lenient = ["gate", "scored.jsonl", "--scored", "--fail-on", "any:1,name:1"]
    assert CliRunner().invoke(app, lenient).exit_code == 0
    (desk / "raw.jsonl").write_text(records)
    raw = CliRunner().invoke(app, ["gate", "raw.jsonl", "--scored"])
    assert raw.exit_code == 2
    assert "found one without 'schema_version'; score it with this version" in raw.stdout


def test_the_configuration_in_effect_is_printed(desk: Path) -> None:
    shown = CliRunner().invoke(app, ["config", "clean.txt"])
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["policy"]["count"] == 3
    (desk / "babelproof.toml").write_text("nonsense = 1\n")
    broken = CliRunner().invoke(app, ["config"])
    assert broken.exit_code == 2
    assert "line 1: nonsense" in broken.stderr


def test_the_presets_explain_themselves() -> None:
    result = CliRunner().invoke(app, ["gate", "--explain-policy"])
    assert result.exit_code == 0
    assert "balanced" in result.stdout
    assert "clean articles held" in result.stdout
