"""The commands `babelproof check` and `babelproof info`: for people at a terminal."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from babelproof.backend import Backend, Precision
from babelproof.batch import Counts, Scored, score_records
from babelproof.command import NOTHING_RAN, bundle_of, day_of, guarded, load_detector
from babelproof.facts.dates import Day
from babelproof.files import Source, find_sources, human_kind
from babelproof.options import (
    BackendOption,
    BundleOption,
    DateOption,
    DeviceOption,
    FactsOption,
    FastOption,
    KindOption,
    NoFactsOption,
    PrecisionOption,
    ThreadsOption,
)
from babelproof.records import NO_FIELD, FieldNames

if TYPE_CHECKING:
    from rich.console import Console

    from babelproof.detector import Detector

OK = 0
HELD = 1
"""`check` alone: at least one sentence is held."""


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
    fast: FastOption = False,
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
        detector = load_detector(bundle_of(bundle, fast), threads, facts, no_facts)
        view = View(_console(), every_sentence=every)
        for item in _scored(sources, detector, FieldNames(NO_FIELD), day):
            view.show(item)
            counts.add(item)
    if counts.failed:
        raise typer.Exit(NOTHING_RAN)
    raise typer.Exit(HELD if counts.held else OK)


def info(
    bundle: BundleOption = None,
    fast: FastOption = False,
    threads: ThreadsOption = None,
    backend: BackendOption = Backend.ONNX,
    device: DeviceOption = "cpu",
    precision: PrecisionOption = Precision.AUTO,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Say what is loaded: the bundle, what computes, its origin, thresholds and figures."""
    from babelproof.about import describe, print_description

    with guarded():
        detector = load_detector(
            bundle_of(bundle, fast),
            threads,
            None,
            False,
            backend=backend,
            device=device,
            precision=precision,
        )
        description = describe(detector)
        if as_json:
            typer.echo(json.dumps(description, ensure_ascii=False, indent=2))
        else:
            print_description(description, _console())


def _scored(
    sources: Sequence[Source], detector: Detector, names: FieldNames, day: Day | None
) -> Iterator[Scored]:
    records = itertools.chain.from_iterable(source.records(names) for source in sources)
    return score_records(records, detector, day)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)
