"""Run: a job begun, gone on with or found done; its files, its manifest, and what a stop leaves."""

from __future__ import annotations

import errno
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from babelproof.files import STANDARD, FileError
from babelproof.jobs.columns import Columns, check_tables, plan_columns
from babelproof.jobs.engines import Engine, LocalEngine
from babelproof.jobs.formats import Format
from babelproof.jobs.inputs import PARTS, Input
from babelproof.jobs.job import run_shards
from babelproof.jobs.manifest import ENDING, describe_run, now, read_manifest, write_manifest
from babelproof.jobs.options import CACHE_MEGABYTES, JobOptions, differences, fingerprint
from babelproof.jobs.places import Place
from babelproof.jobs.progress import RunProgress, Style
from babelproof.jobs.shards import Receipt, Shards
from babelproof.jobs.sinks import OUTPUT, REJECTS, ShardSink, StreamSink
from babelproof.jobs.tally import Tally
from babelproof.jobs.targets import check_writable, is_stream, written

if TYPE_CHECKING:
    from babelproof.detector import Detector
    from babelproof.jobs.ray_engine import Cluster

_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""What fails when a disk is full or may not be written to."""


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
    if request.cluster is not None:
        request.cluster.check(request.inputs, options.output)
    names = (options.output, options.rejects, request.manifest)
    check_writable([name for name in names if name is not None], request.inputs)
    if not is_stream(options.output):
        return _run_to_files(request)
    if request.resume:
        raise FileError("--resume: expected a file as --output, found a stream; name a file")
    if options.layout.format is Format.PARQUET:
        return _run_to_stream_by_file(request)
    return _run_to_stream(request)


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
        stack.enter_context(_kept_at_a_stop(shards, receipts, again))
        state = _begin_or_resume(
            request, shards, receipts, list(places.values()), manifest_place, mark
        )
        if state is None:
            return None
        if options.rejects is not None and REJECTS not in places:
            devices[REJECTS] = stack.enter_context(Path(options.rejects).open("wb"))
        sink = ShardSink(shards, places, devices, options, columns)
        with _engine(request, detector) as engine, _progress(request) as progress:
            tally = run_shards(request.inputs, options, engine, sink, receipts, progress)
        files = sink.complete(receipts)
        about = describe_run(
            state["run"], mark, detector, engine, tally, state["begun"],
            state["resumed"], files,
        )  # fmt: skip
        write_manifest(manifest_place, about)
        receipts.clear()
        shards.remove()
    return tally


def _begin_or_resume(
    request: Request,
    shards: Shards,
    receipts: list[Receipt],
    targets: Sequence[Place],
    manifest: Place,
    mark: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Begin a run, or go on with the one there and its receipts; None where it is done already.

    Refuses to go on where `mark` says that input, bundle or options changed, and to begin
    over shards that could be gone on with.
    """
    before = read_manifest(manifest)
    done = before is not None and _is_whole(before, targets)
    state = shards.state()
    if state is not None:
        shards.lock()
        if done and before is not None and before["run"] == state["run"]:
            shards.remove()  # stopped after its end, before all was tidied up
            state = None
    if state is not None:
        found = shards.receipts()
        if request.resume:
            _refuse_changes(state["fingerprint"], mark, shards.folder)
            receipts.extend(found)
            state["resumed"] += 1
            shards.update(state)
            return state
        if found:
            raise FileError(
                f"{shards.folder.name}: expected no unfinished run, found one with "
                f"{_records(found):,} records done; pass --resume to go on, or remove the "
                f"folder to start again"
            )
    if request.resume and before is not None and done:
        _refuse_changes(before["fingerprint"], mark, manifest)
        counts = before["counts"]
        typer.echo(f"{targets[0].name}: complete already, {counts['records']:,} records", err=True)
        return None
    new = {"format": 1, "run": uuid.uuid4().hex, "begun": now(), "resumed": 0}
    new["fingerprint"] = dict(mark)
    shards.begin(new)
    return new


def _records(receipts: Sequence[Receipt]) -> int:
    return sum(receipt.tally.records for receipt in receipts)


def _is_whole(manifest: Mapping[str, Any], targets: Sequence[Place]) -> bool:
    """Say whether the files of a finished run are still there, by their sizes."""
    sizes = [values["bytes"] for values in manifest["files"].values()]
    return sizes == [target.size() for target in targets]


def _refuse_changes(before: Mapping[str, Any], now: Mapping[str, Any], place: Place) -> None:
    changed = differences(before, now)
    if changed:
        raise FileError(
            f"--resume: expected the input, bundle and options of {place.name}, found that "
            f"{'; '.join(changed)}; run as before, or remove it to start again"
        )


@contextmanager
def _kept_at_a_stop(shards: Shards, receipts: Sequence[Receipt], again: bool) -> Iterator[None]:
    """Whatever stops a run: keep the shards that it can go on with, or leave nothing of it.

    `again`: whether the inputs can be read again. A run refused touches no shards.
    """
    try:
        yield
    except BaseException as failure:
        if isinstance(failure, OSError) and failure.errno in _OF_WRITING and not failure.filename:
            failure.filename = shards.folder.name  # a write does not say what was written to
        if shards.are_ours:
            with suppress(OSError):  # the disk may be what failed
                if receipts and again:
                    message = f"{_records(receipts):,} records are safe in {shards.folder.name}"
                    typer.echo(f"{message}; the same command with --resume goes on", err=True)
                else:
                    shards.remove()
        raise
    finally:
        shards.release()


def _run_to_stream(request: Request) -> Tally:
    """Write to standard output, a device or a pipe, as results come."""
    options = request.options
    columns = _columns(request)
    detector = request.load()
    mark = fingerprint(request.inputs, options, detector, request.facts)
    with ExitStack() as stack:
        streams: dict[str, BinaryIO] = {}
        if options.output == STANDARD:
            streams[OUTPUT] = sys.stdout.buffer
        else:
            streams[OUTPUT] = stack.enter_context(Path(options.output).open("wb"))
        if options.rejects is not None and is_stream(options.rejects):
            streams[REJECTS] = stack.enter_context(Path(options.rejects).open("wb"))
        elif options.rejects is not None:
            streams[REJECTS] = stack.enter_context(written(options.rejects).write())
        sink = StreamSink(streams, options, columns)
        engine, begun = LocalEngine(detector, options, request.cache), now()
        with _progress(request) as progress:
            tally = run_shards(request.inputs, options, engine, sink, [], progress)
    if request.manifest is not None:
        about = describe_run(uuid.uuid4().hex, mark, detector, engine, tally, begun, 0, {})
        write_manifest(written(request.manifest), about)
    return tally


def _run_to_stream_by_file(request: Request) -> Tally | None:
    """Write Parquet, which needs shards to be joined, to a file first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "output.parquet"
        options = replace(request.options, output=str(path))
        tally = _run_to_files(replace(request, options=options))
        with ExitStack() as stack:
            stream: BinaryIO = sys.stdout.buffer
            if request.options.output != STANDARD:
                stream = stack.enter_context(Path(request.options.output).open("wb"))
            with path.open("rb") as whole:
                shutil.copyfileobj(whole, stream)
    return tally
