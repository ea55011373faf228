"""Policies: when an article is held, as data that can be written down and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

from babelproof.errors import PolicyError
from babelproof.labels import CHANNELS

PRESETS = Path(__file__).parent / "presets.json"
DEFAULT = "balanced"


@dataclass(frozen=True)
class Policy:
    """When a sentence is flagged and when an article is held.

    `fail_on`: probability by channel from which one sentence holds its article; `suspect`:
    from which a sentence is suspect. An article is held too when at least `count` sentences
    and at least `share` of those judged are suspect, or when one is and the probability that
    the whole article is damaged reaches `document`; either only where the detector holds at
    least `support` of the suspects by themselves, for many weak doubts are a writer's manner
    as often as damage. Suspects of an article that is not held are warned of. Sentences of
    fewer than `min_words` words are not judged. A channel that is not named never speaks.
    """

    preset: str
    fail_on: Mapping[str, float]
    suspect: Mapping[str, float]
    share: float
    count: int
    document: float = 1.0
    min_words: int = 1
    support: int = 0

    def __post_init__(self) -> None:
        for name in ("fail_on", "suspect"):
            given: Mapping[str, float] = getattr(self, name)
            unknown = sorted(set(given) - set(map(str, CHANNELS)))
            if unknown:
                raise PolicyError(
                    f"{name}: expected channels of {', '.join(CHANNELS)}, found "
                    f"{', '.join(unknown)}"
                )
            for channel, value in given.items():
                _probability(f"{name}.{channel}", value)
        _probability("share", self.share)
        _probability("document", self.document)
        for name, least in (("count", 1), ("min_words", 1), ("support", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise PolicyError(f"{name}: expected a whole number from {least}, found {value!r}")

    def changed(self, values: Mapping[str, Any]) -> Policy:
        """Give the policy with some settings changed; channels named replace only themselves."""
        changes = dict(values)
        for name in ("fail_on", "suspect"):
            if name in changes:
                changes[name] = {**getattr(self, name), **changes[name]}
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Give the policy as JSON-ready values."""
        return asdict(self) | {"fail_on": dict(self.fail_on), "suspect": dict(self.suspect)}


SETTINGS = tuple(item.name for item in fields(Policy))
"""What a configuration may set."""


def _probability(name: str, value: object) -> None:
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
    if not isfinite(number) or not 0 < number <= 1:
        raise PolicyError(f"{name}: expected a number above 0 and at most 1, found {value!r}")


@lru_cache(maxsize=4)
def presets(path: Path = PRESETS) -> Mapping[str, Mapping[str, Any]]:
    """Give the presets by name: their `policy` and what was `measured` with it."""
    try:
        given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["presets"]
    except (OSError, ValueError, KeyError) as error:
        raise PolicyError(f"{path}: expected presets, found {error!r}; install again") from None
    return given


def preset(name: str) -> Policy:
    """Give a preset's policy; refuses a name that is none."""
    known = presets()
    if name not in known:
        raise PolicyError(f"preset: expected one of {', '.join(known)}, found {name!r}")
    return Policy(preset=name, **known[name]["policy"])


def parse_fail_on(text: str) -> dict[str, float]:
    """Read `country:0.9,any:0.97`.

    >>> parse_fail_on("country:0.9, any:0.97")
    {'country': 0.9, 'any': 0.97}
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        channel, _, value = part.strip().partition(":")
        try:
            found[channel] = float(value)
        except ValueError:
            raise PolicyError(
                f"expected channel:probability parted by commas, such as country:0.9,any:0.97, "
                f"found {part.strip()!r}"
            ) from None
    return found
