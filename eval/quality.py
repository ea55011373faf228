"""`python -m eval.quality`: every target with what was found, as docs/quality.md.

Written from `eval/metrics.json` and `eval/context.json`; measures nothing itself.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.shared import CHECKOUT
from eval.context import ASKED
from eval.context import OUT as CONTEXT
from eval.figures import FiguresError, read_metrics
from eval.table import (
    CALIBRATION,
    GOALS,
    SPANS,
    Metrics,
    calibration_cells,
    goal_row,
    interval,
    legend,
    markdown,
    number,
    span_rows,
)

PAGE = CHECKOUT / "docs" / "quality.md"


def page(metrics: Metrics, context: Mapping[str, Any] | None) -> str:
    """Return the page; `context` None leaves out what neighbours bring."""
    return "\n\n".join(_parts(metrics, context)) + "\n"


def _parts(metrics: Metrics, context: Mapping[str, Any] | None) -> Iterator[str]:
    bundle, goals = metrics["bundle"], metrics["goals"]
    reached = sum(goal["reached"] for goal in goals)
    yield "# How good it is, target by target"
    yield (
        "Written by `python -m eval.quality` from `eval/metrics.json` and `eval/context.json`; "
        f"do not edit. Measured on {metrics['created']}: {bundle['name']} {bundle['version']}."
    )
    yield legend(metrics)
    yield f"## Targets\n\n{reached} of {len(goals)} are reached."
    yield markdown(GOALS, map(goal_row, goals))
    yield (
        "A share held is at the thresholds that ship. Missing rivals: a share held and a "
        "calibration error have none; an interval is missing where one row decides. Labels that no "
        "row of a set has (roles in articles_dev) cannot be asked."
    )
    spans = list(span_rows(metrics["tasks"]))
    if spans:
        yield (
            "## Where the damage is\n\nCharacters of the findings against the spans that readers "
            "marked. Of all damaged sentences, those that pass count as unmarked."
        )
        yield markdown(SPANS, spans)
    if metrics["calibration"]:
        yield (
            "## Whether probabilities mean what they say\n\nExpected calibration error in ten "
            "bins of equally many rows. *As shipped*: Platt scaling, on rows that its fit saw. "
            "*Unseen*: fitted to four fifths of a set's documents and sources, told of the "
            "others, in turn (the weights of the signal were chosen on all of them). *Isotonic*: "
            "isotonic regression, likewise. The intervals lie high: among rows drawn twice "
            "errors cancel less. Brier: mean squared error of both, and of the share "
            "of damaged rows given to each."
        )
        yield markdown(CALIBRATION, map(calibration_cells, metrics["calibration"]))
    if context is not None:
        yield from _context(context)


def _context(context: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "## What neighbours bring\n\nThe same weights, reading more or less of a document "
        f"(`python -m eval.context`; {context['bundle']}, {context['created']}). Window and "
        "lead in tokens: the lead is the sentences that open a document, read again with those "
        "far from it. AUC with 95% intervals. *Network*: the encoder alone, without facts, marks "
        "and the level of the rest of the document, which see neighbours too. Thresholds and "
        "calibration are those of the window that ships, the first."
    )
    names = [asked.name for asked in ASKED]
    for kind, title in (("detector", "The whole detector"), ("network", "The network alone")):
        columns = ("window", "lead", *names)
        rows = [
            (_window(record), _lead(record), *(interval(record[kind].get(n)) for n in names))
            for record in context["readings"]
        ]
        rows.append(("length in words", "-", *(interval(context["length"].get(n)) for n in names)))
        if kind == "detector":
            columns = (*columns, "swaps: recall at 2%")
            rows = [
                (*row, number(record.get("recall_at_2")))
                for row, record in zip(rows, [*context["readings"], {}], strict=True)
            ]
        yield f"**{title}**"
        yield markdown(columns, rows)


def _window(record: Mapping[str, Any]) -> str:
    return "each sentence alone" if record["tokens"] is None else str(record["tokens"])


def _lead(record: Mapping[str, Any]) -> str:
    return "-" if record["tokens"] is None else str(record["lead"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; exit code 2 when the figures are missing."""
    parser = argparse.ArgumentParser(prog="python -m eval.quality", description=__doc__)
    parser.add_argument("--metrics", type=Path, default=Path("eval/metrics.json"))
    parser.add_argument("--context", type=Path, default=CONTEXT)
    parser.add_argument("--to", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    try:
        metrics = read_metrics(options.metrics)
        context = None
        if options.context.is_file():
            context = json.loads(options.context.read_text(encoding="utf-8"))
        text = page(metrics, context)
    except (FiguresError, OSError, KeyError, ValueError) as error:
        print(f"error: {error!r}", file=sys.stderr)
        return 2
    options.to.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
