"""`python -m eval.report`: what the last evaluation found, as one page to read.

It draws on the files that `eval.run` left, without scoring anything again, and on the
figures of earlier releases in git. The page holds sentences of the shared sets and stays
out of the repository.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from babelproof.gate.reports.markup import shown
from data.shared import CHECKOUT
from eval.figures import SHOWN, FiguresError, percent, read_metrics
from eval.goals import SLICE_LIMIT
from eval.history import Release, releases
from eval.kept import Scores, is_calibrated, read_scores
from eval.output import METRICS, SCORES, WORST
from eval.plots import (
    found_over_alarms,
    precision_recall,
    releases_plot,
    reliability_plot,
    slices_plot,
)
from eval.reliability import reliability, unseen
from eval.table import Table, legend, number, tables
from eval.worst_groups import read_worst, worst_groups

TEMPLATE = "report.html.j2"

FEWEST = 10
"""Damaged rows from which a task is drawn."""

FEWEST_BINNED = 30
"""Damaged rows from which a task is parted into bins."""

LABELLED = (("desk_dev", "alone"), ("swaps_dev", "context"))
"""Where the labels are drawn apart."""


@dataclass(frozen=True)
class Plot:
    """A drawn figure and what it shows; `name` is its place in the page."""

    name: str
    caption: str
    svg: str


def render(folder: Path, checkout: Path = CHECKOUT) -> str:
    """Return the page for the evaluation in `folder`; `checkout` is where git is asked.

    Raises FiguresError where a file is missing or of another evaluation.
    """
    metrics = read_metrics(folder / METRICS)
    scores = read_scores(folder / SCORES, metrics)
    worst = worst_groups(read_worst(folder / WORST))
    past = releases(checkout, metrics)
    goals, *others = tables(metrics)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
    )
    return environment.get_template(TEMPLATE).render(
        title=f"{metrics['bundle']['name']} {metrics['bundle'].get('version', '')}, "
        f"{metrics['created']}",
        legend=legend(metrics).replace("**", ""),
        source=str(folder),
        goals=goals,
        reached=sum(goal["reached"] for goal in metrics["goals"]),
        plots=list(plots(scores, metrics)),
        moved=_moved(past),
        history=_history(past),
        tables=others,
        worst=worst,
    )


def plots(scores: Sequence[Scores], metrics: Mapping[str, Any]) -> Iterator[Plot]:
    """Draw every figure for which there are rows enough."""
    drawn = [one for one in scores if one.both and sum(one.truth) >= FEWEST]
    by_key = {one.key: one for one in reversed(drawn)}
    sets = {what: by_key[key] for key, what in SHOWN if key in by_key}
    if sets:
        yield Plot("sets", "Precision over recall, by set", precision_recall(sets, "sets"))
        yield Plot("alarms", "Damage found over false alarms", found_over_alarms(sets, "alarms"))
    for name, setting in LABELLED:
        labels = {
            one.channel: one
            for one in drawn
            if (one.set, one.setting, one.part) == (name, setting, f"label {one.channel}")
        }
        if labels:
            yield Plot(
                f"labels-{name}",
                f"Precision over recall, each label by its own channel: {name}",
                precision_recall(labels, f"labels-{name}"),
            )
    judged = [one for one in drawn if is_calibrated(one) and sum(one.truth) >= FEWEST_BINNED]
    held = {f"{one.set}, {one.setting}": one for one in judged if one.part == "hold"}
    own = {one.channel: one for one in judged if one.set == "desk_dev" and one.part != "hold"}
    for key, caption, chosen in (
        ("reliable", "Reliability of P(hold), each fifth by a fit to the others", held),
        ("reliable-labels", "Reliability by label, so fitted: desk_dev", own),
    ):
        bins = {
            name: reliability(one.truth, found.tolist())
            for name, one in chosen.items()
            if (found := unseen(one.truth, one.scores, one.groups)) is not None
        }
        if bins:
            yield Plot(key, caption, reliability_plot(bins, key))
    if metrics.get("slices"):
        yield Plot(
            "slices",
            "Clean sentences held, by kind",
            slices_plot(metrics["slices"], SLICE_LIMIT, "slices"),
        )


def _moved(past: Sequence[Release]) -> str:
    names = [f"{one.version}\n{one.date}\n{one.commit or 'now'}" for one in past]
    lines = {what: [one.auc[what] for one in past] for _, what in SHOWN}
    measured = {
        what: values for what, values in lines.items() if any(v is not None for v in values)
    }
    return releases_plot(names, measured, "moved")


def _history(past: Sequence[Release]) -> Table:
    return Table.of(
        "Releases",
        (
            "release", "date", "commit", "model", *(f"{what}: AUC (R@1%)" for _, what in SHOWN),
            "clean news held",
        ),
        (
            (
                one.version, one.date, one.commit or "not committed", one.model,
                *(f"{number(one.auc[w])} ({number(one.recall[w])})" for _, w in SHOWN),
                percent((one.alarms, None, None)),
            )
            for one in past
        ),
    )  # fmt: skip


def _visible(value: object) -> object:
    """Show what could steer or hide in text from outside; ready markup passes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(shown(value))
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; exit code 2 when the evaluation's files are missing or do not fit."""
    parser = argparse.ArgumentParser(prog="python -m eval.report", description=__doc__)
    parser.add_argument(
        "--from", dest="folder", type=Path, default=Path("reports"), help="what eval.run wrote"
    )
    parser.add_argument("--out", type=Path, default=Path("reports/report.html"))
    options = parser.parse_args(arguments)
    try:
        page = render(options.folder)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(page, encoding="utf-8")
    except (FiguresError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
