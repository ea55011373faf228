"""Countries where none belongs: in the place of a state, a city or another name."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from babelproof.labels import Label
from data.documents import Document
from data.lexicons import Country, country_by_code, places
from training.corruptions.base import Corrupted, Span
from training.corruptions.country_choice import choose
from training.corruptions.country_edit import adjective_of, name_of, takes_an
from training.corruptions.country_words import (
    CALENDAR,
    first_names,
    office_words,
    single_words,
    takes_article,
)
from training.corruptions.edits import Edit, apply_edits, corrupted
from training.corruptions.mentions import find_mentions

_PLACE_BEFORE = r"(?<=\bin )|(?<=\bto )|(?<=\bfrom )|(?<=\bnear )|(?<=\bacross )|(?<=\boutside )"
# A lone capitalised word before a noun: `a Siemens turbine`, `the Boeing plant`.
_NOUN_NAME = re.compile(
    r"\b(a|an|the|at|this|its|their) ([A-Z][a-z]{3,}) (?=[a-z]{4,}\b)(?!(?:that|which|with|from|"
    r"will|were|have|said|would|when|where|also|into|could|should|after|before|because)\b)"
)


# `the Arab members`, `an Islamic school`: another people there reads as well.
_OF_A_PEOPLE = ("ic", "an", "ans", "ish", "ese", "Arab", "Kurd", "Muslim", "Jewish", "ist", "ists")


@cache
def _place_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    home = {place.name: place.country for place in places()}
    names = "|".join(re.escape(name) for name in sorted(home, key=len, reverse=True))
    return re.compile(rf"(?:{_PLACE_BEFORE})({names})(?![^\W_])(?! [A-Z]|-)"), home


def _one_edit(document: Document, number: int, edit: Edit, kind: str) -> Corrupted | None:
    text, marks = apply_edits(document.sentences[number], [edit])
    if not marks or text == document.sentences[number]:
        return None
    sentences = list(document.sentences)
    sentences[number] = text
    return corrupted(
        document, sentences, [Span(number, a, b, Label.COUNTRY) for a, b in marks], kind
    )


def _any_country(document: Document, home: str, rng: Random) -> Country | None:
    """A country for a place of `home`: one of the document half of the time."""
    old = country_by_code()[home]
    mentions = find_mentions(document)
    if mentions and rng.random() < 0.5:
        new = choose(old, "document", mentions, rng)
        if new is not None:
            return new
    return choose(old, "any", mentions, rng)


def replace_place(document: Document, rng: Random) -> Corrupted | None:
    """A state or a city after a preposition becomes a country: `in Ohio` -> `in Oman`."""
    pattern, home = _place_pattern()
    found = [
        (number, match)
        for number, sentence in enumerate(document.sentences)
        for match in pattern.finditer(sentence)
    ]
    if not found:
        return None
    number, match = rng.choice(found)
    new = _any_country(document, home[match.group(1)], rng)
    if new is None:
        return None
    name = name_of(new, rng)
    if takes_article(name, new):
        name = "the " + name
    return _one_edit(document, number, Edit(match.start(), match.end(), name), "country.place")


def intrude(document: Document, rng: Random) -> Corrupted | None:
    """A country takes the place of another name before a noun, or steps in behind it."""
    known = office_words() | single_words() | CALENDAR | first_names()
    found = [
        (number, match)
        for number, sentence in enumerate(document.sentences)
        for match in _NOUN_NAME.finditer(sentence)
        if match.group(2) not in known and not match.group(2).endswith(_OF_A_PEOPLE)
    ]
    if not found:
        return None
    number, match = rng.choice(found)
    new = _any_country(document, "US", rng)
    if new is None:
        return None
    word = name_of(new, rng) if rng.random() < 0.75 else adjective_of(new, rng)
    if not word:
        return None
    if rng.random() < 0.25:
        edit = Edit(match.end(2), match.end(2), f" {word}")
        return _one_edit(document, number, edit, "country.intrusion")
    start = match.start(2)
    article = match.group(1)
    right = "an" if takes_an(word) else "a"
    if article in ("a", "an") and right != article and rng.random() < 0.6:
        start, word = match.start(1), f"{right} {word}"
    return _one_edit(document, number, Edit(start, match.end(2), word), "country.intrusion")
