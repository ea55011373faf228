"""A country wrong throughout a document, once a fact has contradicted it in one place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from babelproof.facts.borders import LEAD, LIKELY
from babelproof.facts.evidence import Evidence
from babelproof.facts.folding import fold
from babelproof.facts.geography import Geography
from babelproof.facts.mentions import Mentions
from babelproof.facts.people import Names
from babelproof.facts.regions import belongs
from babelproof.facts.store import FactStore
from babelproof.labels import Label


class Throughout:
    """Follows a contradicted country through the rest of its document."""

    def __init__(self, store: FactStore, geography: Geography) -> None:
        self._store = store
        self._geography = geography
        self._codes = {country.name: country.code for country in store.countries.values()}

    def judge(
        self, read: Sequence[Mentions], known: Names, evidence: Iterable[Evidence]
    ) -> Iterator[Evidence]:
        """Give the other places of a country that stands for another one.

        `evidence`: what contradicts single places. A country is followed only where nothing
        in the document speaks for it: its capital, its officeholders, a neighbour of its own
        or the right country beside it.
        """
        anchors: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for item in evidence:
            if item.label is Label.COUNTRY and item.right and len(item.claimed) == 1:
                wrong = self._codes.get(next(iter(item.claimed)), "")
                if wrong and wrong != item.right:
                    anchors[wrong, item.right].append(item)
        confusions = Counter(wrong for wrong, _ in anchors)
        for (wrong, right), items in anchors.items():
            if confusions[wrong] > 1:
                continue  # it stands for two countries, so who knows for which elsewhere
            cities = [item for item in items if item.proposal != self._store.country_name(right)]
            others = _Others(read, wrong, right, items, cities)
            if self._confused(others) and not self._supported(read, known, others):
                yield from self._places(others)

    def _confused(self, others: _Others) -> bool:
        """Whether the wrong country may stand for the right one wherever it is named."""
        sure = len({item.sentence for item in others.anchors}) > 1
        wrong, right = others.wrong, others.right
        about = others.in_lead(right)  # the text is about the right one
        weight = self._geography.alike(wrong).get(right, 0.0)
        if not weight:
            main = about and not others.in_lead(wrong)
            return sure and main and others.count(right) >= 2 * others.count(wrong)
        if sure:
            return True
        if not about or self._geography.border(wrong, right):
            return False  # the subject, or a neighbour, is named for its own sake, too
        # One slip of a capital says little: the text must speak of its country more.
        least = others.count(wrong) if others.only_capitals else 0
        often = weight >= LIKELY or others.count(wrong) > 1
        return often and others.count(right) > least

    def _supported(self, read: Sequence[Mentions], known: Names, others: _Others) -> bool:
        """Whether the document speaks of the wrong country for its own sake."""
        wrong, right = others.wrong, others.right
        countries = self._store.countries
        capitals = {fold(name) for name in countries[wrong].capitals} - {
            fold(form) for form in countries[wrong].forms
        }
        if any(_has(mentions.sentence, capitals) for mentions in read):
            return True
        held = [
            {tenure.country for tenure in person.tenures}
            for full in known.full_names
            for person in known.named(full)
        ]
        if any(_of(codes, wrong) and not _of(codes, right) for codes in held):
            return True
        own = {
            code
            for code in countries
            if self._geography.border(code, wrong) and not self._geography.may_border(code, right)
        }
        beside, elsewhere = others.beside()
        # In a list of countries each is meant: others may stand there that the text knows.
        return bool(beside & {right, *own} or beside - elsewhere - {wrong})

    def _places(self, others: _Others) -> Iterator[Evidence]:
        anchor = min(others.anchors, key=lambda item: (item.sentence, item.start))
        wrong, right = map(self._store.country_name, (others.wrong, others.right))
        for number, start, end in others.places:
            yield Evidence(
                Label.COUNTRY,
                number,
                start,
                end,
                f"{wrong} stands for {right} in sentence {anchor.sentence + 1}: {anchor.fact}",
                anchor.person,
                anchor.source,
                right,
                frozenset({wrong}),
                others.right,
            )


class _Others:
    """Where a document names two countries, its contradicted places aside.

    `cities`: those of the `anchors` that mark a capital beside the wrong country.
    """

    def __init__(
        self,
        read: Sequence[Mentions],
        wrong: str,
        right: str,
        anchors: Sequence[Evidence],
        cities: Sequence[Evidence],
    ) -> None:
        self.wrong = wrong
        self.right = right
        self.anchors = anchors
        told = {(item.sentence, item.start) for item in anchors}
        capitals = {item.sentence for item in cities}
        self.only_capitals = len(cities) == len(anchors)
        self._beside: defaultdict[int, set[str]] = defaultdict(set)
        self._found: dict[str, list[tuple[int, int, int]]] = {wrong: [], right: []}
        for number, mentions in enumerate(read):
            for place in mentions.places:
                self._beside[number].update(place.codes)
                code = next(iter(place.codes)) if len(place.codes) == 1 else ""
                if code == wrong and number in capitals:
                    continue  # the anchor is the city beside it
                if code in self._found and (number, place.start) not in told:
                    self._found[code].append((number, place.start, place.end))

    @property
    def places(self) -> Sequence[tuple[int, int, int]]:
        """Sentence, start and end of the other places of the wrong country."""
        return self._found[self.wrong]

    def count(self, code: str) -> int:
        """Give how often one of the two is named."""
        return len(self._found[code])

    def in_lead(self, code: str) -> bool:
        """Say whether the headline or the opening names one of the two."""
        return any(number < LEAD for number, _, _ in self._found[code])

    def beside(self) -> tuple[set[str], set[str]]:
        """Give the countries of the sentences that name the wrong one, and of all others."""
        own = {number for number, _, _ in self.places}
        beside = (codes for number, codes in self._beside.items() if number in own)
        elsewhere = (codes for number, codes in self._beside.items() if number not in own)
        return set().union(*beside), set().union(*elsewhere)


def _of(codes: Iterable[str], country: str) -> bool:
    return any(belongs(code, [country]) for code in codes)


def _has(sentence: str, names: Iterable[str]) -> bool:
    folded = fold(sentence)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names)
