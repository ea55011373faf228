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
from babelproof.verdict import Setting
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
class Sentences:
    """Pooled logits [n, 6] of sentences, the set and the group [n] each is from.

    `mates` and `places` [n] are those of `DevRow`; empty: all stand alone.
    """

    logits: Floats
    sets: tuple[str, ...]
    groups: tuple[str, ...]
    mates: tuple[Floats | None, ...] = ()
    places: tuple[int, ...] = ()

    def settings(self) -> list[Setting]:
        """Say of each sentence how it was read."""
        return [setting_of(own) for own in self.mates or (None,) * len(self.logits)]

    @classmethod
    def joined(cls, parts: Sequence[Sentences]) -> Sentences:
        """Put sentences behind one another."""
        return cls(
            np.concatenate([part.logits for part in parts]).reshape(-1, len(CHANNELS)),
            tuple(name for part in parts for name in part.sets),
            tuple(name for part in parts for name in part.groups),
            tuple(m for part in parts for m in part.mates or (None,) * len(part.logits)),
            tuple(p for part in parts for p in part.places or (0,) * len(part.logits)),
        )


def setting_of(mates: Floats | None) -> Setting:
    """Say how a sentence with these `DevRow.mates` was read."""
    return Setting.of(1 if mates is None else len(mates))


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


def signalled_rows(rows: Sequence[DevRow], manifest: Manifest) -> list[DevRow]:
    """Give the rows with the signals of a bundle in place of pooled logits."""
    own = []
    for row in rows:
        signal = _signals(manifest, row.reading.pooled, row.mates, row.place).astype(np.float32)
        own.append(replace(row, reading=replace(row.reading, pooled=signal)))
    return own


def signalled(sentences: Sentences, manifest: Manifest) -> Sentences:
    """Give the sentences with the signals of a bundle in place of pooled logits."""
    mates = sentences.mates or (None,) * len(sentences.logits)
    places = sentences.places or (0,) * len(sentences.logits)
    items = zip(sentences.logits, mates, places, strict=True)
    logits = [_signals(manifest, *item) for item in items]
    return replace(sentences, logits=np.array(logits).reshape(-1, len(CHANNELS)))


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


def clean_sentences(
    detector: Reads,
    shared: Path,
    judged: Sequence[DevRow],
    documents: Sequence[ReadDocument],
    others: Sequence[ReadDocument],
) -> Sentences:
    """Return the clean sentences that the operating points must spare.

    Alone: the native news of bench_dev and the documents kept back from training, sentence
    by sentence. In context: the native ones of the `documents` of docs_dev, the clean rows
    of swaps_dev, and `others`, the same documents kept back.
    """
    bench = read_bench(handlabel_path(shared, "bench_dev"))
    alone = [row for row in bench if row.task == "e_false_alarm"]
    apart = [(document, text) for document in kept_back(shared) for text in document.sentences]
    swaps = [row for row in judged if row.set == "swaps_dev" and not row.held]
    return Sentences.joined(
        [
            _alone(
                detector,
                [("e_false_alarm", row.group, row.text) for row in alone],
            ),
            _alone(
                detector,
                [(f"kept back {own.source}", own.id, text) for own, text in apart],
            ),
            _whole([d for d in documents if d.kind == "native"], "docs_dev {}"),
            _whole(others, "kept back {}"),
            _of_rows([replace(row, set="swaps_dev clean") for row in swaps]),
        ]
    )


def damaged_sentences(rows: Sequence[DevRow], documents: Sequence[ReadDocument]) -> Sentences:
    """Return the sentences that the operating points should hold.

    The rows that readers hold, and in context every sentence of the damaged `documents`: of
    a weak system's translation nearly all are damaged.
    """
    return Sentences.joined(
        [
            _of_rows([row for row in rows if row.held]),
            _whole([document for document in documents if document.damaged], "docs_dev {}"),
        ]
    )


def _of_rows(rows: Sequence[DevRow]) -> Sentences:
    return Sentences(
        np.array([row.reading.pooled for row in rows], dtype=np.float64).reshape(-1, len(CHANNELS)),
        tuple(row.set for row in rows),
        tuple(row.group for row in rows),
        tuple(row.mates for row in rows),
        tuple(row.place for row in rows),
    )


def _alone(detector: Reads, sentences: Sequence[tuple[str, str, str]]) -> Sentences:
    """Read sentences, given as (set, group, text), each by itself."""
    read = _read(detector, [[text] for _, _, text in sentences], "alone")
    found = [
        (name, f"{name}|{group}", item.reading.pooled)
        for (name, group, _), item in zip(sentences, read, strict=True)
        if item is not None
    ]
    return Sentences(
        np.array([logits for _, _, logits in found], dtype=np.float64).reshape(-1, len(CHANNELS)),
        tuple(name for name, _, _ in found),
        tuple(group for _, group, _ in found),
    )


def _whole(documents: Sequence[ReadDocument], name: str) -> Sentences:
    """Give the sentences of documents; `name` names a set from a kind of document."""
    places = [(document, place) for document in documents for place in range(len(document.logits))]
    sets = tuple(name.format(document.kind) for document, _ in places)
    return Sentences(
        np.array([document.logits[place] for document, place in places]).reshape(-1, len(CHANNELS)),
        sets,
        tuple(f"{own}|{document.id}" for own, (document, _) in zip(sets, places, strict=True)),
        tuple(document.logits if len(document.logits) > 1 else None for document, _ in places),
        tuple(place for _, place in places),
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
