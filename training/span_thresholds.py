"""Span thresholds: the token logit at which findings cover what readers marked best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from babelproof.labels import LABELS, Label
from babelproof.readings import candidates
from training.devrows import DevRow

FEWEST = 20
"""Marked rows from which a label gets a threshold of its own; below, all labels share one."""

STEPS = 25


@dataclass(frozen=True)
class SpanThreshold:
    """A label's threshold, and the character F1 it has on how many marked rows."""

    threshold: float
    f1: float | None
    rows: int


def fit_span_thresholds(rows: Sequence[DevRow]) -> dict[Label, SpanThreshold]:
    """Return each label's threshold by character F1 on the rows marked with that label."""
    # A span of several labels stands for each of them.
    marked: dict[Label, list[tuple[DevRow, set[int]]]] = {label: [] for label in LABELS}
    for row in rows:
        for label in row.labels:
            characters = {
                i for name, start, end in row.spans if name in (label, "any")
                for i in range(start, end)
            }  # fmt: skip
            if characters:
                marked[label].append((row, characters))
    everything = [(label, row, characters) for label in LABELS for row, characters in marked[label]]
    shared = _best(everything) if everything else (0.0, None)
    fitted = {}
    for label in LABELS:
        own = [(label, row, characters) for row, characters in marked[label]]
        threshold, f1 = _best(own) if len(own) >= FEWEST else (shared[0], None)
        if f1 is None and own:
            f1 = character_f1(own, threshold)
        fitted[label] = SpanThreshold(threshold, f1, len(own))
    return fitted


def character_f1(marked: Sequence[tuple[Label, DevRow, set[int]]], threshold: float) -> float:
    """Return the F1 over all characters of the findings that `threshold` gives."""
    right = found = wanted = 0
    thresholds = {label.value: threshold for label in LABELS}
    probabilities = dict.fromkeys(LABELS, 1.0)
    for label, row, characters in marked:
        own = {
            i
            for finding in candidates(row.text, 0, row.reading, probabilities, thresholds)
            if finding.label is label
            for i in range(finding.start, finding.end)
        }
        right += len(own & characters)
        found += len(own)
        wanted += len(characters)
    return 2 * right / (found + wanted) if found + wanted else 0.0


def _best(marked: Sequence[tuple[Label, DevRow, set[int]]]) -> tuple[float, float]:
    """Return the best threshold of a grid over the token logits, smoothed over neighbours."""
    logits = np.concatenate(
        [row.reading.spans[:, 1 + LABELS.index(label)] for label, row, _ in marked]
    )
    grid = np.unique(np.quantile(logits, np.linspace(0.02, 0.98, STEPS)))
    values = np.array([character_f1(marked, float(threshold)) for threshold in grid])
    # The mean of three neighbours: a lone peak on a few hundred rows is chance.
    padded = np.pad(values, 1, mode="edge")
    best = int(np.convolve(padded, np.ones(3) / 3, mode="valid").argmax())
    return float(grid[best]), float(values[best])
