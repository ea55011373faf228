"""Targets: where a job writes to, checked before anything runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from babelproof.files import STANDARD, FileError
from babelproof.jobs.inputs import PARTS, Input
from babelproof.jobs.manifest import ENDING
from babelproof.jobs.places import LocalPlace, Place, real
from babelproof.jobs.remote import RemotePlace, place_of


def check_stores(names: Sequence[str]) -> None:
    """Refuse what no output can be behind, before anything is asked of it."""
    for name in names:
        if name.startswith(("http://", "https://")):
            raise FileError(
                f"{name}: expected an output that can be written, found a web address, which can "
                f"only be read; name a file or a store such as s3://"
            )


def check_writable(
    names: Sequence[str], inputs: Sequence[Input], kept: Sequence[Place] = ()
) -> None:
    """Refuse what cannot be written: a folder, an input, or one file for two purposes.

    `kept`: what the run writes for itself; nothing in it may be an input or an output.
    """
    sources = [source.place for source in inputs if isinstance(source.place, Place)]
    for source in sources:
        _refuse_kept(source, kept)
    seen: list[Place] = []
    for name in names:
        if name == STANDARD:
            continue
        place = place_of(name)
        try:
            if isinstance(place, LocalPlace):
                _check_path(place.path, name)
            elif isinstance(place, RemotePlace) and place.is_folder():
                raise _folder(name)
            _refuse_inputs(place, sources)
        except OSError as failure:
            reason = failure.strerror or str(failure)
            raise FileError(
                f"{name}: expected an output that can be written, found: {reason}"
            ) from None
        if is_stream(name):
            continue
        _refuse_kept(place, kept)
        if any(place.spot == other.spot for other in seen):
            raise FileError(f"{name}: expected a file of its own, found it named twice")
        seen.append(place)


def _refuse_inputs(place: Place, sources: Sequence[Place]) -> None:
    for source in sources:
        if place.is_same(source):
            raise FileError(
                f"{place.name}: expected an output that is none of the inputs, found "
                f"{source.name}; write elsewhere"
            )


def _refuse_kept(place: Place, kept: Sequence[Place]) -> None:
    for own in kept:
        if place.is_in(own):
            raise FileError(
                f"{place.name}: expected a file of its own, found {own.name}, which the run "
                f"writes beside its output; name another file"
            )


def _folder(name: str) -> FileError:
    return FileError(f"{name}: expected a file to write, found a folder; name a file in it")


def _check_path(given: Path, name: str) -> None:
    path = real(given)
    if not name:
        raise FileError("an output: expected the name of a file, found an empty one; name a file")
    if path.is_dir():
        raise _folder(name)
    if not path.exists() and len(os.fsencode(path.name + PARTS + ENDING)) > 240:
        raise OSError(0, "its name is too long")
    os.stat(path.parent)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise OSError(0, "no right to write there")


def is_stream(name: str) -> bool:
    """Say whether a name is standard output, a device or a pipe, written to as it is."""
    if name == STANDARD:
        return True
    place = place_of(name)
    return isinstance(place, LocalPlace) and place.path.exists() and not place.path.is_file()


def written(name: str) -> Place:
    """Give the place to write: what a link points at is replaced, not the link."""
    place = place_of(name)
    return LocalPlace(real(place.path), name) if isinstance(place, LocalPlace) else place
