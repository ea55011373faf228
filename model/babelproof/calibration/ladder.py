"""Ladders: the thresholds of a channel that hold none, one, two … of the clean rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOWEST = 1e-6


def held(probabilities: Floats, thresholds: Floats) -> Bools:
    """Return which rows [n] any channel of `probabilities` [n, channels] holds."""
    result: Bools = np.any(probabilities >= thresholds, axis=1)
    return result


def ladder(clean: Floats, allowed: int) -> Floats:
    """Return the thresholds [allowed + 1] that hold at most 0, 1, … of the clean rows [n].

    Each lies half way between two clean probabilities, where it is least an accident.

    >>> ladder(np.array([0.2, 0.6, 0.4]), 2).round(3).tolist()
    [0.8, 0.5, 0.3]
    """
    falling = np.r_[1.0, np.sort(clean)[::-1], 0.0]
    middle = (falling[: allowed + 1] + falling[1 : allowed + 2]) / 2
    # Rows may tie: a threshold at their value would hold them all.
    ties = falling[: allowed + 1] == falling[1 : allowed + 2]
    for rung in np.flatnonzero(ties):
        middle[rung] = middle[rung - 1] if rung else 1.0
    clipped: Floats = np.clip(middle, LOWEST, 1.0)
    return clipped
