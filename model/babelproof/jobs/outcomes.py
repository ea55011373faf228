"""Outcomes: a scored record as it will be written, and on which side of a filter it falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from babelproof.batch import Scored
from babelproof.jobs.formats import Side
from babelproof.records import (
    REJECTED,
    FieldNames,
    Record,
    encode_line,
    error_fields,
    error_line,
    merged,
    scored_fields,
    scored_line,
)
from babelproof.verdict import DocumentVerdict, Status


@dataclass(frozen=True)
class Outcome:
    """One record of the output.

    `ours`: the fields that scoring adds; `line`: the whole record as a line of JSON.
    `verdict` is None for an error, whose message is `error`.
    """

    record: Record
    verdict: DocumentVerdict | None
    error: str | None
    ours: Mapping[str, Any]
    line: bytes

    @property
    def fields(self) -> dict[str, object]:
        """Give the whole record: its own fields, then ours."""
        return merged(self.record.fields or {}, self.ours)

    def is_on(self, side: Side, document_from: float | None = None) -> bool:
        """Say whether a filter for this side lets it pass: an error passes none.

        `document_from`: the document score from which a record is held as a whole.
        """
        if self.verdict is None:
            return False
        held = self.verdict.held or self.is_whole(document_from)
        return held is (side is Side.HOLD)

    def is_whole(self, document_from: float | None) -> bool:
        """Say whether its document score reaches this; no bound is never reached."""
        score = None if self.verdict is None else self.verdict.document_score
        return document_from is not None and score is not None and score >= document_from

    def rejected(self, names: FieldNames, document_from: float | None = None) -> Outcome:
        """Give it with the reason why it was not let pass."""
        ours = {**self.ours, names(REJECTED): self.reason(document_from)}
        try:
            line = encode_line(merged(self.record.fields or {}, ours))
        except RecursionError:
            line = encode_line(ours)
        return replace(self, ours=ours, line=line)

    def reason(self, document_from: float | None = None) -> str:
        """Say why it stands on its side: its labels, the whole, that it was skipped, its error."""
        if self.verdict is None:
            return f"error: {self.error}"
        if self.verdict.held:
            return f"held: {', '.join(held_labels(self.verdict)) or 'any'}"
        if self.is_whole(document_from):
            return f"held: as a whole, from {document_from:g}"
        if self.verdict.status is Status.SKIPPED:
            return f"skipped: {self.verdict.reason}"
        return "not held"


def held_labels(verdict: DocumentVerdict) -> list[str]:
    """Name the labels that a document's held sentences show, each once."""
    found = (f.label.value for s in verdict.sentences if s.held for f in s.findings)
    return list(dict.fromkeys(found))


def settle(item: Scored, names: FieldNames) -> Outcome:
    """Make the outcome of a scored record; what cannot be written as JSON becomes an error."""
    record, verdict, error = item.record, item.verdict, item.error
    if verdict is not None:
        found = verdict.to_dict()
        if names.sentence:
            found = verdict.sentences[0].to_dict()
            for name in ("text", "start", "end"):  # the record has the text, and is all of it
                del found[name]
        try:
            line = scored_line(record, found, names)
            return Outcome(record, verdict, None, scored_fields(found, names), line)
        except RecursionError:
            error = "expected a JSON object, found one nested too deeply"
            record = replace(record, fields=None)
        except ValueError as failure:
            error = f"could not be written: {failure}"
    error = error or "could not be scored"
    ours = error_fields(record, error, names)
    return Outcome(record, None, error, ours, error_line(record, error, names))
