"""Countries and their parts, and what came of them; organisations and their bodies."""

from __future__ import annotations

from collections.abc import Iterable

_PARTS = {
    "GB": "GB-ENG GB-SCT GB-WLS GB-NIR",
    "SU": "RU UA BY KZ UZ TM KG TJ AM AZ GE MD LT LV EE",
    "YU": "RS ME HR SI BA MK XK",
    "CS": "CZ SK",
    "DE": "DD",
    "CN": "HK MO",
    "NL": "AW CW SX BQ",
    "DK": "GL FO",
}
PAST_STATES = frozenset({"CS", "DD", "SU", "YU"})
"""States that are no more: what is said of their offices is said of another time."""

_BODIES = {
    "European Union": ("European Central Bank",),
    "United Nations": ("IAEA", "World Health Organization"),
}
_PAIRS = frozenset(
    frozenset((whole, part))
    for whole, parts in ({code: own.split() for code, own in _PARTS.items()} | _BODIES).items()
    for part in parts
)
"""A country and its parts, what came of it, an organisation and its bodies: either may be meant
by the other."""


def parts_of(code: str) -> tuple[str, ...]:
    """Give the parts of a country, or what came of it; none for most."""
    return tuple(_PARTS.get(code, "").split())


def belongs(code: str, places: Iterable[str]) -> bool:
    """Say whether a tenure's country may be meant by any of these codes.

    >>> belongs("GB", ["GB-SCT"]), belongs("UA-14", ["UA"]), belongs("UA", ["RU"])
    (True, True, False)
    >>> belongs("European Central Bank", ["European Union"])
    True
    """
    base = code[:2] if code[2:3] == "-" and not code.startswith("GB") else code
    return any(place in (code, base) or frozenset((place, base)) in _PAIRS for place in places)
