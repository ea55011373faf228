"""Development rows with what the detector read in them: what calibration is fitted on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from babelproof.bundle import Manifest
from babelproof.labels import CHANNELS, Label
from babelproof.readings import Reading
from data.handlabels import HandRow, handlabel_path, read_bench, read_documents, read_rows
from training.platt import Floats

CHUNK = 256


class Reads(Protocol):
    """What calibration needs of `babelproof.detector.Detector`."""

    def readings(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]: ...


@dataclass(frozen=True)
class DevRow:
    """A sentence that readers judged, and the encoder's reading of it in its context.

    `set` is the file it is from; `group` names rows that must not be parted.
    """

    set: str
    group: str
    text: str
    reading: Reading
    held: bool
    labels: tuple[Label, ...]
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class CleanNews:
    """Pooled logits [n, 6] of clean news sentences, the set and the group [n] each is from."""

    logits: Floats
    sets: tuple[str, ...]
    groups: tuple[str, ...]


def judged_rows(detector: Reads, shared: Path) -> list[DevRow]:
    """Return the rows held (severity 2) and clean (0) of the sets that readers judged.

    desk_dev alone; swaps_dev and articles_dev in context, where ambiguous rows are context
    only.
    """
    found: list[DevRow] = []
    for name in ("desk_dev", "swaps_dev", "articles_dev"):
        rows = read_rows(handlabel_path(shared, name))
        for row, reading in zip(rows, _in_context(detector, rows, name), strict=True):
            if row.severity in (0, 2) and row.note != "ambiguous" and reading is not None:
                found.append(
                    DevRow(
                        set=name,
                        group=f"{name}|{row.document or row.source or row.id}",
                        text=row.text,
                        reading=reading,
                        held=row.severity == 2,
                        labels=row.labels if row.severity == 2 else (),
                        spans=tuple((s.label, s.start, s.end) for s in row.spans),
                    )
                )
    return found


def signalled(
    rows: Sequence[DevRow], news: CleanNews, manifest: Manifest
) -> tuple[list[DevRow], CleanNews]:
    """Give the rows and the news with the signals of a bundle in place of pooled logits."""
    own = [
        replace(
            row,
            reading=replace(
                row.reading,
                pooled=manifest.signals(row.reading.pooled[np.newaxis])[0].astype(np.float32),
            ),
        )
        for row in rows
    ]
    return own, replace(news, logits=manifest.signals(news.logits))


def clean_news(detector: Reads, shared: Path, judged: Sequence[DevRow]) -> CleanNews:
    """Return the clean news the operating point must spare.

    The native news of bench_dev (each sentence alone), the clean rows of swaps_dev and the
    native documents of docs_dev (both in context).
    """
    bench = read_bench(handlabel_path(shared, "bench_dev"))
    alone = [row for row in bench if row.task == "e_false_alarm"]
    documents = read_documents(handlabel_path(shared, "docs_dev"))
    native = [document for document in documents if document.kind == "native"]
    read = [
        ("e_false_alarm", row.group, reading)
        for row, reading in zip(
            alone, _read(detector, [[row.text] for row in alone], "e_false_alarm"), strict=True
        )
    ]
    read += zip(
        ["docs_dev native"] * sum(len(document.sentences) for document in native),
        [document.id for document in native for _ in document.sentences],
        _read(detector, [document.sentences for document in native], "docs_dev native"),
        strict=True,
    )
    read += [
        ("swaps_dev clean", row.group, row.reading)
        for row in judged
        if row.set == "swaps_dev" and not row.held
    ]
    kept = [(name, group, reading) for name, group, reading in read if reading is not None]
    return CleanNews(
        np.array([reading.pooled for _, _, reading in kept], dtype=np.float64).reshape(
            -1, len(CHANNELS)
        ),
        tuple(name for name, _, _ in kept),
        tuple(f"{name}|{group}" for name, group, _ in kept),
    )


def _in_context(detector: Reads, rows: Sequence[HandRow], name: str) -> list[Reading | None]:
    """Read rows of one document together, single sentences alone; in the order of rows."""
    documents: list[list[str]] = []
    last: str | None = None
    for row in rows:
        if row.document and row.document == last:
            documents[-1].append(row.text)
        else:
            documents.append([row.text])
        last = row.document
    return _read(detector, documents, name)


def _read(detector: Reads, documents: Sequence[Sequence[str]], name: str) -> list[Reading | None]:
    readings: list[Reading | None] = []
    for start in range(0, len(documents), CHUNK):
        for document in detector.readings(documents[start : start + CHUNK]):
            readings.extend(document)
    print(f"{name}: {len(readings)} sentences read", file=sys.stderr)
    return readings
