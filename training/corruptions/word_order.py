"""The word order of a source language: verb last, verb first, adjective after its noun."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import pairwise
from random import Random

from training.corruptions.edits import Edit, Editor, Word, words
from training.corruptions.english import (
    ARTICLES,
    AUXILIARIES,
    CONJUNCTIONS,
    FUNCTION_WORDS,
    PREPOSITIONS,
)
from training.corruptions.wordnet import wordnet


def _pos(word: Word) -> str:
    """Part of speech of a plain content word, or an empty string."""
    if not word.plain or word.lower in FUNCTION_WORDS:
        return ""
    reading = wordnet().likely(word.lower, 0.75)
    return reading.pos if reading else ""


def _finite(there: list[Word], i: int) -> bool:
    """Whether a word is surely a finite verb: past or third person, not after a helper."""
    word = there[i]
    if not word.plain or word.lower in FUNCTION_WORDS:
        return False
    reading = wordnet().likely(word.lower, 0.75)
    if reading is None or reading.pos != "v" or reading.form not in {"past", "third"}:
        return False
    before = there[i - 1].lower if i else ""
    return i > 0 and before not in AUXILIARIES | PREPOSITIONS | ARTICLES | CONJUNCTIONS


def _joined(sentence: str, first: Word, second: Word) -> bool:
    return sentence[first.end : second.start] == " "


def adjective_last(sentence: str, rng: Random) -> list[Edit]:
    """Adjectives behind their nouns: `the house white`."""
    there = words(sentence)
    found = [
        Edit(first.start, second.end, f"{second.text} {first.text}")
        for first, second in pairwise(there)
        if _joined(sentence, first, second) and _pos(first) == "a" and _pos(second) == "n"
    ]
    return rng.sample(found, rng.randint(2, len(found))) if len(found) >= 2 else []


def _clause_end(sentence: str, there: list[Word], i: int) -> int:
    """Number of the last word of the clause that word `i` stands in."""
    last = i
    for before, word in pairwise(there[i:]):
        if sentence[before.end : word.start] != " " or word.lower in CONJUNCTIONS | {
            "who",
            "which",
        }:
            break
        last += 1
    return last


def verb_last(sentence: str, rng: Random) -> list[Edit]:
    """The verb at the end of its clause: `the president the law signed`."""
    there = words(sentence)
    found: list[Edit] = []
    for i in range(1, len(there) - 3):
        if _finite(there, i):
            last = _clause_end(sentence, there, i)
            if last - i >= 3:
                verb, rest = there[i], sentence[there[i + 1].start : there[last].end]
                found.append(Edit(verb.start, there[last].end, f"{rest} {verb.text}"))
    return found if found else []


def _main_verb(
    sentence: str, there: list[Word], among: range, but: Container[str] = ()
) -> int | None:
    """Number of the first finite verb `among` the words, `but` these; None without one.

    None too where commas, quotes or brackets part what stands before it.
    """
    for i in among:
        if _finite(there, i) and there[i].lower not in but:
            return None if re.search(r"[,;:\"“(]", sentence[: there[i].start]) else i
    return None


def _subject(sentence: str, there: list[Word], verb: int) -> str:
    """What stands before the verb, as it is written within a sentence."""
    subject = sentence[: there[verb].start].rstrip()
    return subject[0].lower() + subject[1:] if there[0].lower in FUNCTION_WORDS else subject


def verb_first(sentence: str, rng: Random) -> list[Edit]:
    """The verb before its subject: `Fired the militants eight rockets`."""
    there = words(sentence)
    i = _main_verb(sentence, there, range(2, min(9, len(there) - 2)), {"said", "says", "stated"})
    if i is None:
        return []
    verb = there[i].text
    new = f"{verb[0].upper()}{verb[1:]} {_subject(sentence, there, i)}"
    return [Edit(0, there[i].end, new)]


_PLACE = re.compile(
    r" (in|at) (?!January|February|March\b|April|May |June\b|July|August\b|Septem|Octo|Novem|Decem)"
    r"((?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2})"
    r"(?=[.,]? ?$|,? (?:on|after|before|when|while|as|to|for|by|and|with|over|who|which|that)\b)"
)


def no_subject(sentence: str, rng: Random) -> list[Edit]:
    """A place in front and nobody who acts: `In Moscow approved the law`.

    Languages whose headlines need no subject are rendered so.
    """
    there = words(sentence)
    i = _main_verb(sentence, there, range(1, min(9, len(there) - 3)), {"said", "says"})
    place = None if i is None else _PLACE.search(sentence, there[i].end)
    if i is None or place is None:
        return []
    front = f"{place[1].capitalize()} {place[2]} {there[i].text}"
    return [Edit(0, there[i].end, front), Edit(place.start(), place.end(), "")]


def cleft(sentence: str, rng: Random) -> list[Edit]:
    """A split sentence around the doer: `It was by the president the law signed`."""
    there = words(sentence)
    i = _main_verb(sentence, there, range(1, min(8, len(there) - 2)))
    last = 0 if i is None else _clause_end(sentence, there, i)
    if i is None or last - i < 2:
        return []
    rest = sentence[there[i + 1].start : there[last].end]
    opening = rng.choice(("It was by", "It is from", "By it was"))
    new = f"{opening} {_subject(sentence, there, i)} {rest} {there[i].text}"
    return [Edit(0, there[last].end, new)]


def not_order(sentence: str, rng: Random) -> list[Edit]:
    """Denial as other languages place it: `does not work` -> `not works`, `works not`."""
    found: list[Edit] = []
    for match in re.finditer(r"\b(did|does|do|will|would|could|can) not ([a-z]+)\b", sentence):
        helper, verb = match.groups()
        if verb in FUNCTION_WORDS or not wordnet().knows(verb, "v"):
            continue
        new = rng.choice((f"not {helper} {verb}", f"{verb} not {helper}", f"no {verb} {helper}"))
        found.append(Edit(match.start(), match.end(), new))
    return found


EDITORS: dict[str, Editor] = {
    "adjective_last": adjective_last,
    "verb_last": verb_last,
    "verb_first": verb_first,
    "cleft": cleft,
    "no_subject": no_subject,
    "not_order": not_order,
}
