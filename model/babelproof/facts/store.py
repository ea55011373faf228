"""The facts store: people, the offices they held, and the countries, read from data files.

The files are made by `data.build_facts`; `about.json` says what period they cover.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from babelproof.errors import FactsError
from babelproof.facts.folding import fold
from babelproof.facts.keys import KEYS, SortedKeys, read_keys

FOLDER = Path(__file__).parent / "data"
PEOPLE = "people.tsv.gz"
COUNTRIES = "countries.tsv"
ABOUT = "about.json"

_BETWEEN_TENURES = "|"
_BETWEEN_FIELDS = ";"


@dataclass(frozen=True, order=True)
class Tenure:
    """One office of a person: role, the office's name, its country or organisation, dates.

    Dates are ISO 8601, perhaps a year or a month only; empty where unknown. `seen`: the
    earliest date at which the holder is attested, `until`: when someone else is, `as_of`:
    the latest date for which the source speaks.
    """

    role: str
    office: str
    country: str
    start: str = ""
    end: str = ""
    seen: str = ""
    until: str = ""
    as_of: str = ""
    source: str = ""


HIGH = frozenset(
    "head_of_state head_of_government foreign defence finance interior justice org_head".split()
)
"""Roles whose holders the store knows well enough to contradict a text."""


NEWS = ("wp-current-events", "state-visits", "state-travels", "state-pr", "pocom")
"""Sources that list whom the news names; of `pocom` these are secretaries of state."""


@dataclass(frozen=True)
class Person:
    """Someone who held an office, with every name we know."""

    name: str
    aliases: tuple[str, ...]
    tenures: tuple[Tenure, ...]
    qid: str = ""
    """Item of Wikidata, empty where none is known."""

    @property
    def names(self) -> tuple[str, ...]:
        """The usual name first, then the others."""
        return (self.name, *self.aliases)


def is_in_the_news(person: Person, roles: Collection[str], sources: Collection[str] = NEWS) -> bool:
    """Say whether someone held an office of one of these roles as one of the sources says.

    And another one: each has misspelt somebody. Heads of organisations are in the store only
    where the news bears out another list.
    """
    return any(
        tenure.role in roles
        and ("+" in tenure.source or tenure.role == "org_head")
        and not set(tenure.source.split("+")).isdisjoint(sources)
        for tenure in person.tenures
    )


@dataclass(frozen=True)
class Country:
    """A country and the words that news English uses for it."""

    code: str
    name: str
    article: str
    adjective: str
    forms: tuple[str, ...]
    capitals: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    """Codes of the countries it shares a land border with."""


def person_line(person: Person) -> str:
    """Write a person as one line of the store, with the keys by which it is found."""

    def plain(value: str) -> str:
        for mark in (_BETWEEN_TENURES, _BETWEEN_FIELDS, "\t", "\n"):
            value = value.replace(mark, ",")
        return value

    held = _BETWEEN_TENURES.join(
        _BETWEEN_FIELDS.join(plain(getattr(tenure, key)) for key in Tenure.__annotations__)
        for tenure in sorted(person.tenures)
    )
    names = _BETWEEN_TENURES.join(plain(name) for name in person.names)
    keys = _BETWEEN_TENURES.join(sorted({fold(name) for name in person.names}))
    return "\t".join((names, person.qid, held, keys))


def parse_person(line: str) -> Person:
    """Read a line of `person_line`; raises `FactsError` for any other."""
    try:
        names, qid, held, _ = line.split("\t")
        tenures = tuple(
            Tenure(*part.split(_BETWEEN_FIELDS)) for part in held.split(_BETWEEN_TENURES)
        )
    except (ValueError, TypeError):
        raise FactsError(
            f"expected the names, item, tenures and keys of a person, found {line[:60]!r}; "
            "build the store again"
        ) from None
    name, *aliases = names.split(_BETWEEN_TENURES)
    return Person(name, tuple(aliases), tenures, qid)


class FactStore:
    """People by name, surname and office. Make one with `FactStore.load()`.

    Lines of the file are parsed when someone asks for the person, so that loading is quick.
    `own`: the people of a user, who are among the lines, too.
    """

    def __init__(
        self,
        lines: Sequence[str],
        countries: Iterable[Country],
        about: Mapping[str, Any],
        own: Sequence[Person] = (),
    ) -> None:
        self._lines = lines
        self.own: Sequence[Person] = tuple(own)
        self._parsed: dict[int, Person] = {}
        self._folder: Path | None = None
        self._read: tuple[SortedKeys, SortedKeys] | None = None
        self.countries: Mapping[str, Country] = {c.code: c for c in countries}
        self.about: Mapping[str, Any] = about

    def __reduce__(self) -> tuple[Callable[..., FactStore], tuple[Any, ...]]:
        if self._folder is not None:
            return FactStore.load, (self._folder,)  # read again: quicker than to carry it along
        return FactStore, (self._lines, tuple(self.countries.values()), self.about, self.own)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> FactStore:
        """Read the shipped store, or the one in `folder`; read once and kept."""
        return _load(folder)

    def with_people(self, people: Iterable[Person]) -> FactStore:
        """Give a store in which these people replace ours of the same folded names."""
        own = tuple(people)
        replaced = {fold(name) for person in own for name in person.names}
        kept = [line for line in self._lines if replaced.isdisjoint(_keys(line))]
        lines = [*map(person_line, own), *kept]
        earlier = [p for p in self.own if replaced.isdisjoint(map(fold, p.names))]
        return FactStore(lines, self.countries.values(), self.about, (*own, *earlier))

    @property
    def last(self) -> str:
        """The latest date for which a source of the store speaks."""
        return str(self.about["last"])

    def __len__(self) -> int:
        return len(self._lines)

    def _people(self, numbers: Iterable[int]) -> tuple[Person, ...]:
        found = []
        for number in numbers:
            if number not in self._parsed:
                self._parsed[number] = parse_person(self._lines[number])
            found.append(self._parsed[number])
        return tuple(found)

    @property
    def _by_name(self) -> SortedKeys | Mapping[str, list[int]]:
        return self.full_names if self._read is None else self._read[0]

    @property
    def _by_surname(self) -> SortedKeys | Mapping[str, list[int]]:
        return self.surnames if self._read is None else self._read[1]

    @cached_property
    def full_names(self) -> Mapping[str, list[int]]:
        """The people's numbers by full folded name, built anew."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            for key in _keys(line):
                if " " in key:
                    found.setdefault(key, []).append(number)
        return found

    @cached_property
    def surnames(self) -> Mapping[str, list[int]]:
        """The people's numbers by each word that may name them alone, built anew."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            first = f";{_first_country(line)};" in _SURNAME_FIRST
            for word in _surnames(_keys(line), first):
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _by_office(self) -> Mapping[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for number, line in enumerate(self._lines):
            places = {
                (country, role)
                for part in line.split("\t")[2].split(_BETWEEN_TENURES)
                for role, _, country, *_ in [part.split(_BETWEEN_FIELDS, 3)]
            }
            for place in places:
                found.setdefault(place, []).append(number)
        return found

    def named(self, name: str) -> tuple[Person, ...]:
        """Give everyone of this full name, whatever its case and diacritics.

        Initials are one name with full stops and without: J.D. and JD.
        """
        numbers = self._by_name.get(fold(name), ())
        return self._people(numbers or self._by_name.get(_other_initials(name), ()))

    def surnamed(self, surname: str) -> tuple[Person, ...]:
        """Give everyone whom news may call by this word alone."""
        return self._people(self._by_surname.get(fold(surname), ()))

    @cached_property
    def _given(self) -> frozenset[str]:
        return frozenset(key.split(" ", 1)[0] for line in self._lines for key in _keys(line))

    def is_given(self, word: str) -> bool:
        """Say whether somebody is listed whose name begins with this word."""
        return fold(word) in self._given

    def is_surname(self, word: str) -> bool:
        """Say whether someone is listed whom news may call by this word alone."""
        return bool(self._by_surname.get(fold(word), ()))

    def holders(self, country: str, role: str) -> tuple[Person, ...]:
        """Give everyone who held an office of this role for a country or organisation."""
        return self._people(self._by_office.get((country, role), ()))

    def in_roles(self, roles: Collection[str], sources: Collection[str]) -> tuple[Person, ...]:
        """Give everyone whom one of the sources lists in one of these roles, and another one."""
        found = set().union(*(own for (_, role), own in self._by_office.items() if role in roles))
        # Reading a line takes longer than to look into it.
        likely = [n for n in sorted(found) if any(name in self._lines[n] for name in sources)]
        return tuple(p for p in self._people(likely) if is_in_the_news(p, roles, sources))

    def are_countries(self, codes: Collection[str]) -> bool:
        """Say whether all codes are of countries: organisations go by their names."""
        return self.countries.keys() >= set(codes)

    def country_name(self, code: str) -> str:
        """Give the name of a country as text has it, or the organisation itself."""
        country = self.countries.get(code)
        return country.name if country else code

    def either_name(self, codes: Iterable[str]) -> str:
        """Name the countries that one word may mean: `North Korea or South Korea`."""
        return " or ".join(sorted(map(self.country_name, codes)))

    def with_article(self, code: str) -> str:
        """Name a country or an organisation as text does: `the United Kingdom`, `NATO`."""
        country = self.countries.get(code)
        if country is None:
            return code if code.isupper() else f"the {code}"
        return f"{country.article} {country.name}".lstrip()

    def country_adjective(self, code: str) -> str:
        """Give `Ukrainian` for `UA`, or the name where there is no adjective."""
        country = self.countries.get(code)
        if code in ("US", "GB"):
            return {"US": "US", "GB": "UK"}[code]
        return (country.adjective or country.name) if country else code


def _other_initials(name: str) -> str:
    """Fold a name with its initials apart where they stood together, or together where apart.

    >>> _other_initials("JD Vance"), _other_initials("J. D. Vance"), _other_initials("Jo Vance")
    ('j d vance', 'jd vance', '')
    """
    first, _, rest = name.partition(" ")
    if rest and first.isupper() and first.isalpha() and 1 < len(first) < 4:
        return fold(f"{' '.join(first)} {rest}")
    words = fold(name).split()
    initials = list(takewhile(lambda word: len(word) == 1, words))
    return " ".join(["".join(initials), *words[len(initials) :]]) if len(initials) > 1 else ""


_SURNAME_FIRST = ";CN;KR;KP;TW;VN;KH;HK;MO;"
"""Countries whose people are named with the surname first."""


def _keys(line: str) -> list[str]:
    return line.rpartition("\t")[2].split(_BETWEEN_TENURES)


def _first_country(line: str) -> str:
    return line.split("\t")[2].split(_BETWEEN_FIELDS, 3)[2]


def _surnames(keys: Iterable[str], first: bool) -> set[str]:
    words: set[str] = set()
    for key in keys:
        parts = key.split()
        if len(parts) > 1:
            # Middle names are not told from surnames, so all but the first count; "bin
            # Salman" and "De Croo" are called with the particle.
            words.update(parts[1:], (" ".join(parts[-2:]),), parts[:1] if first else ())
    return {word for word in words if len(word) > 1}


def read_store(folder: Path) -> FactStore:
    """Read the store in a folder anew; raises `FactsError`."""
    try:
        with gzip.open(folder / PEOPLE, "rt", encoding="utf-8") as file:
            lines = file.read().splitlines()
        countries = read_countries(folder)
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except FactsError:
        raise
    except (OSError, EOFError, ValueError) as error:
        raise FactsError(
            f"{folder}: expected {PEOPLE}, {COUNTRIES} and {ABOUT}, found {error}; install the "
            "package again, or build the store with python -m data.build_facts"
        ) from None
    store = FactStore(lines, countries, about)
    store._folder = folder
    store._read = read_keys(folder / KEYS, len(lines))
    return store


_load = lru_cache(maxsize=4)(read_store)


def read_countries(folder: Path) -> list[Country]:
    """Read the countries of a store; raises `FactsError` for a row that lacks a field."""
    header, *rows = (folder / COUNTRIES).read_text(encoding="utf-8").splitlines()
    countries = []
    for number, row in enumerate(rows, start=2):
        values = row.split("\t")
        if len(values) != len(header.split("\t")):
            raise FactsError(f"{folder / COUNTRIES}, line {number}: expected {header!r}")
        code, name, article, adjective, forms, *rest = values
        # Stores built by older versions know no neighbours.
        capitals, neighbours, *_ = (*map(several, rest), (), ())
        countries.append(
            Country(code, name, article, adjective, several(forms), capitals, neighbours)
        )
    return countries


def several(value: str) -> tuple[str, ...]:
    """Give the values of a field that holds several, those that are not empty."""
    return tuple(filter(None, value.split("|")))
