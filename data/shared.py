"""Where the shared corpora and hand labels lie, and the errors their readers give."""

from __future__ import annotations

import os
from pathlib import Path

ENVIRONMENT = "BABELPROOF_SHARED"
"""Environment variable that names the shared folder when no argument does."""

CHECKOUT = Path(__file__).resolve().parent.parent


class DataError(ValueError):
    """Data on disk is absent or not as expected; the message says what to do."""


class MissingData(DataError):
    """A file or folder that is needed does not exist."""


class MalformedRow(DataError):
    """A row does not hold what its reader expects."""

    def __init__(self, path: Path, row: int, expected: str, found: object) -> None:
        shown = repr(found)
        if len(shown) > 80:
            shown = shown[:80] + "…"
        super().__init__(
            f"{path}, row {row}: expected {expected}, found {shown}; "
            f"fetch the file again or correct the row"
        )


def shared_path(folder: str | Path | None = None) -> Path:
    """Give the shared folder: the argument, else $BABELPROOF_SHARED, else `../shared`.

    Raises `MissingData` when there is no such folder.
    """
    chosen = folder or os.environ.get(ENVIRONMENT) or CHECKOUT.parent / "shared"
    path = Path(chosen).expanduser()
    if not path.is_dir():
        raise MissingData(
            f"{path}: expected the folder with the shared corpora, found none; "
            f"pass --shared FOLDER or set {ENVIRONMENT}"
        )
    return path


def existing(path: Path) -> Path:
    """Give a file's path back; raises `MissingData` when there is no such file."""
    if not path.is_file():
        raise MissingData(
            f"{path}: expected a data file, found none; pass the right --shared FOLDER or set "
            f"{ENVIRONMENT} to the folder that has it"
        )
    return path
