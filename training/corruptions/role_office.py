"""Wrong offices: another title, two titles exchanged, a title of another country."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from babelproof.labels import Label
from data.documents import Document
from data.lexicons import Country, confusables, countries, country_by_code
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.name_known import SURNAMES
from training.corruptions.proper import Mention, mentions
from training.corruptions.replacements import Replacement, replace_all, with_article
from training.corruptions.role_titles import Title, other_title, same_office, titles

_ROLE = (Label.ROLE,)
Place = tuple[int, Title, Mention | None]
"""Sentence number, title, and the name after it."""


def _places(document: Document) -> list[Place]:
    holders = {
        (mention.sentence, mention.title[0]): mention
        for mention in mentions(document)
        if mention.title
    }
    return [
        (number, title, holders.get((number, title.start)))
        for number, sentence in enumerate(document.sentences)
        for title in titles(sentence)
    ]


def _named_again(document: Document, mention: Mention) -> bool:
    if mention.words[-1] in SURNAMES:
        return True
    last = mention.words[-1]
    return sum(last in sentence for sentence in document.sentences) > 1


def wrong_office(document: Document, rng: Random) -> Corrupted | None:
    """One title becomes another where the reader can know better."""
    found = _places(document)
    if not found:
        return None
    number, title, holder = rng.choice(found)
    new = other_title(title, rng)
    if not new:
        return None
    again = sum(title.text.lower() in text.lower() for text in document.sentences) > 1
    known = holder is not None and _named_again(document, holder)
    if not known and not again and not _of_country(document.sentences[number], title):
        return None
    replacements = [_retitle(document, number, title, new)]
    if rng.random() < 0.25:
        # The same mistake wherever this office stands, as a glossary would make it.
        replacements += [
            _retitle(document, other, that, new)
            for other, that, _ in found
            if that.text == title.text and (other, that.start) != (number, title.start)
        ]
    return replace_all(document, replacements, "role.wrong_office")


def _retitle(document: Document, number: int, title: Title, new: str) -> Replacement:
    """The new title in place of the old one, an article before it in agreement."""
    start, text, offset = with_article(document.sentences[number], title.start, new)
    if title.start == 0:
        text = text[:1].upper() + text[1:]
    mark = (offset, len(text), Label.ROLE)
    return Replacement(number, start, title.end, text, _ROLE, (mark,))


@cache
def _adjectives() -> dict[str, Country]:
    return {country.adjective: country for country in countries() if country.adjective}


@cache
def _country_names() -> dict[str, Country]:
    return {name: country for country in countries() for name in (country.name, *country.aliases)}


_BEFORE = re.compile(r"((?:[A-Z][\w'’.-]+ ){0,2}[A-Z][\w’'.-]+?)(['’]s?)? (?:(?:former|new) )?$")
_PARTS = frozenset({"New", "North", "South", "East", "West", "Northern", "Papua", "Great"})
_AFTER = re.compile(r"(?: of| to) (?:the )?((?:[A-Z][\w.-]+ ?){1,3})")


def _of_country(sentence: str, title: Title) -> tuple[int, int, Country, bool] | None:
    """Characters and country of `Russian` or `Russia's` before a title, or `of Russia` after.

    The last value says whether it is the adjective.
    """
    match = _BEFORE.search(sentence, max(0, title.start - 40), title.start)
    if match:
        words = match.group(1).split()
        for size in range(len(words), 0, -1):
            text = " ".join(words[-size:])
            start = match.end(1) - len(text)
            if size < len(words) and words[-size - 1] in _PARTS:
                # "New Jersey", "South Sudan": the word is a piece of another name.
                break
            if text in _adjectives() and not match.group(2):
                return start, match.end(1), _adjectives()[text], True
            if text in _country_names():
                return start, match.end(1), _country_names()[text], False
    after = _AFTER.match(sentence, title.end)
    if after:
        words = after.group(1).split()
        for size in range(len(words), 0, -1):
            text = " ".join(words[:size]).rstrip(".,")
            if text in _country_names():
                start = after.start(1)
                return start, start + len(text), _country_names()[text], False
    return None


def _other_country(document: Document, old: Country, rng: Random) -> Country:
    """A country of the document, one taken for `old`, or any that is in the news."""
    text = " ".join(document.sentences)
    pick = rng.random()
    if pick < 0.45:
        named = [
            country
            for country in countries()
            if country.prominence >= 1
            and country.iso2 != old.iso2
            and (country.name in text or (country.adjective and country.adjective in text))
        ]
        if named:
            return rng.choice(named)
    if pick < 0.75:
        pairs = [
            (pair.iso_b if pair.iso_a == old.iso2 else pair.iso_a, pair.weight)
            for pair in confusables()
            if old.iso2 in (pair.iso_a, pair.iso_b)
        ]
        if pairs:
            codes, weights = zip(*pairs, strict=True)
            return country_by_code()[rng.choices(codes, weights)[0]]
    return rng.choice([c for c in countries() if c.prominence >= 2 and c.iso2 != old.iso2])


def foreign_title(document: Document, rng: Random) -> Corrupted | None:
    """A title is attached to the wrong country ("Norwegian President" for the Polish one)."""
    found = []
    for number, title, holder in _places(document):
        country = _of_country(document.sentences[number], title)
        if country:
            found.append((number, title, holder, country))
    if not found:
        return None
    number, title, holder, (start, end, old, adjective) = rng.choice(found)
    known = holder is not None and _named_again(document, holder)
    mentioned = sum(
        (old.name in text) or bool(old.adjective and old.adjective in text)
        for text in document.sentences
    )
    if not known and mentioned < 2 and old.prominence < 3:
        return None
    new = _other_country(document, old, rng)
    sentence = document.sentences[number]
    loose = start < title.start and sentence[end] == " "
    text = new.adjective if adjective or (loose and new.adjective) else new.name
    if text == new.name and new.article and sentence[max(0, start - 4) : start].lower() != "the ":
        text = f"the {text}"
    if not text or text == sentence[start:end] or new.name.startswith(old.name):
        return None
    return _retitled(document, number, title, holder, (start, end, text), new.article)


def _retitled(
    document: Document,
    number: int,
    title: Title,
    holder: Mention | None,
    country: tuple[int, int, str],
    lends: bool,
) -> Corrupted | None:
    """Replace the country; mark it as country, and country, title and name as role."""
    sentence = document.sentences[number]
    start, end, text = country
    if start > title.start:
        whole = (title.start, end)
    else:
        whole = (start, holder.end if holder else title.end)
    body = sentence[whole[0] : start] + text + sentence[end : whole[1]]
    at, full, offset = with_article(sentence, whole[0], body)
    if sentence[max(0, start - 4) : start].lower() == "the " and start > title.start:
        if not lends:
            # "the Netherlands" lends its article to no other country.
            body = body.replace(f"the {text}", text)
        at, full, offset = whole[0], body, 0
    inner = full.index(text, offset)
    marks = (
        (inner, inner + len(text), Label.COUNTRY),
        (offset, len(full), Label.ROLE),
    )
    replacement = Replacement(number, at, whole[1], full, (Label.ROLE, Label.COUNTRY), marks)
    return replace_all(document, [replacement], "role.foreign_title")


def offices_exchanged(document: Document, rng: Random) -> Corrupted | None:
    """Two people's offices change places, in one sentence or across the document."""
    found = [(number, title, holder) for number, title, holder in _places(document) if holder]
    pairs = [
        (one, two)
        for index, one in enumerate(found)
        for two in found[index + 1 :]
        if not same_office(one[1].text.lower(), two[1].text.lower())
        and one[2].words[-1] != two[2].words[-1]
        and one[1].text[0].isupper() == two[1].text[0].isupper()
        and (_named_again(document, one[2]) or _named_again(document, two[2]))
    ]
    if not pairs:
        return None
    one, two = rng.choice(pairs)
    replacements = []
    for (number, title, holder), (_, other, _other_holder) in ((one, two), (two, one)):
        sentence = document.sentences[number]
        start, text, offset = with_article(sentence, title.start, other.text)
        tail = sentence[title.end : holder.end]
        if title.start == 0:
            text = text[:1].upper() + text[1:]
        mark = (offset, len(text + tail), Label.ROLE)
        replacements.append(Replacement(number, start, holder.end, text + tail, _ROLE, (mark,)))
    return replace_all(document, replacements, "role.offices_exchanged")


def countries_exchanged(document: Document, rng: Random) -> Corrupted | None:
    """Two officials change countries ("the Danish queen and the Polish president")."""
    found = []
    for number, title, holder in _places(document):
        country = _of_country(document.sentences[number], title)
        if country and holder:
            found.append((number, country))
    pairs = [
        (one, two)
        for index, one in enumerate(found)
        for two in found[index + 1 :]
        if one[1][2].iso2 != two[1][2].iso2 and one[1][3] == two[1][3]
    ]
    if not pairs:
        return None
    (first, one), (second, two) = rng.choice(pairs)
    labels = (Label.ROLE, Label.COUNTRY)
    texts = [document.sentences[n][c[0] : c[1]] for n, c in ((first, one), (second, two))]
    replacements = [
        Replacement(first, one[0], one[1], texts[1], labels),
        Replacement(second, two[0], two[1], texts[0], labels),
    ]
    return replace_all(document, replacements, "role.countries_exchanged")


OFFICES: dict[str, Corruption] = {
    "wrong_office": wrong_office,
    "offices_exchanged": offices_exchanged,
    "foreign_title": foreign_title,
    "countries_exchanged": countries_exchanged,
}
"""The corruptions of this file by name; `role.CORRUPTIONS` holds the family."""
