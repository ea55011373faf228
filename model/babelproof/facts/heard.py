"""Names that sound like a leader's and are spelt in another way: `Emanuel Macron`.

Where names reach English in Latin letters, there is one right spelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import jellyfish

from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.misspelt import TRANSLITERATED
from babelproof.facts.people import are_nicknames
from babelproof.facts.store import Person

SHORTEST = 5
"""Letters of a name below which another spelling is another name."""

IN_OTHER_LETTERS = TRANSLITERATED | frozenset(
    "RS BA HR ME XK SI CZ SK CS YU PL HU RO LT LV EE AL TR ZA ET TZ KE UG RW BI PH MY SG".split()
)
"""Countries whose names English writes without their letters, in more than one way: Milosevich."""

PARTICLES = frozenset({"van", "von", "de", "der", "den"})
"""Small words before surnames, of which others are no spelling."""

WRONG = frozenset({"volodymyr zelinsky", "volodymyr zelinskyy", "volodymyr zelinskiy"})
"""Usual misspellings that a transliteration might have for all its letters say."""

LED = frozenset({"head_of_state", "head_of_government", "org_head"})
"""Roles whose holders are so well known that a surname which sounds like theirs means them."""

_UMLAUT = re.compile(r"([aou])e")


def is_in_latin(person: Person) -> bool:
    """Say whether the sources write someone's name as it is written at home."""
    return not any(tenure.country in IN_OTHER_LETTERS for tenure in person.tenures)


def sounds_like(written: Sequence[str], right: Sequence[str], person: Person) -> bool:
    """Say whether folded words are those of a person's name, one of them misspelt.

    >>> president = Person("Emmanuel Macron", (), ())
    >>> sounds_like(["emanuel", "macron"], ["emmanuel", "macron"], president)
    True
    """
    if " ".join(written) in map(fold, person.names):
        return False
    if " ".join(written) in WRONG:
        return True
    other = [place for place, word in enumerate(written) if word != right[place]]
    if len(other) != 1 or not is_in_latin(person):
        return False
    place = other[0]
    ours, theirs = written[place], right[place]
    if 0 < place < len(written) - 1:
        return ours in PARTICLES and theirs in PARTICLES
    if min(len(ours), len(theirs)) < SHORTEST or ours == f"{theirs}s":
        return False
    ours, theirs = (_UMLAUT.sub(r"\1", word) for word in (ours, theirs))
    if ours == theirs or spelling_key(ours) != spelling_key(theirs):
        return False
    if place:
        # Peter Makkai is no Peter MacKay: many share the sound of a name with a minister.
        led = any(tenure.role in LED for tenure in person.tenures)
        return led and len(spelling_key(ours)) >= SHORTEST
    near = jellyfish.damerau_levenshtein_distance(ours, theirs) == 1
    return near and not are_nicknames(ours, theirs)
