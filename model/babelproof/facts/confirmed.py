"""What the facts bear out: "U.S. Secretary of State Antony Blinken" is no reason for doubt."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from babelproof.facts.claims import claims
from babelproof.facts.mentions import Finder, Mentions
from babelproof.facts.people import Names


def confirmed(mentions: Mentions, finder: Finder) -> list[tuple[int, int]]:
    """Give the characters of the offices and countries that a sentence rightly gives someone.

    A person may be known by a surname alone where one of that name is listed and no other.
    """
    if not mentions.offices:
        return []
    runs = finder.names(mentions.sentence)
    made = claims(mentions, runs)
    if not made:
        return []
    known = Names(finder.store, ((0, run) for run in runs if run.is_full))
    spans = []
    for claim in made:
        if any(claim.held_by(person) for person in known.meant(claim.name.text).people):
            spans.append((claim.office_start, claim.office_end))
            if claim.places:
                spans.append((claim.place_start, claim.place_end))
    return spans


def at_home(codes: Collection[str], read: Sequence[Mentions], finder: Finder) -> set[str]:
    """Give those of some countries that a document has other reasons to speak of.

    It names their capital, or someone by the full name who held an office there: where a
    country's name was put in another's place, neither is likely.
    """
    countries = finder.store.countries
    text = " ".join(mentions.sentence for mentions in read)
    found = {
        code
        for code in codes
        if code in countries
        and any(re.search(rf"\b{re.escape(city)}\b", text) for city in countries[code].capitals)
    }
    left = set(codes) - found
    if left:
        people = {
            person
            for mentions in read
            for run in finder.names(mentions.sentence)
            if run.is_full
            for person in finder.store.named(run.text)
        }
        found |= {t.country for person in people for t in person.tenures if t.country in left}
    return found
