"""The whole: what an article's sentences say together, beside what each says alone."""

from __future__ import annotations

from dataclasses import dataclass

from babelproof.gate.policy import MEAN_OF, Policy


@dataclass(frozen=True)
class Whole:
    """The share of suspects among an article's sentences, their mean, and what follows.

    `many`: there are too many suspects; `high`: the mean is too high.
    """

    share: float
    mean: float
    many: bool
    high: bool

    @property
    def holds(self) -> bool:
        """Whether the article is held, whatever its single sentences say."""
        return self.many or self.high

    @classmethod
    def of(cls, suspects: int, judged: int, mean: float, counted: int, policy: Policy) -> Whole:
        """Apply a policy to `suspects` of `judged` sentences (1 or more), of which `counted`
        have the mean probability `mean`.

        Without a suspect nothing could be shown, and an article whose suspects were all
        accepted must not be held by the rest.
        """
        share = suspects / judged
        return cls(
            share,
            mean,
            many=suspects >= policy.count and share >= policy.share,
            high=suspects > 0 and counted >= MEAN_OF and mean >= policy.mean,
        )
