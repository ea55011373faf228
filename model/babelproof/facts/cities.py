"""Cities beside a country that they are not in: "in Kharkiv, Uzbekistan".

Every country that has a place of that name may be meant, however small the place is, so that
only a name that is nowhere in the country speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from babelproof.facts.evidence import Evidence
from babelproof.facts.mentions import Mentions, PlaceMention
from babelproof.facts.packed import packed_lines
from babelproof.facts.regions import belongs
from babelproof.facts.store import FOLDER, FactStore
from babelproof.labels import Label

CITIES = "cities.txt.gz"

NO_COUNTRY = frozenset("GE PR GU AS VI MP VA".split())
"""A country that shares its name with a state of another (Athens, Georgia), parts of one that
the list of places counts apart, and one within a city."""

SHARED_PASTS = frozenset(
    frozenset(pair.split())
    for pair in (
        "PL UA", "PL LT", "PL BY", "DE PL", "DE FR", "IN PK", "IN BD", "PK BD", "HU RO", "HU SK",
        "GR TR", "IT HR", "IT SI", "AT IT", "CZ SK", "ET ER", "SD SS", "MY SG", "RS XK", "RS HR",
        "BA HR", "BA RS", "IL PS", "EG PS", "IE GB", "MA EH", "CN TW", "AM AZ", "CY TR", "SY LB",
    )
)  # fmt: skip
"""Countries of which one had, or claims, cities of the other."""

EITHER_WAY = frozenset(
    "Sevastopol Simferopol Kerch Yevpatoriya Feodosiya Yalta Sukhumi Tskhinvali Srinagar".split()
) | {"East London"}
"""Cities that two countries claim, and one that is also a part of another."""

_LINK = r"(?:(?:de|da|do|dos|del|la|las|los|al|el|am|an|der|sur|of|upon) ){0,2}"
_CITY = rf"([A-Z][\w’'-]+(?:[ -]{_LINK}[A-Z][\w’'-]+){{0,2}})"
_DIRECTION = (
    r"(?:the )?(?:far |mid-?)?(?:north|south|east|west|central)[a-z-]*(?: of| part of)? (?:the )?"
)
# "In Moscow, Ukraine, backed by" begins a sentence, and is no address.
_ADDRESS = re.compile(
    r"(?<=[\w,] )(?:in|from|near|at|to|of|outside) (?:[A-Z][\w’'-]+ and )?"
    rf"{_CITY}, (?:the )?$"
)
_ADDRESS_ENDS = re.compile(
    # A list goes on with "and", and with another name.
    r"[.;)](?!\w)|, (?!and\b|or\b)[a-z]|$"
    r"| (?:on|in|last|this|after|for|where|during|by|with|from|at)\b"
)
_CALLED = re.compile(rf"{_CITY}, (?:the )?$")
_CALLED_ENDS = re.compile(
    r"['’]s? (?:[a-z-]+ ){0,3}(?:city|port|town)"
    r"(?:[,.;)]|$| (?:before|until|since|by|with|and|where|which|after|on|in)\b)"
)
_WITHIN = re.compile(
    rf"{_CITY}(?:,? in {_DIRECTION}"
    rf"|, (?:a|an|the) (?:[a-z-]+ ){{0,3}}(?:city|town|port) in (?:{_DIRECTION}|the )?)$"
)
_DATELINE = re.compile(r"([A-Z][A-Z’'. -]{3,}), (?:the )?")
_DATELINE_ENDS = re.compile(r" \(| ?[-–—]")
_CITY_OF = re.compile(
    # "The Japanese attacked the city of" says nothing of whose it is.
    r" (?:(?:(?:north|south|east|west)[a-z-]*|central|port|coastal|border|capital|industrial|old"
    r"|historic|ancient|holy|medieval|provincial|university|main|(?:second|third|fourth)?-?"
    rf"(?:largest|biggest)|second|third) ){{0,2}}(?:city|town|port) of {_CITY}"
)
_FARTHEST = 80
"""Characters before a country in which its city stands."""


class Cities:
    """Large cities by name, and the countries that have a place of that name."""

    def __init__(self, store: FactStore, folder: Path = FOLDER) -> None:
        self._store = store
        self._folder = folder

    def judge(self, number: int, mentions: Mentions) -> Iterator[Evidence]:
        """Give the countries of a sentence that stand beside a city of another."""
        for place in mentions.places:
            if len(place.codes) == 1 and self._store.are_countries(place.codes):
                city = self._beside(mentions.sentence, place)
                if city is not None and (right := self._right(city, place)):
                    yield self._evidence(number, city, right, place)

    def _beside(self, sentence: str, place: PlaceMention) -> str | None:
        """Give the city that a sentence puts in a country."""
        (code,) = place.codes
        word = sentence[place.start : place.end]
        if "." in word:
            return None  # "in Baghdad, U.S. officials"
        if word == self._store.countries[code].adjective:
            return self._known(_CITY_OF.match(sentence, place.end))
        left = sentence[max(0, place.start - _FARTHEST) : place.start]
        address = _ADDRESS.search(left)
        if address is not None and _ADDRESS_ENDS.match(sentence, place.end):
            return self._known(address)
        if _CALLED_ENDS.match(sentence, place.end):
            return self._known(_CALLED.search(left))
        if _DATELINE_ENDS.match(sentence, place.end):
            dateline = _DATELINE.fullmatch(sentence, 0, place.start)
            if dateline is not None:
                return self._known(dateline)
        return self._known(_WITHIN.search(left))

    def _known(self, found: re.Match[str] | None) -> str | None:
        """Give the city that a match names, where it is one of ours."""
        if found is None:
            return None
        written = found[1].removesuffix("'s").removesuffix("’s")
        name = written.title() if written.isupper() else written
        return name if name in read_cities(self._folder) else None

    def _right(self, city: str, place: PlaceMention) -> list[str]:
        """Give the countries that a city is in; none where the one that is said may be right."""
        (said,) = place.codes
        right = read_cities(self._folder)[city]
        if said in NO_COUNTRY or city in EITHER_WAY:
            return []
        whole = said[:2]  # "England" is part of GB
        if any(belongs(code, [said]) or frozenset((code, whole)) in SHARED_PASTS for code in right):
            return []
        return [code for code in right if code in self._store.countries]

    def _evidence(
        self, number: int, city: str, right: Sequence[str], place: PlaceMention
    ) -> Evidence:
        said = self._store.either_name(place.codes)
        names = list(map(self._store.country_name, right))
        return Evidence(
            Label.COUNTRY,
            number,
            place.start,
            place.end,
            f"{city} is in {' or '.join(names[:3])}; the text says {said}",
            city,
            "geonames",
            names[0] if len(names) == 1 else None,
            frozenset({said}),
            right[0] if len(right) == 1 else "",
        )


@lru_cache(maxsize=4)
def read_cities(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Read the cities of a store; raises `FactsError` where they are not there."""
    with packed_lines(
        folder / CITIES,
        "names of cities with codes of countries",
        "make the file with python -m data.build_cities",
    ) as lines:
        rows = (line.split("\t") for line in lines)
        return {name: tuple(codes.split(" ")) for name, codes in rows}
