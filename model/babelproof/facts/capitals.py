"""Capitals: "the Ukrainian capital Minsk", "Minsk, the capital of Ukraine"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babelproof.facts.evidence import Evidence
from babelproof.facts.folding import fold
from babelproof.facts.mentions import Mentions, NameRun, PlaceMention, name_runs
from babelproof.facts.regions import belongs
from babelproof.facts.store import FactStore
from babelproof.labels import Label

_NAMED_AFTER = re.compile(r"(?:['’]s?)? capital(?: city)?(?:,? of|,)? (?:the city of )?$")
_NAMED_BEFORE = re.compile(r", (?:the )?$")
_CAPITAL_AFTER = re.compile(
    r"(?:['’]s?)? capital(?: city)?(?=[,.;:)]|$| (?:on|in|for|where|and|since)\b)"
)
_CAPITAL_OF = re.compile(r"(?:,| is| was| remains) (?:the )?capital(?: city)? of (?:the )?$")

_PART_AFTER = re.compile(
    r" (?:[a-z-]+ ){0,2}(?:territory|region|province|department|collectivity|state|colony|island)"
)
"""A part of a country has a capital of its own: "the capital of the French territory of"."""

_SMALL = re.compile(
    r"(?:In|From|At|Near|To|And|But|Outside|Around|Across|Inside|Beyond|As|While|When|For|Like) "
)
"""What begins a sentence and is no part of the city's name, as East and New are."""


def _places_to_begin(text: str) -> list[int]:
    """Give where the name of a city may begin in a capitalised run."""
    small = _SMALL.match(text)
    return [0] if small is None else [0, small.end()]


class Capitals:
    """The capitals of a store, by folded name."""

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self._of: dict[str, set[str]] = {}
        for country in store.countries.values():
            for name in country.capitals:
                self._of.setdefault(fold(name), set()).add(country.code)

    def judge(self, number: int, mentions: Mentions) -> Iterator[Evidence]:
        """Give the evidence of a sentence that calls a city the capital of another country.

        Only capitals of today speak: a former one may be right where the text is old.
        """
        sentence = mentions.sentence
        if "capital" not in sentence:
            return
        cities = [
            NameRun(run.start + skipped, run.start + skipped + len(name), name)
            for run in name_runs(sentence, ())
            for skipped in _places_to_begin(run.text)
            for name in self._capital(run.text[skipped:])
        ]
        for city in cities:
            for place in mentions.places:
                if self._claimed(sentence, city, place) and self._wrong(city, place):
                    yield self._evidence(number, city, place)

    def _capital(self, text: str) -> list[str]:
        words = text.split()
        names = (" ".join(words[:size]) for size in range(len(words), 0, -1))
        return [name for name in names if fold(name) in self._of][:1]

    def _claimed(self, sentence: str, city: NameRun, place: PlaceMention) -> bool:
        if place.end <= city.start:
            return bool(_NAMED_AFTER.fullmatch(sentence[place.end : city.start]))
        if city.end > place.start:
            return False
        gap = sentence[city.end : place.start]
        if _CAPITAL_OF.fullmatch(gap):
            return not _PART_AFTER.match(sentence, place.end)
        return bool(_NAMED_BEFORE.fullmatch(gap) and _CAPITAL_AFTER.match(sentence, place.end))

    def _wrong(self, city: NameRun, place: PlaceMention) -> bool:
        known = all(
            code in self._store.countries and self._store.countries[code].capitals
            for code in place.codes
        )
        owners = self._of[fold(city.text)]
        return known and not any(belongs(code, place.codes) for code in owners)

    def _evidence(self, number: int, city: NameRun, place: PlaceMention) -> Evidence:
        store = self._store
        owners = self._of[fold(city.text)]
        owner = store.country_name(min(owners))
        claimed = store.either_name(place.codes)
        own = next(iter(store.countries[min(place.codes)].capitals))
        return Evidence(
            Label.COUNTRY,
            number,
            city.start,
            city.end,
            f"{city.text} is the capital of {owner}; the text says {claimed}",
            city.text,
            "countries",
            own if len(place.codes) == 1 else None,
            frozenset(map(store.country_name, place.codes)),
            min(owners) if len(owners) == 1 else "",
        )
