"""The command `babelproof score`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from babelproof.backend import Backend, Precision
from babelproof.command import bundle_of, day_of, desks, guarded, load_detector, stop
from babelproof.files import STANDARD
from babelproof.jobs.formats import Format, Side, Unit, layout_of
from babelproof.jobs.options import CACHE_MEGABYTES, SHARD_RECORDS, EngineName, JobOptions, OnError
from babelproof.jobs.progress import Style
from babelproof.jobs.tally import Tally
from babelproof.options import (
    BackendOption,
    BundleOption,
    DateOption,
    DeviceOption,
    FactsOption,
    FastOption,
    NoFactsOption,
    PrecisionOption,
    ThreadsOption,
)
from babelproof.records import FieldNames

if TYPE_CHECKING:
    from babelproof.detector import Detector

OK = 0
SOME_FAILED = 3

InputFormatOption = Annotated[
    Format | None,
    typer.Option("--as", help="Read every input as this format, whatever its name says."),
]
TextColumnOption = Annotated[
    str, typer.Option("--text-column", metavar="NAME", help="The field or column of the text.")
]


def score(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="JSONL, CSV, TSV, Parquet or .txt files, packed with gzip or zstd or not; "
            "patterns, folders, URLs, or - for JSONL on standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUTPUT",
            help="The file or URL to write, in the format of its ending; - is standard output.",
        ),
    ] = STANDARD,
    output_format: Annotated[
        Format | None,
        typer.Option("--output-format", help="Write this format, whatever OUTPUT's name says."),
    ] = None,
    kind: InputFormatOption = None,
    text_column: TextColumnOption = "text",
    id_column: Annotated[
        str | None,
        typer.Option(
            "--id-column",
            metavar="NAME",
            help="The field or column that names a record: one without it is an error; records "
            "of .txt files get one.",
            show_default=False,
        ),
    ] = None,
    unit: Annotated[
        Unit,
        typer.Option(
            "--unit",
            help="What a text is: a document, split into sentences and judged in context, or one "
            "sentence, judged alone (in .txt files, each line).",
        ),
    ] = Unit.DOCUMENT,
    prefix: Annotated[
        str,
        typer.Option(
            "--prefix",
            metavar="TEXT",
            help="Put this before the name of every field we add, such as bp_, so that none "
            "collides with a field of the input.",
            show_default=False,
        ),
    ] = "",
    side: Annotated[
        Side | None,
        typer.Option(
            "--filter",
            help="Write only the records that are not held (keep) or those that are (hold); "
            "needs --rejects.",
            show_default=False,
        ),
    ] = None,
    document_from: Annotated[
        float | None,
        typer.Option(
            "--document-from",
            metavar="P",
            help="With --filter: hold documents too that are as likely as this to be damaged as a "
            "whole (their document_score), although no sentence is held.",
            show_default=False,
        ),
    ] = None,
    rejects: Annotated[
        str | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help="Where the other records go, each with the reason in the field 'rejected', "
            "errors too.",
            show_default=False,
        ),
    ] = None,
    on_error: Annotated[
        OnError,
        typer.Option("--on-error", help="Keep a bad record as an error record, or stop there."),
    ] = OnError.KEEP,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with an interrupted run of the same command; begin where there is none, "
            "do nothing where it is complete.",
        ),
    ] = False,
    progress: Annotated[
        Style,
        typer.Option("--progress", help="A bar on a terminal, plain lines, or nothing."),
    ] = Style.AUTO,
    manifest: Annotated[
        str | None,
        typer.Option(
            "--manifest",
            metavar="FILE",
            help="Where the run's manifest goes; by default beside a file OUTPUT.",
            show_default=False,
        ),
    ] = None,
    shard_records: Annotated[
        int,
        typer.Option(
            "--shard-records",
            min=1,
            metavar="N",
            help="Records of a shard: what an interruption loses at most.",
        ),
    ] = SHARD_RECORDS,
    cache: Annotated[
        int,
        typer.Option(
            "--cache",
            min=0,
            metavar="MB",
            help="Memory for what was read before, so that repeated sentences cost nothing.",
        ),
    ] = CACHE_MEGABYTES,
    facts: FactsOption = None,
    no_facts: NoFactsOption = False,
    date: DateOption = None,
    bundle: BundleOption = None,
    fast: FastOption = False,
    threads: ThreadsOption = None,
    backend: BackendOption = Backend.ONNX,
    device: DeviceOption = "cpu",
    precision: PrecisionOption = Precision.AUTO,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            metavar="N",
            help="Batches read and written at once beside those that the threads compute (1); "
            "on a cluster, how many workers at most (as many as it has processors for).",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        EngineName,
        typer.Option(
            "--engine",
            help="Score in this process, or on a Ray cluster, where --threads are the "
            "processors of each worker (1).",
        ),
    ] = EngineName.LOCAL,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="HOST:PORT",
            help="The Ray cluster, auto for the one that runs here; by default RAY_ADDRESS, or a "
            "cluster of this machine alone.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Score records: one record out for every record in, in the same order.

    Every field of the input passes through; schema_version, status (ok, skipped, error),
    score, held and sentences are added. A record that cannot be scored becomes an error
    record in its place. OUTPUT appears when all is written, with OUTPUT.manifest.json.

    Exit code: 0 all scored or skipped, 3 some records failed, 2 it could not run to its end.
    """
    from babelproof.jobs.inputs import find_inputs
    from babelproof.jobs.interrupts import interruptible
    from babelproof.jobs.job import BadRecordError
    from babelproof.jobs.run import Request, run_job

    if address is not None and engine is not EngineName.RAY:
        stop("--address: expected --engine ray, found another engine; add it, or drop the address")
    chosen = bundle_of(bundle, fast)
    cluster = None
    if engine is EngineName.RAY:
        from babelproof.jobs.ray_engine import Cluster

        if backend is not Backend.ONNX:
            stop("--engine ray: expected --backend onnx, found torch; score without one of the two")
        # One processor a worker: machines need not be alike, and none is waited for.
        threads = threads or 1
        cluster = Cluster(address, threads, chosen)

    def load() -> Detector:
        return load_detector(chosen, threads, facts, no_facts, None, backend, device, precision)

    own_facts: list[Path] = [] if no_facts else desks(facts)
    with guarded(), interruptible():
        options = JobOptions(
            output=output,
            layout=layout_of(output, output_format),
            names=FieldNames(
                prefix, text_column, id_column, unit is Unit.SENTENCE, rejects is not None
            ),
            filter=side,
            document_from=document_from,
            rejects=rejects,
            rejects_layout=layout_of(rejects or ""),
            date=day_of(date),
            on_error=on_error,
            shard_records=shard_records,
            workers=workers,
        )
        outputs = [name for name in (output, rejects, manifest) if name is not None]
        found = find_inputs(inputs, kind, outputs)
        request = Request(
            found, options, load, own_facts, resume, progress, cache, manifest, cluster
        )
        try:
            tally = run_job(request)
        except BadRecordError as failure:
            typer.echo(f"babelproof: {failure}", err=True)
            raise typer.Exit(SOME_FAILED) from None
    if tally is None:
        raise typer.Exit(OK)
    _report(tally, options)
    raise typer.Exit(SOME_FAILED if tally.failed else OK)


def _report(tally: Tally, options: JobOptions) -> None:
    typer.echo(str(tally), err=True)
    if options.filter is not None:
        written = f"{tally.written:,} written, {tally.rejected:,} rejected"
        typer.echo(f"filter {options.filter.value}: {written}", err=True)
    if tally.repeated_windows:
        typer.echo(f"cache: {tally.hit_rate:.1%} of windows were read before", err=True)
    if tally.errors:
        first = tally.errors[0]
        typer.echo(f"first failure: {first['file']}:{first['line']}: {first['error']}", err=True)
