"""Inputs: the files that names, patterns, folders and URLs stand for."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from babelproof.files import STANDARD, FileError
from babelproof.jobs.formats import Format, Layout, known_layout, layout_of
from babelproof.jobs.manifest import ENDING
from babelproof.jobs.pipes import PipedInput
from babelproof.jobs.places import LocalPlace, Place, is_url
from babelproof.jobs.remote import RemotePlace, place_of

_WHOLE = 256 << 20
"""Bytes up to which a file's whole content goes into its digest."""

_SAMPLES, _SAMPLE = 64, 1 << 20
"""How many stretches of a larger file do, evenly spread, and their bytes."""

PARTS = ".parts"
"""The ending of the folder in which a run keeps its shards."""


@dataclass(frozen=True)
class Input:
    """One file, or a stream such as standard input. `size` in bytes, None where not known."""

    name: str
    layout: Layout
    place: Place | PipedInput
    size: int | None

    @property
    def is_piped(self) -> bool:
        """Say whether it can be read only once."""
        return isinstance(self.place, PipedInput)

    def open(self) -> BinaryIO:
        """Open it to read its bytes, still packed."""
        return self.place.open()

    def settled(self) -> Input:
        """Give it under the same name, to be found whatever the current folder is."""
        if not isinstance(self.place, LocalPlace):
            return self
        return replace(self, place=LocalPlace(self.place.path.absolute(), self.place.name))

    def identity(self) -> dict[str, Any]:
        """Give what changes when the content does: name, size and digest."""
        return {"name": self.name, "size": self.size, "digest": _digest(self)}


def find_inputs(
    names: Sequence[str], format: Format | None = None, outputs: Iterable[str] = ()
) -> list[Input]:
    """Find all inputs before anything runs; `format` overrules what their names tell.

    A pattern or folder gives its files in the order of their paths; what `outputs` names
    is not among them, nor is a hidden file or a run's shards. A folder gives the files
    that end as one of our formats does. Refuses what is missing, and finding nothing.
    """
    if list(names).count(STANDARD) > 1:
        raise FileError(f"{STANDARD}: expected standard input once, found it several times")
    found: list[Input] = []
    for name in names:
        if name == STANDARD:
            found.append(_input(PipedInput(), format))
            continue
        try:
            several, places = _remote(name) if is_url(name) else _local(name)
        except OSError as failure:
            raise _unreadable(name, failure) from None
        if several:
            left_out = _left_out(outputs)
            places = [p for p in places if isinstance(p, Place) and p.spot not in left_out]
        if not places:
            raise FileError(f"{name}: expected files to score, found none{_sought(name)}")
        found.extend(_input(place, format) for place in places)
    return found


def _input(place: Place | PipedInput, format: Format | None) -> Input:
    layout = layout_of(place.name, format)
    if isinstance(place, PipedInput):  # unpacks itself what it finds packed
        return Input(place.name, Layout(layout.format), place, None)
    return Input(place.name, layout, place, place.size())


def _local(name: str) -> tuple[bool, Sequence[Place | PipedInput]]:
    path = Path(name)
    if name and path.is_dir():
        below = sorted(entry for entry in path.rglob("*") if entry.is_file())
        return True, [LocalPlace(entry) for entry in below if _wanted(entry.relative_to(path))]
    if glob.has_magic(name) and not path.exists():
        matches = [match for match in sorted(glob.glob(name, recursive=True)) if _no_shard(match)]
        return True, [LocalPlace(Path(match), match) for match in matches if Path(match).is_file()]
    if path.is_dir():  # the empty name is the current folder to pathlib
        raise FileError(f"{name!r}: expected a file, folder or pattern, found an empty name")
    if path.exists() and not path.is_file():
        return False, [PipedInput(name)]
    with path.open("rb"):
        return False, [LocalPlace(path, name)]


def _remote(url: str) -> tuple[bool, Sequence[Place | PipedInput]]:
    place = place_of(url)
    if not isinstance(place, RemotePlace):
        assert isinstance(place, LocalPlace)
        return _local(str(place.path))
    system = place.system
    if glob.has_magic(place.path) and not system.exists(place.path):
        matches = filter(_no_shard, sorted(system.glob(place.path)))
        return True, [_named(system, path, url) for path in matches]
    if system.isdir(place.path):
        paths = sorted(system.find(place.path))
        own = len(place.path.rstrip("/")) + 1
        return True, [_named(system, path, url) for path in paths if _wanted(Path(path[own:]))]
    if not system.exists(place.path):
        raise FileError(f"{url}: expected a file, folder or pattern, found nothing there")
    return False, [place]


def _named(system: Any, path: str, url: str) -> RemotePlace:
    return RemotePlace(system, path, str(system.unstrip_protocol(path)))


def _wanted(path: Path) -> bool:
    """Say whether a folder's file is an input: of a format of ours, not hidden, no shard."""
    hidden = any(part.startswith((".", "_")) for part in path.parts)
    return not hidden and _no_shard(str(path)) and known_layout(path.name) is not None


def _no_shard(path: str) -> bool:
    return not any(part.endswith(PARTS) for part in Path(path).parts)


def _left_out(outputs: Iterable[str]) -> set[tuple[Any, PurePath]]:
    """Give what a pattern or folder must not find: what a run writes, its manifests too."""
    places = [place_of(name) for name in outputs if name != STANDARD]
    return {own.spot for place in places for own in (place, place.beside(ENDING))}


def _sought(name: str) -> str:
    """Say what a folder is searched for; a pattern says that itself."""
    if glob.has_magic(name):
        return ""
    endings = ", ".join(f".{format.value}" for format in Format)
    return f"; of a folder those are read that end with {endings}, packed or not: name others"


def _digest(source: Input) -> str | None:
    if isinstance(source.place, RemotePlace):
        return source.place.key()
    if source.size is None:  # a pipe
        return None
    sums = hashlib.blake2b(digest_size=16)
    with source.open() as stream:
        for block in _blocks(stream, source.size):
            sums.update(block)
    return sums.hexdigest()


def _blocks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    if size <= _WHOLE:
        while block := stream.read(_SAMPLE):
            yield block
        return
    for number in range(_SAMPLES):
        stream.seek((size - _SAMPLE) * number // (_SAMPLES - 1))
        yield stream.read(_SAMPLE)


def _unreadable(name: str, failure: OSError) -> FileError:
    reason = failure.strerror or str(failure)
    return FileError(f"{name}: expected a readable file, found: {reason}")
