"""Choosing how one signal to hold comes from six channels and the rest of the document.

The channels are trained apart, each on its own kind of damage, and nothing in training says
how much one should count beside another. A few numbers are chosen on the development sets by
coordinate descent over small grids, so few that 1,000 rows cannot be learnt by heart; what the
choice is worth on rows that it did not see is measured over folds and reported beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from babelproof.labels import ANY, CHANNELS, Label
from babelproof.marks import MARKS, Mark
from babelproof.signal import Background, Signal
from training.devrows import DevRow, ReadDocument
from training.platt import Floats

ENOUGH = 0.87
"""AUC beyond which a set counts a quarter: no set is polished at the price of another."""

ROUNDS = 3
FOLDS = 5

TEMPERATURES = (1.0, 2.0)
OFFSETS: Mapping[str, tuple[float, ...]] = {
    # Never left out: what is odd without being of a kind is seen by it alone (lau2020).
    ANY: (-2.0, -1.0, 0.0),
    Label.MT: (0.0, 1.0, 2.0, 3.0),
    Label.GARBLE: (-1.0, 0.0, 1.0),
    Label.NAME: (0.0, 1.0, 2.0),
    Label.ROLE: (-1.0, 0.0, 1.0),
    Label.COUNTRY: (-1.0, 0.0, 1.0),
}
MARKED: Mapping[str, float] = {
    Mark.COUNTRY_ALONE: 3.0,
    Mark.OFFICE_ALONE: 3.0,
    Mark.TITLE_ALONE: 1.0,
    Mark.NAME_ALONE: 2.0,
    # The one mark that speaks for a sentence. What is wrong throughout must not vanish in it.
    Mark.NAMES_SHARED: -1.0,
    Mark.NAME_AGAIN: 1.0,
    Mark.OPENS_WITH_NAME_AGAIN: 1.0,
    Mark.STRAY_HEADLINE: 4.0,
}
"""Logits that each mark adds to its channel: set, not chosen. Eight more numbers would be learnt
by heart from the 76 damaged rows of swaps_dev (LOG.md, 2026-11-28)."""
STARTS = (0.5, 1.0, 1.5, 2.0, 2.5)
"""Above the level of clean documents, in logits."""
SLOPES = (0.0, 1.0, 2.0, 4.0)
MOSTS = (1.0, 2.0, 3.0)
NEIGHBOURS = 1.0
"""Sentences of the usual level counted in beside the real neighbours."""


@dataclass(frozen=True)
class _Set:
    """Logits [n, 6], marks [n, 8] and levels [n] of one set's sentences, and the unit [n] of each.

    A unit is a sentence, or a document by its highest one; `truth` and `groups` are of units.
    """

    logits: Floats
    marks: Floats
    levels: Floats
    units: NDArray[np.intp]
    truth: Floats
    groups: tuple[str, ...]

    def auc(self, signal: Signal, kept: NDArray[np.bool_] | None = None) -> float:
        """Give the AUC of the units' signals; `kept`: of some units only."""
        signals = signal.combine(signal.raised(self.logits, self.marks), self.levels)
        highest = np.full(len(self.truth), -np.inf)
        np.maximum.at(highest, self.units, signals)
        chosen = np.ones(len(self.truth), bool) if kept is None else kept
        truth = self.truth[chosen]
        return _auc(truth, highest[chosen]) if 0 < truth.mean() < 1 else np.nan


def _auc(truth: Floats, values: Floats) -> float:
    """Give the Mann-Whitney AUC: scikit-learn's takes ten times as long, thousands of times."""
    positives = truth.sum()
    ranks = rankdata(values)[truth == 1].sum() - positives * (positives + 1) / 2
    return float(ranks / (positives * (len(truth) - positives)))


def choose(
    rows: Sequence[DevRow],
    documents: Sequence[ReadDocument],
    others: Sequence[ReadDocument] = (),
) -> tuple[Signal, dict[str, Any]]:
    """Give the signal that parts damaged from clean best over the sets, and what it is worth.

    `others` are clean documents of other kinds than those of docs_dev: what raises damaged
    news must not raise speeches, chats and manuals as well.
    """
    background = _background(documents)
    sets = _sets(rows, documents, background)
    damaged = [document for document in documents if document.damaged]
    if damaged and others:
        sets["other_kinds"] = _whole([*damaged, *others], background)
    chosen = _descend(sets, {}, background)
    report = {
        "auc": {name: round(part.auc(chosen), 4) for name, part in sets.items()},
        "auc_before": {name: round(part.auc(Signal()), 4) for name, part in sets.items()},
        "auc_unseen": _unseen(sets, background),
    }
    return chosen, report


