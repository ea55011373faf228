"""Resume: a run begun, gone on with or found done, and what a stop leaves of it."""

from __future__ import annotations

import errno
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import typer

from babelproof.files import FileError
from babelproof.jobs.manifest import now, read_manifest
from babelproof.jobs.options import differences
from babelproof.jobs.places import LocalPlace, Place
from babelproof.jobs.shards import Receipt, Shards, sum_of
from babelproof.jobs.sinks import OUTPUT

_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""What fails when a disk is full or may not be written to."""


def begin_or_resume(
    resume: bool,
    shards: Shards,
    receipts: list[Receipt],
    targets: Mapping[str, Place],
    manifest: Place,
    mark: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Begin a run, or go on with the one there and its receipts; None where it is done already.

    Refuses to go on where `mark` says that input, bundle or options changed, or where what a
    finished run wrote did, and to begin over shards that could be gone on with.
    """
    before = read_manifest(manifest)
    state = shards.state()
    if state is not None:
        shards.lock()
        if before is not None and before["run"] == state["run"] and _is_whole(before, targets):
            shards.remove()  # stopped after its end, before all was tidied up
            state = None
    if state is not None:
        found = shards.receipts()
        if resume:
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
    if resume and before is not None and _is_there(before, targets):
        _refuse_changes(before["fingerprint"], mark, manifest)
        _refuse_altered(before, targets)
        shards.tidy()
        records = before["counts"]["records"]
        typer.echo(f"{targets[OUTPUT].name}: complete already, {records:,} records", err=True)
        return None
    new = {"format": 1, "run": uuid.uuid4().hex, "begun": now(), "resumed": 0}
    new["fingerprint"] = dict(mark)
    shards.begin(new)
    return new


def _records(receipts: Sequence[Receipt]) -> int:
    return sum(receipt.tally.records for receipt in receipts)


def _written(
    manifest: Mapping[str, Any], targets: Mapping[str, Place]
) -> list[tuple[Place, Mapping[str, Any]]]:
    """Give what a finished run wrote of these targets, each with what the manifest says of it."""
    files = manifest["files"]
    return [(place, files[kind]) for kind, place in targets.items() if kind in files]


def _is_there(manifest: Mapping[str, Any], targets: Mapping[str, Place]) -> bool:
    """Say whether all that a finished run wrote is still there, changed or not."""
    found = [place.size() is not None for place, _ in _written(manifest, targets)]
    return OUTPUT in manifest["files"] and all(found)


def _is_whole(manifest: Mapping[str, Any], targets: Mapping[str, Place]) -> bool:
    """Say whether all that a finished run wrote is still there, by its sizes."""
    found = [place.size() == about["bytes"] for place, about in _written(manifest, targets)]
    return OUTPUT in manifest["files"] and all(found)


def _refuse_altered(manifest: Mapping[str, Any], targets: Mapping[str, Place]) -> None:
    """Refuse to call a run complete whose files hold something else by now."""
    for place, about in _written(manifest, targets):
        same = place.size() == about["bytes"]
        if isinstance(place, LocalPlace):  # all of a file behind a URL may be long to fetch
            same = same and sum_of(place) == about["sha256"]
        if not same:
            raise FileError(
                f"--resume: {place.name}: expected what the finished run wrote, found that it "
                f"changed since; move it away to score again"
            )


def _refuse_changes(before: Mapping[str, Any], now: Mapping[str, Any], place: Place) -> None:
    changed = differences(before, now)
    if changed:
        raise FileError(
            f"--resume: expected the input, bundle and options of {place.name}, found that "
            f"{'; '.join(changed)}; run as before, or remove it to start again"
        )


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Let a failed write say what was written to, which the system does not."""
    try:
        yield
    except OSError as failure:
        if failure.errno in _OF_WRITING and not failure.filename:
            failure.filename = name
        raise


@contextmanager
def kept_at_a_stop(shards: Shards, receipts: Sequence[Receipt], again: bool) -> Iterator[None]:
    """Whatever stops a run: keep the shards that it can go on with, or leave nothing of it.

    `again`: whether the inputs can be read again. A run refused touches no shards.
    """
    try:
        with naming(shards.folder.name):
            yield
    except BaseException:
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
