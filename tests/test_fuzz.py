"""A bounded share of the fuzzing; `python -m tests.fuzz --minutes 60` does more."""

from __future__ import annotations

from typing import Any

import pytest
from fuzz.targets import TARGETS
from hypothesis import HealthCheck, given, settings


@pytest.mark.parametrize("name", list(TARGETS))
def test_what_must_hold_for_any_input_holds(name: str) -> None:
    strategy, holds = TARGETS[name]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn=strategy)
    def fuzzed(drawn: Any) -> None:
        holds(drawn)

    fuzzed()
