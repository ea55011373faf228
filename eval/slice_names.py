"""Names by origin: told by the people of the facts and the countries of their offices."""

from __future__ import annotations

import calendar
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from babelproof.facts.store import FactStore, Person

ORIGINS: dict[str, str] = {
    "African": "AO BF BI BJ BW CD CF CG CI CM CV ER ET GA GH GM GN GQ GW KE LR LS MG ML MW MZ NA "
    "NE NG RW SL SN SO SS ST SZ TD TG TZ UG ZA ZM ZW",
    "Chinese": "CN HK MO TW",
    "Slavic": "BA BG BY CS CZ HR ME MK PL RS RU SI SK SU UA YU",
    "South Asian": "BD IN LK NP PK",
    "Arabic": "AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE",
}
"""The countries whose officeholders show what names of an origin are made of."""

ROLES = (
    *("head_of_state", "head_of_government", "foreign", "defence", "finance", "interior"),
    *("justice", "central_bank", "legislature", "ambassador", "party", "org_head", "other"),
)

OWN_SHARE = 0.8
"""Of the people with a word in their name: how many an origin must have to call it its own."""

NO_PEOPLE = frozenset({"Boko", "Haram", *calendar.day_name, *calendar.month_name})
"""Words of names that are no person's, or only sometimes."""

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_RUN = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w’'-]+(?:\s+(?:(?:al|bin|ben|el|ibn|abu)\s+)?[A-ZÀ-ÖØ-Þ][\w’'-]+)+"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_PINYIN = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|"
    r"ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|[aeiou])){1,2}",
    re.IGNORECASE,
)
"""One or two syllables of Chinese as Latin letters write them: given names seldom come twice."""


@dataclass(frozen=True)
class NameList:
    """Words that only names of one origin are made of, by word; `ordinary` ones are none."""

    origin_of: Mapping[str, str]
    ordinary: frozenset[str] = frozenset()

    @classmethod
    def of(cls, store: FactStore, lower_words: Iterable[str] = ()) -> NameList:
        """Learn the words from a store; `lower_words` are words that are not only names.

        Words of countries and capitals are left out, and so is whoever held offices in
        countries of several origins.
        """
        regions = {code: name for name, codes in ORIGINS.items() for code in codes.split()}
        people: dict[Person, set[str | None]] = {}
        for code in store.countries:
            for role in ROLES:
                for person in store.holders(code, role):
                    people.setdefault(person, set()).add(regions.get(code))
        counts: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
        for person, origins in people.items():
            origin = next(iter(origins)) if len(origins) == 1 else None
            for word in {word for name in person.names for word in _WORD.findall(name)}:
                counts[word][origin] += 1
        places = {
            word
            for country in store.countries.values()
            for text in (*country.forms, *country.capitals)
            for word in _WORD.findall(text)
        }
        ordinary = frozenset(word.casefold() for word in lower_words)
        found: dict[str, str] = {}
        for word, by_origin in counts.items():
            ((origin, count),) = by_origin.most_common(1)
            own = origin is not None and count >= OWN_SHARE * by_origin.total()
            named = word[0].isupper() and word not in places and word not in NO_PEOPLE
            if own and named and word.casefold() not in ordinary:
                found[word] = str(origin)
        return cls(found, ordinary)

    def find(self, text: str) -> tuple[str, str] | None:
        """Return the origin and the first name in a text: two words on end that are its own."""
        for run in _RUN.finditer(text):
            words = [_POSSESSIVE.sub("", word) for word in run.group().split()]
            for first, second in pairwise(words):
                origin = self.origin_of.get(first)
                if origin is not None and self._fits(second, origin):
                    return origin, f"{first} {second}"
        return None

    def _fits(self, word: str, origin: str) -> bool:
        own = self.origin_of.get(word)
        if own is None and origin == "Chinese" and word.casefold() not in self.ordinary:
            return _PINYIN.fullmatch(word.replace("-", "")) is not None
        return own == origin
