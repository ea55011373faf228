"""Packed lists: lines in gzip, the same lines giving the same bytes."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path


def write_packed(path: Path, lines: Iterable[str]) -> None:
    """Write lines in gzip, without the time."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write("".join(line + "\n" for line in lines).encode())
