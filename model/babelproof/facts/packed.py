"""Packed lists of the facts: lines of text in gzip, read with one kind of error."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from babelproof.errors import FactsError


@contextmanager
def packed_lines(path: Path, expected: str, remedy: str) -> Iterator[Sequence[str]]:
    """Give the lines of a file, to be read in the block.

    Raises `FactsError` where the file is not there or broken, and where the block cannot make
    sense of a line (`ValueError`): `expected` says what should be there, `remedy` what to do.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield file.read().splitlines()
    except (OSError, EOFError, ValueError) as error:
        raise FactsError(
            f"{path}: expected {expected}, found {error}; install the package again, or {remedy}"
        ) from None
