"""Clauses whose voice or whose receiver is mistaken while the words keep their places."""

from __future__ import annotations

from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.english import DETERMINERS
from training.corruptions.replacements import Replacement, replace_all
from training.corruptions.role_clause import is_visible, verb_text
from training.corruptions.role_phrases import chunker, clauses, tokens
from training.corruptions.role_words import (
    FINITE,
    PARTICIPLES,
    VerbForm,
    participle,
    past_form,
    third_form,
)

_ROLE = (Label.ROLE,)


def voice(document: Document, rng: Random) -> Corrupted | None:
    """Active for passive or passive for active, while the names keep their places."""
    found = [clause for clause in clauses(document) if is_visible(clause)]
    if not found:
        return None
    clause = rng.choice(found)
    verb = verb_text(document, clause)
    words = verb.split()
    if clause.passive:
        base = PARTICIPLES.get(words[-2])
        if not base or words[0] not in {"is", "are", "was", "were"}:
            return None
        present = words[0] in {"is", "are"}
        new = (base if clause.subject.plural else third_form(base)) if present else past_form(base)
    else:
        form = FINITE.get(words[-1])
        if len(words) > 1 or form is None:
            return None
        helper = _helper(form, clause.subject.plural)
        new = f"{helper} {participle(form.base)} by"
    start, end = clause.subject.start, clause.object.end
    sentence = document.sentences[clause.sentence]
    text = sentence[start : clause.verb[0]] + new + sentence[clause.verb[1] : end]
    replacement = Replacement(clause.sentence, start, end, text, _ROLE)
    return replace_all(document, [replacement], "role.voice")


def _helper(form: VerbForm, plural: bool) -> str:
    if form.tense == "past":
        return "were" if plural else "was"
    return "are" if plural else "is"


_GIVING = frozenset(
    [
        "gave",
        "gives",
        "sent",
        "sends",
        "handed",
        "hands",
        "delivered",
        "delivers",
        "offered",
        "offers",
        "awarded",
        "awards",
        "sold",
        "sells",
        "donated",
        "donates",
        "presented",
        "presents",
        "brought",
        "brings",
        "paid",
        "pays",
        "returned",
        "returns",
        "granted",
        "grants",
        "took",
        "takes",
        "bought",
        "buys",
        "stole",
        "steals",
        "received",
        "receives",
        "borrowed",
        "borrows",
    ]
)


def recipient(document: Document, rng: Random) -> Corrupted | None:
    """Gift and receiver change places ("sent the mayor to a letter")."""
    found = []
    for number, sentence in enumerate(document.sentences):
        words = tokens(sentence)
        for place, token in enumerate(words[:-3]):
            if token.text not in _GIVING:
                continue
            chunks = chunker(document, number)
            gift = chunks.at(place + 1, of=False)
            if not gift or gift[1] >= len(words) or words[gift[1]].lower not in {"to", "from"}:
                continue
            receiver = chunks.at(gift[1] + 1, of=False)
            lead = receiver[0].text.split()[0] if receiver else ""
            if lead.lower() not in DETERMINERS and not lead[:1].isupper():
                # "gave the plan to carry it out": a verb may follow "to" as well.
                continue
            if receiver and gift[0].kind == "thing" and receiver[0].kind != "thing":
                found.append((number, gift[0], receiver[0]))
    if not found:
        return None
    number, gift_phrase, receiver_phrase = rng.choice(found)
    sentence = document.sentences[number]
    between = sentence[gift_phrase.end : receiver_phrase.start]
    text = receiver_phrase.text + between + gift_phrase.text
    replacement = Replacement(number, gift_phrase.start, receiver_phrase.end, text, _ROLE)
    return replace_all(document, [replacement], "role.recipient")


VOICES: dict[str, Corruption] = {"voice": voice, "recipient": recipient}
"""The corruptions of this file by name; `role.CORRUPTIONS` holds the family."""
