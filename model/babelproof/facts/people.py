"""Whom a name in a document may mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.mentions import NameRun
from babelproof.facts.store import FactStore, Person


@dataclass(frozen=True)
class Meant:
    """People whom a name may mean; `sure` when the full name stands in the document."""

    people: tuple[Person, ...]
    sure: bool


class Names:
    """The full names of one document, by which surnames alone are understood."""

    def __init__(self, store: FactStore, full_names: Iterable[tuple[int, NameRun]]) -> None:
        self._store = store
        self._places: dict[str, int] = {}
        for number, run in full_names:
            self._places.setdefault(run.text, number)

    @property
    def full_names(self) -> Collection[str]:
        """The full names of the document, in order."""
        return self._places.keys()

    @cached_property
    def surnames(self) -> Mapping[str, set[str]]:
        """The full names of the document by folded surname; found when somebody first asks."""
        found: dict[str, set[str]] = {}
        for full in self._places:
            words = fold(full).split()
            keys = {words[-1], " ".join(words[-2:])} if len(words) > 2 else {words[-1]}
            if any(words[0] == fold(p.name).split()[0] for p in self._store.surnamed(words[0])):
                keys.add(words[0])  # a surname that comes first
            for key in keys:
                found.setdefault(key, set()).add(full)
        return found

    def place(self, full_name: str) -> int:
        """Give the number of the first sentence that has this full name."""
        return self._places[full_name]

    def meant(self, name: str) -> Meant:
        """Give whom a name may mean; nobody where it is unknown or ambiguous."""
        named = self.named(name)
        if named:
            return Meant(named, True)
        full = self.surnames.get(fold(name), set()) - {name}
        if full:
            found = [self.named(other) for other in full]
            if not all(found):
                return Meant((), False)  # somebody of that surname whom we do not know
            return Meant(tuple(p for people in found for p in people), True)
        if len(fold(name).split()) == 1 or not self._is_full(name):
            people = self._store.surnamed(name)
            people = people if len(people) == 1 else ()
            # Of Sukarno one word is the full name.
            return Meant(people, any(fold(person.name) == fold(name) for person in people))
        return Meant((), False)

    def named(self, name: str) -> tuple[Person, ...]:
        """Give the people of a full name: as listed, without middle names, by its initials."""
        found = self._store.named(name)
        if found:
            return found
        words = fold(name).split()
        if len(words) < 2:
            return ()
        spelt = [word for word in words if len(word) > 1]
        if len(spelt) > 1 and len(spelt) < len(words):
            found = self._store.named(" ".join(spelt))
        if not found:
            found = tuple(p for p in self._store.surnamed(words[-1]) if _agree(words, p))
        return found

    def _is_full(self, name: str) -> bool:
        particles = {"al", "el", "bin", "ibn", "de", "van", "von", "da", "dos", "la", "le", "abu"}
        return fold(name).split()[0] not in particles


def _agree(words: list[str], person: Person) -> bool:
    """Whether a written name may be one of a person's: every word fits, by initial or key."""
    if by_middle_name(words, person):
        return False
    for name in person.names:
        own = fold(name).split()
        if len(own) < 2 or spelling_key(words[-1]) not in {spelling_key(w) for w in own[1:]}:
            continue
        if all(_fits(word, own) for word in words[:-1]):
            return True
    return False


FIRST_NAMES = frozenset("US GB CA AU NZ IE".split())
"""Countries whose politicians go by a first name that the store lists, never by a middle one."""


def by_middle_name(written: list[str], person: Person) -> bool:
    """Say whether the given name of two folded words is only a middle name of a person, where
    nobody is called by those: John of Antony John Blinken."""
    if len(written) != 2 or not any(t.country in FIRST_NAMES for t in person.tenures):
        return False
    names = [fold(name).split() for name in person.names]
    middle = any(written[0] in name[1:-1] for name in names)
    return middle and not any(same_given(written[0], name[0]) for name in names)


def _fits(word: str, own: list[str]) -> bool:
    if len(word) == 1:
        return any(part.startswith(word) for part in own)
    return spelling_key(word) in {spelling_key(part) for part in own}


_NICKNAMES = (
    "antony anthony tony antonio", "william bill will", "joseph joe josep", "james jim jimmy jamie",
    "michael mike mick micheal", "robert bob bobby rob", "richard dick rick", "edward ed ted eddie",
    "thomas tom", "daniel dan", "charles chuck charlie", "john jack jon johnny",
    "benjamin ben bibi",
    "alexander alex sasha aleksandr", "donald don", "ronald ron", "george georgios",
    "kenneth ken", "patrick pat paddy", "elizabeth liz beth", "margaret maggie", "barack barry",
    "nicholas nick nicolas", "jeffrey geoffrey jeff geoff", "philip phil", "gregory greg",
    "andrew andy andrei", "matthew matt", "samuel sam", "stephen steven steve", "susan susana",
    "condoleezza condi", "vladimir volodymyr", "dmitry dmytro dmitri",
    "alexey oleksii alexei", "david dave", "timothy tim", "jennifer jen", "catherine kate cathy",
    "muhammad mohammed mohamed muhammed mohammad mohamad mehmet", "yasser yasir",
    "christopher chris", "chrystia christina",
)  # fmt: skip


def same_given(first: str, second: str) -> bool:
    """Say whether two folded given names may be one: an initial, a nickname, a like spelling."""
    if first[0] == second[0] and (len(first) == 1 or len(second) == 1):
        return True
    if spelling_key(first) == spelling_key(second) or first[:3] == second[:3]:
        return True
    return are_nicknames(first, second)


def are_nicknames(first: str, second: str) -> bool:
    """Say whether two folded given names are forms of one: Nicholas, Nicolas."""
    return any({first, second} <= set(group.split()) for group in _NICKNAMES)
