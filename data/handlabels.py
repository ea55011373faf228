"""Readers of the hand-labelled JSONL files; a malformed row says file, row, expected, found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babelproof.labels import ANY, LABELS, Label
from data.shared import MalformedRow, MissingData, existing

TRAINABLE: tuple[str, ...] = ("silver_train", "silver_articles_train")
"""The only hand-labelled files that may enter training."""

SENTENCE_SETS: tuple[str, ...] = (*TRAINABLE, "desk_dev", "swaps_dev", "articles_dev")
"""Files of sentences read by `read_rows`."""


@dataclass(frozen=True)
class HandSpan:
    """Characters `[start, end)` that a reader marked; label "any" where none was given."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class HandRow:
    """A sentence and how its readers judged it; severity `None`: they disagreed."""

    id: str
    text: str
    severity: int | None
    labels: tuple[Label, ...]
    spans: tuple[HandSpan, ...]
    document: str
    """The document it is part of, in order of rows; empty for single sentences."""
    origin: str
    source: str
    ratings: tuple[int, ...] = ()
    edited: bool | None = None
    note: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class BenchRow:
    """A yes/no row of the public sets; `group` names what to cluster it by."""

    id: str
    task: str
    origin: str
    text: str
    label: int
    group: str
    reference: str | None
    human_reference: bool | None
    visible: bool | None


@dataclass(frozen=True)
class HandDocument:
    """A whole document, damaged or not by its provenance."""

    id: str
    kind: str
    source: str
    damaged: bool
    sentences: tuple[str, ...]


def handlabel_path(shared: Path, name: str) -> Path:
    """Give the file of a hand-labelled set by its name without `.jsonl`."""
    return existing(shared / "handlabels" / f"{name}.jsonl")


def handlabel_paths(shared: Path) -> list[Path]:
    """Give every hand-labelled file, sorted; refuses a folder without any."""
    paths = sorted((shared / "handlabels").glob("*.jsonl"))
    if not paths:
        raise MissingData(
            f"{shared / 'handlabels'}: expected JSONL files, found none; "
            f"pass the right --shared FOLDER"
        )
    return paths


def read_rows(path: Path) -> list[HandRow]:
    """Read a file of judged sentences (`SENTENCE_SETS`)."""
    rows = []
    for number, row in _objects(path):
        text = _text(path, number, row, "text")
        severity = row.get("severity")
        if severity not in (0, 1, 2, None) or isinstance(severity, bool):
            raise MalformedRow(path, number, "`severity` 0, 1, 2 or null", severity)
        document = str(row.get("doc") or "")
        rows.append(
            HandRow(
                id=str(row.get("id") or f"{document}:{row.get('n', number)}"),
                text=text,
                severity=severity,
                labels=_labels(path, number, row),
                spans=_spans(path, number, row, text),
                document=document,
                origin=str(row.get("origin") or ""),
                source=str(row.get("source") or ""),
                ratings=tuple(row.get("ratings") or ()),
                edited=row.get("edited"),
                note=row.get("note"),
                reference=row.get("ref"),
            )
        )
    return rows


def read_bench(path: Path) -> list[BenchRow]:
    """Read the yes/no rows of `bench_dev`."""
    rows = []
    for number, row in _objects(path):
        label = row.get("label")
        if label not in (0, 1) or isinstance(label, bool):
            raise MalformedRow(path, number, "`label` 0 or 1", label)
        rows.append(
            BenchRow(
                id=_text(path, number, row, "id"),
                task=_text(path, number, row, "task"),
                origin=_text(path, number, row, "origin"),
                text=_text(path, number, row, "text"),
                label=label,
                group=_text(path, number, row, "group"),
                reference=row.get("ref"),
                human_reference=row.get("human_ref"),
                visible=row.get("visible"),
            )
        )
    return rows


def read_documents(path: Path) -> list[HandDocument]:
    """Read the whole documents of `docs_dev`."""
    documents = []
    for number, row in _objects(path):
        sentences = row.get("sentences")
        if not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
            raise MalformedRow(path, number, "a list of texts in `sentences`", sentences)
        if not isinstance(row.get("damaged"), bool):
            raise MalformedRow(path, number, "true or false in `damaged`", row.get("damaged"))
        documents.append(
            HandDocument(
                id=_text(path, number, row, "id"),
                kind=_text(path, number, row, "kind"),
                source=_text(path, number, row, "source"),
                damaged=row["damaged"],
                sentences=tuple(sentences),
            )
        )
    return documents


def read_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Give (sentence, source) of every row of any hand-labelled file, whatever its kind."""
    for number, row in _objects(path):
        source = str(row.get("source") or row.get("id") or "")
        if "sentences" in row:
            sentences = row["sentences"]
            if not isinstance(sentences, list):
                raise MalformedRow(path, number, "a list in `sentences`", sentences)
            yield from ((str(sentence), source) for sentence in sentences)
        else:
            yield _text(path, number, row, "text"), source


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with existing(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                raise MalformedRow(path, number, "a JSON object", line.strip()) from None
            if not isinstance(row, dict):
                raise MalformedRow(path, number, "a JSON object", row)
            yield number, row


def _text(path: Path, number: int, row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise MalformedRow(path, number, f"text in `{name}`", value)
    return value


def _labels(path: Path, number: int, row: dict[str, Any]) -> tuple[Label, ...]:
    found = row.get("labels")
    if not isinstance(found, list) or any(name not in LABELS for name in found):
        raise MalformedRow(path, number, f"`labels` out of {', '.join(LABELS)}", found)
    return tuple(label for label in LABELS if label in found)


def _spans(path: Path, number: int, row: dict[str, Any], text: str) -> tuple[HandSpan, ...]:
    found = row.get("spans")
    spans = []
    if not isinstance(found, list):
        raise MalformedRow(path, number, "a list in `spans`", found)
    for span in found:
        match span:
            case [str() | None as label, int(start), int(end)] if (
                label is None or label in LABELS
            ) and 0 <= start < end <= len(text):
                spans.append(HandSpan(label or ANY, start, end))
            case _:
                raise MalformedRow(
                    path, number, f"a span [label, start, end] within {len(text)}", span
                )
    return tuple(spans)
