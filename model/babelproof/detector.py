"""The detector: texts in, verdicts out, in the same order and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from babelproof.bundle import Bundle, Manifest, load_bundle
from babelproof.cache import WindowCache
from babelproof.check import check_once
from babelproof.drafts import Draft, draft
from babelproof.engine import Engine, choose_engine
from babelproof.facts.dates import Day
from babelproof.facts.witness import Witness
from babelproof.labels import CHANNELS, LABELS
from babelproof.marker import Marker
from babelproof.reader import Reader
from babelproof.readings import Candidates, Reading
from babelproof.sentences import SentenceSpan
from babelproof.verdict import DocumentVerdict, OperatingPoints, Reason, Setting, Status, Verdict

GROUP_CHARACTERS = 200_000
"""Documents are read together up to this size: memory stays flat, batches stay full."""


@dataclass(frozen=True)
class _Sound:
    """The sentences of a document that can be judged, by number, and their logits [n, 6]."""

    numbers: Sequence[int]
    setting: Setting
    pooled: NDArray[np.floating]


class Detector:
    """Scores English text with a bundle; may be shared between threads and used after fork.

    Make one with `Detector.load()`. `bundle` is the manifest, `operating_points` the
    thresholds at which verdicts are given, for sentences alone and in documents;
    `Verdict.judge` applies others afterwards. `witness` gives evidence from facts beside
    the model, None where they are switched off.
    """

    def __init__(
        self,
        bundle: Bundle,
        threads: int | None = None,
        witness: Witness | None = None,
        engine: Engine | None = None,
    ) -> None:
        self._reader = Reader(bundle, threads, engine)
        self.witness: Witness | None = witness
        self.bundle: Manifest = bundle.manifest
        self.folder: Path = bundle.folder
        self.digest: str = bundle.digest
        self.operating_points: OperatingPoints = bundle.manifest.operating_points()
        self._marker: Marker | None = None
        if self.bundle.hold.marks:
            self._marker = Marker.load() if witness is None else witness.judge.marker

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        threads: int | None = None,
        facts: bool | Path | Sequence[Path] = True,
        backend: str = "onnx",
        device: str = "cpu",
        precision: str = "auto",
    ) -> Detector:
        """Load the shipped bundle, or the one at `path`, and check it on this processor.

        `threads`: those that compute; by default as many as this process has processors.
        `facts`: False leaves the facts out; a file or several add a user's own people.
        `backend`: `onnx`, or `torch` for a `device` such as `cuda` or `cuda:1`, which
        multiplies in a `precision` of `fp32`, `bf16` or `fp16`; `auto` takes a fast one.
        Raises `BundleError` when the bundle is incomplete, changed, or scores otherwise
        here than where it was made, `FactsError` when the facts cannot be read,
        `BackendError` when the backend or device is not there.
        """
        engine = choose_engine(backend, device, precision)
        bundle = load_bundle(path)
        witness = None
        if facts is not False:
            own = () if facts is True else (facts,) if isinstance(facts, Path) else tuple(facts)
            witness = Witness.load(own)
        detector = cls(bundle, threads, witness, engine)
        check_once(bundle, detector.logits, engine)
        return detector

    @property
    def threads(self) -> int:
        """How many threads compute on the processor."""
        return self._reader.encoder.threads

    @property
    def engine(self) -> Engine:
        """What computes: the backend, its device and precision."""
        return self._reader.encoder.engine

    def remember(self, cache: WindowCache | None) -> None:
        """Look windows up in a cache before they are computed, or in none again."""
        self._reader.cache = cache

    def score(self, texts: Iterable[str]) -> list[Verdict]:
        """Judge each text alone, as one sentence; a verdict for each, in order.

        An item that is no string gets a verdict of status `error`.
        """
        _refuse_one_text(texts, "texts", "a list of strings")
        return [verdict.sentences[0] for verdict in self.stream([text] for text in texts)]

    def score_documents(
        self,
        documents: Iterable[str | Sequence[str]],
        dates: Iterable[Day | None] | None = None,
    ) -> list[DocumentVerdict]:
        """Judge documents, sentences in context; a verdict for each, in order.

        A string is split into sentences, with offsets into it; a list of strings is kept as
        given, with offsets into each item. Anything else gets a verdict of status `error`.
        `dates`: the day that each document speaks of, by which the facts judge who is in
        office; without one any past office is as good.
        """
        _refuse_one_text(documents, "documents", "a list of strings or of lists of strings")
        return list(self.stream(documents, dates))

    def stream(
        self,
        documents: Iterable[str | Sequence[str]],
        dates: Iterable[Day | None] | None = None,
    ) -> Iterator[DocumentVerdict]:
        """Judge documents as they come, as `score_documents` does, in groups that fit memory."""
        group: list[tuple[Draft, Day | None]] = []
        size = 0
        days = repeat(None) if dates is None else chain(dates, repeat(None))
        for document, day in zip(documents, days, strict=False):
            group.append((draft(document), day))
            size += group[-1][0].size
            if size >= GROUP_CHARACTERS:
                yield from self._judge(group)
                group, size = [], 0
        yield from self._judge(group)

    def logits(self, documents: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Give the uncalibrated logits [sentences, 6] of each document's sentences, in context.

        Rows of sentences without tokens are NaN. No sentence is skipped for its language.
        """
        result = []
        for readings in self.readings(documents):
            rows = np.full((len(readings), len(CHANNELS)), np.nan, dtype=np.float32)
            for number, reading in enumerate(readings):
                if reading is not None:
                    rows[number] = reading.pooled
            result.append(rows)
        return result

    def readings(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]:
        """Give each sentence's uncalibrated reading, tokens included, `None` without tokens."""
        return self._reader.read(documents)

    def _judge(self, group: Sequence[tuple[Draft, Day | None]]) -> Iterator[DocumentVerdict]:
        read = self.readings([[sentence.read for sentence in item.sentences] for item, _ in group])
        sound = [
            self._sound(item, readings) for (item, _), readings in zip(group, read, strict=True)
        ]
        rows = self._rows(sound)
        for (item, day), readings, own, found in zip(group, read, sound, rows, strict=True):
            if item.error is None:
                yield self._document(item, day, readings, own, found)
            else:
                yield DocumentVerdict(Status.ERROR, item.error)

    def _sound(self, item: Draft, readings: Sequence[Reading | None]) -> _Sound:
        """Find the sentences of a document that were read, and what was read of them."""
        numbers = [
            number
            for number, reading in enumerate(readings)
            if reading is not None and item.sentences[number].verdict is None and _finite(reading)
        ]
        setting = Setting.of(len(numbers))
        pooled = np.array([readings[n].pooled for n in numbers]).reshape(-1, len(CHANNELS))  # type: ignore[union-attr]
        if self._marker is not None and setting is Setting.IN_CONTEXT:
            texts = [item.sentences[number].span.text for number in numbers]
            pooled = self.bundle.hold.raised(pooled, self._marker.marks(texts))
        return _Sound(numbers, setting, pooled)

    def _rows(self, sound: Sequence[_Sound]) -> list[list[list[float]]]:
        """Give the probabilities of each document's sound sentences, those of a setting at once.

        A call for each of many single sentences took a tenth of the time beside the model.
        """
        rows: list[list[list[float]]] = [[] for _ in sound]
        for setting in Setting:
            places = [n for n, own in enumerate(sound) if own.setting is setting and own.numbers]
            if not places:
                continue
            levels = [self.bundle.hold.levels(sound[n].pooled) for n in places]
            known = [part for part in levels if part is not None]
            found = self.bundle.probabilities(
                np.concatenate([sound[n].pooled for n in places]),
                np.concatenate(known) if known else None,
                setting,
            ).tolist()
            begin = 0
            for n in places:
                end = begin + len(sound[n].numbers)
                rows[n], begin = found[begin:end], end
        return rows

    def _document(
        self,
        item: Draft,
        day: Day | None,
        readings: Sequence[Reading | None],
        sound: _Sound,
        rows: Sequence[list[float]],
    ) -> DocumentVerdict:
        """Judge one document; sentences that were judged without reading stay so."""
        found = dict(zip(sound.numbers, rows, strict=True))
        verdicts = [
            self._verdict(sentence.span, reading, found.get(number))
            if sentence.verdict is None
            else sentence.verdict
            for number, (sentence, reading) in enumerate(zip(item.sentences, readings, strict=True))
        ]
        thresholds = self.operating_points[sound.setting]
        if self.witness is not None:
            verdicts = list(self.witness.testify(verdicts, thresholds, day))
        whole = self.bundle.document if sound.setting is Setting.IN_CONTEXT else None
        return DocumentVerdict.of(
            tuple(verdict.judge(thresholds) for verdict in verdicts),
            None if whole is None else whole.probability(sound.pooled),
        )

    def _verdict(
        self, span: SentenceSpan, reading: Reading | None, row: list[float] | None
    ) -> Verdict:
        where = (span.text, span.start, span.end)
        if reading is None:  # letters that the tokenizer drops altogether
            return Verdict(*where, Status.SKIPPED, Reason.TOO_SHORT)
        if row is None:
            return Verdict(*where, Status.ERROR, "the model gave a score that is not finite")
        held, *rest = row
        labels = dict(zip(LABELS, rest, strict=True))
        found = Candidates(span.text, span.start, reading, labels, self.bundle.span_threshold)
        return Verdict(*where, Status.OK, None, held, labels, found)


def _finite(reading: Reading) -> bool:
    return bool(np.isfinite(reading.pooled).all() and np.isfinite(reading.spans).all())


def _refuse_one_text(given: object, name: str, expected: str) -> None:
    """Refuse a lone string, whose characters would each be judged, and what is no list."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TypeError(
            f"{name}: expected {expected}, found {type(given).__name__}; put it in a list"
        )
