"""Configuration: settings of a project in `babelproof.toml` or `pyproject.toml`.

    facts = ["desk.csv"]      # your own people; paths count from the file's folder

In `pyproject.toml` the same stands under `[tool.babelproof]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babelproof.errors import ConfigError

FILE = "babelproof.toml"
PYPROJECT = "pyproject.toml"


@dataclass(frozen=True)
class Config:
    """Settings in effect. `path`: the file they come from, None where there is none."""

    facts: tuple[Path, ...] = ()
    path: Path | None = None


def find_config(start: Path) -> Config:
    """Read the nearest configuration of a folder or of those above it.

    `babelproof.toml` comes before `pyproject.toml`, which counts only with a table
    `[tool.babelproof]`. Raises `ConfigError` when the file is no TOML or a key is unknown.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        own = folder / FILE
        if own.is_file():
            return read_config(own)
        project = folder / PYPROJECT
        if project.is_file() and "babelproof" in _table(project).get("tool", {}):
            return read_config(project)
    return Config()


def read_config(path: Path) -> Config:
    """Read one configuration file; raises `ConfigError` with its key or line."""
    values: Mapping[str, Any] = _table(path)
    place = str(path)
    if path.name == PYPROJECT:
        values = values.get("tool", {}).get("babelproof", {})
        place = f"{path} [tool.babelproof]"
    if not isinstance(values, Mapping):
        raise ConfigError(f"{place}: expected a table of settings, found {values!r}")
    unknown = sorted(set(values) - {"facts"})
    if unknown:
        raise ConfigError(f"{place}: expected the key facts, found {', '.join(unknown)}; remove it")
    facts = values.get("facts", [])
    if isinstance(facts, str):
        facts = [facts]
    if not isinstance(facts, list) or not all(isinstance(item, str) for item in facts):
        raise ConfigError(
            f'{place}: facts: expected a list of files such as ["desk.csv"], found {facts!r}'
        )
    return Config(tuple(path.parent / item for item in facts), path)


def _table(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: expected a readable file, found: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML, found: {error}") from None
