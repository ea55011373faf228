"""The learning rate: up, down, and at zero when the run ends, whatever ends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from training.checkpoint import Progress
from training.schedule import learning_rate, share_done
from training.settings import TrainSettings


def settings(**changes: Any) -> TrainSettings:
    return TrainSettings(data=Path("data"), out=Path("out"), **changes)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 0.02), (0.001, 0.02), (0.1, 1.0), (0.2, 2.0), (0.6, 1.0), (0.99, 0.025), (1.0, 0.0)],
)
def test_the_rate_rises_to_its_peak_and_falls_to_zero(share: float, expected: float) -> None:
    rate = learning_rate(share, settings(learning_rate=2.0, warmup=0.2))
    assert rate == pytest.approx(expected)


def test_the_rate_has_no_jump_where_the_warm_up_ends() -> None:
    ours = settings(learning_rate=1.0, warmup=0.06)
    assert learning_rate(0.06 - 1e-9, ours) == pytest.approx(learning_rate(0.06, ours), abs=1e-6)


def test_without_a_warm_up_the_first_step_has_the_full_rate() -> None:
    assert learning_rate(0.0, settings(learning_rate=0.5, warmup=0.0)) == 0.5


@pytest.mark.parametrize(
    ("progress", "limits", "expected"),
    [
        (Progress(), {}, 0.0),
        (Progress(step=5), {}, 0.5),
        (Progress(step=10), {}, 1.0),
        (Progress(step=12), {}, 1.0),  # never above one
        (Progress(step=1, tokens=900), {"max_tokens": 1000}, 0.9),
        (Progress(step=1, tokens=2000), {"max_tokens": 1000}, 1.0),
        (Progress(step=1, seconds=45), {"max_minutes": 1.0}, 0.75),
        (Progress(step=9, tokens=1, seconds=1), {"max_tokens": 10, "max_minutes": 10.0}, 0.9),
        (Progress(step=1, tokens=2, seconds=30), {"max_tokens": 8, "max_minutes": 1.0}, 0.5),
    ],
)
def test_the_limit_that_is_nearest_counts(
    progress: Progress, limits: dict[str, Any], expected: float
) -> None:
    assert share_done(progress, 10, settings(**limits)) == pytest.approx(expected)
