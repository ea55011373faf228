"""Targets: where a job writes to, checked before anything runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from babelproof.files import STANDARD, FileError
from babelproof.jobs.inputs import PARTS, Input
from babelproof.jobs.manifest import ENDING
from babelproof.jobs.places import LocalPlace, Place, place_of


def check_writable(names: Sequence[str], inputs: Sequence[Input]) -> None:
    """Refuse what cannot be written: a folder, an input, or one file for two purposes."""
    seen: set[Path] = set()
    for name in names:
        place = place_of(name) if name != STANDARD else None
        if not isinstance(place, LocalPlace):
            continue
        try:
            path = place.path.resolve()
            _check_path(path, name, inputs)
        except OSError as failure:
            reason = failure.strerror or str(failure)
            raise FileError(
                f"{name}: expected an output that can be written, found: {reason}"
            ) from None
        if path in seen and path.is_file() is path.exists():
            raise FileError(f"{name}: expected a file of its own, found it named twice")
        seen.add(path)


def _check_path(path: Path, name: str, inputs: Sequence[Input]) -> None:
    if path.is_dir():
        raise FileError(f"{name}: expected a file to write, found a folder; name a file in it")
    if path.exists():
        for source in inputs:
            if isinstance(source.place, LocalPlace) and path.samefile(source.place.path):
                raise FileError(
                    f"{name}: expected an output that is none of the inputs, found "
                    f"{source.name}; write elsewhere"
                )
    elif len(os.fsencode(path.name + PARTS + ENDING)) > 240:
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
    return LocalPlace(place.path.resolve(), name) if isinstance(place, LocalPlace) else place
