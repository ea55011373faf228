"""Names that are all but those of whom the news is full of: `Antony Brinken`.

No office need stand beside them. The given name is right and the surname a letter off, or the
other way round, and nobody listed bears it; usual transliterations of one name are no
misspellings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import jellyfish

from babelproof.facts.evidence import Evidence
from babelproof.facts.familiar import Familiar
from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.heard import is_in_latin, sounds_like
from babelproof.facts.mentions import NameRun
from babelproof.facts.misspelt import TRANSLITERATED, near_miss, someone_else
from babelproof.facts.people import Names
from babelproof.facts.store import NEWS, FactStore, Person
from babelproof.facts.tenures import most_telling

SHORTEST = 5
"""Letters of a name below which one other letter makes another name."""

LONG = 8
"""Letters from which two may be wrong."""

LEADERS = frozenset("head_of_state head_of_government foreign org_head".split())
"""Roles whose holders may be so well known."""

_UMLAUT = re.compile(r"([aou])e")
"""How letters with two dots or a stroke are written where there are none: Schroeder, Stoere."""


class Famous:
    """Finds names that are nearly those of well-known people; safe to share between threads.

    Words that sound text has are nobody's misspelling.
    """

    def __init__(self, store: FactStore, familiar: Familiar) -> None:
        self._store = store
        self._familiar = familiar

    @cached_property
    def _names(self) -> Sequence[tuple[list[str], Person]]:
        """The folded words of the names of the well known, and of a user's own people."""
        return [
            (fold(name).split(), person)
            for person in (*self._store.own, *self._store.in_roles(LEADERS, NEWS))
            for name in person.names
            if " " in name
        ]

    @cached_property
    def _by_given(self) -> Mapping[tuple[str, str], Sequence[tuple[list[str], Person]]]:
        """By the key of the given name and the surname's first letter."""
        found: defaultdict[tuple[str, str], list[tuple[list[str], Person]]] = defaultdict(list)
        for words, person in self._names:
            found[spelling_key(words[0]), words[-1][0]].append((words, person))
        return found

    @cached_property
    def _by_surname(self) -> Mapping[str, Sequence[tuple[list[str], Person]]]:
        found: defaultdict[str, list[tuple[list[str], Person]]] = defaultdict(list)
        for words, person in self._names:
            found[words[-1]].append((words, person))
        return found

    def judge(self, runs: Sequence[Sequence[NameRun]], known: Names) -> Iterator[Evidence]:
        """Give the near misses among `runs`, the names of a document's sentences."""
        for number, own in enumerate(runs):
            for run in own:
                if run.is_full:
                    written = fold(run.text).split()
                    person = self._by_a_wrong_surname(written)
                    given = person is None
                    if person is None:
                        person = self._by_a_wrong_given_name(written)
                    # Seldom so far, and dear to ask.
                    if person is not None and not known.named(run.text):
                        yield self._evidence(number, run, person, given)
                    elif person is None:
                        yield from self._by_sound(number, run, written)

    def _by_a_wrong_surname(self, written: Sequence[str]) -> Person | None:
        surname = written[-1]
        if not surname.isalpha():
            return None
        for words, person in self._by_given.get((spelling_key(written[0]), surname[0]), ()):
            # Names in between are left out, or right.
            if len(written) > 2 and list(written[1:-1]) != words[1:-1]:
                continue
            # Behind "Ursula von der" there is one name alone, behind "Mohammed al" there are many.
            surely = len(written) > 2 and list(written[:-1]) == words[:-1] and is_in_latin(person)
            if not _misspelt(surname, words[-1], person, surely) or _spells(surname, person):
                continue
            country = person.tenures[0].country
            known = self._familiar.is_word(surname) and not surely
            if known or someone_else(written, self._store, country):
                continue
            return person
        return None

    def _by_sound(self, number: int, run: NameRun, written: Sequence[str]) -> Iterator[Evidence]:
        """Give a name that is said like a leader's and not written so: `Justin Trudo`."""
        for words, person in self._by_given.get((spelling_key(written[0]), written[-1][0]), ()):
            if len(words) != len(written) or not sounds_like(written, words, person):
                continue
            surname = written[-1] != words[-1]
            if surname and self._is_elsewhere(written, person):
                continue
            item = self._evidence(number, run, person, not surname)
            start, end = _difference(run, written, words) or (item.start, item.end)
            yield replace(item, start=start, end=end)
            return

    def _is_elsewhere(self, written: Sequence[str], person: Person) -> bool:
        """Whether a surname is a word of sound text, or that of somebody else who may be meant."""
        country = person.tenures[0].country
        return self._familiar.is_word(written[-1]) or someone_else(written, self._store, country)

    def _by_a_wrong_given_name(self, written: Sequence[str]) -> Person | None:
        given = written[0]
        if len(written) != 2 or not given.isalpha():
            return None
        for words, person in self._by_surname.get(written[1], ()):
            if TRANSLITERATED.intersection(tenure.country for tenure in person.tenures):
                continue  # Mikheil, Micheil, Mikeil
            if _misspelt(given, words[0], person):
                # A word may stand for a name here: "Manual Valls".
                known = self._store.is_given(given) or self._store.is_surname(given)
                return None if known else person
        return None

    def _evidence(self, number: int, run: NameRun, person: Person, given: bool) -> Evidence:
        tenure = most_telling(
            [held for held in person.tenures if held.role in LEADERS] or person.tenures
        )
        return near_miss(self._store, number, run, person, tenure, given)


def _difference(
    run: NameRun, written: Sequence[str], right: Sequence[str]
) -> tuple[int, int] | None:
    """Give the characters of the word of a name that differs; None where words are joined."""
    spans = [match.span() for match in re.finditer(r"[^ -]+", run.text)]
    if len(spans) != len(written):
        return None
    place = next(place for place, word in enumerate(written) if word != right[place])
    return run.start + spans[place][0], run.start + spans[place][1]


def _bones(key: str) -> str:
    """Give what transliterations of one name seldom differ in: consonants that are surely heard."""
    return re.sub(r"[aiuhv]", "", key)


def _spells(surname: str, person: Person) -> bool:
    """Say whether a folded surname is a transliteration of another spelling of a person's."""
    if TRANSLITERATED.isdisjoint(tenure.country for tenure in person.tenures):
        return False
    key = spelling_key(surname)
    return any(spelling_key(fold(name).split()[-1]) == key for name in person.names)


def _misspelt(written: str, right: str, person: Person, surely: bool = False) -> bool:
    """Say whether a folded word of a person's name is a misspelling of the right one.

    `surely`: the words before it leave nobody else, so that two letters may be wrong.
    """
    if (
        min(len(written), len(right)) < SHORTEST
        or written[0] != right[0]
        or abs(len(written) - len(right)) > 1
        or written in (right, f"{right}s")  # a possessive without its apostrophe
    ):
        return False
    ours, theirs = (spelling_key(_UMLAUT.sub(r"\1", word)) for word in (written, right))
    if ours == theirs:
        return False
    countries = {tenure.country for tenure in person.tenures}
    if countries & TRANSLITERATED and _bones(ours) == _bones(theirs):
        return False
    apart = jellyfish.damerau_levenshtein_distance(written, right)
    # Letters that changed places are two edits where they do not touch: "Ergodan".
    same_letters = Counter(written) == Counter(right)
    long = surely or min(len(written), len(right)) >= LONG
    return apart == 1 or (apart == 2 and (same_letters or long))
