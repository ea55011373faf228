"""The learning rate over a run whose end may be counted in steps, tokens or minutes."""

from __future__ import annotations

from training.checkpoint import Progress
from training.settings import TrainSettings


def share_done(progress: Progress, total_steps: int, settings: TrainSettings) -> float:
    """Give how much of the run is over, 0 to 1: by the limit that is nearest its end."""
    shares = [progress.step / max(total_steps, 1)]
    if settings.max_tokens:
        shares.append(progress.tokens / settings.max_tokens)
    if settings.max_minutes:
        shares.append(progress.seconds / (60 * settings.max_minutes))
    return min(1.0, max(shares))


def learning_rate(share: float, settings: TrainSettings) -> float:
    """Rise linearly over the warm-up, then fall linearly to zero at the end.

    >>> settings = TrainSettings(data=".", out=".", learning_rate=1.0, warmup=0.1)
    >>> [round(learning_rate(share, settings), 2) for share in (0.05, 0.1, 0.55, 1.0)]
    [0.5, 1.0, 0.5, 0.0]
    """
    if share < settings.warmup:
        # Never quite zero: the first step must move.
        return settings.learning_rate * max(share / settings.warmup, 0.01)
    return settings.learning_rate * (1 - share) / (1 - settings.warmup)
