"""Reliability: whether probabilities mean what they say, in bins of equally many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import logit
from sklearn.isotonic import IsotonicRegression

from babelproof.calibration.interval import share_interval
from eval.bootstrap import cluster_weights
from eval.metrics import Floats, Settings, with_interval
from training import platt

BINS = 10

Method = Literal["platt", "isotonic"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True)
class Bin:
    """Rows of like probability: their mean, and the share damaged with its 95% interval."""

    rows: int
    mean: float
    share: float
    low: float
    high: float


def reliability(
    truth: Sequence[int], probabilities: Sequence[float], bins: int = BINS
) -> list[Bin]:
    """Return bins of (about) equally many rows, from low to high probability."""
    order = np.argsort(np.asarray(probabilities), kind="stable")
    found = []
    for members in np.array_split(order, min(bins, len(order))) if len(order) else []:
        own = np.asarray(truth)[members] == 1
        share, low, high = share_interval(own, np.arange(len(members)))
        mean = float(np.asarray(probabilities)[members].mean())
        found.append(Bin(len(members), mean, share, low, high))
    return found


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error: how far mean and share lie apart, rows weighing.

    >>> calibration_error([Bin(3, 0.2, 0.0, 0, 0), Bin(1, 0.9, 1.0, 0, 0)])
    0.175
    """
    rows = sum(one.rows for one in bins)
    if not rows:
        return None
    return round(sum(one.rows * abs(one.mean - one.share) for one in bins) / rows, 6)


def unseen(
    truth: Sequence[int],
    probabilities: Sequence[float],
    groups: Sequence[int],
    method: Method = "platt",
) -> Floats | None:
    """Return each row's probability [n] by a fit that saw nothing of its group, over 5 folds.

    Fitted anew on the probabilities' own logits, so only their order and spacing is kept. None
    with fewer than 20 damaged rows or fewer groups than folds.
    """
    positives = sum(truth)
    enough = min(positives, len(truth) - positives) >= platt.FEWEST
    if not enough or len(set(groups)) < platt.FOLDS:
        return None
    rows = platt.Rows(
        logit(np.clip(probabilities, 1e-6, 1 - 1e-6)),
        np.array(truth, dtype=np.int64),
        np.ones(len(truth)),
        np.array(groups, dtype=np.int64),
    )
    if method == "platt":
        return platt.cross_fitted(rows)
    found = np.full(len(truth), np.nan)
    for train, test in platt.folds(rows.truth, rows.groups):
        steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        steps.fit(rows.logits[train], rows.truth[train])
        found[test] = steps.predict(rows.logits[test])
    return found


def error_with_interval(
    truth: Sequence[int], probabilities: Floats, groups: Sequence[int], settings: Settings
) -> list[float | None]:
    """Return the expected calibration error with the interval of a bootstrap over groups."""
    known = np.array(truth, dtype=np.int64)
    weights = cluster_weights(np.array(groups, dtype=np.int64), settings.resamples, settings.seed)
    value = platt.calibration_error(probabilities, known, np.ones(len(known)), BINS)
    draws = [platt.calibration_error(probabilities, known, row, BINS) for row in weights]
    return with_interval(value, np.array(draws)).as_list()
