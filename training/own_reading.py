"""What an earlier release makes of outputs that nobody read: self-training's second opinion.

An estimate from the reference (`training.graded`) sees what readers of the English alone
cannot, and nothing of how a text reads; a bundle sees the English alone. Their mean in logits
is the target; that it beats either could not be measured (LOG.md, 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from scipy.special import expit, logit

from babelproof.detector import Detector
from babelproof.verdict import Verdict

SUREST = 0.01
"""No opinion is surer than this, so that one of two cannot outvote the other alone."""


class Scores(Protocol):
    """What is needed of `babelproof.detector.Detector`."""

    def score(self, texts: Iterable[str]) -> list[Verdict]: ...


class OwnReading:
    """Blends P(hold) of sentences alone, as a bundle scores them, into other estimates."""

    def __init__(self, detector: Scores, share: float) -> None:
        self._detector = detector
        self._share = share

    @classmethod
    def load(cls, bundle: Path | None, share: float) -> OwnReading:
        """Open the shipped bundle or another; `share` in [0, 1] is what its opinion weighs."""
        return cls(Detector.load(bundle), share)

    def opinions(self, texts: Sequence[str]) -> list[float | None]:
        """Give the bundle's P(hold) of texts [n], each alone; None where it does not judge one."""
        return [verdict.score for verdict in self._detector.score(texts)]

    def blended(self, texts: Sequence[str], grades: Sequence[float]) -> list[float]:
        """Give the weighted mean in logits of `grades` [n] and the bundle's P(hold) [n].

        A text that the bundle does not judge, such as one of three words, keeps its grade.
        """
        own = np.array(
            [
                grade if p is None else p
                for p, grade in zip(self.opinions(texts), grades, strict=True)
            ]
        )
        first, second = (
            logit(np.clip(values, SUREST, 1 - SUREST)) for values in (own, np.array(grades))
        )
        return [float(p) for p in expit(self._share * first + (1 - self._share) * second)]
