"""Whole clauses turned round: object before the verb, voice mistaken, gift and receiver."""

from __future__ import annotations

import re
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.replacements import Replacement, replace_all
from training.corruptions.role_phrases import Clause, Phrase, clauses
from training.corruptions.role_words import FINITE, FORCES

_ROLE = (Label.ROLE,)
# With these verbs an official body acts on a person, never a person on the body.
_OFFICIAL = frozenset(
    [
        "arrest",
        "sentence",
        "convict",
        "detain",
        "jail",
        "imprison",
        "evict",
        "deport",
        "extradite",
        "free",
        "pardon",
        "acquit",
        "indict",
        "appoint",
        "hire",
        "recruit",
        "rescue",
        "evacuate",
        "vaccinate",
        "hospitalize",
        "execute",
        "fine",
        "punish",
        "release",
        "imprison",
        "expel",
        "elect",
        "conscript",
        "train",
        "treat",
    ]
)
_HARM = frozenset(
    [
        "kill",
        "injure",
        "wound",
        "hit",
        "devastate",
        "infect",
        "cripple",
        "strand",
        "sicken",
        "poison",
        "terrify",
        "threaten",
        "harm",
        "displace",
        "trap",
        "damage",
        "destroy",
        "hospitalize",
        "hamper",
        "engulf",
        "flood",
        "topple",
    ]
)
_PAIRS = (
    ("teacher", "student"), ("teachers", "students"), ("doctor", "patient"), ("nurse", "patient"),
    ("doctors", "patients"), ("police", "thief"), ("officer", "suspect"), ("officers", "suspects"),
    ("judge", "defendant"), ("king", "subjects"), ("soldiers", "civilians"), ("mother", "baby"),
    ("firefighters", "residents"), ("coach", "players"), ("hunter", "wolf"), ("gunman", "people"),
    ("gunmen", "people"), ("rescuers", "survivors"), ("voters", "lawmakers"), ("thief", "victim"),
)  # fmt: skip
_TAIL = re.compile(r" ((?:in|at|near|on) [^,.;]{3,40})(?=[.!?]?$)")


def is_visible(clause: Clause) -> bool:
    """Whether the exchange makes no sense by itself, whoever is meant."""
    doer, other = _sides(clause)
    acts, suffers = doer.kind != "thing", other.kind != "thing"
    if acts and not suffers:
        return True
    if not acts and suffers:
        # "The bill passed the senate" is sound both ways, "the storm hit voters" is not.
        return doer.head in FORCES or clause.base in _HARM
    if not acts:
        return doer.head in FORCES and other.head not in FORCES
    if doer.kind == "body" and other.kind == "person" and clause.base in _OFFICIAL:
        return True
    return (doer.head.lower(), other.head.lower()) in _PAIRS


def _sides(clause: Clause) -> tuple[Phrase, Phrase]:
    return (clause.object, clause.subject) if clause.passive else (clause.subject, clause.object)


def verb_text(document: Document, clause: Clause) -> str:
    start, end = clause.verb
    return document.sentences[clause.sentence][start:end]


def _initial(text: str, phrase: Phrase, first: bool) -> str:
    """The text of a phrase as it stands at or after the start of a sentence."""
    if first:
        return text[:1].upper() + text[1:]
    word = text.split()[0]
    if phrase.start == 0 and (not phrase.proper or word.lower() in {"the", "a", "an"}):
        return text[:1].lower() + text[1:]
    return text


def agree(verb: str, plural: bool) -> str:
    """Present forms and auxiliaries in the number of the new subject."""
    words = verb.split()
    ones = {"is": "are", "was": "were", "has": "have"}
    manys = {many: one for one, many in ones.items()}
    if words[0] in ones or words[0] in manys:
        words[0] = ones.get(words[0], words[0]) if plural else manys.get(words[0], words[0])
    elif len(words) == 1 and plural:
        form = FINITE.get(words[0])
        if form and form.tense == "third":
            words[0] = form.base
    return " ".join(words)


def _exchanged(document: Document, clause: Clause) -> tuple[int, int, str]:
    sentence = document.sentences[clause.sentence]
    one, two = clause.subject, clause.object
    first = not sentence[: one.start].strip("\"'“‘( ")
    head = _initial(two.text, two, first)
    tail = _initial(one.text, one, False)
    verb = agree(verb_text(document, clause), two.plural)
    before = sentence[one.end : clause.verb[0]]
    after = sentence[clause.verb[1] : two.start]
    return one.start, two.end, f"{head}{before}{verb}{after}{tail}"


def _turned(document: Document, rng: Random, kind: str, passive: bool | None) -> Corrupted | None:
    found = [
        clause
        for clause in clauses(document)
        if is_visible(clause) and (passive is None or clause.passive == passive)
    ]
    if not found:
        return None
    clause = rng.choice(found)
    start, end, text = _exchanged(document, clause)
    replacement = Replacement(clause.sentence, start, end, text, _ROLE)
    return replace_all(document, [replacement], kind)


def transitive(document: Document, rng: Random) -> Corrupted | None:
    """Doer and done-to of an active clause change places ("The laptop bought the teacher")."""
    return _turned(document, rng, "role.transitive", False)


def passive_agent(document: Document, rng: Random) -> Corrupted | None:
    """Doer and done-to of a passive clause change places."""
    return _turned(document, rng, "role.passive_agent", True)


def object_first(document: Document, rng: Random) -> Corrupted | None:
    """Object before verb, subject after it, and the place or time at the front."""
    found = [
        (clause, tail)
        for clause in clauses(document)
        if not clause.passive and clause.subject.start == 0 and is_visible(clause)
        for tail in [_TAIL.search(document.sentences[clause.sentence], clause.object.end)]
        if tail and tail.start() - clause.object.end < 25
    ]
    if not found:
        return None
    clause, tail = rng.choice(found)
    sentence = document.sentences[clause.sentence]
    start, end, text = _exchanged(document, clause)
    lead = tail.group(1)[:1].upper() + tail.group(1)[1:]
    object_text = _initial(clause.object.text, clause.object, False)
    body = object_text + text[len(clause.object.text) :]
    comma = ", " if rng.random() < 0.5 else " "
    middle = sentence[end : tail.start()]
    new = f"{lead}{comma}{body}{middle}"
    mark = (len(lead) + len(comma), len(lead) + len(comma) + len(body), Label.ROLE)
    replacement = Replacement(clause.sentence, start, tail.end(), new, _ROLE, (mark,))
    return replace_all(document, [replacement], "role.object_first")


CLAUSES: dict[str, Corruption] = {
    "transitive": transitive,
    "passive_agent": passive_agent,
    "object_first": object_first,
}
"""The corruptions of this file by name; `role.CORRUPTIONS` holds the family."""
