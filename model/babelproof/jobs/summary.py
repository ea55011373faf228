"""Summary: what an output of `score` holds, from its manifest or, without one, its records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babelproof.files import FileError
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import Input, find_inputs
from babelproof.jobs.manifest import ENDING, read_manifest
from babelproof.jobs.readers import read_input
from babelproof.jobs.tally import BINS, Tally
from babelproof.records import NO_FIELD, FieldNames

_AS_THEY_ARE = FieldNames(NO_FIELD, text=NO_FIELD)
"""Names that no field has: ours are part of the records here."""

_SHOWN = 60
"""Characters of a wrong value that a message shows."""


@dataclass(frozen=True)
class Summary:
    """Counts of an output. `origin`: the file that they come from; `about`: its manifest."""

    origin: str
    tally: Tally
    about: Mapping[str, Any] | None


def summarise(name: str, format: Format | None = None, prefix: str = "") -> Summary:
    """Sum up an output by its manifest where that is of this very file, else by its records.

    Refuses an output without our fields, or several.
    """
    sources = find_inputs([name], format)
    if len(sources) > 1:
        raise FileError(
            f"{name}: expected one output of score, found {len(sources)} files; name one of them"
        )
    (source,) = sources
    place = source.place
    if not source.is_piped:
        manifest = place.beside(ENDING)  # type: ignore[union-attr]
        about = read_manifest(manifest)
        # That of a run to standard output knows of no file, whatever it was put beside.
        written = None if about is None else about["files"].get("output")
        if about is not None and written is not None and written["bytes"] == source.size:
            return Summary(manifest.name, _of_manifest(about), about)
    return Summary(source.name, tally_of(source, prefix), None)


def _of_manifest(about: Mapping[str, Any]) -> Tally:
    counts = about["counts"]
    return Tally(
        **{name: counts[name] for name in ("records", "scored", "held", "skipped", "failed")},
        **{name: counts[name] for name in ("written", "rejected", "sentences", "characters")},
        judged=counts["judged_sentences"],
        held_sentences=counts["held_sentences"],
        seconds=about["timing"]["seconds"],
        windows=about["cache"]["windows"],
        repeated_windows=about["cache"]["repeated"],
        reasons=dict(about["skipped_by_reason"]),
        labels=dict(about["held_sentences_by_label"]),
        scores=list(about["sentence_scores"]["counts"]),
        errors=list(about["errors"]["first"]),
    )


def tally_of(source: Input, prefix: str = "") -> Tally:
    """Count the records of an output, of whatever format and unit."""
    if source.layout.format is Format.TXT:
        raise FileError(f"{source.name}: expected records with verdicts, found plain text")
    tally = Tally()
    for record in read_input(source, _AS_THEY_ARE):
        fields = record.fields or {}
        row = {key[len(prefix) :]: value for key, value in fields.items() if key.startswith(prefix)}
        status = row.get("status")
        if status not in ("ok", "skipped", "error"):
            raise FileError(
                f"{source.name}:{record.line}: expected an output of score, found no field "
                f"{prefix + 'status'!r} of ours; name the --prefix that it was written with"
            )
        try:
            _count(tally, row)
        except ValueError as failure:
            raise FileError(
                f"{source.name}:{record.line}: expected an output of score, found {failure}; "
                f"name another file, or the --prefix that it was written with"
            ) from None
    return tally


def _count(tally: Tally, row: Mapping[str, object]) -> None:
    """Count one record; raises ValueError where a field of ours holds what we never wrote."""
    tally.records += 1
    tally.written += 1
    if row["status"] == "error":
        tally.failed += 1
        return
    if row["status"] == "skipped":
        tally.skipped += 1
        reason = str(row.get("reason"))
        tally.reasons[reason] = tally.reasons.get(reason, 0) + 1
    else:
        tally.scored += 1
        tally.held += _flag(row.get("held"))
    # A record of one sentence has labels and findings itself; `sentences` is then its own field.
    alone = "labels" in row and "findings" in row
    for sentence in [row] if alone else _objects(row, "sentences"):
        _count_sentence(tally, sentence)


def _count_sentence(tally: Tally, sentence: Mapping[str, object]) -> None:
    tally.sentences += 1
    tally.characters += len(str(sentence.get("text") or ""))
    score = _score(sentence.get("score"))
    if score is None:
        return
    tally.judged += 1
    tally.scores[min(int(score * BINS), BINS - 1)] += 1
    if _flag(sentence.get("held")):
        tally.held_sentences += 1
        labels = {finding.get("label") for finding in _objects(sentence, "findings")}
        for label in labels or {"any"}:
            if not isinstance(label, str):
                raise ValueError(f"the label {_brief(label)}")
            tally.labels[label] = tally.labels.get(label, 0) + 1


def _flag(value: object) -> bool:
    """Read a truth value as JSON, Parquet and CSV write it."""
    return value is True or value == "true"


def _score(value: object) -> float | None:
    """Read a score, None where nothing was judged; CSV holds it as text."""
    if value is None or value == "":
        return None
    try:
        score = float(str(value))
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise ValueError(f"the score {_brief(value)}")
    return score


def _objects(row: Mapping[str, object], name: str) -> Sequence[Mapping[str, object]]:
    """Read a list of objects, which CSV and TSV hold as JSON text; empty where there is none."""
    value = found = row.get(name) or []
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise ValueError(f"{name} {_brief(value)}")
    return found


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
