"""Platt scaling: a channel's pooled logit into a probability that means what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from babelproof.errors import CalibrationError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 20
"""Positive rows from which a channel gets a slope of its own."""

FOLDS = 5


@dataclass(frozen=True)
class Platt:
    """P = sigmoid(slope * logit + intercept); the slope is above 0."""

    slope: float
    intercept: float

    def __call__(self, logits: Floats) -> Floats:
        """Return the probability of each logit [n]."""
        result: Floats = expit(self.slope * logits + self.intercept)
        return result


@dataclass(frozen=True)
class Rows:
    """Rows of one channel: logit, truth of 0/1, weight, and cluster, each [n]."""

    logits: Floats
    truth: Ints
    weights: Floats
    groups: Ints

    def part(self, chosen: NDArray[np.int64]) -> Rows:
        """Return the rows at these positions."""
        return Rows(
            self.logits[chosen], self.truth[chosen], self.weights[chosen], self.groups[chosen]
        )


def fit(rows: Rows, slope: float | None = None) -> Platt:
    """Fit slope and intercept; with few positive rows, only the intercept at a given slope.

    The penalty on the slope counts for little against a thousand rows and for much against
    thirty. A channel that ranks the wrong way round keeps the given slope too: a falling
    calibration is refused by the package. Raises `CalibrationError` where it can do neither.
    """
    positives = int(rows.truth.sum())
    if not 0 < positives < len(rows.truth):
        raise CalibrationError(
            f"expected rows of both classes, found {positives} positive of {len(rows.truth)}; "
            "calibrate on the development sets"
        )
    if positives >= FEWEST or slope is None:
        mean = float(np.average(rows.logits, weights=rows.weights))
        spread = float(np.sqrt(np.average((rows.logits - mean) ** 2, weights=rows.weights)))
        if spread > 0:
            model = LogisticRegression(C=1.0)
            standard = ((rows.logits - mean) / spread).reshape(-1, 1)
            model.fit(standard, rows.truth, sample_weight=rows.weights)
            own = float(model.coef_[0, 0]) / spread
            if own > 1e-3:
                return Platt(own, float(model.intercept_[0]) - own * mean)
        if slope is None:
            raise CalibrationError(
                "expected logits that rise with damage, found none that do; train the model "
                "further before calibrating it"
            )
    return Platt(slope, _intercept(rows, slope))


def _intercept(rows: Rows, slope: float) -> float:
    """Return the intercept at which the mean probability is the share of positive rows."""
    share = float(np.average(rows.truth, weights=rows.weights))

    def surplus(intercept: float) -> float:
        return float(
            np.average(expit(slope * rows.logits + intercept), weights=rows.weights) - share
        )

    reach = float(np.abs(slope * rows.logits).max()) + 40.0
    return float(brentq(surplus, -reach, reach))


def cross_fitted(rows: Rows, slope: float | None = None) -> Floats:
    """Return each row's probability [n] by a fit that saw nothing of its cluster."""
    result = np.full(len(rows.truth), np.nan)
    for train, test in folds(rows.truth, rows.groups):
        result[test] = fit(rows.part(train), slope)(rows.logits[test])
    return result


def folds(truth: Ints, groups: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield positions of training and test rows; clusters stay whole, classes are spread."""
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for train, test in splitter.split(np.zeros(len(truth)), truth, groups):
        yield train.astype(np.int64), test.astype(np.int64)


def calibration_error(probabilities: Floats, truth: Ints, weights: Floats, bins: int = 10) -> float:
    """Return the expected calibration error over bins of (about) equal weight.

    The weighted mean, over bins of rows with like probability, of how far the mean
    probability lies from the share of positive rows.
    """
    if not len(truth):
        raise CalibrationError("expected rows to measure calibration on, found none")
    order = np.argsort(probabilities, kind="stable")
    weight = weights[order]
    before = np.cumsum(weight) - weight / 2
    numbers = np.minimum((before / weight.sum() * bins).astype(np.int64), bins - 1)
    gaps = weight * (probabilities[order] - truth[order])
    return float(np.abs(np.bincount(numbers, gaps, minlength=bins)).sum() / weight.sum())
