"""Names taken apart: fused, cut, reordered, without capitals, with strange particles."""

from __future__ import annotations

import re
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.name_known import GIVEN, PLACES, SURNAMES
from training.corruptions.name_places import names, one_change, persons, renamed
from training.corruptions.name_translit import drift, noise
from training.corruptions.name_words import INSERTED
from training.corruptions.replacements import Replacement, replace_all

_NAME = (Label.NAME,)


def fused(document: Document, rng: Random) -> Corrupted | None:
    """Two names run into one: two of the document, or given name and surname."""
    found = [mention for mention in names(document) if len(mention.words) < 4]
    if not found:
        return None
    mention = rng.choice(found)
    others = [m for m in found if m.words[-1] != mention.words[-1] and m.words[0] != m.text.upper()]
    pick = rng.random()
    if pick < 0.35 and len(mention.words) > 1:
        joined = "".join(mention.words)
        return one_change(
            document, renamed(mention, joined.capitalize() if pick < 0.2 else joined), "fused"
        )
    if not others:
        return None
    one, two = mention.words[-1], rng.choice(others).words[-1]
    if min(len(one), len(two)) < 4 or not (one + two).isalpha() or (one + two).isupper():
        return None
    if pick < 0.7:
        new = one[: rng.randint(3, len(one) - 1)] + two[-rng.randint(2, len(two) - 1) :].lower()
    elif pick < 0.85:
        new = one + two.lower()
    else:
        new = f"{one} {two}"
    text = " ".join([*mention.words[:-1], new])
    return None if new in (one, two) else one_change(document, renamed(mention, text), "fused")


def truncated(document: Document, rng: Random) -> Corrupted | None:
    """A name loses its end or its beginning."""
    seen: dict[str, int] = {}
    found = names(document)
    for mention in found:
        seen[mention.words[-1]] = seen.get(mention.words[-1], 0) + 1
    pool = [
        mention
        for mention in found
        if len(mention.words[-1]) > 5
        and mention.words[-1].isalpha()
        and not mention.words[-1].isupper()
        and (seen[mention.words[-1]] > 1 or {mention.words[-1], mention.text} & (SURNAMES | PLACES))
    ]
    if not pool:
        return None
    mention = rng.choice(pool)
    last = mention.words[-1]
    keep = rng.randint(3, len(last) - 2)
    cut = last[:keep] if rng.random() < 0.75 else last[-keep:].capitalize()
    if cut in GIVEN or cut in SURNAMES or cut in PLACES or cut.lower() in _PLAIN_WORDS:
        return None
    text = " ".join([*mention.words[:-1], cut])
    return one_change(document, renamed(mention, text), "truncated")


_PLAIN_WORDS = frozenset({"sand", "man", "son", "ham", "bush", "land"})


def lower_case(document: Document, rng: Random) -> Corrupted | None:
    """A whole name loses its capitals, as in output that was never recased."""
    # A body in small letters ("defense forces") is a common noun, not a mistake.
    found = [
        m
        for m in names(document)
        if m.start and m.kind in ("person", "place") and len(m.text) > 3 and not m.text.isupper()
    ]
    if not found:
        return None
    mention = rng.choice(found)
    whole = (
        [m for m in found if m.sentence == mention.sentence] if rng.random() < 0.4 else [mention]
    )
    edits = []
    for item in whole:
        text = item.text.lower()
        if len(item.words) > 1 and item.kind == "person" and rng.random() < 0.25:
            text = " ".join([item.words[0], *text.split()[1:]])
        edits.append(renamed(item, text))
    return replace_all(document, edits, "name.lower_case")


def reordered(document: Document, rng: Random) -> Corrupted | None:
    """The parts of a full name change places, stray from their title or take in a word."""
    found = persons(document)
    if not found:
        return None
    mention = rng.choice(found)
    words = list(mention.words)
    pick = rng.random()
    sentence = document.sentences[mention.sentence]
    if pick < 0.3 and mention.title:
        # "Secretary of State Jane Doe" becomes "Secretary of Jane State Doe".
        title = sentence[mention.title[0] : mention.title[1]].split()
        text = " ".join([*title[:-1], words[0], title[-1], *words[1:]])
        edit = Replacement(mention.sentence, mention.title[0], mention.end, text, _NAME)
        return one_change(document, edit, "reordered")
    if pick < 0.55:
        text = f"{words[-1]} of {' '.join(words[:-1])}"
    elif pick < 0.8:
        text = " ".join([words[0], rng.choice(INSERTED), *words[1:]])
    else:
        others = [m.words[0] for m in found if not set(m.words) & set(words)]
        middle = rng.choice(others) if others else rng.choice(sorted(GIVEN))
        text = " ".join([words[-1], middle, *words[:-1]])
    return one_change(document, renamed(mention, text), "reordered")


def particle(document: Document, rng: Random) -> Corrupted | None:
    """An article, a preposition or a hyphen is set into a name, or its own is mistaken."""
    found = names(document)
    if not found:
        return None
    own = [m for m in found if re.search(r"\b(?:al|el|de|bin|van|von|la|di|da)[ -]|-", m.text)]
    mention = rng.choice(own) if own and rng.random() < 0.6 else rng.choice(found)
    words = list(mention.words)
    text = mention.text
    if mention in own:
        swaps = (
            ("al-", "at the-"), ("al-", "to the "), ("el-", "the-"), (" de ", " of "),
            (" de ", " the "), (" bin ", " trash can "), (" bin ", " garbage "), (" van ", " of "),
            (" von ", " from "), (" la ", " the "), (" di ", " of "), (" da ", " from "),
            ("-", " the "),
        )  # fmt: skip
        usable = [(old, new) for old, new in swaps if old in text]
        if not usable:
            return None
        old, new = rng.choice(usable[:2] if len(usable) > 1 else usable)
        text = text.replace(old, new, 1)
    elif mention.kind == "person" and len(words) == 1 and not mention.title:
        text = ("The " if mention.start == 0 else "the ") + text
    elif mention.kind == "person" and len(words) > 1:
        ways = (
            f"{words[0]} the {words[-1]}", f"{words[0]} of {words[-1]}", f"{words[0]}-{words[-1]}",
            f"{words[0][0].lower()}. {words[-1].lower()}", f"{words[0]} and {words[-1]}",
        )  # fmt: skip
        text = rng.choice(ways)
    elif len(words[0]) > 6 and words[0].isalpha() and not words[0].isupper():
        at = rng.randint(2, len(words[0]) - 3)
        cut = words[0]
        part = cut[at:].capitalize() if rng.random() < 0.5 else cut[at:]
        text = " ".join([cut[:at] + "-" + part, *words[1:]])
    else:
        return None
    return one_change(document, renamed(mention, text), "particle")


def mixed(document: Document, rng: Random) -> Corrupted | None:
    """Two damages at once on one name: respelt and without capitals, or cut and misspelt."""
    found = persons(document)
    if not found:
        return None
    mention = rng.choice(found)
    words = [drift(word, rng) or noise(word, rng) or word for word in mention.words]
    text = " ".join(words)
    if mention.start and rng.random() < 0.5:
        text = text.lower()
    return one_change(document, renamed(mention, text), "mixed")


PARTS: dict[str, Corruption] = {
    "fused": fused,
    "truncated": truncated,
    "lower_case": lower_case,
    "reordered": reordered,
    "particle": particle,
    "mixed": mixed,
}
"""The corruptions of this file by name; `name.CORRUPTIONS` holds the family."""
