"""`python -m eval.readme`: puts the figures of metrics.json into the README, between its marks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.figures import FiguresError, read_metrics, render_figures

START = "<!-- figures:start -->"
END = "<!-- figures:end -->"


def replace_figures(readme: str, figures: str) -> str:
    """Return the README with `figures` between the marks; refuses one without both, in order."""
    before, start, rest = readme.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end or START in after or END in after:
        raise FiguresError(
            f"README: expected {START} and then {END}, once each, found them otherwise; "
            "put both marks where the figures belong"
        )
    return f"{before}{START}\n{figures.strip()}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the README anew; with --check, only say whether it is up to date (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m eval.readme", description=__doc__)
    parser.add_argument("--metrics", type=Path, default=Path("eval/metrics.json"))
    parser.add_argument("--readme", type=Path, default=Path("README.md"))
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    try:
        old = options.readme.read_text(encoding="utf-8")
        new = replace_figures(old, render_figures(read_metrics(options.metrics)))
    except (FiguresError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.check:
        if new != old:
            print(f"{options.readme}: figures are out of date", file=sys.stderr)
        return int(new != old)
    options.readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
