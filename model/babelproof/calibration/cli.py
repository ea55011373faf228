"""The command `babelproof calibrate`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated

import typer

from babelproof import __version__
from babelproof.batch import Scored, score_records
from babelproof.command import day_of, guarded, load_detector
from babelproof.errors import CalibrationError
from babelproof.facts.cli import desks
from babelproof.files import STANDARD
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.formats import Format, Unit
from babelproof.labels import CHANNELS, LABELS
from babelproof.options import (
    BundleOption,
    DateOption,
    FactsOption,
    NoFactsOption,
    ThreadsOption,
)
from babelproof.records import FieldNames

if TYPE_CHECKING:
    from babelproof.calibration.fit import CleanText, Fitted
    from babelproof.detector import Detector

_NO_FIELD = "\0"
"""A prefix that no field has: nothing is added to the records, so none of theirs is in the way."""


@dataclass
class Read:
    """What scoring the clean text gave."""

    text: CleanText
    skipped: int
    failed: int
    first_error: str | None


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
            help="The share of its sentences that may be held at most: 0.5% or 0.005.",
        ),
    ] = "1%",
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The policy file; - is standard output."
        ),
    ] = STANDARD,
    kind: Annotated[
        Format | None,
        typer.Option("--as", help="Read every input as this format, whatever its name says."),
    ] = None,
    text_column: Annotated[
        str,
        typer.Option("--text-column", metavar="NAME", help="The field or column of the text."),
    ] = "text",
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
    threads: ThreadsOption = None,
) -> None:
    """Fit the thresholds to your own clean text and write them as a policy for the gate.

    All labels together hold at most the given share of its sentences, also where thresholds
    are tried on documents that they were not fitted on. Too little text is refused, with
    how much is needed. Facts and dates count as they do for the gate.

    Exit code: 0 written, 3 written but some records could not be read, 2 nothing was written.
    """
    from babelproof.calibration.fit import fit, weights_of
    from babelproof.calibration.policy_file import check_writable, policy_of, render, write
    from babelproof.jobs.inputs import find_inputs
    from babelproof.jobs.readers import read_input

    with guarded():
        share = parse_share(false_alarms)
        check_writable(output)
        names = FieldNames(_NO_FIELD, text_column, None, unit is Unit.SENTENCE)
        sources = find_inputs(clean, kind, [output])
        day = day_of(date)
        detector = load_detector(bundle, threads, facts, no_facts, desks)
        records = (record for source in sources for record in read_input(source, names))
        read = collect(score_records(records, detector, day))
        if read.first_error is not None:
            typer.echo(f"babelproof: {read.first_error}", err=True)
        fitted = fit(read.text, share, weights_of(detector.bundle.calibrated_on))
        notes = told(fitted, read, [source.name for source in sources], detector)
        write(output, render(policy_of(fitted), notes))
    for note in notes:
        typer.echo(note, err=True)
    typer.echo(_channels(fitted, detector), err=True)
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


def collect(items: Iterable[Scored]) -> Read:
    """Keep the probabilities of every judged sentence, and count what was not judged.

    Documents that say the same are one: a copy is nothing that a fit did not see.
    """
    import numpy as np

    from babelproof.calibration.fit import CleanText

    rows: list[list[float]] = []
    documents: list[int] = []
    numbers: dict[bytes, int] = {}
    skipped = failed = 0
    first_error: str | None = None
    for item in items:
        if item.verdict is None:
            failed += 1
            first_error = first_error or f"{item.record.file}:{item.record.line}: {item.error}"
            continue
        said = "\n".join(sentence.text for sentence in item.verdict.sentences)
        key = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        number = numbers.setdefault(key, len(numbers))
        for sentence in item.verdict.sentences:
            if sentence.score is None:
                skipped += 1
                continue
            rows.append([sentence.score, *(sentence.labels[label] for label in LABELS)])
            documents.append(number)
    text = CleanText(
        np.array(rows, dtype=np.float64).reshape(-1, len(CHANNELS)),
        np.array(documents, dtype=np.int64),
    )
    return Read(text, skipped, failed, first_error)


def told(fitted: Fitted, read: Read, inputs: list[str], detector: Detector) -> list[str]:
    """Say in lines what was fitted, on what, and what it holds."""
    import numpy as np

    from babelproof.calibration.interval import percent, share_interval
    from babelproof.calibration.ladder import held
    from babelproof.calibration.policy_file import with_interval

    text, bundle = read.text, detector.bundle
    shipped = np.array([detector.thresholds[channel] for channel in CHANNELS])
    before = share_interval(held(text.probabilities, shipped), text.documents)
    today = datetime.date.today().isoformat()
    others = f", {read.skipped:,} not judged" if read.skipped else ""
    others += f"; {read.failed:,} records could not be read" if read.failed else ""
    rows = len(text.documents)
    return [
        f"{today}, babelproof {__version__}, bundle {bundle.name} {bundle.version} (model "
        f"{bundle.files['model.onnx'][:12]}): calibrate again for another model.",
        f"Clean text: {rows:,} sentences in {text.document_count:,} documents of "
        f"{', '.join(map(repr, inputs[:3]))}{' and more' if len(inputs) > 3 else ''}{others}.",
        f"Held of it: {fitted.seen:,} ({percent(fitted.seen / rows)}; asked: at most "
        f"{percent(fitted.asked)}); the bundle's own thresholds hold {with_interval(before)}.",
        f"Held of documents that thresholds were not fitted on: {with_interval(fitted.unseen)} "
        f"of the sentences; {with_interval(fitted.articles)} of the documents have one.",
        "Intervals are at 95%, over documents. Text unlike this may be held more or less often.",
    ]


def _channels(fitted: Fitted, detector: Detector) -> str:
    width = max(map(len, CHANNELS))
    lines = [
        f"{channel:<{width}}  from {fitted.thresholds[channel]:.6f} (the bundle's own "
        f"{detector.thresholds[channel]:.6f}), alone holds {fitted.by_channel[channel]:,} of it"
        for channel in CHANNELS
    ]
    return "\n".join(lines)
