"""Fuzzes one target led by coverage: `python -m tests.fuzz.guided readers --seconds 600`.

Needs the package atheris, which is not installed everywhere and in no extra of ours.
"""

from __future__ import annotations

import argparse
import sys

from hypothesis import HealthCheck, given, settings


def main() -> None:
    """Run until the time is up; libFuzzer, below, ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default 60)")
    options = parser.parse_args()
    try:
        import atheris
    except ImportError:
        raise SystemExit(
            "expected the package atheris, found it missing: pip install atheris"
        ) from None
    with atheris.instrument_imports(include=["babelproof"]):
        from tests.fuzz.targets import TARGETS
    if options.target not in TARGETS:
        raise SystemExit(f"target: expected one of {', '.join(TARGETS)}, found {options.target}")
    strategy, holds = TARGETS[options.target]
    limits = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    fuzzed = limits(given(strategy)(holds))
    arguments = [sys.argv[0], f"-max_total_time={options.seconds}", "-rss_limit_mb=4096"]
    atheris.Setup(arguments, fuzzed.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]
    atheris.Fuzz()


if __name__ == "__main__":
    main()
