"""Writes a country into the place of another: form, "the", "a"/"an", possessive."""

from __future__ import annotations

import re
from random import Random

from data.lexicons import Country
from training.corruptions.country_words import ABBREVIATIONS, BASE_VERBS, takes_article, verbs
from training.corruptions.edits import Edit
from training.corruptions.english import DETERMINERS, FUNCTION_WORDS
from training.corruptions.mentions import Mention

_NAMES: dict[str, tuple[tuple[str, float], ...]] = {
    "US": (("United States", 5), ("US", 2), ("U.S.", 2), ("America", 1)),
    "GB": (("UK", 3), ("Britain", 4), ("United Kingdom", 2)),
    "AE": (("United Arab Emirates", 1), ("UAE", 1)),
    "CD": (("DR Congo", 1), ("Democratic Republic of the Congo", 1), ("Congo", 1)),
    "BA": (("Bosnia", 1), ("Bosnia and Herzegovina", 1)),
    "VA": (("Vatican", 1),),
    "NL": (("Netherlands", 4), ("Holland", 1)),
}
_ADJECTIVES = {"US": ("American", "US", "U.S."), "GB": ("British", "British", "UK")}
_SPOKEN_AS_CONSONANT = re.compile(r"US\b|U\.|UK\b|UAE\b|Ukr|Uga|Uru|United|Eu")
_ARTICLE = re.compile(r"(?<![^\W_])([Aa]n?) $")

ARTICLE_REPAIRED = 0.75
"""How often `a Russian` becomes `an Iranian` and not `a Iranian`."""


def name_of(country: Country, rng: Random) -> str:
    """A name of the country as news English uses it, without an article."""
    names = _NAMES.get(country.iso2)
    if names is None:
        return country.name
    return rng.choices([name for name, _ in names], [weight for _, weight in names])[0]


def adjective_of(country: Country, rng: Random) -> str:
    """The adjective of the country; empty where it has none."""
    return rng.choice(_ADJECTIVES.get(country.iso2, (country.adjective,)))


def takes_an(word: str) -> bool:
    """Whether the indefinite article before `word` is `an`."""
    return word[:1] in "AEIOU" and not _SPOKEN_AS_CONSONANT.match(word)


def word_for(mention: Mention, new: Country, rng: Random) -> str:
    """The word for `new` in the form of the mention; empty where there is none."""
    if mention.form == "name":
        return name_of(new, rng)
    if mention.form == "capital":
        return new.capital
    if mention.form == "person":
        return new.person
    if mention.form == "people":
        return new.people
    if mention.compound and mention.text in ABBREVIATIONS:
        return rng.choice((name_of(new, rng), new.adjective))
    return adjective_of(new, rng)


def write(
    sentence: str, mention: Mention, new: Country, word: str, rng: Random, stray_the: bool = False
) -> Edit | None:
    """The edit that puts `word` for `new` where the mention stands.

    "the" comes and goes with the name; with `stray_the` it stands where it should not, or
    is absent where it should be. The possessive keeps a right form; `a`/`an` before it is
    repaired mostly. `None` where nothing would change, or where "the" could not go wrong.
    """
    start, end = mention.start, mention.end
    if not word or word == mention.text:
        return None
    is_name = mention.form == "name" and not mention.attributive
    needs = is_name and takes_article(word, new)
    if stray_the:
        if mention.article is not None and needs:
            return None
        if mention.article is None and not needs:
            word = ("The " if start == 0 else "the ") + word
    elif mention.article is not None and not needs:
        start = mention.article
        if start == 0:
            word = word[0].upper() + word[1:]
    elif mention.article is None and needs and not _determined(sentence, start):
        word = ("The " if start == 0 else "the ") + word
    if sentence[end : end + 1] in ("'", "’") and sentence[end + 1 : end + 2] != "s":
        # `the Philippines' coast` -> `Peru's coast`
        if not word.endswith("s"):
            word, end = word + sentence[end] + "s", end + 1
    elif word.endswith(".") and sentence[end : end + 1] == ".":
        end += 1
    article = _ARTICLE.search(sentence, max(0, start - 3), start)
    if article is not None:
        right = "an" if takes_an(word) else "a"
        if right != article.group(1).lower() and rng.random() < ARTICLE_REPAIRED:
            right = right.capitalize() if article.group(1)[0] == "A" else right
            return Edit(article.start(), end, f"{right} {word}")
    return Edit(start, end, word)


def _determined(sentence: str, start: int) -> bool:
    """Whether the word before the name lets no "the" follow: `our`, `Maria's`, `northern`."""
    before = sentence[max(0, start - 40) : start].rsplit(None, 1)
    if not before or not sentence[:start].endswith(" "):
        return bool(before)
    word = before[-1]
    if word.endswith(("'s", "’s", "s'", "s’")) or word.lower() in DETERMINERS:
        return True
    if not word.isalpha() or word in FUNCTION_WORDS or word.endswith(("ed", "ing")):
        return not word.isalpha() and "-" in word
    return word.islower() and word not in verbs() and word not in BASE_VERBS
