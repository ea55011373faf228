"""What a sentence says of a person and a country without an office: `Peru's Ana Ruiz`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from babelproof.facts.claims import Claim
from babelproof.facts.mentions import Mentions, NameRun, Office, PlaceMention
from babelproof.facts.patterns import OF, TO_NAME
from babelproof.facts.store import HIGH, FactStore, Person, is_in_the_news

HEAD = Office("leader", frozenset({"head_of_state", "head_of_government"}), None, False, True)
"""Whoever led a country; sports and parties have leaders too, whom the store does not list."""

HEAD_OF_ORGANISATION = Office("leader", frozenset({"org_head"}), None, False, True)
"""Whoever led an organisation; of what country, the store does not say."""

POLITICIAN = Office("politician", HIGH - {"org_head"}, None, False, True)
"""Whoever held a high office of a country; where heads of organisations come from is not listed."""

DIPLOMAT = Office("minister", HEAD.roles | {"foreign"}, None, False, True)
"""Whoever led a country or spoke for it abroad, of those whom the news names often."""

NAMESAKES = frozenset({"GE"})
"""Countries that share their name with a state whose politicians the news names so, too."""

_GOES_ON = re.compile(r"['’-]|,? (?:and|or|&)\b| [A-Z]")
_OWN = re.compile(r"['’]s? ")
_POLITICIAN = re.compile(
    r"(?:['’]s?)? (?:(?:veteran|former|opposition|late|exiled|senior|long-?time|fellow) ){0,2}"
    r"(?:politician|statesman|stateswoman|diplomat|dictator|autocrat|lawmaker) "
)
_LED = re.compile(r"(?:, who)?(?: has| had)? (?:ruled|governed|led) (?:the )?")
_FOR_SOME_TIME = re.compile(
    r"(?: with an iron fist)?,? (?:since|until|from|between|for (?!the first|a second))\b"
)


def belongings(mentions: Mentions, runs: Sequence[NameRun], store: FactStore) -> list[Claim]:
    """Give what a sentence says of whose leaders its persons are, whose names are `runs`.

    `Peru's Ana Ruiz`, `the Peruvian politician Ana Ruiz`, and `Ana Ruiz, who has ruled Peru
    since 2001`. Nothing of countries that are a state, too.
    """
    sentence = mentions.sentence
    found = list(_titled(mentions, runs, store))
    for run in runs:
        for place in mentions.places:
            if place.codes & NAMESAKES:
                continue
            if place.end < run.start and _OWN.fullmatch(sentence, place.end, run.start):
                country = store.are_countries(place.codes)
                found.append(_claim(run, place, HEAD if country else HEAD_OF_ORGANISATION))
            elif place.end < run.start and _POLITICIAN.fullmatch(sentence, place.end, run.start):
                if not any(0 <= place.start - other.end <= 1 for other in mentions.places):
                    found.append(_claim(run, place, POLITICIAN))  # no "Bosnian Serb politician"
            elif (
                run.end < place.start
                and _LED.fullmatch(sentence, run.end, place.start)
                and _FOR_SOME_TIME.match(sentence, place.end)
            ):
                found.append(_claim(run, place, HEAD))
    return found


def as_diplomat(claim: Claim, people: Sequence[Person]) -> Claim:
    """Give a claim that may mean foreign ministers where only such people may be meant.

    Ministers have namesakes, so that two sources must know them, and the news be one of the two.
    """
    if claim.office is HEAD and people and all(is_in_the_news(p, {"foreign"}) for p in people):
        return replace(claim, office=DIPLOMAT)
    return claim


def _titled(mentions: Mentions, runs: Sequence[NameRun], store: FactStore) -> Iterator[Claim]:
    """`U.S. Defense Secretary Ana Ruiz of Peru`: the country behind a name with an office."""
    sentence = mentions.sentence
    names = {country.name: country.code for country in store.countries.values()}
    for run in runs:
        of = OF.match(sentence, run.end)
        if of is None or not any(
            office.end < run.start and TO_NAME.fullmatch(sentence[office.end : run.start])
            for office in mentions.offices
        ):
            continue
        for place in mentions.places:
            # "of Peru's party", "of Peruvian descent" and "of Peru and Chile" say less.
            if (
                place.start == of.end()
                and sentence[place.start : place.end] in names
                and not _GOES_ON.match(sentence, place.end)
                and not place.codes & NAMESAKES
            ):
                yield _claim(run, place, POLITICIAN)


def _claim(run: NameRun, place: PlaceMention, office: Office) -> Claim:
    return Claim(run, office, run.start, run.end, place.codes, place.start, place.end)
