"""Character F1 of spans: do the findings point at the damaged characters?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SpanCount:
    """Characters rightly marked, marked in all, and damaged in all; counts add up."""

    right: int = 0
    marked: int = 0
    damaged: int = 0

    def __add__(self, other: SpanCount) -> SpanCount:
        return SpanCount(
            self.right + other.right, self.marked + other.marked, self.damaged + other.damaged
        )

    @property
    def precision(self) -> float | None:
        return self.right / self.marked if self.marked else None

    @property
    def recall(self) -> float | None:
        return self.right / self.damaged if self.damaged else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None where nothing is damaged and nothing is marked."""
        total = self.marked + self.damaged
        return 2 * self.right / total if total else None


def count_characters(
    found: Iterable[tuple[int, int]], truth: Iterable[tuple[int, int]]
) -> SpanCount:
    """Count the characters of one sentence; overlapping spans of one side count once."""
    marked = {i for start, end in found for i in range(start, end)}
    damaged = {i for start, end in truth for i in range(start, end)}
    return SpanCount(len(marked & damaged), len(marked), len(damaged))


def total(counts: Sequence[SpanCount]) -> SpanCount:
    """Return the sum over sentences (micro average: each character weighs the same)."""
    return sum(counts, SpanCount())


def span_f1s(counts: Sequence[SpanCount], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the F1 of each resample [resamples] under row weights [resamples, n].

    NaN where a resample drew nothing damaged and nothing marked.
    """
    right = weights @ np.array([count.right for count in counts], dtype=np.float64)
    sizes = weights @ np.array([count.marked + count.damaged for count in counts], dtype=np.float64)
    found = np.full(len(weights), np.nan)
    np.divide(2 * right, sizes, out=found, where=sizes > 0)
    return found
