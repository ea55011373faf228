"""Borders: "the Uzbek-Russian border", "Uzbekistan's border with Russia"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from babelproof.facts.evidence import Evidence
from babelproof.facts.geography import Geography
from babelproof.facts.mentions import Finder, Mentions, PlaceMention
from babelproof.facts.store import FactStore
from babelproof.labels import Label

LEAD = 3
"""Sentences at the start of a document that say what it is about: headline and opening."""

LIKELY = 0.7
"""Weight of a confusion from which a country that the document never names is proposed."""

_WORD = re.compile(r"border|frontier")
_KINDS = (
    r"(?:(?:[a-z]+-)?(?:north|south|east|west|northeast|northwest|southeast|southwest)(?:ern)?"
    r"|(?:north|south)-?(?:east|west)(?:ern)?|long|short|land|common|shared|mutual|joint|porous"
    r"|narrow|open|closed|disputed|tense|volatile|mountainous|restive|own|entire|vast|whole|busy"
    r"|lawless|remote|only|international|state|national|external|contested|sensitive|current"
    r"|[\d,.]+[- ]?(?:km|kilomet\w+|miles?)(?:-long)?)"
)
_BORDER = r"(?:border|frontier)"
# Joint guards, talks or taxes need no common border.
_ENDS = (
    r"(?![\w-]| (?:guards?|patrols?|police|(?:special |security )?forces?|troops?|services?"
    r"|agenc\w+|officials?|officers?|commissions?|committees?|co-?operation|talks|agreements?"
    r"|treat\w+|controls?|security|management|tax\w*|trade|protection|ministers?|summit|relations"
    r"|states?|measures|polic\w+|regime|exercises?|drills?|experts?|staff|adjustment|workers?)\b)"
)
_ON_LAND = re.compile(rf"\bland {_BORDER}")
_DASH = re.compile(r" ?[-–—/] ?")
_AFTER_DASH = re.compile(rf" (?:{_KINDS} )?{_BORDER}s?{_ENDS}")
_BEFORE_TWO = re.compile(
    rf"\b{_BORDER}(?: (?:crossing|area|region|line|zone|post|checkpoint))? (?:between|of) "
    r"(?:the )?$",
    re.IGNORECASE,
)
_AND = re.compile(r" and (?:the )?")
_LISTED = re.compile(
    rf"['’]|,? (?:and|or|as well as|&) (?:the )?(?:{_KINDS} )?[A-Z]|, [A-Z][\w .-]*,? (?:and|or) "
)
_LENGTH = (
    r"(?: (?:of|that is|which is|stretching|running|measuring)"
    r"(?: (?:about|some|around|roughly|nearly|almost|over|more than|approximately))?"
    r" [\d,.]+[ -]?(?:km|kilomet\w+|miles?)(?: long| in length)?,?)?"
)
_WITH = re.compile(
    rf"(?:['’]s?)? (?:{_KINDS} ){{0,3}}{_BORDER}s? with (?:the )?"
    rf"|,? (?:(?:which|that) )?(?:also )?(?:shares?|shared|sharing|has|have|had) an? "
    rf"(?:{_KINDS},? ){{0,3}}{_BORDER}{_LENGTH} with (?:the )?"
    r"|,? (?:(?:which|that) )?(?:also |directly )?(?:borders|bordering)(?: on)? (?:the )?"
)
_ITS = re.compile(
    rf" [^A-Z\"“;:]*\b(?:its|the country['’]s) (?:{_KINDS} ){{0,3}}{_BORDER}s? with (?:the )?"
)
_INSIDE = re.compile(rf"\b[Ii]n (?:the )?(?:{_KINDS} )?$")
_NEAR = r",? (?:near|along|on|at|close to|next to) (?:the|its) "
_NEAR_WITH = re.compile(rf"{_NEAR}(?:{_KINDS} )?{_BORDER}s? with (?:the )?")
_NEAR_OF = re.compile(rf"{_NEAR}(?:{_KINDS} )?")
_BORDER_AFTER = re.compile(rf" (?:{_KINDS} )?{_BORDER}{_ENDS}")


@dataclass(frozen=True)
class _Side:
    """One of two countries said to share a border, as a candidate for the wrong one."""

    place: PlaceMention
    likely: str
    """Code of the likely right country, empty where none is known."""
    rank: tuple[bool, int, int, float]
    """How wrong this one is beside the other: the higher, the more."""


class Borders:
    """Compares the borders of a document with geography."""

    def __init__(self, store: FactStore, finder: Finder, geography: Geography) -> None:
        self._store = store
        self._finder = finder
        self._geography = geography

    def judge(self, read: Sequence[Mentions]) -> Iterator[Evidence]:
        """Give the evidence of sentences that speak of a border which is none.

        Countries on one sea, and those that history or an overseas part joins, are left
        alone; so is a country without land borders, unless the document names one that it
        is confused with.
        """
        for number, mentions in enumerate(read):
            if mentions.places and _WORD.search(mentions.sentence.lower()):
                for one, other in self._said(mentions):
                    if self._wrong(one, other) or self._is_an_island(mentions, one, other):
                        yield from self._evidence(read, number, one, other)

    def _said(self, mentions: Mentions) -> Iterator[tuple[PlaceMention, PlaceMention]]:
        """Pairs of countries that a sentence says have a common border."""
        sentence, places = mentions.sentence, mentions.places
        for one in places:
            joined = self._joined(sentence, one)
            if joined is not None:
                yield one, joined
        for one, other in pairwise(places):
            gap, rest = sentence[one.end : other.start], sentence[other.end :]
            before = sentence[: one.start]
            if rest[:1] in ("-", "–", "—", "/") or before.endswith(("New ", "Inner ")):
                continue  # "New Guinea" is not Guinea
            if _AND.fullmatch(gap):
                if _BEFORE_TWO.search(before) and not _LISTED.match(rest):
                    yield one, other
            elif _WITH.fullmatch(gap) or (before in ("", "The ") and _ITS.fullmatch(gap)):
                yield one, other
            elif _INSIDE.search(before):
                of = _NEAR_OF.fullmatch(gap) and _BORDER_AFTER.match(rest)
                if of or _NEAR_WITH.fullmatch(gap):
                    yield one, other

    def _joined(self, sentence: str, one: PlaceMention) -> PlaceMention | None:
        """The second of "the Uzbek-Russian border"; a hyphen hides it from the finder."""
        dash = _DASH.match(sentence, one.end)
        before = sentence[: one.start]
        if dash is None or before.endswith(("-", "–", "—", "/", "New ", "Inner ")):
            return None
        places = self._finder.find(sentence[dash.end() : dash.end() + 60]).places
        if not places or places[0].start:
            return None
        end = dash.end() + places[0].end
        if not _AFTER_DASH.match(sentence, end):
            return None
        return PlaceMention(dash.end(), end, places[0].codes)

    def _wrong(self, one: PlaceMention, other: PlaceMention) -> bool:
        pairs = product(one.codes, other.codes)
        return not any(self._geography.may_border(*pair) for pair in pairs)

    def _is_an_island(self, mentions: Mentions, one: PlaceMention, other: PlaceMention) -> bool:
        """Whether a sentence gives a country that has none a border on land: "a land border"."""
        if not _ON_LAND.search(mentions.sentence, one.end, max(one.end, other.start)):
            return False
        return self._wrong_on_land(one) or self._wrong_on_land(other)

    def _wrong_on_land(self, place: PlaceMention) -> bool:
        return self._store.are_countries(place.codes) and not any(
            map(self._geography.has_land_border, place.codes)
        )

    def _evidence(
        self, read: Sequence[Mentions], number: int, one: PlaceMention, other: PlaceMention
    ) -> Iterator[Evidence]:
        sides = [self._side(read, number, one, other), self._side(read, number, other, one)]
        wrong, right = sorted(sides, key=lambda side: side.rank, reverse=True)
        islands = [place for place in (one, other) if self._wrong_on_land(place)]
        between = read[number].sentence[one.end : other.start]
        if islands and not wrong.rank[0] and _ON_LAND.search(between):
            wrong, right = sorted(sides, key=lambda side: side.place not in islands)
        elif islands and (not wrong.rank[0] or wrong.place not in islands):
            return  # "the Australian border with China" is that of travellers
        names = [self._store.either_name(side.place.codes) for side in (wrong, right)]
        fact = f"{names[0]} and {names[1]} share no border"
        likely = self._store.country_name(wrong.likely) if wrong.likely else None
        if likely is not None:
            named = "the document speaks of" if wrong.rank[0] else f"{names[0]} is taken for"
            fact += f"; {named} {likely}, which does"
        yield Evidence(
            Label.COUNTRY,
            number,
            wrong.place.start,
            wrong.place.end,
            fact,
            names[0],
            "countries",
            likely,
            frozenset(map(self._store.country_name, wrong.place.codes)),
            wrong.likely,
        )

    def _side(
        self, read: Sequence[Mentions], number: int, place: PlaceMention, other: PlaceMention
    ) -> _Side:
        """How well a place would be the wrong one of two that share no border."""
        geography = self._geography
        alike = {
            code: weight
            for own in place.codes
            for code, weight in geography.alike(own).items()
            if any(geography.may_border(code, far) for far in other.codes)
        }
        # One that the text never names is likely only where it is a neighbour on land.
        near = {code for code in alike if any(geography.border(code, far) for far in other.codes)}
        elsewhere = [
            (index, mention.codes)
            for index, mentions in enumerate(read)
            for mention in mentions.places
            if index != number or mention not in (place, other)
        ]
        named = {code for _, codes in elsewhere if len(codes) == 1 for code in codes} & alike.keys()
        lead = sum(codes == place.codes for index, codes in elsewhere if index < LEAD)
        count = sum(codes == place.codes for _, codes in elsewhere)
        best = max(named or near, key=lambda code: (alike[code], code), default="")
        weight = alike.get(best, 0.0)
        likely = best if named or weight >= LIKELY else ""
        return _Side(place, likely, (bool(named), -lead, -count, weight))
