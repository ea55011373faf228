"""The operating point: one threshold a channel, so that their union spares clean news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from babelproof.calibration.ladder import Bools, Floats, Ints, held, ladder
from babelproof.errors import CalibrationError

__all__ = ["Bools", "Floats", "Ints", "choose", "held"]

SHARE_KEPT = 0.25
"""Of an equal share of the false alarms: what every channel keeps, so that none is shut."""

FEWEST_OF_SET = 100
"""Sentences below which a set's own share says too little."""

SET_SHARE = 2.0
"""How many times the budget of all clean rows may be held of one set of them."""


def choose(
    clean: Floats, damaged: Floats, weights: Floats, budget: float, sets: Sequence[str] = ()
) -> Floats:
    """Return thresholds [channels] that hold at most `budget` of the clean rows, by any channel.

    `clean` [n, channels] and `damaged` [m, channels] are probabilities, `weights` [m] say
    what holding each damaged row is worth. The channels begin with equal numbers of false
    alarms; then false alarms move from channel to channel as long as that holds more of the
    damage. `sets` [n] names the set of each clean row, none: they are one; of each of at least
    `FEWEST_OF_SET` rows `SET_SHARE` times the budget is held at most, so that one kind of
    writing does not bear the false alarms of all. Refuses too few clean rows for the budget
    to mean anything.
    """
    allowed = int(budget * len(clean))
    channels = clean.shape[1]
    codes = np.unique(sets, return_inverse=True)[1] if len(sets) else np.zeros(len(clean), int)
    sizes = np.bincount(codes)
    own = np.where(sizes < FEWEST_OF_SET, sizes, (SET_SHARE * budget * sizes).astype(np.int64))
    if allowed < 1:
        raise CalibrationError(
            f"expected enough clean rows that {budget:.2%} of them is one at least, found "
            f"{len(clean)}; give more rows or a larger budget"
        )
    ladders = np.stack([ladder(clean[:, c], allowed) for c in range(channels)], axis=1)

    def worth(counts: Ints) -> tuple[float, int] | None:
        """Return (damage held, clean rows spared), None where the budget is overdrawn."""
        thresholds = ladders[counts, np.arange(channels)]
        held_clean = held(clean, thresholds)
        alarms = int(held_clean.sum())
        if alarms > allowed or (np.bincount(codes[held_clean], minlength=len(own)) > own).any():
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
