"""Running the detector over a text set, as a user would, and keeping what it said."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from babelproof.labels import ANY, CHANNELS, Label
from babelproof.verdict import DocumentVerdict, Status, Verdict
from eval.metrics import Floats
from eval.sets import DocumentSet, TextSet

Given = TypeVar("Given")
Got = TypeVar("Got")

CHUNK = 2048
"""Documents given to the detector at a time, so that progress can be told."""


UNREAD = -20.0
"""Logit of a sentence that was not read: as clean as can be."""


def as_read(logits: ArrayLike) -> Floats:
    """Return logits of any shape, those of sentences that were not read (NaN) as clean."""
    return np.nan_to_num(np.asarray(logits, dtype=np.float64), nan=UNREAD)


class Judge(Protocol):
    """What evaluation needs of `babelproof.detector.Detector`."""

    def score(self, texts: Sequence[str]) -> list[Verdict]: ...

    def score_documents(
        self, documents: Sequence[str | Sequence[str]]
    ) -> list[DocumentVerdict]: ...


@dataclass(frozen=True)
class Judged:
    """The detector's verdicts on the texts of a set, in the set's order."""

    verdicts: tuple[Verdict, ...]

    @property
    def held(self) -> NDArray[np.bool_]:
        return np.array([verdict.held for verdict in self.verdicts], dtype=bool)

    @property
    def skipped(self) -> NDArray[np.bool_]:
        """Rows that were not judged; they count as probability 0, as for a user."""
        return np.array([verdict.status is not Status.OK for verdict in self.verdicts], dtype=bool)

    def probabilities(self, channel: str) -> Floats:
        """Return P of a channel [n]; 0 where a sentence was not judged."""
        if channel not in CHANNELS:
            raise ValueError(f"expected a channel of {', '.join(CHANNELS)}, found {channel!r}")
        if channel == ANY:
            return np.array([verdict.score or 0.0 for verdict in self.verdicts])
        label = Label(channel)
        return np.array([verdict.labels[label] for verdict in self.verdicts])


def judge_texts(detector: Judge, texts: TextSet, name: str) -> Judged:
    """Judge every text of a set: documents in context, or each sentence alone."""
    if texts.setting == "alone":
        return Judged(tuple(judge_sentences(detector, texts.texts, name)))
    runs = texts.runs()
    documents = [[texts.texts[i] for i in run] for run in runs]
    verdicts: list[Verdict] = []
    for run, document in zip(runs, judge_all(detector, documents, name), strict=True):
        if len(document.sentences) != len(run):
            raise ValueError(
                f"{name}: expected {len(run)} verdicts for a document, found "
                f"{len(document.sentences)}; the detector must keep sentences as given"
            )
        verdicts.extend(document.sentences)
    return Judged(tuple(verdicts))


def judge_documents(detector: Judge, documents: DocumentSet) -> list[DocumentVerdict]:
    """Judge whole documents of a set, sentences as given."""
    return judge_all(detector, [list(d.sentences) for d in documents.documents], documents.name)


def judge_sentences(detector: Judge, texts: Sequence[str], name: str) -> list[Verdict]:
    """Judge sentences, each alone, telling progress on stderr."""
    return _in_chunks(detector.score, texts, name)


def judge_all(detector: Judge, documents: Sequence[list[str]], name: str) -> list[DocumentVerdict]:
    """Judge lists of sentences, telling progress on stderr."""
    return _in_chunks(detector.score_documents, documents, name)


def _in_chunks(
    judge: Callable[[Sequence[Given]], list[Got]], given: Sequence[Given], name: str
) -> list[Got]:
    started = time.monotonic()
    results: list[Got] = []
    for start in range(0, len(given), CHUNK):
        results.extend(judge(given[start : start + CHUNK]))
        spent = time.monotonic() - started
        print(f"{name}: {len(results)}/{len(given)} in {spent:.0f} s", file=sys.stderr)
    return results
