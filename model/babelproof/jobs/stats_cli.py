"""The command `babelproof stats`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer
from rich.bar import Bar
from rich.console import Console
from rich.table import Table

from babelproof.command import guarded
from babelproof.jobs.formats import Format
from babelproof.jobs.tally import BINS, Tally

if TYPE_CHECKING:
    from babelproof.jobs.summary import Summary

_BAR = 40
"""Characters of the longest bar."""


def stats(
    output: Annotated[
        str,
        typer.Argument(
            metavar="OUTPUT",
            help="What `babelproof score` wrote, in any format.",
            show_default=False,
        ),
    ],
    kind: Annotated[Format | None, typer.Option("--as", help="Read it as this format.")] = None,
    prefix: Annotated[
        str,
        typer.Option(
            "--prefix", metavar="TEXT", help="The prefix it was written with.", show_default=False
        ),
    ] = "",
    plot: Annotated[
        str | None,
        typer.Option(
            "--plot",
            metavar="FILE",
            help="Draw it to this .html, .png or .svg file too.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Sum up an output of score: counts, labels and scores, as tables and bars.

    Read from the manifest beside it, or without one from all its records.

    Exit code: 0 summed up, 2 it could not be read.
    """  # fmt: skip
    with guarded():
        from babelproof.jobs.plot import check_plot, plot_summary
        from babelproof.jobs.resume import naming
        from babelproof.jobs.summary import summarise
        from babelproof.jobs.targets import check_writable

        path = check_plot(plot) if plot is not None else None
        if path is not None:
            check_writable([str(path)], [])
        summary = summarise(output, kind, prefix)
        if path is not None:
            plot_summary(summary, output, path)
        with naming("standard output"):
            if as_json:
                values = {"origin": summary.origin, **summary.tally.to_dict()}
                typer.echo(json.dumps(values, ensure_ascii=False, indent=2))
            else:
                show(summary, _Console(highlight=False, markup=False, emoji=False))


class _Console(Console):
    """A console that lets a reader's going be told as everywhere else, by exit code 141."""

    def on_broken_pipe(self) -> None:
        raise  # what it is called for


def show(summary: Summary, console: Console) -> None:
    """Print a summary: counts, then held sentences by label, then scores."""
    tally = summary.tally
    console.print(f"from {summary.origin}", soft_wrap=True)
    console.print(_counts(tally))
    console.print(_bars("held sentences by label", tally.labels, tally.judged))
    bins = {f"{n / BINS:.2f} to {(n + 1) / BINS:.2f}": c for n, c in enumerate(tally.scores)}
    console.print(_bars("sentences by score", bins, tally.judged))
    for error in tally.errors[:3]:
        console.print(f"{error['file']}:{error['line']}: {error['error']}", soft_wrap=True)


def _counts(tally: Tally) -> Table:
    table = Table("records", "count", "share", title_justify="left")
    rows = {
        "all": tally.records,
        "scored": tally.scored,
        "held": tally.held,
        "skipped": tally.skipped,
        **{f"skipped: {reason}": count for reason, count in sorted(tally.reasons.items())},
        "failed": tally.failed,
        "rejected by the filter": tally.rejected,
    }
    for name, count in rows.items():
        table.add_row(name, f"{count:,}", _share(count, tally.records))
    table.add_section()
    table.add_row("sentences", f"{tally.sentences:,}", "")
    table.add_row("judged", f"{tally.judged:,}", _share(tally.judged, tally.sentences))
    table.add_row("held", f"{tally.held_sentences:,}", _share(tally.held_sentences, tally.judged))
    if tally.seconds:
        table.add_section()
        table.add_row("seconds", f"{tally.seconds:,.1f}", "")
        table.add_row("sentences a second", f"{tally.sentences / tally.seconds:,.1f}", "")
        table.add_row("windows read before", f"{tally.repeated_windows:,}", f"{tally.hit_rate:.2%}")
    return _right(table)


def _bars(title: str, counts: Mapping[str, int], total: int) -> Table:
    table = Table(title, "count", "share", "")
    most = max(counts.values(), default=0) or 1
    for name, count in counts.items():
        table.add_row(name, f"{count:,}", _share(count, total), Bar(most, 0, count, width=_BAR))
    return _right(table)


def _right(table: Table) -> Table:
    for column in table.columns[1:3]:
        column.justify = "right"
    return table


def _share(count: int, total: int) -> str:
    return f"{count / total:.2%}" if total else ""
