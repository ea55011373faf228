"""The fit: thresholds whose union holds at most a share of clean text, seen or unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from babelproof.calibration.interval import Interval, fewest, percent, share_interval
from babelproof.calibration.ladder import LOWEST, Bools, Floats, Ints, held, ladder
from babelproof.calibration.units import Of
from babelproof.errors import CalibrationError
from babelproof.labels import CHANNELS
from babelproof.verdict import DIGITS, Setting

FOLDS = 5
"""Documents are dealt into so many parts; thresholds meet each unseen once."""

BUDGETS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0)
"""Parts of the asked share that may be spent on the rows seen, most to least.

Thresholds chosen to spare some rows spare others less well.
"""


@dataclass(frozen=True)
class CleanText:
    """Clean sentences: probabilities [n, 6] by channel, and the number of the document [n]."""

    probabilities: Floats
    documents: Ints

    @property
    def document_count(self) -> int:
        """Count the documents that have a judged sentence."""
        return len(np.unique(self.documents))


@dataclass(frozen=True)
class Fitted:
    """Thresholds by channel and what they hold of the clean text.

    `of` says what is counted. `seen`: how many the thresholds themselves hold, by each
    channel in `by_channel`. `unseen`: the share, with its interval, held by thresholds fitted
    on other documents; `articles`: the share of documents of which something is.
    """

    of: Of
    asked: float
    thresholds: Mapping[str, float]
    seen: int
    by_channel: Mapping[str, int]
    unseen: Interval
    articles: Interval


def rows_of(clean: CleanText, of: Of) -> CleanText:
    """Give what is counted: the sentences, or each document by its surest ones."""
    if of is Of.SENTENCES:
        return clean
    names, places = np.unique(clean.documents, return_inverse=True)
    surest = np.zeros((len(names), clean.probabilities.shape[1]))
    np.maximum.at(surest, places, clean.probabilities)
    return CleanText(surest, names)


def fit(
    clean: CleanText, share: float, weights: Mapping[str, float], of: Of = Of.SENTENCES
) -> Fitted:
    """Fit thresholds that hold at most `share` of clean sentences or articles, by any channel.

    `weights` say how the false alarms are spread over channels. Of the shares that may be
    spent on the text seen, the largest is taken that keeps to `share` on documents that the
    fit did not see. Raises `CalibrationError` where the text is too little for that.
    """
    rows = rows_of(clean, of)
    _check(rows, share, of)
    parts = np.array([weights[channel] for channel in CHANNELS])
    unseen = np.ones(len(rows.documents), dtype=bool)
    for budget in BUDGETS:
        unseen = _unseen(rows, share * budget, parts)
        if unseen.mean() <= share:
            thresholds = spread(rows.probabilities, share * budget, parts)
            return _fitted(rows, share, of, thresholds, unseen)
    raise CalibrationError(
        f"expected thresholds that hold at most {percent(share)} of clean text that they were not "
        f"fitted on, found {percent(unseen.mean())} at the least; give more text or allow a "
        "larger share"
    )


def spread(clean: Floats, share: float, weights: Floats) -> Floats:
    """Return thresholds [6] whose union holds at most `share` of the clean rows [n, 6].

    False alarms go to the channels in proportion to `weights` [6], as many as the union
    allows; a channel of weight 0 gets those alone that its neighbours hold already.
    """
    allowed = int(share * len(clean) + 1e-9)
    channels = np.arange(clean.shape[1])
    ladders = np.stack([ladder(clean[:, c], allowed) for c in channels], axis=1)
    near = clean[held(clean, ladders[-1])]  # no other row can be held

    def within(counts: Ints) -> bool:
        return int(held(near, ladders[counts, channels]).sum()) <= allowed

    def counts_at(strongest: int) -> Ints:
        counts: Ints = (strongest * weights / weights.max() + 1e-9).astype(np.int64)
        return counts

    if not within(np.zeros(clean.shape[1], dtype=np.int64)):
        raise CalibrationError(
            f"expected thresholds that spare {percent(1 - share)} of the clean text, found none: "
            "too many sentences of it reach probability 1; see what `babelproof check` says of it"
        )
    low, high = 0, allowed
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if within(counts_at(middle)) else (low, middle - 1)
    counts = counts_at(low)
    # What is left over goes round, the heaviest channel first.
    open_channels = [int(c) for c in np.argsort(-weights, kind="stable")]
    while open_channels:
        for channel in list(open_channels):
            step = counts + (channels == channel)
            if step[channel] <= allowed and within(step):
                counts = step
            else:
                open_channels.remove(channel)
    return _rounded_up(ladders[counts, channels])


def weights_of(calibrated_on: Any, setting: Setting) -> dict[str, float]:
    """Read from a bundle's calibration how it spreads false alarms over the channels.

    Where it says nothing, all count the same; no channel goes without.
    """
    try:
        own = calibrated_on[setting]["by_channel"]
        shares = {channel: float(own[channel]["clean"]) for channel in CHANNELS}
    except (KeyError, TypeError, ValueError):
        return dict.fromkeys(CHANNELS, 1.0)
    most = max(shares.values())
    if not most > 0:
        return dict.fromkeys(CHANNELS, 1.0)
    return {channel: max(value / most, 0.05) for channel, value in shares.items()}


def _check(clean: CleanText, share: float, of: Of) -> None:
    if not 0 < share < 0.5:
        raise CalibrationError(
            f"--false-alarms: expected a share above 0% and below 50%, found {percent(share)}"
        )
    rows, documents = len(clean.documents), clean.document_count
    if rows < fewest(share):
        raise CalibrationError(
            f"expected at least {fewest(share):,} judged {of} of clean text to hold at most "
            f"{percent(share)} of them, found {rows:,}: with fewer, even none held would not show "
            "that the share is so small; give more text or allow a larger share"
        )
    if documents < FOLDS:
        raise CalibrationError(
            f"expected clean text in at least {FOLDS} documents, found {documents}: thresholds "
            "are tried on documents that they were not fitted on; part it into more records"
        )


def _unseen(clean: CleanText, share: float, weights: Floats) -> Bools:
    """Return which rows [n] are held by thresholds fitted on other documents."""
    result = np.zeros(len(clean.documents), dtype=bool)
    for left in _folds(clean.documents):
        thresholds = spread(clean.probabilities[~left], share, weights)
        result[left] = held(clean.probabilities[left], thresholds)
    return result


def _folds(documents: Ints) -> Iterator[Bools]:
    """Give the rows of each part; documents are dealt by size, so that parts are alike."""
    names, sizes = np.unique(documents, return_counts=True)
    order = names[np.argsort(-sizes, kind="stable")]
    for fold in range(FOLDS):
        yield np.isin(documents, order[fold::FOLDS])


def _rounded_up(thresholds: Floats) -> Floats:
    """Round to the digits that are written, never to where more would be held."""
    scale = 10**DIGITS
    result: Floats = np.clip(np.ceil(thresholds * scale) / scale, LOWEST, 1.0)
    return result


def _fitted(clean: CleanText, share: float, of: Of, thresholds: Floats, unseen: Bools) -> Fitted:
    names = np.unique(clean.documents)
    by_document = np.isin(names, clean.documents[unseen])
    over = clean.probabilities >= thresholds
    return Fitted(
        of,
        share,
        dict(zip(CHANNELS, thresholds.tolist(), strict=True)),
        int(over.any(axis=1).sum()),
        dict(zip(CHANNELS, over.sum(axis=0).tolist(), strict=True)),
        share_interval(unseen, clean.documents),
        share_interval(by_document, names),
    )
