"""SARIF: a run as results of static analysis, version 2.1.0, for code scanning and editors."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from babelproof import __version__
from babelproof.gate.article import Position
from babelproof.gate.outcome import Decision, Flag, Outcome, Run
from babelproof.gate.reports import phrases
from babelproof.labels import LABELS
from babelproof.terminal import printable, probability
from babelproof.verdict import DIGITS, Finding

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

FINGERPRINT = "babelproofSentence/v1"
"""The name under which a result says which finding it is, wherever its sentence moves."""

UNNAMED = "sentence"
"""The rule of a sentence that is suspect although no label is likely enough to be named."""

_MEANINGS = {label.value: phrases.MEANINGS[label] for label in LABELS} | {UNNAMED: phrases.UNNAMED}

_LEVELS = {Decision.HOLD: "error", Decision.WARN: "warning"}


def write(run: Run, stream: TextIO) -> None:
    """Write a run as one SARIF log with one run in it."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(run)]}
    json.dump(phrases.jsonable(log), stream, indent=2, allow_nan=False)
    stream.write("\n")


def _run(run: Run) -> dict[str, Any]:
    driver = {
        "name": "babelproof",
        "version": str(run.versions.get("babelproof", __version__)),
        "rules": [_rule(name, meaning) for name, meaning in _MEANINGS.items()],
    }
    uris = dict.fromkeys(_uri(outcome.name) for outcome in run.outcomes)
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(run)],
        "artifacts": [{"location": {"uri": uri}} for uri in uris],
        "results": [
            result
            for outcome in run.outcomes
            for flag in outcome.flags
            for result in _results(outcome, flag)
        ],
        "properties": {
            "decision": run.decision.value,
            "policy": run.policy,
            "versions": run.versions,
        },
    }


def _rule(name: str, meaning: phrases.Meaning) -> dict[str, Any]:
    title = "".join(c for c in meaning.title.title() if c.isalnum())
    return {
        "id": name,
        "name": title,
        "shortDescription": {"text": f"{meaning.title}."},
        "fullDescription": {"text": meaning.says},
        "help": {"text": f"{meaning.says} {meaning.advice}"},
        "defaultConfiguration": {"level": "error"},
    }


def _invocation(run: Run) -> dict[str, Any]:
    failed = [outcome for outcome in run.outcomes if outcome.decision is Decision.ERROR]
    notes = [
        {
            "level": "error",
            "message": {"text": _message(phrases.summary(outcome))},
            "locations": [_location(outcome, None, None)],
        }
        for outcome in failed
    ]
    return {
        "executionSuccessful": not failed,
        "toolExecutionNotifications": notes,
        **_ended(run.created),
    }


def _ended(created: str) -> dict[str, str]:
    try:
        moment = datetime.datetime.fromisoformat(created).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return {}
    return {"endTimeUtc": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _results(outcome: Outcome, flag: Flag) -> list[dict[str, Any]]:
    """Give a result for each mark; a label without one, and a sentence without a label, has the
    whole sentence."""
    places = [(mark.start, mark.end) for mark in flag.marks]
    findings: tuple[Finding | None, ...] = phrases.findings(flag) or (None,)
    places += [(flag.start, flag.end)] * (len(findings) - len(places))
    seen: dict[str, int] = {}
    results = []
    for finding, (start, end) in zip(findings, places, strict=True):
        rule = UNNAMED if finding is None else finding.label.value
        seen[rule] = nth = seen.get(rule, 0) + 1
        # Two marks of a label in one sentence are two results: readers join equal prints.
        suffix = "" if nth == 1 else f":{nth}"
        results.append(
            {
                "ruleId": rule,
                "ruleIndex": list(_MEANINGS).index(rule),
                "level": _LEVELS.get(flag.level, "note"),
                "message": {"text": _said(flag, finding)},
                "locations": [_location(outcome, start, end)],
                "partialFingerprints": {FINGERPRINT: f"{flag.fingerprint}:{rule}{suffix}"},
                "properties": _properties(outcome, flag, finding, start),
            }
        )
    return results


def _said(flag: Flag, finding: Finding | None) -> str:
    sentence = f"sentence {probability(flag.score)}"
    if finding is None:
        said = f"This sentence: {phrases.UNNAMED.title.lower()} ({sentence})."
    else:
        place = "This sentence" if finding.text == flag.text else f"“{finding.text}”"
        label = f"{finding.label} {probability(finding.score)}"
        said = f"{place}: {phrases.MEANINGS[finding.label].title.lower()} ({label}; {sentence})."
        fact = phrases.fact(finding)
        said += "" if fact is None else f" {fact}."
    note = "" if flag.note is None else f" {flag.note.capitalize()}."
    return _message(f"{said}{note} In: “{flag.text}”")


def _properties(
    outcome: Outcome, flag: Flag, finding: Finding | None, start: Position
) -> dict[str, Any]:
    own: dict[str, Any] = {"score": round(flag.score, DIGITS), "sentence": flag.number}
    if finding is not None:
        own |= {"probability": round(finding.score, DIGITS), "source": finding.source}
        own |= {} if finding.evidence is None else {"evidence": finding.evidence}
    if outcome.record is not None:
        own |= {"record": outcome.record, "line": start.line, "column": start.column}
    return own


def _location(outcome: Outcome, start: Position | None, end: Position | None) -> dict[str, Any]:
    """Give a place in a file. Of a record that is its line: its columns are not the file's."""
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(outcome.name)}}
    if outcome.record is not None:
        place["region"] = {"startLine": outcome.record}
    elif start is not None and end is not None:
        place["region"] = {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    return {"physicalLocation": place}


def _uri(name: str) -> str:
    """Give a name as a relative URI where it lies below the working folder.

    >>> _uri("a draft/50%.md"), _uri("./x:y.txt")
    ('a%20draft/50%25.md', 'x%3Ay.txt')
    """
    try:
        path = Path(name)
        if path.is_absolute():
            here = Path.cwd()
            if not path.is_relative_to(here):
                return path.as_uri()
            path = path.relative_to(here)
        return quote(os.fsencode(path.as_posix()), safe="/")
    except (ValueError, OSError):  # no file has such a name
        return quote(printable(name), safe="/")


def _message(text: str) -> str:
    """Write text so that no part of it is a placeholder or a link of a SARIF message.

    >>> _message("{0} [here](https://example.org)")
    '{{0}} [here] (https://example.org)'
    """
    return printable(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")
