"""JUnit: a run as a test suite, each article a test case."""

from __future__ import annotations

import datetime
from typing import TextIO
from xml.etree import ElementTree

from babelproof.gate.outcome import Decision, Outcome, Run
from babelproof.gate.reports import phrases
from babelproof.terminal import printable

_NO_CHARACTERS = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
"""What XML cannot hold beyond what `printable` replaces."""


def write(run: Run, stream: TextIO) -> None:
    """Write a run: a hold is a failure, an error an error, and warnings are output."""
    counts = {
        "tests": str(len(run.outcomes)),
        "failures": str(run.counts[Decision.HOLD]),
        "errors": str(run.counts[Decision.ERROR]),
    }
    root = ElementTree.Element("testsuites", {"name": "babelproof gate", **counts})
    suite = ElementTree.SubElement(
        root, "testsuite", {"name": "babelproof gate", **counts, "skipped": "0"} | _time(run)
    )
    if run.versions:
        properties = ElementTree.SubElement(suite, "properties")
        for name, version in sorted(run.versions.items()):
            attributes = {"name": _clean(str(name)), "value": _clean(str(version))}
            ElementTree.SubElement(properties, "property", attributes)
    for outcome in run.outcomes:
        _case(suite, outcome)
    ElementTree.indent(root)
    # Pure ASCII, everything else as references: it is sound in whatever the stream encodes.
    text = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    stream.write(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')


def _case(suite: ElementTree.Element, outcome: Outcome) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", {"name": _clean(outcome.place), "classname": "babelproof.gate"}
    )
    if outcome.decision is Decision.ERROR:
        attributes = {"type": "error", "message": _clean(phrases.summary(outcome))}
        ElementTree.SubElement(case, "error", attributes)
    if outcome.decision is Decision.HOLD:
        message = "; ".join(outcome.reasons) or phrases.summary(outcome)
        failure = ElementTree.SubElement(
            case, "failure", {"type": "hold", "message": _clean(message)}
        )
        failure.text = _lines(outcome, Decision.HOLD)
    said = [] if outcome.decision is Decision.HOLD else [_clean(r) for r in outcome.reasons]
    allowed = phrases.let_through(outcome)
    said += [] if allowed is None else [_clean(allowed)]
    warnings = _lines(outcome, Decision.WARN)
    said += [warnings] if warnings else []
    if said:
        ElementTree.SubElement(case, "system-out").text = "\n".join(said)


def _lines(outcome: Outcome, level: Decision) -> str:
    """Say all of the sentences of a level, a blank line between two."""
    flags = [flag for flag in outcome.flags if flag.level is level]
    return "\n\n".join("\n".join(map(_clean, phrases.plain(outcome, flag))) for flag in flags)


def _time(run: Run) -> dict[str, str]:
    """Give the time of the run in UTC as readers of JUnit expect it, if it is one."""
    try:
        created = datetime.datetime.fromisoformat(run.created)
    except ValueError:
        return {}
    if created.tzinfo is not None:
        created = created.astimezone(datetime.UTC)
    return {"timestamp": created.strftime("%Y-%m-%dT%H:%M:%S")}


def _clean(text: str) -> str:
    return printable(text).translate(_NO_CHARACTERS)
