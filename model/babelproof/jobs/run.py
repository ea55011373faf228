"""Run: a job from its request to its files and its manifest, or to a stream."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from babelproof.files import STANDARD, FileError
from babelproof.jobs.columns import Columns, check_tables, plan_columns
from babelproof.jobs.engines import Engine, LocalEngine
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import PARTS, Input
from babelproof.jobs.job import run_shards
from babelproof.jobs.manifest import ENDING, describe_run, now, write_manifest
from babelproof.jobs.options import CACHE_MEGABYTES, JobOptions, fingerprint
from babelproof.jobs.places import Place
from babelproof.jobs.progress import RunProgress, Style
from babelproof.jobs.resume import begin_or_resume, kept_at_a_stop, naming
from babelproof.jobs.shards import Receipt, Shards
from babelproof.jobs.sinks import OUTPUT, REJECTS, ShardSink, StreamSink
from babelproof.jobs.tally import Tally
from babelproof.jobs.targets import check_stores, check_writable, is_stream, written

if TYPE_CHECKING:
    from babelproof.detector import Detector
    from babelproof.jobs.ray_engine import Cluster


@dataclass(frozen=True)
class Request:
    """What is asked for: the job, how it is watched, and whether it may go on.

    `load` loads the detector; `facts`: the user's own files that it reads; `cache`:
    megabytes; `manifest`: where to write it instead of beside the output; `cluster`: what
    scores instead of this process.
    """

    inputs: Sequence[Input]
    options: JobOptions
    load: Callable[[], Detector]
    facts: Sequence[Path] = ()
    resume: bool = False
    style: Style = Style.AUTO
    cache: int = CACHE_MEGABYTES
    manifest: str | None = None
    cluster: Cluster | None = None


def run_job(request: Request) -> Tally | None:
    """Run a job to its end; None when it was found done.

    Raises `FileError` before anything is written when it cannot run, and after a failure
    on the way, when what is done is kept for `--resume`.
    """
    options = request.options
    asked = (options.output, options.rejects, request.manifest)
    names = [name for name in asked if name is not None]
    check_stores(names)
    if request.cluster is not None:
        request.cluster.check(request.inputs, options.output)
    check_writable(names, request.inputs, _kept(request))
    if not is_stream(options.output):
        return _run_to_files(request)
    if request.resume:
        raise FileError("--resume: expected a file as --output, found a stream; name a file")
    return _run_to_stream(request)


def _kept(request: Request) -> list[Place]:
    """Give what a run to a file writes beside it without being asked."""
    if is_stream(request.options.output):
        return []
    target = written(request.options.output)
    return [target.beside(PARTS), *([] if request.manifest else [target.beside(ENDING)])]


def _columns(request: Request) -> Columns:
    names = request.options.names
    formats = [layout.format for layout in request.options.written_layouts]
    if any(format.is_table for format in formats):
        return plan_columns(request.inputs, names, Format.PARQUET in formats)
    check_tables(request.inputs, names)
    return Columns(())


def _engine(request: Request, detector: Detector) -> AbstractContextManager[Engine]:
    options = request.options
    if request.cluster is None:
        return nullcontext(LocalEngine(detector, options, request.cache))
    return request.cluster.engine(detector, options, request.facts, request.cache)


def _progress(request: Request) -> RunProgress:
    sizes = [source.size for source in request.inputs]
    known = [size for size in sizes if size is not None]
    return RunProgress(request.style, sum(known) if len(known) == len(sizes) else None)


def _run_to_files(request: Request) -> Tally | None:
    options = request.options
    target = written(options.output)
    shards = Shards(target.beside(PARTS))
    manifest_place = written(request.manifest) if request.manifest else target.beside(ENDING)
    if request.resume and any(source.is_piped for source in request.inputs):
        raise FileError(
            "--resume: expected inputs that can be read again, found standard input or a "
            "pipe; save it to a file"
        )
    columns = _columns(request)
    detector = request.load()
    mark = fingerprint(request.inputs, options, detector, request.facts)
    places: dict[str, Place] = {OUTPUT: target}
    if options.rejects is not None and not is_stream(options.rejects):
        places[REJECTS] = written(options.rejects)
    receipts: list[Receipt] = []
    with ExitStack() as stack:
        devices: dict[str, BinaryIO] = {}
        again = not any(source.is_piped for source in request.inputs)
        stack.enter_context(kept_at_a_stop(shards, receipts, again))
        state = begin_or_resume(request.resume, shards, receipts, places, manifest_place, mark)
        if state is None:
            return None
        if options.rejects is not None and REJECTS not in places:
            devices[REJECTS] = stack.enter_context(Path(options.rejects).open("wb"))
        sink = stack.enter_context(closing(ShardSink(shards, places, devices, options, columns)))
        with _engine(request, detector) as engine, _progress(request) as progress:
            tally = run_shards(request.inputs, options, engine, sink, receipts, progress)
        files = sink.complete(receipts)
        about = describe_run(
            state["run"], mark, detector, engine, tally, state["begun"],
            state["resumed"], files,
        )  # fmt: skip
        write_manifest(manifest_place.by_way_of(shards.folder, "manifest.joined"), about)
        receipts.clear()
        shards.remove()
    return tally


def _run_to_stream(request: Request) -> Tally:
    """Write to standard output, a device or a pipe, as results come."""
    options = request.options
    columns = _columns(request)
    detector = request.load()
    mark = fingerprint(request.inputs, options, detector, request.facts)
    first = "standard output" if options.output == STANDARD else options.output
    names = first if options.rejects is None else f"{first} or {options.rejects}"
    with naming(names), ExitStack() as stack:
        streams: dict[str, BinaryIO] = {}
        if options.output == STANDARD:
            streams[OUTPUT] = sys.stdout.buffer
        else:
            streams[OUTPUT] = stack.enter_context(Path(options.output).open("wb"))
        if options.rejects is not None and is_stream(options.rejects):
            streams[REJECTS] = stack.enter_context(Path(options.rejects).open("wb"))
        elif options.rejects is not None:
            streams[REJECTS] = stack.enter_context(written(options.rejects).write())
        sink = stack.enter_context(closing(StreamSink(streams, options, columns)))
        engine, begun = LocalEngine(detector, options, request.cache), now()
        receipts: list[Receipt] = []
        with _progress(request) as progress:
            tally = run_shards(request.inputs, options, engine, sink, receipts, progress)
        sink.complete(receipts)
    if request.manifest is not None:
        about = describe_run(uuid.uuid4().hex, mark, detector, engine, tally, begun, 0, {})
        write_manifest(written(request.manifest), about)
    return tally
