"""Reliability: whether probabilities mean what they say, in bins of equally many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from babelproof.calibration.interval import share_interval

BINS = 10


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
