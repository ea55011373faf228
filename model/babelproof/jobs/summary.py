"""Summary: what an output of `score` holds, from its manifest or, without one, its records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True)
class Summary:
    """Counts of an output. `origin`: the file that they come from; `about`: its manifest."""

    origin: str
    tally: Tally
    about: Mapping[str, Any] | None


def summarise(name: str, format: Format | None = None, prefix: str = "") -> Summary:
    """Sum up an output by its manifest where that is of this very file, else by its records.

    Refuses an output without our fields.
    """
    (source,) = find_inputs([name], format)
    place = source.place
    if not source.is_piped:
        manifest = place.beside(ENDING)  # type: ignore[union-attr]
        about = read_manifest(manifest)
        if about is not None and about["files"]["output"]["bytes"] == source.size:
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
        tally.records += 1
        tally.written += 1
        if status == "error":
            tally.failed += 1
        elif status == "skipped":
            tally.skipped += 1
            reason = str(row.get("reason"))
            tally.reasons[reason] = tally.reasons.get(reason, 0) + 1
        else:
            tally.scored += 1
            tally.held += _flag(row.get("held"))
        if status != "error":
            _count_sentences(tally, row)
    return tally


def _count_sentences(tally: Tally, row: Mapping[str, object]) -> None:
    sentences = _list(row["sentences"]) if "sentences" in row else [row]
    for sentence in sentences:
        tally.sentences += 1
        tally.characters += len(str(sentence.get("text") or ""))
        score = sentence.get("score")
        if score is None or score == "":
            continue
        tally.judged += 1
        tally.scores[min(int(float(str(score)) * BINS), BINS - 1)] += 1
        if _flag(sentence.get("held")):
            tally.held_sentences += 1
            labels = {str(finding["label"]) for finding in _list(sentence.get("findings"))}
            for label in labels or {"any"}:
                tally.labels[label] = tally.labels.get(label, 0) + 1


def _flag(value: object) -> bool:
    """Read a truth value as JSON, Parquet and CSV write it."""
    return value is True or value == "true"


def _list(value: object) -> Iterable[Mapping[str, Any]]:
    """Read a list that CSV and TSV hold as JSON text."""
    found = json.loads(value) if isinstance(value, str) and value else value
    return found if isinstance(found, list) else []
