"""Chooses the country that takes a place in a sentence, and which mention gives way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from random import Random
from typing import Literal

from data.lexicons import Country, confusables, countries, country_by_code
from training.corruptions.mentions import Mention

Reason = Literal["document", "confusable", "neighbour", "any"]

_FORMER = frozenset({"SU", "YU", "CS", "DD"})
# One is a part or an older name of the other: no reader would call it wrong.
_SAME = (
    frozenset({"GB", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR"}),
    frozenset({"RU", "SU"}),
    frozenset({"DE", "DD"}),
    frozenset({"CZ", "CS"}),
    frozenset({"CD", "CG"}),
    frozenset({"RS", "YU"}),
    frozenset({"IE", "GB-NIR"}),
    frozenset({"CN", "HK"}),
    frozenset({"US", "PR"}),
)

SUPPORTED = 0.8
"""How often the mention to replace is one whose country the document names elsewhere too."""

UNSUPPORTED_TAKEN = 0.4
"""How often a document without such a mention is taken at all: the change may be invisible."""


def alike(one: Country, other: Country) -> bool:
    """Whether the two are the same country or part of one another."""
    return one == other or any(one.iso2 in group and other.iso2 in group for group in _SAME)


@cache
def _any() -> tuple[tuple[Country, ...], tuple[Country, ...], tuple[float, ...]]:
    named = [c for c in countries() if c.prominence and c.iso2 not in _FORMER and c.adjective]
    weights = accumulate({3: 1.0, 2: 1.0, 1: 0.25}[country.prominence] for country in named)
    return tuple(c for c in named if c.prominence == 3), tuple(named), tuple(weights)


@cache
def confused_with(iso2: str) -> tuple[tuple[Country, ...], tuple[float, ...]]:
    """Countries that a translator takes for this one, with cumulative weights."""
    by_code = country_by_code()
    found = [(p.iso_b if p.iso_a == iso2 else p.iso_a, p.weight) for p in confusables()
             if iso2 in (p.iso_a, p.iso_b)]  # fmt: skip
    named = [(by_code[code], weight) for code, weight in found if by_code[code].prominence]
    return tuple(c for c, _ in named), tuple(accumulate(weight for _, weight in named))


@cache
def _neighbours(iso2: str) -> tuple[Country, ...]:
    by_code = country_by_code()
    near = (by_code[code] for code in by_code[iso2].neighbours if code in by_code)
    return tuple(country for country in near if country.prominence)


def choose(
    old: Country, reason: Reason, mentions: Sequence[Mention], rng: Random
) -> Country | None:
    """Another country for this reason, or `None` where the reason gives none."""
    if reason == "document":
        pool = [m.country for m in mentions if not m.within_name and not alike(m.country, old)]
        return rng.choice(pool) if pool else None
    if reason == "confusable":
        others, weights = confused_with(old.iso2)
        return rng.choices(others, cum_weights=weights)[0] if others else None
    if reason == "neighbour":
        near = _neighbours(old.iso2)
        return rng.choice(near) if near else None
    known, named, spread = _any()
    for _ in range(8):
        famous = rng.random() < 0.5
        new = rng.choice(known) if famous else rng.choices(named, cum_weights=spread)[0]
        if not alike(new, old):
            return new
    return None


def choose_target(
    pool: Sequence[Mention], mentions: Sequence[Mention], rng: Random, in_list: bool
) -> Mention | None:
    """A mention to replace, mostly one whose country the document names elsewhere too.

    Countries in a list are left alone unless `in_list`: another one there is invisible.
    """
    if not in_list and rng.random() < 0.9:
        pool = [mention for mention in pool if not mention.in_list]
    if not pool:
        return None
    named: dict[str, int] = {}
    for mention in mentions:
        named[mention.country.iso2] = named.get(mention.country.iso2, 0) + 1
    supported = [mention for mention in pool if named[mention.country.iso2] > 1]
    if supported:
        return rng.choice(supported if rng.random() < SUPPORTED else pool)
    return rng.choice(pool) if rng.random() < UNSUPPORTED_TAKEN else None
