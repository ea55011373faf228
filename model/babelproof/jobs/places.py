"""Places: files and folders, read and durably written alike wherever they lie; those on disks."""

from __future__ import annotations

import os
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from babelproof.durable import replaced, sync_folder
from babelproof.files import FileError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+::?//|[A-Za-z][A-Za-z0-9+.-]+::")


def is_url(name: str) -> bool:
    """Say whether a name is a URL, such as `s3://bucket/news.jsonl`, and no path.

    >>> is_url("s3://bucket/a.csv"), is_url("C:\\\\news\\\\a.csv"), is_url("a.csv")
    (True, False, False)
    """
    return _URL.match(name) is not None


def real(path: Path) -> Path:
    """Follow all links; unlike `Path.resolve` it takes one that leads to itself for a name."""
    return Path(os.path.realpath(path))


class Place(ABC):
    """A file or folder by name; `name` is what messages call it."""

    name: str

    @abstractmethod
    def open(self) -> BinaryIO:
        """Open the file to read its bytes."""

    @abstractmethod
    def write(self) -> AbstractContextManager[BinaryIO]:
        """Give a stream whose content is this file when the block ends well, else nothing."""

    @abstractmethod
    def size(self) -> int | None:
        """Give the file's bytes, None where there is no such file."""

    @abstractmethod
    def is_there(self) -> bool:
        """Say whether there is a file or folder, empty or not."""

    @abstractmethod
    def beside(self, ending: str) -> Place:
        """Give the place of the same name with an ending added."""

    @abstractmethod
    def child(self, name: str) -> Place:
        """Give the place of this name in the folder."""

    @abstractmethod
    def names(self) -> list[str]:
        """Name what lies in the folder, nothing where there is no such folder."""

    @abstractmethod
    def make(self) -> None:
        """Make the folder, unless it is there."""

    @abstractmethod
    def remove(self) -> None:
        """Remove the file, or the folder with all it holds; nothing there is no error."""

    @property
    @abstractmethod
    def spot(self) -> tuple[Any, PurePath]:
        """Give the file system and the path, which all names of one place share."""

    def is_same(self, other: Place) -> bool:
        """Say whether both are one file, whatever it is called."""
        return self.spot == other.spot

    def is_in(self, other: Place) -> bool:
        """Say whether it is that place, or lies in that folder."""
        (system, path), (others, folder) = self.spot, other.spot
        return bool(system == others) and path.is_relative_to(folder)

    def by_way_of(self, folder: Place, name: str) -> Place:
        """Give it so that it is written in a folder first, where that can be done by renaming."""
        return self


class LocalPlace(Place):
    """A path of this machine. A link is written through: what it points at is replaced."""

    def __init__(self, path: Path, name: str | None = None, first: Path | None = None) -> None:
        self.path = path
        self.name = name or str(path)
        self._first = first

    def open(self) -> BinaryIO:
        return self.path.open("rb")

    @contextmanager
    def write(self) -> Iterator[BinaryIO]:
        path = real(self.path)
        if path.exists() and not path.is_file():  # a device must never be replaced
            raise FileError(f"{self.name}: expected a file to write, found a folder or device")
        with replaced(path, self._first) as stream:
            yield stream

    def size(self) -> int | None:
        try:
            return self.path.stat().st_size if self.path.is_file() else None
        except OSError:
            return None

    def is_there(self) -> bool:
        return self.path.exists()

    def beside(self, ending: str) -> LocalPlace:
        # Not `with_name`, which a path without one, such as the empty one, does not have.
        return LocalPlace(self.path.parent / (self.path.name + ending), self.name + ending)

    def child(self, name: str) -> LocalPlace:
        return LocalPlace(self.path / name, f"{self.name}/{name}")

    def names(self) -> list[str]:
        return sorted(os.listdir(self.path)) if self.path.is_dir() else []

    def make(self) -> None:
        self.path.mkdir(exist_ok=True)
        sync_folder(self.path.parent)

    def remove(self) -> None:
        if self.path.is_dir() and not self.path.is_symlink():
            shutil.rmtree(self.path)
        else:
            self.path.unlink(missing_ok=True)

    @property
    def spot(self) -> tuple[Any, PurePath]:
        return None, real(self.path)

    def is_same(self, other: Place) -> bool:
        # Two names of a disk may be hard links to one file.
        if not isinstance(other, LocalPlace) or not (self.is_there() and other.is_there()):
            return super().is_same(other)
        return self.path.samefile(other.path)

    def by_way_of(self, folder: Place, name: str) -> Place:
        # The next folder is on the same disk; of any other that is not sure.
        if isinstance(folder, LocalPlace) and folder.path.parent == self.path.parent:
            return LocalPlace(self.path, self.name, folder.path / name)
        return self
