"""Durable files: each is there complete or not at all, whatever stops the process or machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replaced(path: Path, beside: Path | None = None) -> Iterator[BinaryIO]:
    """Give a stream whose content takes the place of `path` when the block ends well.

    Until then it lies in `beside`, on the same disk; an exception removes it. The content
    is on the disk before it bears its name, and the name is before the block is left. An
    older file's rights are kept.
    """
    if beside is None:
        beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    stream = beside.open("wb")
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
        sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, where the system lets a folder be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
