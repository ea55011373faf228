"""Clean documents whose persons bear other, rarer names: odd, but the same all through.

Without them every unusual name looks like a damaged one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from data.documents import Document
from training.corruptions.name_known import NOT_NAMES, ORGANISATIONS, PLACES, SURNAMES
from training.corruptions.proper import mentions
from training.hard_names import Officeholders

_SHORTEST = 4


def rare_surnames(people: Officeholders) -> tuple[str, ...]:
    """Give surnames of officeholders that few readers know, sorted.

    Names of one part are left out: nobody can say which part of a person they are.
    """
    found = {
        holder.name.split()[-1]
        for holders in people.by_year.values()
        for holder in holders
        if len(holder.name.split()) > 1
    }
    return tuple(sorted(name for name in found if len(name) >= _SHORTEST and name.isalpha()))


def renamed(document: Document, surnames: Sequence[str], rng: Random) -> Document | None:
    """Give every person of a document that the news does not know another surname.

    All places of a surname change alike. `None` where no such person is named, so that
    nobody famous loses the name that the rest of the sentence speaks of.
    """
    known = set(surnames) | SURNAMES
    lower = {word for text in document.sentences for word in re.findall(r"\b[a-z]+\b", text)}
    others = PLACES | ORGANISATIONS | NOT_NAMES
    found = sorted(
        {
            name
            for mention in mentions(document)
            if mention.kind == "person" and len(mention.words) > 1
            for name in mention.words[-1:]
            if len(name) >= _SHORTEST and name.isalpha() and name not in known | others
            if name.lower() not in lower
        }
    )
    if not found or len(surnames) < len(found):
        return None
    new = dict(zip(found, rng.sample(list(surnames), len(found)), strict=True))
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, found))})\b")
    sentences = tuple(
        pattern.sub(lambda match: new[match.group()], text) for text in document.sentences
    )
    return replace(document, sentences=sentences)
