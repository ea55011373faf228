"""The command line: `babelproof score`, `calibrate`, `check`, `info`, `facts`, `gate`, `serve`."""

from __future__ import annotations

import io
import itertools
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from babelproof.batch import Counts, Scored, score_records
from babelproof.calibration.cli import calibrate
from babelproof.command import NOTHING_RAN, day_of, guarded, load_detector
from babelproof.facts.cli import app as facts_app
from babelproof.facts.cli import desks
from babelproof.facts.dates import Day
from babelproof.files import Source, find_sources, human_kind
from babelproof.gate.cli import gate, show_config
from babelproof.jobs.cli import OK, score
from babelproof.options import (
    BundleOption,
    DateOption,
    FactsOption,
    KindOption,
    NoFactsOption,
    ThreadsOption,
)
from babelproof.records import FieldNames
from babelproof.serve.cli import serve

if TYPE_CHECKING:
    from babelproof.detector import Detector

HELD = 1
"""`check` alone: at least one sentence is held."""
TERMINATED = 143

app = typer.Typer(
    name="babelproof",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.add_typer(facts_app)
app.command()(score)
app.command()(calibrate)
app.command()(gate)
app.command("config")(show_config)
app.command()(serve)


def _show_version(asked: bool) -> None:
    if asked:
        from babelproof.about import version_line

        with guarded():
            typer.echo(version_line())
        raise typer.Exit(OK)


@app.callback()
def root(
    asked_version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version of the package and of the shipped bundle, and exit.",
        ),
    ] = False,
) -> None:
    """Find the sentences that machine translation, spinning or garbling damaged."""


@app.command()
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Text files (one document each), .jsonl files with 'text' or 'sentences' in each "
            "record, or - for text on standard input.",
            show_default=False,
        ),
    ],
    every: Annotated[
        bool, typer.Option("--all", help="Show every sentence with its probability.")
    ] = False,
    kind: KindOption = None,
    facts: FactsOption = None,
    no_facts: NoFactsOption = False,
    date: DateOption = None,
    bundle: BundleOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Show the held sentences of articles, with the damaged words highlighted.

    Without a terminal or colour, damaged words are marked as [[word]]{label probability}.

    Exit code: 0 nothing held, 1 something held, 2 something could not be read or run.
    """
    from babelproof.terminal import View

    counts = Counts()
    with guarded():
        sources = find_sources(files, kind, human_kind)
        day = day_of(date)
        detector = load_detector(bundle, threads, facts, no_facts, desks)
        view = View(Console(highlight=False, markup=False, emoji=False), every_sentence=every)
        for item in _scored(sources, detector, FieldNames(), day):
            view.show(item)
            counts.add(item)
    if counts.failed:
        raise typer.Exit(NOTHING_RAN)
    raise typer.Exit(HELD if counts.held else OK)


@app.command()
def info(
    bundle: BundleOption = None,
    threads: ThreadsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Say what is loaded: the bundle, its origin, thresholds and measured figures."""
    from babelproof.about import describe, print_description

    with guarded():
        detector = load_detector(bundle, threads, None, False, desks)
        description = describe(detector)
        if as_json:
            typer.echo(json.dumps(description, ensure_ascii=False, indent=2))
        else:
            print_description(description, Console(highlight=False, markup=False, emoji=False))


def _scored(
    sources: Sequence[Source], detector: Detector, names: FieldNames, day: Day | None
) -> Iterator[Scored]:
    records = itertools.chain.from_iterable(source.records(names) for source in sources)
    return score_records(records, detector, day)


def _terminate(*_: object) -> NoReturn:
    raise SystemExit(TERMINATED)


def main() -> None:
    """Run the command line; asked to end, it still removes what it has half written."""
    signal.signal(signal.SIGTERM, _terminate)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a letter must not stop us
        sys.stdout.reconfigure(errors="backslashreplace")
    app(prog_name="babelproof")
