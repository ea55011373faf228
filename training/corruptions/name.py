"""Corruptions of names: misspelt, fused, cut, translated, or made of common words."""

from __future__ import annotations

import re
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.name_known import (
    FAMOUS_PLACES,
    FEMALE,
    GIVEN,
    MALE,
    MONTHS_AND_DAYS,
    ORGANISATIONS,
    PEOPLES,
    SURNAMES,
)
from training.corruptions.name_meaning import MEANT
from training.corruptions.name_parts import PARTS
from training.corruptions.name_translit import (
    SYSTEMS,
    drift,
    inflect,
    is_usual_spelling,
    noise,
    strange,
)
from training.corruptions.proper import Mention, mentions
from training.corruptions.replacements import Replacement, replace_all

_NAME = (Label.NAME,)
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_KNOWN = FAMOUS_PLACES | SURNAMES | ORGANISATIONS | MONTHS_AND_DAYS | GIVEN

Words = list[tuple[int, int, str]]


def _words(mention: Mention) -> Words:
    """The capitalised words of a name that are long enough to be misspelt."""
    return [
        (mention.start + match.start(), mention.start + match.end(), match.group())
        for match in _LETTERS.finditer(mention.text)
        if len(match.group()) > 3 and match.group()[0].isupper() and not match.group().isupper()
    ]


def _all_words(document: Document) -> dict[str, list[tuple[int, int, int]]]:
    """Where each word of a name stands: word -> (sentence, start, end)."""
    places: dict[str, list[tuple[int, int, int]]] = {}
    for mention in mentions(document):
        # A people's adjective misspelt is as visible as a name, but nobody calls it a name.
        for start, end, word in _words(mention) if mention.kind != "people" else []:
            places.setdefault(word, []).append((mention.sentence, start, end))
    return places


def _choice(places: dict[str, list[tuple[int, int, int]]], rng: Random, least: int = 1) -> str:
    """A word of a name, the well known and the repeated ones first; "" if there is none."""
    pool = [word for word, found in places.items() if len(found) >= least]
    visible = [word for word in pool if word in _KNOWN or len(places[word]) > 1]
    if visible and rng.random() < 0.8:
        return rng.choice(visible)
    return rng.choice(pool) if pool else ""


def _visible(word: str, new: str, mentioned: int) -> bool:
    """Whether a reader can see the misspelling: the name is known, repeated, or broken."""
    return new not in PEOPLES and (word in _KNOWN or mentioned > 1 or strange(new))


def drift_once(document: Document, rng: Random) -> Corrupted | None:
    """One place of one name is respelt as another writing system would have it."""
    places = _all_words(document)
    word = _choice({w: found for w, found in places.items() if w not in MONTHS_AND_DAYS}, rng)
    new = drift(word, rng) if word else None
    if not new or not _visible(word, new, len(places[word])):
        return None
    sentence, start, end = rng.choice(places[word])
    return replace_all(document, [Replacement(sentence, start, end, new, _NAME)], "name.drift")


def drift_sentence(document: Document, rng: Random) -> Corrupted | None:
    """All words of the names of one sentence are respelt through one writing system."""
    system = rng.choice(sorted(SYSTEMS))
    found = [mention for mention in mentions(document) if mention.kind != "people"]
    if not found:
        return None
    number = rng.choice(found).sentence
    edits = []
    for mention in found:
        for start, end, word in _words(mention) if mention.sentence == number else []:
            new = drift(word, rng, system=system)
            if new and rng.random() < 0.8:
                edits.append(Replacement(number, start, end, new, _NAME))
    return replace_all(document, edits, "name.drift_sentence")


def drift_throughout(document: Document, rng: Random) -> Corrupted | None:
    """A name every reader can spell is respelt one and the same way in the whole document."""
    places = {w: found for w, found in _all_words(document).items() if w in _KNOWN}
    places = {
        w: found
        for w, found in places.items()
        if w not in MONTHS_AND_DAYS and (w not in GIVEN or w in SURNAMES)
    }
    word = _choice(places, rng)
    new = drift(word, rng, steps=2) if word else None
    if not new:
        return None
    edits = [Replacement(sentence, start, end, new, _NAME) for sentence, start, end in places[word]]
    return replace_all(document, edits, "name.drift_throughout")


def spellings(document: Document, rng: Random) -> Corrupted | None:
    """One name has several spellings in one document."""
    places = _all_words(document)
    word = _choice(places, rng, least=3)
    if not word:
        return None
    found = rng.sample(places[word], rng.randint(2, len(places[word]) - 1))
    edits = []
    used: set[str] = set()
    for sentence, start, end in found:
        new = drift(word, rng)
        if new and new not in used:
            used.add(new)
            edits.append(Replacement(sentence, start, end, new, _NAME))
    return replace_all(document, edits, "name.spellings") if len(edits) > 1 else None


def noise_once(document: Document, rng: Random) -> Corrupted | None:
    """Letters of one word of a name, month or body are inserted, lost, changed or exchanged."""
    places = _all_words(document)
    word = _choice(places, rng)
    new = noise(word, rng) if word else None
    if not new or not _visible(word, new, len(places[word])):
        return None
    sentence, start, end = rng.choice(places[word])
    return replace_all(document, [Replacement(sentence, start, end, new, _NAME)], "name.noise")


def noise_throughout(document: Document, rng: Random) -> Corrupted | None:
    """The same slip of letters stands wherever the word stands."""
    places = _all_words(document)
    word = _choice(places, rng, least=2)
    new = noise(word, rng) if word else None
    if not new or not _visible(word, new, 1):
        return None
    edits = [Replacement(sentence, start, end, new, _NAME) for sentence, start, end in places[word]]
    return replace_all(document, edits, "name.noise_throughout")


def ending(document: Document, rng: Random) -> Corrupted | None:
    """A foreign case ending is left on a name."""
    places = _all_words(document)
    word = _choice(places, rng)
    new = inflect(word, rng) if word else None
    if not new or not _visible(word, new, len(places[word])):
        return None
    sentence, start, end = rng.choice(places[word])
    return replace_all(document, [Replacement(sentence, start, end, new, _NAME)], "name.ending")


def given(document: Document, rng: Random) -> Corrupted | None:
    """A person has a wrong given name, where the surname or another sentence shows it."""
    people = [
        mention
        for mention in mentions(document)
        if 1 < len(mention.words) < 4 and mention.words[0] in GIVEN and mention.kind == "person"
    ]
    if not people:
        return None
    mention = rng.choice(people)
    first, last = mention.words[0], mention.words[-1]
    full = sum(other.text == mention.text for other in people)
    if last not in SURNAMES and full < 2:
        return None
    names = sorted(FEMALE if (first in FEMALE) == (rng.random() < 0.6) else MALE)
    elsewhere = [other.words[0] for other in people if other.words[-1] != last]
    new = rng.choice(elsewhere) if elsewhere and rng.random() < 0.3 else rng.choice(names)
    if new in mention.words or is_usual_spelling(first, new) or new[:2] == first[:2]:
        return None
    at = mention.start
    edit = Replacement(
        mention.sentence, at, mention.end, new + mention.text[len(first) :], (Label.NAME,)
    )
    return replace_all(document, [edit], "name.given")


CORRUPTIONS: dict[str, Corruption] = {
    "drift": drift_once,
    "drift_sentence": drift_sentence,
    "drift_throughout": drift_throughout,
    "spellings": spellings,
    "noise": noise_once,
    "noise_throughout": noise_throughout,
    "ending": ending,
    "given": given,
    **MEANT,
    **PARTS,
}
"""Every corruption of the family by its name."""
