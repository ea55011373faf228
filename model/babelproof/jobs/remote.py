"""Remote: files and folders behind a URL, and which place a name means."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, BinaryIO, cast

from babelproof.files import FileError
from babelproof.jobs.extras import need
from babelproof.jobs.places import LocalPlace, Place, is_url


class RemotePlace(Place):
    """A file or folder behind a URL, through fsspec.

    A store may copy where a disk renames; either way a name appears when all is written.
    """

    def __init__(self, system: Any, path: str, name: str) -> None:
        self.system = system
        self.path = path
        self.name = name

    @classmethod
    def of(cls, url: str) -> RemotePlace:
        """Find the file system that a URL names; says what to install where it is missing."""
        core = need("fsspec.core", url)
        try:
            system, path = core.url_to_fs(url)
        except ImportError as failure:
            raise FileError(f"{url}: {failure}") from None
        except ValueError as failure:
            raise FileError(f"{url}: expected a URL that fsspec opens, found: {failure}") from None
        return cls(system, path, url)

    def open(self) -> BinaryIO:
        return cast(BinaryIO, self.system.open(self.path, "rb"))

    @contextmanager
    def write(self) -> Iterator[BinaryIO]:
        part = f"{self.path}.{os.getpid()}.part"
        try:
            with self._created(part) as stream:
                yield stream
            self._rename(part)
        except BaseException:
            with contextlib.suppress(Exception):  # the first failure is the one to report
                RemotePlace(self.system, part, part).remove()
            raise

    def _created(self, part: str) -> Any:
        try:
            return self.system.open(part, "wb")
        except NotImplementedError:
            raise FileError(
                f"{self.name}: expected a store that can be written to, found one that can only "
                f"be read; name another output"
            ) from None

    def _rename(self, part: str) -> None:
        """Give what was written its name; that both may hold a `[` is no pattern here."""
        if type(self.system).mv is need("fsspec", self.name).AbstractFileSystem.mv:
            self.system.cp_file(part, self.path)
            self.system.rm_file(part)
        else:  # a renaming of the store's own
            self.system.mv(part, self.path)

    def size(self) -> int | None:
        try:
            info = self.system.info(self.path)
        except FileNotFoundError:
            return None
        return int(info["size"]) if info.get("type") == "file" and "size" in info else None

    def key(self) -> str:
        """Give what changes when the content does, as far as the store tells."""
        return str(self.system.ukey(self.path))

    def is_there(self) -> bool:
        return bool(self.system.exists(self.path))

    def is_folder(self) -> bool:
        """Say whether it is a folder, as far as the store knows any."""
        return bool(self.system.isdir(self.path))

    def beside(self, ending: str) -> RemotePlace:
        return RemotePlace(self.system, self.path + ending, self.name + ending)

    def child(self, name: str) -> RemotePlace:
        return RemotePlace(self.system, f"{self.path}/{name}", f"{self.name}/{name}")

    def names(self) -> list[str]:
        self.system.invalidate_cache()
        try:
            return sorted(str(path).rsplit("/", 1)[-1] for path in self.system.ls(self.path, False))
        except FileNotFoundError:
            return []

    def make(self) -> None:
        self.system.makedirs(self.path, exist_ok=True)

    def remove(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if not glob.has_magic(self.path):
                self.system.rm(self.path, recursive=True)
                return
            # One by one: `rm` would take the name for a pattern.
            for path in self.system.find(self.path):
                self.system.rm_file(path)
            if self.is_folder():
                self.system.rmdir(self.path)

    @property
    def spot(self) -> tuple[Any, PurePath]:
        return self.system, PurePosixPath(self.path)


def place_of(name: str) -> Place:
    """Give the place that a path or URL names; `file://` and `local://` are paths."""
    if not is_url(name):
        return LocalPlace(Path(name), name)
    scheme, _, path = name.partition("://")
    if scheme in ("file", "local"):
        return LocalPlace(Path(path), name)
    return RemotePlace.of(name)
