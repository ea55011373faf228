"""Finds what names a country in sentences: its name, its people, its capital."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from data.documents import Document
from data.lexicons import Country
from training.corruptions.country_words import (
    ADVERBS,
    ALSO_ADJECTIVES,
    AMBIGUOUS,
    CALENDAR,
    FIXED_NEXT,
    GEOGRAPHY,
    LANGUAGE_BEFORE,
    NAME_HEADS,
    PREFIXES,
    CountryWord,
    Form,
    country_words,
    first_names,
    is_noun_like,
    office_words,
    single_words,
    takes_article,
)
from training.corruptions.english import DETERMINERS, FUNCTION_WORDS


@dataclass(frozen=True)
class Mention:
    """A country named at characters `[start, end)` of a sentence, without "the" or "'s".

    `form` says how it is used, so `US` in `US officials` is an adjective and `German` in
    `a German said` a person.
    """

    sentence: int
    start: int
    end: int
    text: str
    country: Country
    form: Form
    attributive: bool
    """Stands before a noun: `China trade`, `Chinese trade`."""
    article: int | None
    """Where the "the" that belongs to the name begins."""
    within_name: bool
    """Part of a longer proper name, or perhaps no country at all: leave it alone."""
    in_list: bool = False
    """Another country stands beside it, with only a comma or `and` between."""
    compound: bool = False
    """Joined to another country by a hyphen: `Uzbek-Russian`."""


_CAPITALISED = re.compile(r"(?<![^\W_])(?<![’'](?=s\b))[^\W\d_a-z][^\W\d_]*")
_NEXT = re.compile(r"(?:['’]s?)?(?:[ \xa0]|(-))((?:[^\W_]|(?<=[A-Z])\.|['’.-](?=[^\W_]))+)")
_BEFORE = re.compile(r"([^\W_]+\.?)([ \xa0]|-|, )$")
_OF = re.compile(r"([A-Z][a-z]+) of (?:the )?$")
_BETWEEN = re.compile(r",? (?:and|or|&) (?:the )?|, (?:the )?|,? and (?:in|by|from) ")
_US_PLACE = re.compile(
    r"Atlanta|Savannah|Alabama|Florida|Carolina|Tennessee|\bGa\.|Peach|Macon|Augusta|Michigan|Ohio"
)
_FIRST_NATIONS = re.compile(
    r"\b[Tt]rib(?:e|es|al)\b|[Rr]eservation|Cherokee|Sioux|Navajo|Apache|settlers|Native|Bureau"
)
_CAUCASUS = re.compile(r"Tbilisi|Ossetia|Abkhazia|Armenia|Azerbaijan|Russia|Saakashvili|Batumi")


def _title_case(sentence: str) -> bool:
    words = [word for word in sentence.split() if word[0].isalpha() and len(word) > 3]
    return len(words) >= 6 and sum(word[0].isupper() for word in words) > 0.75 * len(words)


def _after(sentence: str, end: int) -> tuple[str, bool, bool]:
    """The next word, whether a hyphen joins it, whether an `'s` stands between."""
    found = _NEXT.match(sentence, end)
    if found is None:
        return "", False, sentence[end : end + 1] in ("'", "’")
    possessive = sentence[end : end + 1] in ("'", "’")
    return found.group(2), found.group(1) is not None, possessive


def _begins_name(
    sentence: str, word: CountryWord, start: int, follow: str, joined: bool, possessive: bool
) -> bool:
    """Whether the words after the country make it part of a longer name or a set phrase."""
    if joined:
        return follow.startswith(("language", "speaking", "born")) and word.form != "name"
    if not follow or possessive:
        return False
    if follow[0].isupper():
        free = follow in office_words() or follow in CALENDAR or follow.isupper()
        of = sentence.endswith((" of ", " of the "), 0, start)
        person = (of or word.form in ("adjective", "person")) and follow in first_names()
        return not (free or person or follow in single_words())
    return follow in FIXED_NEXT or (word.text == "Washington" and follow == "state")


def _ends_name(sentence: str, word: CountryWord, start: int) -> bool:
    """Whether the words before the country make it part of a longer name."""
    head = sentence[max(0, start - 40) : start]
    found = _BEFORE.search(head)
    if found is None:
        return False
    before, gap = found.groups()
    if gap == "-":
        known = before in single_words() or head.endswith(("U.S.-", "U.K.-"))
        return before.lower() not in PREFIXES and not known
    if gap == ", ":
        # `Athens, Georgia` is no more Greek than Georgian.
        return False
    first = found.start() == 0 and len(head) == start
    if before[0].isupper() and before.lower().rstrip(".") not in FUNCTION_WORDS:
        if before in CALENDAR or before in office_words() or before in single_words():
            return False
        if first and word.form in ("adjective", "people", "person"):
            return before in first_names()
        return not (first and (before in ADVERBS or before.endswith("ly")))
    of = _OF.search(head)
    return of is not None and of.group(1) in NAME_HEADS


def _form(sentence: str, word: CountryWord, start: int, follow: str, noun: bool) -> Form:
    """How the word is used here; only adjectives and abbreviations have a choice."""
    if word.text in ALSO_ADJECTIVES:
        return "adjective" if noun else "name"
    if word.form != "adjective" or noun or follow in first_names():
        return word.form
    before = sentence[:start].rsplit(None, 1)
    last = before[-1].lower() if before else ""
    country = word.country
    if last in ("a", "an", "another", "one") and country.person == word.text:
        return "person"
    if last == "the" and country.people == word.text:
        return "people"
    return "adjective"


def _longest(sentence: str, start: int, words: tuple[CountryWord, ...]) -> CountryWord | None:
    for word in words:
        after = sentence[start + len(word.text) : start + len(word.text) + 1]
        if sentence.startswith(word.text, start) and not after.isalnum():
            return word
    return None


def _article(sentence: str, start: int, word: CountryWord, form: Form) -> int | None:
    """Where the "the" right before the name begins, when it belongs to the name."""
    if form != "name" or not takes_article(word.text, word.country) or start < 4:
        return None
    the = start - 4
    if sentence[the:start].lower() != "the " or (the and sentence[the - 1].isalnum()):
        return None
    return the


def _mention(
    sentence: str, number: int, start: int, word: CountryWord, title_case: bool
) -> Mention:
    end = start + len(word.text)
    follow, joined, possessive = _after(sentence, end)
    # The full stop of an abbreviation may end the sentence too: `in the U.S. The …`.
    if word.text.endswith(".") and follow in ("The", "In", "He", "She", "It", "But", "A"):
        follow = ""
    noun = not possessive and (joined or is_noun_like(follow) or follow in office_words())
    form = _form(sentence, word, start, "" if possessive else follow, noun)
    within = not title_case and (
        _begins_name(sentence, word, start, follow, joined, possessive)
        or _ends_name(sentence, word, start)
    )
    head = sentence[:start].rsplit(None, 1)
    if form == "adjective" and not noun and head and head[-1].lower() in LANGUAGE_BEFORE:
        within = True
    article = _article(sentence, start, word, form)
    return Mention(number, start, end, word.text, word.country, form, noun, article, within)


def _in_sentence(sentence: str, number: int) -> list[Mention]:
    if sentence.isupper():
        return []
    # Names are listed with straight apostrophes: `People's Republic of China`.
    sentence = sentence.replace("’", "'")
    table = country_words()
    title_case = _title_case(sentence)
    found: list[Mention] = []
    for match in _CAPITALISED.finditer(sentence):
        words = table.get(match.group())
        if words is None or (found and match.start() < found[-1].end):
            continue
        word = _longest(sentence, match.start(), words)
        if word is not None:
            found.append(_mention(sentence, number, match.start(), word, title_case))
    return _beside(sentence, found)


def _beside(sentence: str, found: list[Mention]) -> list[Mention]:
    """Marks lists and compounds among the mentions of one sentence."""
    marked = list(found)
    for left in range(len(found) - 1):
        gap = sentence[found[left].end : found[left + 1].start]
        joined = gap in ("-", "–", "/")
        # `Tehran, Iran` names one place, not two.
        same = found[left].country == found[left + 1].country
        listed = not joined and not same and _BETWEEN.fullmatch(gap) is not None
        for place in (left, left + 1):
            old = marked[place]
            marked[place] = replace(
                old, compound=old.compound or joined, in_list=old.in_list or listed
            )
    return marked


def _doubtful(mention: Mention, sentences: tuple[str, ...], sure: set[str]) -> bool:
    """Whether an ambiguous word probably is not the country here."""
    if mention.text not in AMBIGUOUS:
        return False
    if mention.country.iso2 == "GE":
        return any(map(_US_PLACE.search, sentences)) or not any(map(_CAUCASUS.search, sentences))
    if mention.text.startswith("Indian") and any(map(_FIRST_NATIONS.search, sentences)):
        return True
    if mention.country.iso2 in sure:
        return False
    before = sentences[mention.sentence][: mention.start].rsplit(None, 1)
    if mention.form in ("person", "people", "adjective"):
        return not (mention.attributive or (before and before[-1].lower() in DETERMINERS))
    return not before or before[-1].lower() not in GEOGRAPHY


@lru_cache(maxsize=2048)
def _find(sentences: tuple[str, ...]) -> tuple[Mention, ...]:
    found = [
        mention for number, text in enumerate(sentences) for mention in _in_sentence(text, number)
    ]
    # `Michael Jordan` anywhere makes every lone `Jordan` a person.
    persons = {m.text for m in found if m.within_name and m.text in AMBIGUOUS}
    sure = {m.country.iso2 for m in found if not m.within_name and m.text not in AMBIGUOUS}
    return tuple(
        replace(m, within_name=True)
        if not m.within_name and (m.text in persons or _doubtful(m, sentences, sure))
        else m
        for m in found
    )


def find_mentions(document: Document) -> tuple[Mention, ...]:
    """Every mention of a country in order, with those inside longer names marked."""
    return _find(document.sentences)
