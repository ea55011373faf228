"""The operating point: one threshold a channel, so that their union spares clean news."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from training.platt import CalibrationError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARE_KEPT = 0.25
"""Of an equal share of the false alarms: what every channel keeps, so that none is shut."""


def held(probabilities: Floats, thresholds: Floats) -> Bools:
    """Return which rows [n] any channel of `probabilities` [n, channels] holds."""
    result: Bools = np.any(probabilities >= thresholds, axis=1)
    return result


def choose(clean: Floats, damaged: Floats, weights: Floats, budget: float) -> Floats:
    """Return thresholds [channels] that hold at most `budget` of the clean rows, by any channel.

    `clean` [n, channels] and `damaged` [m, channels] are probabilities, `weights` [m] say
    what holding each damaged row is worth. The channels begin with equal numbers of false
    alarms; then false alarms move from channel to channel as long as that holds more of the
    damage. Refuses too few clean rows for the budget to mean anything.
    """
    allowed = int(budget * len(clean))
    channels = clean.shape[1]
    if allowed < 1:
        raise CalibrationError(
            f"expected enough clean rows that {budget:.2%} of them is one at least, found "
            f"{len(clean)}; give more rows or a larger budget"
        )
    ladders = np.stack([_ladder(clean[:, c], allowed) for c in range(channels)], axis=1)

    def worth(counts: Ints) -> tuple[float, int] | None:
        """Return (damage held, clean rows spared), None where the budget is overdrawn."""
        thresholds = ladders[counts, np.arange(channels)]
        alarms = int(held(clean, thresholds).sum())
        if alarms > allowed:
            return None
        return float(weights[held(damaged, thresholds)].sum()), -alarms

    counts = np.zeros(channels, dtype=np.int64)
    best = worth(counts)
    if best is None:
        raise CalibrationError(
            f"expected thresholds that spare {1 - budget:.1%} of clean rows, found none: too "
            "many of them reach probability 1"
        )
    for equal in range(1, allowed + 1):
        found = worth(counts + 1)
        if found is None:
            break
        counts, best = np.full(channels, equal, dtype=np.int64), found
    floor = int(counts[0] * SHARE_KEPT)
    improved = True
    while improved:
        improved = False
        for step in _steps(channels, allowed):
            trial = counts + step
            if trial.min() < floor or trial.max() > allowed:
                continue
            found = worth(trial)
            if found is not None and found > best:
                counts, best, improved = trial, found, True
    chosen: Floats = ladders[counts, np.arange(channels)]
    return chosen


def _ladder(clean: Floats, allowed: int) -> Floats:
    """Return the thresholds [allowed + 1] that hold at most 0, 1, … of the clean rows.

    Each lies half way between two clean probabilities, where it is least an accident.
    """
    falling = np.r_[1.0, np.sort(clean)[::-1], 0.0]
    middle = (falling[: allowed + 1] + falling[1 : allowed + 2]) / 2
    # Rows may tie: a threshold at their value would hold them all.
    ties = falling[: allowed + 1] == falling[1 : allowed + 2]
    for rung in np.flatnonzero(ties):
        middle[rung] = middle[rung - 1] if rung else 1.0
    clipped: Floats = np.clip(middle, 1e-6, 1.0)
    return clipped


def _steps(channels: int, allowed: int) -> Iterator[Ints]:
    """Yield changes of the false alarms a channel has: one more, or some from another."""
    sizes = [size for size in (1, 2, 4, 8, 16) if size <= allowed]
    for size in sizes:
        for gains in range(channels):
            step = np.zeros(channels, dtype=np.int64)
            step[gains] = size
            yield step
            for loses in range(channels):
                for lost in sizes:
                    if loses != gains:
                        both = step.copy()
                        both[loses] = -lost
                        yield both
