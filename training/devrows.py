"""Development rows with what the detector read in them: what calibration is fitted on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from babelproof.bundle import Manifest
from babelproof.labels import CHANNELS, Label
from babelproof.readings import Reading
from data.handlabels import HandRow, handlabel_path, read_bench, read_documents, read_rows
from data.kept_back import kept_back
from training.platt import Floats

CHUNK = 256


class Reads(Protocol):
    """What calibration needs of `babelproof.detector.Detector`."""

    def readings(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]: ...


@dataclass(frozen=True)
class DevRow:
    """A sentence that readers judged, and the encoder's reading of it in its context.

    `set` is the file it is from; `group` names rows that must not be parted. `mates` [m, 6]
    are the pooled logits of its whole document, itself at `place`; None: it stands alone.
    """

    set: str
    group: str
    text: str
    reading: Reading
    held: bool
    labels: tuple[Label, ...]
    spans: tuple[tuple[str, int, int], ...]
    mates: Floats | None = None
    place: int = 0


@dataclass(frozen=True)
class CleanNews:
    """Pooled logits [n, 6] of clean news sentences, the set and the group [n] each is from.

    `mates` and `places` [n] are those of `DevRow`; empty: all stand alone.
    """

    logits: Floats
    sets: tuple[str, ...]
    groups: tuple[str, ...]
    mates: tuple[Floats | None, ...] = ()
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReadDocument:
    """A document as it was read: pooled logits [m, 6] of its sentences, its kind, if damaged."""

    id: str
    kind: str
    damaged: bool
    logits: Floats


@dataclass(frozen=True)
class _Read:
    """A reading, the logits [m, 6] of the document it is from, and its place there."""

    reading: Reading
    mates: Floats | None
    place: int


def judged_rows(detector: Reads, shared: Path) -> list[DevRow]:
    """Return the rows held (severity 2) and clean (0) of the sets that readers judged.

    desk_dev alone; swaps_dev and articles_dev in context, where ambiguous rows are context
    only.
    """
    found: list[DevRow] = []
    for name in ("desk_dev", "swaps_dev", "articles_dev"):
        rows = read_rows(handlabel_path(shared, name))
        for row, read in zip(rows, _in_context(detector, rows, name), strict=True):
            if row.severity in (0, 2) and row.note != "ambiguous" and read is not None:
                found.append(
                    DevRow(
                        set=name,
                        group=f"{name}|{row.document or row.source or row.id}",
                        text=row.text,
                        reading=read.reading,
                        held=row.severity == 2,
                        labels=row.labels if row.severity == 2 else (),
                        spans=tuple((s.label, s.start, s.end) for s in row.spans),
                        mates=read.mates,
                        place=read.place,
                    )
                )
    return found


def signalled(
    rows: Sequence[DevRow], news: CleanNews, manifest: Manifest
) -> tuple[list[DevRow], CleanNews]:
    """Give the rows and the news with the signals of a bundle in place of pooled logits."""

    def signals(logits: NDArray[np.floating], mates: Floats | None, place: int) -> Floats:
        levels = None if mates is None else manifest.hold.levels(mates)
        own = None if levels is None else levels[place : place + 1]
        found: Floats = manifest.signals(logits[np.newaxis], own)[0]
        return found

    own = []
    for row in rows:
        signal = signals(row.reading.pooled, row.mates, row.place).astype(np.float32)
        own.append(replace(row, reading=replace(row.reading, pooled=signal)))
    mates = news.mates or (None,) * len(news.logits)
    places = news.places or (0,) * len(news.logits)
    logits = [signals(*item) for item in zip(news.logits, mates, places, strict=True)]
    return own, replace(news, logits=np.array(logits).reshape(-1, len(CHANNELS)))


def read_dev_documents(detector: Reads, shared: Path) -> list[ReadDocument]:
    """Return the documents of docs_dev, those without a sentence that can be read left out."""
    documents = read_documents(handlabel_path(shared, "docs_dev"))
    logits = _read_whole(detector, [document.sentences for document in documents], "docs_dev")
    return [
        ReadDocument(document.id, document.kind, document.damaged, own)
        for document, own in zip(documents, logits, strict=True)
        if len(own)
    ]


def read_kept_back(detector: Reads, shared: Path) -> list[ReadDocument]:
    """Return clean documents of all corpora that training never sees, their corpus as kind."""
    documents = kept_back(shared)
    logits = _read_whole(detector, [document.sentences for document in documents], "kept back")
    return [
        ReadDocument(document.id, document.source, False, own)
        for document, own in zip(documents, logits, strict=True)
        if len(own)
    ]


def _read_whole(detector: Reads, documents: Sequence[Sequence[str]], name: str) -> Iterator[Floats]:
    """Give the pooled logits [m, 6] of each document's sentences that can be read."""
    read = iter(_read(detector, documents, name))
    for document in documents:
        kept = [item.reading.pooled for _ in document if (item := next(read))]
        yield np.array(kept, dtype=np.float64).reshape(-1, len(CHANNELS))


def clean_news(
    detector: Reads, shared: Path, judged: Sequence[DevRow], documents: Sequence[ReadDocument]
) -> CleanNews:
    """Return the clean news the operating point must spare.

    The native news of bench_dev (each sentence alone), the native ones of the `documents` of
    docs_dev and the clean rows of swaps_dev (both in context).
    """
    bench = read_bench(handlabel_path(shared, "bench_dev"))
    alone = [row for row in bench if row.task == "e_false_alarm"]
    read = _read(detector, [[row.text] for row in alone], "e_false_alarm")
    kept: list[tuple[str, str, NDArray[np.floating], Floats | None, int]] = [
        ("e_false_alarm", row.group, item.reading.pooled, item.mates, item.place)
        for row, item in zip(alone, read, strict=True)
        if item is not None
    ]
    kept += [
        ("docs_dev native", document.id, logits, document.logits, place)
        for document in documents
        if document.kind == "native"
        for place, logits in enumerate(document.logits)
    ]
    kept += [
        ("swaps_dev clean", row.group, row.reading.pooled, row.mates, row.place)
        for row in judged
        if row.set == "swaps_dev" and not row.held
    ]
    names, groups, logits, mates, places = zip(*kept, strict=True) if kept else ((),) * 5
    return CleanNews(
        np.array(logits, dtype=np.float64).reshape(-1, len(CHANNELS)),
        names,
        tuple(f"{name}|{group}" for name, group in zip(names, groups, strict=True)),
        mates,
        places,
    )


def _in_context(detector: Reads, rows: Sequence[HandRow], name: str) -> list[_Read | None]:
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


def _read(detector: Reads, documents: Sequence[Sequence[str]], name: str) -> list[_Read | None]:
    found: list[_Read | None] = []
    for start in range(0, len(documents), CHUNK):
        for readings in detector.readings(documents[start : start + CHUNK]):
            kept = [reading for reading in readings if reading is not None]
            mates = np.array([reading.pooled for reading in kept], dtype=np.float64)
            places = iter(range(len(kept)))
            found.extend(
                None
                if reading is None
                else _Read(reading, mates if len(kept) > 1 else None, next(places))
                for reading in readings
            )
    print(f"{name}: {len(found)} sentences read", file=sys.stderr)
    return found
