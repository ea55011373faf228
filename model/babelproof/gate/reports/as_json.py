"""JSON: everything that a run says but the full text, by `gate-report.schema.json`."""

from __future__ import annotations

import json
from typing import Any, TextIO

from babelproof.gate.article import Position
from babelproof.gate.outcome import Flag, Mark, Outcome, Run
from babelproof.gate.reports.phrases import jsonable
from babelproof.labels import LABELS
from babelproof.verdict import DIGITS

SCHEMA = "gate-report.schema.json"
"""The name of the schema beside this module."""

SCHEMA_VERSION = 1
"""The version of the report's fields; it grows when one of them changes meaning."""


def write(run: Run, stream: TextIO) -> None:
    """Write a run as one object with sorted keys; refuses NaN and infinities."""
    json.dump(jsonable(to_dict(run)), stream, sort_keys=True, indent=2, allow_nan=False)
    stream.write("\n")


def to_dict(run: Run) -> dict[str, Any]:
    """Give a run as values of the report, the articles in the order of the run."""
    return {
        "schema_version": SCHEMA_VERSION,
        "created": run.created,
        "decision": run.decision.value,
        "counts": run.counts,
        "policy": run.policy,
        "versions": run.versions,
        "outcomes": [_outcome(outcome) for outcome in run.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "record": outcome.record,
        "decision": outcome.decision.value,
        "reasons": outcome.reasons,
        "error": outcome.error,
        "score": _score(outcome.score),
        "document_score": _score(outcome.document_score),
        "sentences": outcome.sentences,
        "judged": outcome.judged,
        "alone": outcome.alone,
        "held": outcome.held,
        "flags": [_flag(flag) for flag in outcome.flags],
        "allowances": outcome.allowances,
        "spans": [
            {"start": start, "end": end, "score": _score(score)}
            for start, end, score in outcome.spans
        ],
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "number": flag.number,
        "level": flag.level.value,
        "text": flag.text,
        "score": _score(flag.score),
        "labels": {label.value: _score(flag.labels.get(label, 0.0)) for label in LABELS},
        "named": [label.value for label in flag.named],
        "note": flag.note,
        "marks": [_mark(mark) for mark in flag.marks],
        "start": _position(flag.start),
        "end": _position(flag.end),
        "fingerprint": flag.fingerprint,
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "finding": mark.finding.to_dict(),
        "start": _position(mark.start),
        "end": _position(mark.end),
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _score(score: float | None) -> float | None:
    return None if score is None else round(score, DIGITS)
