"""Figures of one yes/no task: how well scores part damaged rows (1) from clean ones (0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, roc_auc_score

from eval import bootstrap

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LENGTH_EDGES = (15, 25, 40, 60)
"""Word counts at which a new length bin begins: under 15, 15-24, 25-39, 40-59, 60 and more."""

FALSE_ALARM_RATES = (0.01, 0.02, 0.05)
"""Shares of clean rows flagged at which recall is read."""


class MetricsError(ValueError):
    """The rows of a task cannot be measured: columns disagree or a value is out of range."""


def length_bins(texts: Sequence[str]) -> Ints:
    """Return the length bin (0-4) of each text, by words parted by white space."""
    return np.digitize([len(text.split()) for text in texts], LENGTH_EDGES).astype(np.int64)


def integer_codes(names: Sequence[str]) -> Ints:
    """Return a code for each name; equal names have equal codes."""
    return np.unique(np.asarray(names, dtype=str), return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class Rows:
    """The rows of one task: truth [n] of 0/1, length bin [n], cluster [n], and perhaps pairs.

    `groups` are what the bootstrap draws (rows of one document or source segment stay
    together). Refuses columns of different lengths and truth outside {0, 1}.
    """

    truth: Ints
    bins: Ints
    groups: Ints

    def __post_init__(self) -> None:
        lengths = {len(self.truth), len(self.bins), len(self.groups)}
        if len(lengths) != 1:
            raise MetricsError(f"expected columns of one length, found {sorted(lengths)}")
        if not np.isin(self.truth, (0, 1)).all():
            found = sorted(set(self.truth.tolist()))[:5]
            raise MetricsError(f"expected truth of 0 and 1 only, found {found}")

    @property
    def positives(self) -> int:
        return int(self.truth.sum())

    @property
    def negatives(self) -> int:
        return int(len(self.truth) - self.truth.sum())


@dataclass(frozen=True)
class Figure:
    """A value with its 95% interval; None where the rows cannot give one (one class only)."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def as_list(self) -> list[float | None]:
        """Return [value, low, high] rounded to four digits, as metrics.json keeps it."""
        return [None if v is None else round(v, 4) for v in (self.value, self.low, self.high)]


@dataclass(frozen=True)
class Settings:
    """How the intervals are drawn."""

    resamples: int = 300
    seed: int = 0
    rates: tuple[float, ...] = field(default=FALSE_ALARM_RATES)

    def __post_init__(self) -> None:
        if self.resamples < 1:
            raise MetricsError(f"expected at least 1 resample, found {self.resamples}")


def auc(truth: Ints, scores: Floats) -> float | None:
    """Return the area under the ROC curve (ties count half), None with one class only."""
    if truth.min(initial=1) == truth.max(initial=0):
        return None
    return float(roc_auc_score(truth, scores))


def stratified_auc(truth: Ints, scores: Floats, strata: Ints) -> float | None:
    """Return the AUC over pairs of one stratum only, all such pairs pooled.

    With length bins as strata, length alone can no longer win; with pairs as strata it is
    the share of pairs ordered rightly. None where no stratum holds both classes.
    """
    won = pairs = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        part = truth[inside]
        weight = float(part.sum()) * float(len(part) - part.sum())
        value = auc(part, scores[inside]) if weight else None
        if value is not None:
            won += value * weight
            pairs += weight
    return won / pairs if pairs else None


def recall_at(truth: Ints, scores: Floats, rate: float) -> float | None:
    """Return the best recall of a threshold that flags at most `rate` of the clean rows."""
    value = bootstrap.recalls(truth, scores, np.ones((1, len(truth))), rate)[0]
    return None if np.isnan(value) else float(value)


def ranking_figures(rows: Rows, scores: Floats, settings: Settings) -> dict[str, Figure]:
    """Return auc, auc_binned, auc_grouped, ap and recall_at_* of `scores` [n].

    `auc_binned` compares rows of like length only, `auc_grouped` rows of one cluster only
    (of a pair that differs in one exchange, say). Each has its cluster interval.
    """
    if len(scores) != len(rows.truth) or not np.isfinite(scores).all():
        raise MetricsError(
            f"expected {len(rows.truth)} finite scores, found {len(scores)} "
            f"({int((~np.isfinite(scores)).sum())} not finite)"
        )
    truth = rows.truth
    points: dict[str, float | None] = {
        "auc": auc(truth, scores),
        "auc_binned": stratified_auc(truth, scores, rows.bins),
        "auc_grouped": stratified_auc(truth, scores, rows.groups),
        "ap": float(average_precision_score(truth, scores)) if rows.positives else None,
    }
    for rate in settings.rates:
        points[recall_name(rate)] = recall_at(truth, scores, rate)
    if rows.positives == 0 or rows.negatives == 0:
        return {name: Figure(None) for name in points}
    weights = bootstrap.cluster_weights(rows.groups, settings.resamples, settings.seed)
    draws = {
        "auc": bootstrap.aucs(truth, scores, weights),
        "auc_binned": bootstrap.stratified_aucs(truth, scores, weights, rows.bins),
        "auc_grouped": bootstrap.stratified_aucs(truth, scores, weights, rows.groups),
        "ap": bootstrap.average_precisions(truth, scores, weights),
    }
    for rate in settings.rates:
        draws[recall_name(rate)] = bootstrap.recalls(truth, scores, weights, rate)
    return {name: with_interval(points[name], draws[name]) for name in points}


def verdict_figures(rows: Rows, held: NDArray[np.bool_], settings: Settings) -> dict[str, Figure]:
    """Return mcc, f1, held_positive and held_negative of the verdicts `held` [n].

    `held_negative` is the share of clean rows held (false alarms), `held_positive` recall.
    """
    if len(held) != len(rows.truth):
        raise MetricsError(f"expected {len(rows.truth)} verdicts, found {len(held)}")
    truth = rows.truth
    both = rows.positives > 0 and rows.negatives > 0
    points: dict[str, float | None] = {
        "mcc": float(matthews_corrcoef(truth, held)) if both else None,
        "f1": float(f1_score(truth, held, zero_division=0.0)) if both else None,
        "held_positive": float(held[truth == 1].mean()) if rows.positives else None,
        "held_negative": float(held[truth == 0].mean()) if rows.negatives else None,
    }
    weights = bootstrap.cluster_weights(rows.groups, settings.resamples, settings.seed)
    draws = bootstrap.verdicts(truth, held, weights)
    return {name: with_interval(points[name], draws[name]) for name in points}


def recall_name(rate: float) -> str:
    """Return the name of the recall at a false-alarm rate: 0.01 -> 'recall_at_1'."""
    return f"recall_at_{rate * 100:g}"


def with_interval(value: float | None, draws: Floats) -> Figure:
    """Return a value with the 95% interval of its draws, those that could be made."""
    finite = draws[np.isfinite(draws)]
    if value is None or not len(finite):
        return Figure(value)
    low, high = np.quantile(finite, (0.025, 0.975))
    return Figure(value, float(low), float(high))
