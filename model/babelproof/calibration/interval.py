"""Intervals: how far a measured share may lie from the true one."""

from __future__ import annotations

from math import ceil, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float, float]
"""A share, and the bounds of its 95% interval."""

Z = 1.959964
"""Of the normal distribution, for 95%."""


def fewest(share: float) -> int:
    """Give how many rows it takes to show, at 95%, that no more than `share` is held.

    With fewer even a run without any held row proves nothing: the rule of three, exactly.

    >>> fewest(0.005), fewest(0.01)
    (598, 299)
    """
    return ceil(log(0.05) / log1p(-share))


def percent(share: float) -> str:
    """Write a share with three digits.

    >>> percent(0.005), percent(0.0004567), percent(0.5)
    ('0.5%', '0.0457%', '50%')
    """
    return f"{share * 100:.3g}%"


def share_interval(held: NDArray[np.bool_], documents: NDArray[np.int64]) -> Interval:
    """Return the share of rows [n] held with its 95% interval, over documents [n].

    Wilson's interval at the effective number of rows: rows of one document are alike, and
    count for less than as many strangers. Refuses no rows at all.
    """
    rows = len(held)
    if not rows:
        raise ValueError("expected rows to measure a share on, found none")
    share = float(held.mean())
    codes = np.unique(documents, return_inverse=True)[1]
    sizes = np.bincount(codes)
    off = np.bincount(codes, held) - share * sizes
    effective = float(rows)
    if 0 < share < 1 and len(sizes) > 1:
        variance = len(sizes) / (len(sizes) - 1) * float(off @ off) / rows**2
        effective = rows / max(1.0, variance * rows / (share * (1 - share)))
    low, high = _wilson(share, effective)
    return share, low, high


def _wilson(share: float, rows: float) -> tuple[float, float]:
    middle = share + Z**2 / (2 * rows)
    reach = Z * sqrt(share * (1 - share) / rows + Z**2 / (4 * rows**2))
    scale = 1 + Z**2 / rows
    # Rounding must not put a bound beyond the share itself.
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return max(0.0, min(low, share)), min(1.0, max(high, share))
