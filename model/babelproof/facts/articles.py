"""The article before a country's name: nobody writes "the Syria has", or "a Iranian ship".

Where one country's name was put in another's place, the article of the other stays behind ("the
Syria" for the United States, "a Iranian" for a Russian); translators out of languages without
articles put wrong ones, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from babelproof.facts.evidence import Evidence
from babelproof.facts.folding import fold
from babelproof.facts.mentions import Mentions, PlaceMention
from babelproof.facts.store import FactStore
from babelproof.labels import Label

EITHER_WAY = frozenset(
    "BQ CD CG CI EH GE GN GS JE JO KM LB NE PA PY SC SD SN TR UA UY VA YE".split()
)
"""Countries that some write with an article, and those whose names a river, a bird, a hat, a cow
or a coin has as well."""

_A_OR_AN = re.compile(r"""(?:(?<![\w.'’-])(an?)|^["'“‘(]*([Aa]n?)) $""")
"""A capital within a sentence is a letter: "vitamin A", "triple A"."""

_BEFORE_A_VOWEL, _BEFORE_A_CONSONANT = "aeio", "bcdfgjklmnpqrstvwyz"
"""First letters of countries' names that leave no doubt: "an Ukrainian" is a slip of careful
writers, too, and some write "an Hungarian"."""

_THE = re.compile(r"(?<![\w-])[Tt]he $")
_ENDS = re.compile(
    # "the Iraq war", "the Iran, China and Russia desks" and "the Russia we knew" are English; "the
    # Iran's plan" is a slip of careful writers, too.
    r" (?:has|had|is|was|will|would|says|said|can|could|must|may|should|also|announced|became|did"
    r"|does|wants|have|not|because|with|on|against|into|immediately|signed|agreed|told|took|went"
    r"|came|gave|met|joined|launched|began|started|won|lost|continues|seeks|believes|refused"
    r"|rejected|accused)\b|[.;:)?!]+[\"'”’]?(?:\s|$)|,[\"”’]? [a-z]|$"
)
_SEVERAL_WORDS = re.compile(r"\b(?:and|Islands?|Lands|City|Territory)\b|,|\(")


class Articles:
    """The names of a store's countries that stand without an article."""

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self._names = frozenset(
            country.name
            for country in store.countries.values()
            if not country.article
            and country.code not in EITHER_WAY
            and not _SEVERAL_WORDS.search(country.name)
        )

    def judge(self, number: int, mentions: Mentions) -> Iterator[Evidence]:
        """Give the countries of a sentence that have another article than they take."""
        for place in mentions.places:
            fact = self._wrong(mentions.sentence, place)
            if fact is not None:
                name = mentions.sentence[place.start : place.end]
                yield Evidence(
                    Label.COUNTRY,
                    number,
                    place.start,
                    place.end,
                    f"{fact}: another name may have stood here",
                    name,
                    "countries",
                    None,
                    frozenset(map(self._store.country_name, place.codes)),
                )

    def _wrong(self, sentence: str, place: PlaceMention) -> str | None:
        """Say what is wrong with the article before a place; None where nothing is."""
        word = sentence[place.start : place.end]
        if (
            word in self._names
            and _THE.search(sentence, 0, place.start)
            and _ENDS.match(sentence, place.end)
        ):
            return f'{word} is written without "the"'
        before = _A_OR_AN.search(sentence, 0, place.start)
        if before is None or not self._store.are_countries(place.codes):
            return None
        article = before[1] or before[2]
        wants = _article(word)
        if wants is None or wants == article.lower():
            return None
        return f'"{article} {word}" should be "{wants} {word}"'


def _article(word: str) -> str | None:
    """Give the indefinite article before a country's name or adjective; None where unsure.

    >>> _article("Iranian"), _article("Danish"), _article("Ukrainian"), _article("ROK")
    ('an', 'a', None, None)
    """
    if word.isupper():
        return None  # letters are said one by one
    first = fold(word[0])
    if first in _BEFORE_A_VOWEL:
        return "an"
    return "a" if first in _BEFORE_A_CONSONANT else None
