"""Development rows with what the detector read in them: what calibration is fitted on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from babelproof.bundle import Manifest
from babelproof.labels import CHANNELS, Label
from babelproof.marker import Marker
from babelproof.readings import Reading
from babelproof.signal import Signal
from babelproof.verdict import Setting
from data.documents import Document
from data.handlabels import HandRow, handlabel_path, read_bench, read_documents, read_rows
from training.platt import Floats

CHUNK = 256

KEPT_BACK = "kept back"

_Row = tuple[NDArray[np.floating], str, str, Floats | None, int]
"""Logits [6] of a sentence, its set and group, and its `DevRow.mates` and `DevRow.place`."""


class Reads(Protocol):
    """What calibration needs of `babelproof.detector.Detector`."""

    def readings(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]: ...


@dataclass(frozen=True)
class DevRow:
    """A sentence that readers judged, and the encoder's reading of it in its context.

    `set` is the file it is from; `group` names rows that must not be parted. `mates` [m, 6]
    are the pooled logits of its whole document, itself at `place`; None: it stands alone.
    `marks` [8] are those of `babelproof.marker`, None where nothing speaks of it.
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
    marks: Floats | None = None


@dataclass(frozen=True)
class Sentences:
    """Pooled logits [n, 6] of sentences, the set and the group [n] each is from.

    Sets of clean sentences that are no news have names that begin with `KEPT_BACK`.

    `mates` and `places` [n] are those of `DevRow`.
    """

    logits: Floats
    sets: tuple[str, ...]
    groups: tuple[str, ...]
    mates: tuple[Floats | None, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, rows: Iterable[_Row]) -> Self:
        """Make them of a row each: logits [6], set, group, mates and place."""
        columns = list(zip(*rows, strict=True)) or [()] * 5
        logits = np.array(columns[0], dtype=np.float64).reshape(-1, len(CHANNELS))
        return cls(logits, *columns[1:])

    def __iter__(self) -> Iterator[_Row]:
        return zip(self.logits, self.sets, self.groups, self.mates, self.places, strict=True)

    def settings(self) -> list[Setting]:
        """Say of each sentence how it was read."""
        return [setting_of(own) for own in self.mates]


def setting_of(mates: Floats | None) -> Setting:
    """Say how a sentence with these `DevRow.mates` was read."""
    return Setting.of(1 if mates is None else len(mates))


@dataclass(frozen=True)
class ReadDocument:
    """A document as it was read: pooled logits [m, 6] of its sentences, its kind, if damaged.

    `marks` [m, 8] are those of `babelproof.marker`, None where the document has too few.
    """

    id: str
    kind: str
    damaged: bool
    logits: Floats
    marks: Floats | None = None


@dataclass(frozen=True)
class _Read:
    """A reading, the logits [m, 6] and marks [m, 8] of its document, and its place there."""

    reading: Reading
    mates: Floats | None
    place: int
    marks: Floats | None


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
                        marks=None if read.marks is None else read.marks[read.place],
                    )
                )
    return found


def raised_rows(rows: Sequence[DevRow], hold: Signal) -> list[DevRow]:
    """Give the rows with their marks counted in their pooled logits."""
    raised = []
    for row in rows:
        pooled = hold.raised(row.reading.pooled, row.marks).astype(np.float32)
        raised.append(replace(row, reading=replace(row.reading, pooled=pooled), marks=None))
    return raised


def raised_documents(documents: Sequence[ReadDocument], hold: Signal) -> list[ReadDocument]:
    """Give the documents with the marks of their sentences counted in their logits."""
    return [
        replace(document, logits=hold.raised(document.logits, document.marks), marks=None)
        for document in documents
    ]


def signalled_rows(rows: Sequence[DevRow], manifest: Manifest) -> list[DevRow]:
    """Give the rows with the signals of a bundle in place of pooled logits."""
    own = []
    for row in rows:
        signal = _signals(manifest, row.reading.pooled, row.mates, row.place).astype(np.float32)
        own.append(replace(row, reading=replace(row.reading, pooled=signal)))
    return own


def signalled(sentences: Sentences, manifest: Manifest) -> Sentences:
    """Give the sentences with the signals of a bundle in place of pooled logits."""
    return Sentences.of(
        (_signals(manifest, logits, mates, place), name, group, mates, place)
        for logits, name, group, mates, place in sentences
    )


def _signals(
    manifest: Manifest, logits: NDArray[np.floating], mates: Floats | None, place: int
) -> Floats:
    levels = None if mates is None else manifest.hold.levels(mates)
    own = None if levels is None else levels[place : place + 1]
    found: Floats = manifest.signals(logits[np.newaxis], own)[0]
    return found


