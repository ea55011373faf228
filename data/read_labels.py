"""Labels of translated sentences of the corpora that we had read; the sentences stay there.

`read_labels.tsv` has a row for each: which sentence it is by a hash of its text, where it comes
from, its severity and its spans (`data/LABELING.md`). So no text of the corpora is in the
repository, and labels of a text that the corpora no longer have are refused, not misplaced.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babelproof.labels import LABELS, Label
from data.corpora import read_headlines, read_translations
from data.handlabels import HandRow, HandSpan
from data.shared import CHECKOUT, DataError, MalformedRow

READ_LABELS = CHECKOUT / "data" / "read_labels.tsv"
"""The file of the labels."""

COLUMNS = ("sentence", "origin", "source", "severity", "spans")
"""Spans are `label:start-end` in code points of the sentence, joined by spaces."""

HEADLINES = "ru1tv"
"""Origin of translated headlines; those of other rows begin with `wmt`."""

_DIGITS = 16


def digest(text: str) -> str:
    """Give the hash that names a sentence, surrounding white space aside."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:_DIGITS]


def read_labels(shared: Path, path: Path = READ_LABELS) -> list[HandRow]:
    """Give the labelled sentences with the texts that the corpora of `shared` have for them.

    Refuses a malformed row, and a row whose sentence no corpus has (`DataError`).
    """
    rows = list(_rows(path))
    wanted = {row["sentence"]: row["origin"] for _, row in rows}
    texts = dict(_texts(shared, wanted))
    missing = [number for number, row in rows if row["sentence"] not in texts]
    if missing:
        raise DataError(
            f"{path}: expected every labelled sentence in the corpora of {shared}, found "
            f"{len(missing)} without one (first in row {missing[0]}); fetch the corpora of the "
            f"versions in data/SOURCES.md, or drop those rows"
        )
    return [_row(path, number, row, texts[row["sentence"]]) for number, row in rows]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        file = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise DataError(f"{path}: expected a file of labels, found {error.strerror}") from None
    with file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise MalformedRow(path, 0, f"the columns {', '.join(COLUMNS)}", reader.fieldnames)
        for number, row in enumerate(reader, 1):
            if None in row or None in row.values():
                raise MalformedRow(path, number, f"{len(COLUMNS)} columns", row)
            yield number, row


def _texts(shared: Path, wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give (hash, text) of the wanted sentences."""

    def found(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
        for text in texts:
            if (name := digest(text)) in wanted:
                yield name, text.strip()

    origins = set(wanted.values())
    if HEADLINES in origins:
        yield from found(headline.text for headline in read_headlines(shared))
    if origins - {HEADLINES}:
        for row in read_translations(shared):
            yield from found((row.text, row.reference))


def _row(path: Path, number: int, row: Mapping[str, str], text: str) -> HandRow:
    if row["severity"] not in ("0", "1", "2"):
        raise MalformedRow(path, number, "severity 0, 1 or 2", row["severity"])
    severity = int(row["severity"])
    spans = tuple(_span(path, number, item, text) for item in row["spans"].split())
    if bool(spans) != bool(severity):
        raise MalformedRow(path, number, "spans where the severity is not 0", row["spans"])
    named = {span.label for span in spans}
    return HandRow(
        id=row["sentence"],
        text=text,
        severity=severity,
        labels=tuple(label for label in LABELS if label.value in named),
        spans=spans,
        document="",
        origin=row["origin"],
        source=row["source"],
    )


def _span(path: Path, number: int, item: str, text: str) -> HandSpan:
    label, _, place = item.partition(":")
    start, _, end = place.partition("-")
    if (
        label in {known.value for known in Label}
        and start.isdecimal()
        and end.isdecimal()
        and 0 <= int(start) < int(end) <= len(text)
    ):
        return HandSpan(label, int(start), int(end))
    raise MalformedRow(path, number, f"label:start-end within {len(text)} characters", item)
