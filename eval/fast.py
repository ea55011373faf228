"""`python -m eval.fast`: what `--fast` finds beside the bundle that ships, into docs/batch.md.

Reads what `eval.run` measured of both: `eval/metrics.json` and `eval/fast.json`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.figures import FiguresError, read_metrics
from eval.goals import WHOLE, by_task
from eval.readme import replace_block
from eval.table import interval, markdown

SHIPPED, FAST, DOCUMENT = Path("eval/metrics.json"), Path("eval/fast.json"), Path("docs/batch.md")

MOST = 0.015
"""AUC that `--fast` may lose at most, on the sets that it is asked of."""


@dataclass(frozen=True)
class Shown:
    """A figure of a task, in plain words; `asked` where it may lose `MOST` at most."""

    set: str
    part: str
    setting: str
    figure: str
    words: str
    asked: bool = False


ROWS = (
    Shown("desk_dev", "hold", "alone", "auc", "desk sentences alone, AUC", asked=True),
    Shown("desk_dev", "hold", "alone", "recall_at_1", "the same, recall at 1% false alarms"),
    Shown("swaps_dev", "hold", "context", "auc", "exchanged facts in context, AUC", asked=True),
    Shown("swaps_dev", "hold", "context", "recall_at_2", "the same, recall at 2% false alarms"),
    Shown("docs_dev", f"all, {WHOLE}", "context", "auc", "whole documents, AUC"),
    Shown("docs_dev", f"all, {WHOLE}", "context", "recall_at_5", "the same, recall at 5%"),
    *(
        Shown("bench_dev", part, "alone", "held_negative", f"{words}, held")
        for part, words in (
            ("e_false_alarm native-news-wmt2018", "clean news of 2018"),
            ("e_false_alarm native-news-wmt2022", "clean news of 2022"),
        )
    ),
)


def losses(shipped: Mapping[str, Any], fast: Mapping[str, Any]) -> list[tuple[Shown, float]]:
    """Give how much lower each figure is that is asked for; negative where it is higher."""
    return [(row, _figure(shipped, row)[0] - _figure(fast, row)[0]) for row in ROWS if row.asked]


def render(shipped: Mapping[str, Any], fast: Mapping[str, Any]) -> str:
    """Return the figures of both as a Markdown table, and what of the goal is reached."""
    rows = [
        (row.words, interval(_figure(shipped, row)), interval(_figure(fast, row))) for row in ROWS
    ]
    names = [f"{item['bundle']['name']} {item['bundle']['version']}" for item in (shipped, fast)]
    lost = ", ".join(
        f"{loss:.3f} on {row.set} ({'reached' if loss <= MOST else 'missed'})"
        for row, loss in losses(shipped, fast)
    )
    return (
        f"{markdown(('development set [95%]', *names), rows)}\n\n"
        f"AUC lost, of {MOST:g} allowed: {lost}."
    )


def _figure(metrics: Mapping[str, Any], row: Shown) -> list[float]:
    record = by_task(metrics["tasks"]).get((row.set, row.part, row.setting))
    if record is None:
        raise FiguresError(
            f"{metrics['bundle']['name']}: expected the task {row.part} of {row.set} in its "
            "figures, found none; run `python -m eval.run` on it again"
        )
    found: list[float] = record["detector"][row.figure]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table; exit code 2 when figures are missing."""
    parser = argparse.ArgumentParser(prog="python -m eval.fast", description=__doc__)
    parser.add_argument("--metrics", type=Path, default=SHIPPED, help="of the shipped bundle")
    parser.add_argument("--fast", type=Path, default=FAST, help="of the bundle of --fast")
    parser.add_argument("--to", type=Path, default=DOCUMENT, help="the page with the marks `fast`")
    options = parser.parse_args(arguments)
    try:
        content = render(read_metrics(options.metrics), read_metrics(options.fast))
        text = options.to.read_text(encoding="utf-8")
        options.to.write_text(replace_block(text, "fast", content), encoding="utf-8")
    except (OSError, FiguresError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