def _sets(
    rows: Sequence[DevRow], documents: Sequence[ReadDocument], background: Background
) -> dict[str, _Set]:
    sets = {}
    for name in ("desk_dev", "swaps_dev"):
        own = [row for row in rows if row.set == name]
        if own:
            sets[name] = _Set(
                np.array([row.reading.pooled for row in own], dtype=np.float64),
                np.concatenate([_marks(row.marks, 1) for row in own]),
                np.array(
                    [
                        background.usual
                        if row.mates is None
                        else background.levels(row.mates)[row.place]
                        for row in own
                    ]
                ),
                np.arange(len(own)),
                np.array([float(row.held) for row in own]),
                tuple(row.group for row in own),
            )
    if documents:
        sets["docs_dev"] = _whole(documents, background)
    return sets


def _whole(documents: Sequence[ReadDocument], background: Background) -> _Set:
    """Give a set whose units are documents."""
    return _Set(
        np.concatenate([document.logits for document in documents]),
        np.concatenate([_marks(item.marks, len(item.logits)) for item in documents]),
        np.concatenate([background.levels(document.logits) for document in documents]),
        np.repeat(np.arange(len(documents)), [len(item.logits) for item in documents]),
        np.array([float(document.damaged) for document in documents]),
        tuple(document.id for document in documents),
    )


def _marks(marks: Floats | None, sentences: int) -> Floats:
    found = np.zeros(len(MARKS) * sentences) if marks is None else np.asarray(marks)
    return found.reshape(sentences, len(MARKS))


def _background(documents: Sequence[ReadDocument]) -> Background:
    """Give a background without slope: its usual level is the mean of clean documents."""
    column = CHANNELS.index(Label.MT)
    clean = [document.logits[:, column] for document in documents if not document.damaged]
    usual = round(float(np.concatenate(clean).mean()), 3) if clean else 0.0
    return Background(str(Label.MT), usual, NEIGHBOURS, usual + STARTS[0], 0.0, MOSTS[0])


def _descend(
    sets: Mapping[str, _Set], kept: Mapping[str, NDArray[np.bool_]], background: Background
) -> Signal:
    def worth(signal: Signal) -> float:
        values = np.array([part.auc(signal, kept.get(name)) for name, part in sets.items()])
        return float(np.nansum(np.minimum(values, ENOUGH) + 0.25 * np.maximum(values - ENOUGH, 0)))

    marks = {
        str(mark): MARKED[mark]
        for number, mark in enumerate(MARKS)
        if any(part.marks[:, number].any() for part in sets.values())
    }
    best = Signal(background=background, marks=marks)
    found = worth(best)
    for _ in range(ROUNDS):
        before = found
        for axis in range(2 + len(OFFSETS)):
            for candidate in _moves(best, axis):
                value = worth(candidate)
                # A move must be worth something: ties stay with the plainer signal.
                if value > found + 1e-4:
                    best, found = candidate, value
        if found == before:
            break
    if best.background is not None and not best.background.slope:
        return replace(best, background=None)
    return best


def _moves(signal: Signal, axis: int) -> Iterator[Signal]:
    """Give the neighbours of a signal along one of its settings."""
    if axis == 0:
        yield from (replace(signal, temperature=value) for value in TEMPERATURES)
    elif axis <= len(OFFSETS):
        channel = list(OFFSETS)[axis - 1]
        for offset in OFFSETS[channel]:
            yield replace(signal, offsets={**signal.offsets, str(channel): offset})
    elif signal.background is not None:
        for slope in SLOPES:
            for start in STARTS:
                for most in MOSTS:
                    begin = round(signal.background.usual + start, 3)
                    background = replace(signal.background, slope=slope, start=begin, most=most)
                    yield replace(signal, background=background)


def _unseen(sets: Mapping[str, _Set], background: Background) -> dict[str, float]:
    """Give the mean AUC over folds of groups, each measured with what the others chose."""
    folds = {
        name: np.unique(part.groups, return_inverse=True)[1] % FOLDS for name, part in sets.items()
    }
    values: dict[str, list[float]] = {name: [] for name in sets}
    for fold in range(FOLDS):
        chosen = _descend(sets, {name: of != fold for name, of in folds.items()}, background)
        for name, part in sets.items():
            values[name].append(part.auc(chosen, folds[name] == fold))
    return {name: round(float(np.nanmean(found)), 4) for name, found in values.items()}
