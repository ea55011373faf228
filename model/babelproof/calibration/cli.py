"""The command `babelproof calibrate`."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from babelproof.batch import score_records
from babelproof.calibration.units import Of
from babelproof.command import bundle_of, day_of, guarded, load_detector
from babelproof.errors import CalibrationError
from babelproof.files import STANDARD
from babelproof.jobs.cli import OK, SOME_FAILED, InputFormatOption, TextColumnOption
from babelproof.jobs.formats import Unit
from babelproof.options import (
    BundleOption,
    DateOption,
    FactsOption,
    FastOption,
    NoFactsOption,
    ThreadsOption,
)
from babelproof.records import NO_FIELD, FieldNames


def calibrate(
    clean: Annotated[
        list[str],
        typer.Option(
            "--clean",
            metavar="INPUT",
            help="Text of yours that is sound: what `babelproof score` reads; repeatable.",
            show_default=False,
        ),
    ],
    false_alarms: Annotated[
        str,
        typer.Option(
            "--false-alarms",
            metavar="SHARE",
            help="The share of it that may be held at most: 0.5% or 0.005.",
        ),
    ] = "1%",
    of: Annotated[
        Of,
        typer.Option(
            "--of",
            help="What the share is of: its sentences, or its articles, which one sentence holds.",
        ),
    ] = Of.SENTENCES,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The policy file; - is standard output."
        ),
    ] = STANDARD,
    kind: InputFormatOption = None,
    text_column: TextColumnOption = "text",
    unit: Annotated[
        Unit,
        typer.Option(
            "--unit", help="What a text is: a document, or one sentence that is judged alone."
        ),
    ] = Unit.DOCUMENT,
    facts: FactsOption = None,
    no_facts: NoFactsOption = False,
    date: DateOption = None,
    bundle: BundleOption = None,
    fast: FastOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Fit the thresholds to your own clean text and write them as a policy for the gate.

    All labels together hold at most the given share of it, also where thresholds are tried
    on articles that they were not fitted on. Too little text is refused, with
    how much is needed. Facts and dates count as they do for the gate.

    Exit code: 0 written, 3 written but some records could not be read, 2 nothing was written.
    """
    from babelproof.calibration import told
    from babelproof.calibration.fit import fit, weights_of
    from babelproof.calibration.policy_file import check_writable, policy_of, render, write
    from babelproof.calibration.read import collect
    from babelproof.jobs.inputs import find_inputs
    from babelproof.jobs.readers import read_input
    from babelproof.verdict import Setting

    with guarded():
        share = parse_share(false_alarms)
        check_writable(output)
        names = FieldNames(NO_FIELD, text_column, None, unit is Unit.SENTENCE)
        sources = find_inputs(clean, kind, [output])
        day = day_of(date)
        detector = load_detector(bundle_of(bundle, fast), threads, facts, no_facts)
        records = (record for source in sources for record in read_input(source, names))
        read = collect(score_records(records, detector, day))
        if read.first_error is not None:
            typer.echo(f"babelproof: {read.first_error}", err=True)
        setting = Setting.ALONE if unit is Unit.SENTENCE else Setting.IN_CONTEXT
        weights = weights_of(detector.bundle.calibrated_on, setting)
        fitted = fit(read.text, share, weights, of)
        notes = told.notes(fitted, read, [source.name for source in sources], detector)
        write(output, render(policy_of(fitted), notes))
    for note in notes:
        typer.echo(note, err=True)
    typer.echo(told.channels(fitted, detector.operating_points[setting]), err=True)
    if output != STANDARD:
        typer.echo(f"use it: babelproof gate draft.md --config {output}", err=True)
    raise typer.Exit(SOME_FAILED if read.failed else OK)


def parse_share(text: str) -> float:
    """Read a share such as `0.5%` or `0.005`; raises `CalibrationError` for anything else.

    >>> parse_share("0.5%"), parse_share("0.01")
    (0.005, 0.01)
    """
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+(?:e-?[0-9]+)?)\s*(%?)\s*", text)
    if match is None:
        raise CalibrationError(
            f"--false-alarms: expected a share such as 0.5% or 0.005, found {text!r}"
        )
    number = float(match[1])
    return number / 100 if match[2] else number