def read_dev_documents(detector: Reads, shared: Path) -> list[ReadDocument]:
    """Return the documents of docs_dev, those without a sentence that can be read left out."""
    documents = read_documents(handlabel_path(shared, "docs_dev"))
    read = _read_whole(detector, [document.sentences for document in documents], "docs_dev")
    return [
        ReadDocument(document.id, document.kind, document.damaged, *own)
        for document, own in zip(documents, read, strict=True)
        if len(own[0])
    ]


def read_clean_documents(detector: Reads, documents: Sequence[Document]) -> list[ReadDocument]:
    """Return clean documents as they were read, their corpus as kind."""
    read = _read_whole(detector, [document.sentences for document in documents], "kept back")
    return [
        ReadDocument(document.id, document.source, False, *own)
        for document, own in zip(documents, read, strict=True)
        if len(own[0])
    ]


def _read_whole(
    detector: Reads, documents: Sequence[Sequence[str]], name: str
) -> Iterator[tuple[Floats, Floats | None]]:
    """Give logits [m, 6] and marks [m, 8] of the sentences of each that can be read."""
    read = iter(_read(detector, documents, name))
    for document in documents:
        kept = [item for _ in document if (item := next(read))]
        logits = np.array([item.reading.pooled for item in kept], dtype=np.float64)
        yield logits.reshape(-1, len(CHANNELS)), kept[0].marks if kept else None


def clean_sentences(
    detector: Reads,
    shared: Path,
    judged: Sequence[DevRow],
    documents: Sequence[ReadDocument],
    kept: Sequence[Document],
    others: Sequence[ReadDocument],
) -> Sentences:
    """Return the clean sentences that the operating points must spare.

    Alone: the native news of bench_dev and the documents `kept` back from training, sentence
    by sentence. In context: the native ones of the `documents` of docs_dev, the clean rows
    of swaps_dev, and `others`, the same documents kept back.
    """
    bench = read_bench(handlabel_path(shared, "bench_dev"))
    alone = [("e_false_alarm", row.group, row.text) for row in bench if row.task == "e_false_alarm"]
    alone += [
        (f"{KEPT_BACK} {document.source}", document.id, text)
        for document in kept
        for text in document.sentences
    ]
    swaps = [row for row in judged if row.set == "swaps_dev" and not row.held]
    return Sentences.of(
        chain(
            _alone(detector, alone),
            _whole((d for d in documents if d.kind == "native"), "docs_dev {}"),
            _whole(others, KEPT_BACK + " {}"),
            _of_rows(replace(row, set="swaps_dev clean") for row in swaps),
        )
    )


def damaged_sentences(rows: Sequence[DevRow], documents: Sequence[ReadDocument]) -> Sentences:
    """Return the sentences that the operating points should hold.

    The rows that readers hold, and in context every sentence of the damaged `documents`: of
    a weak system's translation nearly all are damaged.
    """
    return Sentences.of(
        chain(
            _of_rows(row for row in rows if row.held),
            _whole((document for document in documents if document.damaged), "docs_dev {}"),
        )
    )


def _of_rows(rows: Iterable[DevRow]) -> Iterator[_Row]:
    for row in rows:
        yield row.reading.pooled, row.set, row.group, row.mates, row.place


def _alone(detector: Reads, sentences: Sequence[tuple[str, str, str]]) -> Iterator[_Row]:
    """Read sentences, given as (set, group, text), each by itself."""
    read = _read(detector, [[text] for _, _, text in sentences], "alone")
    for (name, group, _), item in zip(sentences, read, strict=True):
        if item is not None:
            yield item.reading.pooled, name, f"{name}|{group}", None, 0


def _whole(documents: Iterable[ReadDocument], name: str) -> Iterator[_Row]:
    """Give the sentences of documents; `name` names a set from a kind of document."""
    for document in documents:
        own = name.format(document.kind)
        mates = document.logits if len(document.logits) > 1 else None
        for place, logits in enumerate(document.logits):
            yield logits, own, f"{own}|{document.id}", mates, place


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
        chunk = documents[start : start + CHUNK]
        for document, readings in zip(chunk, detector.readings(chunk), strict=True):
            kept = [reading for reading in readings if reading is not None]
            mates = np.array([reading.pooled for reading in kept], dtype=np.float64)
            marks = None
            if Setting.of(len(kept)) is Setting.IN_CONTEXT:
                pairs = zip(document, readings, strict=True)
                marks = Marker.load().marks([text for text, read in pairs if read is not None])
            places = iter(range(len(kept)))
            found.extend(
                None
                if reading is None
                else _Read(reading, mates if len(kept) > 1 else None, next(places), marks)
                for reading in readings
            )
    print(f"{name}: {len(found)} sentences read", file=sys.stderr)
    return found
