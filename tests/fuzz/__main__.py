"""Fuzzes for a while: `python -m tests.fuzz --minutes 60`; exit code 1 when something was found."""

from __future__ import annotations

import argparse
import json
import time
import traceback
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import TARGETS

EXAMPLES = 300
"""Examples of one round; each round has a seed of its own."""


class Round:
    """One target with one seed, counting what it tried."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number
        self.tried = 0

    def run(self) -> str | None:
        """Try many examples; gives the smallest failing one with its traceback, if any."""
        strategy, holds = TARGETS[self.name]

        def counted(drawn: Any) -> None:
            self.tried += 1
            holds(drawn)

        limits = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.target, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        fuzzed: Callable[[], None] = seed(self.number)(limits(given(drawn=strategy)(counted)))
        try:
            fuzzed()
        except Exception:
            return traceback.format_exc()
        return None


def main() -> int:
    """Run rounds until the time is up, target after target."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (default 1)")
    parser.add_argument("--target", choices=[*TARGETS], action="append", help="only these")
    parser.add_argument("--seed", type=int, default=0, help="the first round's seed (default 0)")
    options = parser.parse_args()
    names = options.target or list(TARGETS)
    begun = time.monotonic()
    tried, found = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    number = options.seed
    while (passed := (time.monotonic() - begun) / 60) < options.minutes:
        for name in names:
            one = Round(name, number)
            failure = one.run()
            tried[name] += one.tried
            if failure is not None:
                found[name] += 1
                print(f"{name}, seed {number}:\n{failure}", flush=True)
        number += 1
        # After each round, so that a run that is ended early has told what it did.
        told = {"minutes": round(passed, 1), "rounds": number - options.seed}
        print(json.dumps({**told, "examples": tried, "failures": found}), flush=True)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
