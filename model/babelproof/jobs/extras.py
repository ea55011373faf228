"""Extras: packages that only some jobs need, imported when one does."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from babelproof.files import FileError


def need(module: str, purpose: str, extra: str = "batch") -> Any:
    """Import a module of an extra, or say which extra to install for `purpose`."""
    try:
        return import_module(module)
    except ImportError as failure:
        package = module.split(".")[0]
        if failure.name is not None and failure.name.split(".")[0] != package:
            raise
        raise FileError(
            f"{purpose}: expected the package {package}, found it missing; "
            f"run pip install 'babelproof[{extra}]'"
        ) from None
