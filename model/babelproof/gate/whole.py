"""The whole: what an article's sentences say together, beside what each says alone."""

from __future__ import annotations

from dataclasses import dataclass

from babelproof.gate.policy import Policy
from babelproof.verdict import IN_CONTEXT_FROM


@dataclass(frozen=True)
class Whole:
    """The share of suspects among an article's sentences, and what follows.

    `probability`: that the article as a whole is damaged, None where it is too short to say.
    `many`: there are too many suspects; `high`: the probability is too high; neither counts
    unless enough suspects are held by themselves (`supported`).
    """

    share: float
    probability: float | None
    many: bool
    high: bool
    supported: bool = True

    @property
    def holds(self) -> bool:
        """Whether the article is held, whatever its single sentences say."""
        return self.supported and (self.many or self.high)

    @classmethod
    def of(
        cls, suspects: int, held: int, judged: int, probability: float | None, policy: Policy
    ) -> Whole:
        """Apply a policy to `suspects` of `judged` sentences (1 or more) and the probability.

        `held`: suspects that the detector holds by themselves.

        Without a suspect nothing could be shown, and an article whose suspects were all
        accepted must not be held by the rest. The detector counts blocks that are too short
        for the policy (a menu, a byline); with too few sentences beside them the probability
        would be theirs, so it says nothing.
        """
        share = suspects / judged
        if judged < IN_CONTEXT_FROM:
            probability = None
        return cls(
            share,
            probability,
            many=suspects >= policy.count and share >= policy.share,
            high=suspects > 0 and probability is not None and probability >= policy.document,
            supported=held >= policy.support,
        )
