"""What kind of country one is said to be: "landlocked Bolivia", "the West African nation of Niger".

Where the name of a country was exchanged, what the text says of its place is left behind.
`lands.tsv` is generous: whatever anybody may count among the countries of a kind is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from babelproof.errors import FactsError
from babelproof.facts.evidence import Evidence
from babelproof.facts.mentions import Mentions, PlaceMention
from babelproof.facts.regions import belongs, parts_of
from babelproof.facts.store import FOLDER, FactStore
from babelproof.labels import Label

LANDS = "lands.tsv"

_NOUN = r"(?:country|nation|state|republic|kingdom|sultanate|emirate|monarchy|archipelago)"
_ALONE = ("landlocked", "land-locked", "Landlocked", "Land-locked")
"""Kinds that stand before the name itself: "landlocked Bolivia"; "European France" is no claim."""


class Lands:
    """Compares what a document says of countries with the kinds they are of."""

    def __init__(self, store: FactStore, folder: Path = FOLDER) -> None:
        self._store = store
        self._kinds = _read(folder / LANDS)
        longest_first = sorted(self._kinds, key=len, reverse=True)
        kinds = "|".join(map(re.escape, longest_first))
        self._word = re.compile(rf"\b(?:{kinds})\b")
        said = rf"(?P<said>(?:(?:{kinds}|[a-z][a-z-]*),? ){{1,5}})"
        self._before = re.compile(
            rf"(?<![\w-]){said}{_NOUN} of (?:the )?$|(?<![\w-])(?P<alone>{'|'.join(_ALONE)}) $"
        )
        # In a list "a European nation" may be an item of its own: "Peru, a European nation, Mali".
        self._after = re.compile(rf", (?:a|an|the) {said}{_NOUN}\b(?!,? (?:and |or )?[A-Z])")

    def judge(self, number: int, mentions: Mentions) -> Iterator[Evidence]:
        """Give the evidence of a sentence that counts a country among those of another kind."""
        if not mentions.places or not self._word.search(mentions.sentence):
            return
        for place in mentions.places:
            wrong = [
                kind for kind in self._said(mentions.sentence, place) if self._wrong(kind, place)
            ]
            if wrong:
                yield self._evidence(number, wrong[0], place)

    def _said(self, sentence: str, place: PlaceMention) -> list[str]:
        """Give the kinds that a sentence counts a country among."""
        if sentence[place.end : place.end + 1] in ("-", "–", "'", "’"):
            return []
        match = self._before.search(sentence, 0, place.start)
        if match is not None and match["alone"]:
            return [match["alone"]]
        match = match or self._after.match(sentence, place.end)
        return [] if match is None else self._word.findall(match["said"])

    def _wrong(self, kind: str, place: PlaceMention) -> bool:
        if not self._store.are_countries(place.codes):
            return False
        right = self._kinds[kind]
        return not any(
            belongs(code, right) or not right.isdisjoint(parts_of(code)) for code in place.codes
        )

    def _evidence(self, number: int, kind: str, place: PlaceMention) -> Evidence:
        name = self._store.either_name(place.codes)
        said = kind.lower() if kind in _ALONE else f"a country called {kind}"
        return Evidence(
            Label.COUNTRY,
            number,
            place.start,
            place.end,
            f"{name} is not {said}",
            name,
            "countries",
            None,
            frozenset(map(self._store.country_name, place.codes)),
        )


def _read(path: Path) -> Mapping[str, frozenset[str]]:
    """Read the kinds, each by all its words; FactsError where a line is malformed."""
    if not path.is_file():
        raise FactsError(f"{path}: expected a file, found none; install the package again")
    _, *lines = path.read_text(encoding="utf-8").splitlines()
    kinds: dict[str, frozenset[str]] = {}
    for number, line in enumerate(lines, start=2):
        words, _, codes = line.partition("\t")
        if not words or not codes:
            raise FactsError(f"{path}, line {number}: expected words and codes, found {line!r}")
        kinds.update(dict.fromkeys(words.split("|"), frozenset(codes.split())))
    return kinds
