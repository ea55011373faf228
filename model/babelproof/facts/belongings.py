"""What a sentence says of a person and a country without an office: `Peru's Ana Ruiz`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from babelproof.facts.claims import Claim
from babelproof.facts.mentions import Mentions, NameRun, Office, PlaceMention
from babelproof.facts.store import HIGH, FactStore

HEAD = Office("leader", frozenset({"head_of_state", "head_of_government"}), None, False, True)
"""Whoever led a country; sports and parties have leaders too, whom the store does not list."""

HEAD_OF_ORGANISATION = Office("leader", frozenset({"org_head"}), None, False, True)
"""Whoever led an organisation; of what country, the store does not say."""

POLITICIAN = Office("politician", HIGH - {"org_head"}, None, False, True)
"""Whoever held a high office of a country; where heads of organisations come from is not listed."""

NAMESAKES = frozenset({"GE"})
"""Countries that share their name with a state whose politicians the news names so, too."""

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
    found = []
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


def _claim(run: NameRun, place: PlaceMention, office: Office) -> Claim:
    return Claim(run, office, run.start, run.end, place.codes, place.start, place.end)
