"""Configuration: settings of a project in `babelproof.toml` or `pyproject.toml`.

    facts = ["desk.csv"]               # your own people; paths count from the file's folder
    preset = "balanced"                # of the gate; what follows changes single settings of it
    fail_on = { country = 0.9 }
    share = 0.2
    words = ["Ballyhackamore"]         # right here although they look damaged
    words_file = "words.txt"           # one a line
    baseline = "babelproof-baseline.json"

    [[paths]]                          # other settings for some files; later ones win
    match = "sports/*"
    preset = "lenient"

In `pyproject.toml` the same stands under `[tool.babelproof]`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from babelproof.errors import ConfigError, PolicyError
from babelproof.gate.policy import DEFAULT, SETTINGS, Policy, preset

FILE = "babelproof.toml"
PYPROJECT = "pyproject.toml"

_KEYS = (*SETTINGS, "facts", "words", "words_file", "baseline", "paths")


@dataclass(frozen=True)
class Override:
    """Settings of the gate for files whose path below the configuration's folder matches."""

    match: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Config:
    """Settings in effect. `path`: the file they come from, None where there is none."""

    facts: tuple[Path, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    baseline: Path | None = None
    overrides: tuple[Override, ...] = ()
    path: Path | None = None

    def policy(self, name: str = "", changes: Mapping[str, Any] | None = None) -> Policy:
        """Give the policy for a file: preset, configuration, matching paths, then `changes`."""
        layers = [self.settings]
        if self.path is not None and name:
            below = _below(self.path.parent, name)
            layers += [o.settings for o in self.overrides if fnmatch(below, o.match)]
        layers.append(changes or {})
        policy = preset(DEFAULT)
        for layer in layers:
            values = dict(layer)
            if "preset" in values:
                policy = preset(values.pop("preset"))
            policy = policy.changed(values)
        return policy

    def to_dict(self) -> dict[str, Any]:
        """Give what is in effect as JSON-ready values."""
        return {
            "file": None if self.path is None else str(self.path),
            "policy": self.policy().to_dict(),
            "facts": [str(path) for path in self.facts],
            "words": list(self.words),
            "baseline": None if self.baseline is None else str(self.baseline),
            "paths": [{"match": o.match, **o.settings} for o in self.overrides],
        }


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
        if project.is_file():
            values, text = _parse(project)
            if "babelproof" in values.get("tool", {}):
                return _config(project, values, text)
    return Config()


def read_config(path: Path) -> Config:
    """Read one configuration file; raises `ConfigError` with the line and the key."""
    return _config(path, *_parse(path))


def _config(path: Path, values: Mapping[str, Any], text: str) -> Config:
    if path.name == PYPROJECT:
        values = values.get("tool", {}).get("babelproof", {})
    reader = _Reader(path, text)
    if not isinstance(values, Mapping):
        raise reader.error("babelproof", "a table of settings", values)
    for key in values:
        if key not in _KEYS:
            raise reader.error(key, f"a key of {', '.join(_KEYS)}", key)
    words = reader.texts(values, "words")
    if "words_file" in values:
        words += _lines(path.parent / reader.text(values, "words_file"))
    overrides = []
    for item in reader.tables(values, "paths"):
        settings = {key: value for key, value in item.items() if key != "match"}
        for key in settings:
            if key not in SETTINGS:
                raise reader.error(key, f"a key of match, {', '.join(SETTINGS)}", key)
        overrides.append(Override(reader.text(item, "match"), settings))
    config = Config(
        facts=tuple(path.parent / item for item in reader.texts(values, "facts")),
        settings={key: values[key] for key in SETTINGS if key in values},
        words=words,
        baseline=path.parent / reader.text(values, "baseline") if "baseline" in values else None,
        overrides=tuple(overrides),
        path=path,
    )
    reader.check(config)
    return config


class _Reader:
    """Reads values of one file and says where a wrong one stands."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text

    def error(self, key: str, expected: str, found: object) -> ConfigError:
        line = next(
            (
                number
                for number, line in enumerate(self._text.splitlines(), start=1)
                if re.search(rf"(?:^|[{{,.\[])\s*[\"']?{re.escape(key)}[\"']?\s*(?:[=.\]])", line)
            ),
            1,
        )
        return ConfigError(
            f"{self._path}, line {line}: {key}: expected {expected}, found {found!r}"
        )

    def text(self, values: Mapping[str, Any], key: str) -> str:
        value = values.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(key, "a text", value)
        return value

    def texts(self, values: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = values.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise self.error(key, "a list of texts", value)
        return tuple(listed)

    def tables(self, values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        value = values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.error(key, "tables [[paths]]", value)
        return value

    def check(self, config: Config) -> None:
        """Make every policy once, so that a wrong value is found before any file is read."""
        for layer in (config.settings, *(o.settings for o in config.overrides)):
            for key in ("fail_on", "suspect"):
                if key in layer and not isinstance(layer[key], Mapping):
                    raise self.error(key, "a table of channels", layer[key])
            try:
                Config(settings={**config.settings, **layer}).policy()
            except PolicyError as wrong:
                name, _, problem = str(wrong).partition(": ")
                expected, _, found = problem.partition(", found ")
                key = name.rpartition(".")[2]
                told = self.error(key, expected.removeprefix("expected "), "")
                raise ConfigError(f"{str(told).rpartition(', found ')[0]}, found {found}") from None


def _below(folder: Path, name: str) -> str:
    full, folder = Path(name).resolve(), folder.resolve()
    return (full.relative_to(folder) if full.is_relative_to(folder) else full).as_posix()


def _lines(path: Path) -> tuple[str, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected a word list in UTF-8, found: {error}") from None
    words = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(word for word in words if word)


def _parse(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except OSError as error:
        raise ConfigError(f"{path}: expected a readable file, found: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML, found: {error}") from None
