"""Baselines: findings accepted so far, so that an archive is gated for new damage alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babelproof.errors import ConfigError
from babelproof.gate.outcome import Outcome

VERSION = 1


def fingerprint(text: str, labels: Iterable[str]) -> str:
    """Name a flagged sentence by its words and its labels, wherever it stands.

    White space does not count, so that a paragraph may be wrapped anew.
    """
    content = "\n".join((" ".join(text.split()), *sorted(labels)))
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True)
class Baseline:
    """Fingerprints accepted, by the article's place."""

    accepted: Mapping[str, frozenset[str]]

    def accepts(self, place: str, print_: str) -> bool:
        """Say whether a flagged sentence of an article was accepted before."""
        return print_ in self.accepted.get(place, ())

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Read a baseline file; raises `ConfigError` when it is none."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["version"] != VERSION:
                raise ValueError(f"version {content['version']!r}")
            accepted = {str(k): frozenset(map(str, v)) for k, v in content["accepted"].items()}
        except OSError as error:
            raise ConfigError(
                f"{path}: expected a baseline, found: {error.strerror}; make it with "
                "--update-baseline"
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{path}: expected a baseline of version {VERSION}, found {error!r}; make it anew "
                "with --update-baseline"
            ) from None
        return cls(accepted)


def write_baseline(path: Path, outcomes: Iterable[Outcome]) -> int:
    """Accept everything that is flagged now; returns how many sentences that is."""
    accepted = {
        outcome.place: sorted({flag.fingerprint for flag in outcome.flags})
        for outcome in outcomes
        if outcome.flags
    }
    content = {"version": VERSION, "accepted": dict(sorted(accepted.items()))}
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)
    return sum(map(len, accepted.values()))
