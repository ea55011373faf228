"""Plain made-up sentences whose doer and done-to are exchanged, with their clean twins.

News seldom says "The baker baked a cake"; without such sentences a model learns names and
never learns that loaves bake nobody. `mutual` sentences make sense both ways: they are
clean in either order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Span
from training.corruptions.english import gerund, plural
from training.corruptions.name_known import FEMALE, MALE
from training.corruptions.role_words import participle, past_form

FILE = Path(__file__).with_suffix(".tsv")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ADJUNCTS = (
    "", "", "", " yesterday", " last week", " in the morning", " after lunch", " before noon",
    " on Sunday", " at the weekend", " two days ago", " during the night", " in a hurry",
    " again", " without a word", " for the first time", " near the station", " in the village",
)  # fmt: skip
_TIMELESS = ("", "", "", " again", " in a hurry", " near the station", " in the village")
"""What may follow a present tense: nobody adopts a puppy two days ago."""

_PRESENT = (2, 4)
"""Forms of `_sentence` in a present tense."""

_IRREGULAR = {
    "fry": "fried", "spin": "spun", "weave": "wove", "ride": "rode", "shoe": "shod",
    "sting": "stung", "knit": "knitted", "pet": "petted", "hug": "hugged", "dig": "dug",
    "breastfeed": "breastfed", "babysit": "babysat", "kidnap": "kidnapped",
}  # fmt: skip
_ING = {
    "knit": "knitting", "kidnap": "kidnapping", "babysit": "babysitting", "open": "opening",
    "iron": "ironing", "edit": "editing", "hang": "hanging",
}  # fmt: skip
_MASS = _set(
    """fireworks juice coffee lemonade milk cotton wheat grain hay footage treasure bamboo cocoa
    wine beer tea jam sauce cargo luggage data current thread soup water bread tour"""
)
_PEOPLE = ("I", "He", "She", "They", "We", "My sister", "The cook", "The old man", "The nurse",
           "His uncle", "The girl", "The boy", "People", "The workers")  # fmt: skip


SORTS = ("thing", "person", "mutual", "into", "fact")


class PlainError(ValueError):
    """A row of the list of plain sentences is not what it should be."""


@dataclass(frozen=True)
class Plain:
    """A verb, who does it and to what; `sort` is one of `SORTS`.

    Of `into` and `fact` the nth of `first` goes with the nth of `second` only.
    """

    sort: str
    verb: str
    first: tuple[str, ...]
    second: tuple[str, ...]


@cache
def plains() -> tuple[Plain, ...]:
    """All rows of `role_plain.tsv`."""
    rows = []
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()[1:], start=2):
        fields = line.split("\t")
        if len(fields) != 4 or fields[0] not in SORTS:
            raise PlainError(
                f"{FILE}, line {number}: expected sort ({', '.join(SORTS)}), verb and two lists, "
                f"found {line!r}"
            )
        sort, verb, first, second = fields
        rows.append(Plain(sort, verb, tuple(first.split("|")), tuple(second.split("|"))))
    return tuple(rows)


def _forms(verb: str) -> tuple[str, str, str]:
    """Past, `-ing` form and participle; a preposition stays behind."""
    head, _, rest = verb.partition(" ")
    tail = f" {rest}" if rest else ""
    past = _IRREGULAR.get(head) or past_form(head)
    last = _IRREGULAR.get(head) or participle(head)
    last = {"wove": "woven", "rode": "ridden", "hid": "hidden"}.get(last, last)
    ing = _ING.get(head) or gerund(head)
    return past + tail, ing + tail, last + tail


def _sentence(doer: str, verb: str, other: str, form: int) -> str:
    """One clause; `form` picks tense, voice and number."""
    past, ing, last = _forms(verb)
    if form == 0:
        return f"the {doer} {past} the {other}"
    if form == 1:
        return f"the {other} was {last} by the {doer}"
    if form == 2:
        return f"the {doer} is {ing} the {other}"
    if form == 3:
        article = "an" if doer[0] in "aeiou" else "a"
        return f"{article} {doer} {past} the {other}"
    return f"{_many(doer)} {verb} {_many(other)}"


_PLURALS = {"thief": "thieves", "wolf": "wolves", "calf": "calves", "loaf": "loaves",
            "knife": "knives", "leaf": "leaves", "mouse": "mice", "bus": "buses",
            "deer": "deer", "child": "children", "sheep": "sheep", "octopus": "octopuses",
            "scarf": "scarves", "cargo": "cargoes", "potato": "potatoes", "fish": "fish",
            "trout": "trout", "salmon": "salmon", "carp": "carp",
            "midwife": "midwives", "paparazzo": "paparazzi"}  # fmt: skip


def _many(noun: str) -> str:
    if noun.endswith("man") and noun != "talisman":
        return noun[:-3] + "men"
    return _PLURALS.get(noun) or plural(noun)


def _finished(clause: str, adjunct: str, style: int) -> tuple[str, int]:
    """The clause as a sentence, and how many of its characters are the clause."""
    text = clause if style == 0 else clause[:1].upper() + clause[1:]
    return text + adjunct + ("" if style < 2 else "."), len(text)


def plain(rng: Random) -> Corrupted:
    """One sentence whose parts changed places, with its clean twin; role over the clause."""
    row = rng.choice([row for row in plains() if row.sort != "mutual"])
    one, two, present = _both(row, rng)
    adjunct = rng.choice(_TIMELESS if present else _ADJUNCTS)
    if row.sort == "fact":
        adjunct = ""
    style = rng.choice((0, 1, 2, 2, 2))
    if one[0].isupper():
        # A name opens only one of the twins: a small letter there would tell them apart.
        style = max(style, 1)
    clean, _ = _finished(one, adjunct, style)
    broken, length = _finished(two, adjunct, style)
    name = f"plain {row.verb} {rng.randrange(10**9)}"
    original = Document(name, (clean,), "plain")
    document = Document(name, (broken,), "plain")
    return Corrupted(document, original, (Span(0, 0, length, Label.ROLE),), "role.plain")


def _both(row: Plain, rng: Random) -> tuple[str, str, bool]:
    """The clause, the clause turned round, and whether they are in a present tense."""
    if row.sort == "into":
        number = rng.randrange(len(row.first))
        thing, place = row.first[number], row.second[number]
        verb, preposition = row.verb.split(" ")
        past = _forms(verb)[0]
        who = rng.choice(_PEOPLE)
        return (
            f"{who} {past} the {thing} {preposition} the {place}",
            f"{who} {past} the {place} {preposition} the {thing}",
            False,
        )
    if row.sort == "fact":
        number = rng.randrange(len(row.first))
        one, two = row.first[number], row.second[number]
        return f"{one} {row.verb} {two}", f"{two} {row.verb} {one}", True
    doer, other = rng.choice(row.first), rng.choice(row.second)
    if row.sort == "thing" and rng.random() < 0.15:
        who = rng.choice(sorted(FEMALE | MALE))
        past = _forms(row.verb)[0]
        return f"{who} {past} the {other}", f"The {other} {past} {who}", False
    form = rng.choice((0, 0, 0, 1, 1, 2, 3, 4))
    if form == 4 and other in _MASS:
        form = 0
    one, two = _sentence(doer, row.verb, other, form), _sentence(other, row.verb, doer, form)
    return one, two, form in _PRESENT


def mutual(rng: Random) -> Document:
    """A clean sentence that makes sense with doer and done-to in either order."""
    row = rng.choice([row for row in plains() if row.sort == "mutual"])
    doer, other = rng.choice(row.first), rng.choice(row.second)
    if rng.random() < 0.5:
        doer, other = other, doer
    form = rng.choice((0, 0, 0, 1, 1, 2, 3))
    clause = _sentence(doer, row.verb, other, form)
    adjunct = rng.choice(_TIMELESS if form in _PRESENT else _ADJUNCTS)
    text, _ = _finished(clause, adjunct, rng.choice((1, 2, 2, 2)))
    return Document(f"plain {row.verb} {rng.randrange(10**9)}", (text,), "plain")


def plain_pairs(count: int, rng: Random) -> Iterator[Corrupted]:
    """`count` damaged plain sentences, each with its clean twin in `original`."""
    for _ in range(count):
        yield plain(rng)
