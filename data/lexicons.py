"""Word lists that ship as data: countries, confusable pairs, offices, verbs, names, places.

Every function gives the whole list as a tuple, read once and kept. The files under
`data/lexicons/` say where their rows come from in `data/lexicons/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent / "lexicons"


class LexiconError(ValueError):
    """A lexicon file is absent or a row of it is not what it should be."""


@dataclass(frozen=True)
class Country:
    """A country, territory or nation and the words that news English uses for it.

    `iso2` is ISO 3166-1, or `GB-SCT`-like for a nation, or `SU`-like for a former state.
    `name` has no article; `article` says whether running text puts "the" before it.
    `prominence`: 3 in the news daily, 2 a country, 1 small, 0 not worth naming.
    """

    iso2: str
    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    capital: str
    capital_aliases: tuple[str, ...]
    neighbours: tuple[str, ...]
    un_member: bool
    zh: str
    adjective: str
    """`Spanish`; empty where there is none."""
    person: str
    """`Spaniard`."""
    people: str
    """`Spaniards`."""
    article: bool
    prominence: int


@dataclass(frozen=True)
class Confusable:
    """Two countries that a translator takes for one another, with the reason."""

    iso_a: str
    iso_b: str
    kinds: tuple[str, ...]
    """Language of the likeness, `zh-abbr` (shared character), `manual` (documented) and so on."""
    evidence: str
    weight: float
    """In (0, 1]: 1 is documented, 0.02 a chance likeness of spelling."""


@dataclass(frozen=True)
class Office:
    """An office or title in the singular, written as it stands before a name."""

    title: str
    kind: str
    before_name: bool
    """`Foreign Minister Kowalska`; false for `resident`."""
    of_country: bool
    """Can be attached to a country: `the Polish Foreign Minister`."""


@dataclass(frozen=True)
class ReportingVerb:
    """A verb of saying or acting on someone; `object` is what follows: person, clause, thing."""

    base: str
    past: str
    third: str
    gerund: str
    object: str


@dataclass(frozen=True)
class Place:
    """A city or a state or region with the code of its country."""

    name: str
    kind: str
    country: str


def _rows(file: str) -> list[Mapping[str, str]]:
    path = FOLDER / file
    if not path.is_file():
        raise LexiconError(f"{path}: expected a lexicon file, found none; the checkout is damaged")
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    fields = header.split("\t")
    rows: list[Mapping[str, str]] = []
    for number, line in enumerate(lines, start=2):
        values = line.split("\t")
        if len(values) != len(fields):
            raise LexiconError(
                f"{path}, line {number}: expected {len(fields)} fields, found {len(values)}"
            )
        rows.append(dict(zip(fields, values, strict=True)))
    return rows


def _several(value: str) -> tuple[str, ...]:
    return tuple(filter(None, value.split("|")))


@cache
def countries() -> tuple[Country, ...]:
    """All countries, territories, nations and former states."""
    return tuple(
        Country(
            iso2=row["iso2"],
            name=row["name"],
            aliases=_several(row["aliases"]),
            demonyms=_several(row["demonyms"]),
            capital=row["capital"],
            capital_aliases=_several(row["capital_aliases"]),
            neighbours=_several(row["neighbours"]),
            un_member=row["un_member"] == "1",
            zh=row["zh"],
            adjective=row["adjective"],
            person=row["person"],
            people=row["people"],
            article=row["article"] == "the",
            prominence=int(row["prominence"]),
        )
        for row in _rows("countries.tsv")
    )


@cache
def country_by_code() -> Mapping[str, Country]:
    """The countries by `iso2`."""
    return MappingProxyType({country.iso2: country for country in countries()})


@cache
def confusables() -> tuple[Confusable, ...]:
    """Pairs of countries taken for one another; a pair stands once, in either order."""
    return tuple(
        Confusable(
            iso_a=row["iso_a"],
            iso_b=row["iso_b"],
            kinds=_several(row["kinds"]),
            evidence=row["evidence"],
            weight=float(row["weight"]),
        )
        for row in _rows("confusables.tsv")
    )


@cache
def offices() -> tuple[Office, ...]:
    """Offices and titles with their kind (head_of_state, minister, judicial, sport …)."""
    return tuple(
        Office(row["title"], row["kind"], row["before_name"] == "1", row["of_country"] == "1")
        for row in _rows("offices.tsv")
    )


@cache
def reporting_verbs() -> tuple[ReportingVerb, ...]:
    """Verbs of saying, and verbs with a person as subject and as object."""
    return tuple(
        ReportingVerb(row["base"], row["past"], row["third"], row["gerund"], row["object"])
        for row in _rows("reporting_verbs.tsv")
    )


@cache
def places() -> tuple[Place, ...]:
    """States of the United States and well-known cities and regions that are no capitals."""
    return tuple(Place(row["place"], row["kind"], row["country"]) for row in _rows("places.tsv"))


@cache
def given_names() -> tuple[str, ...]:
    """Common given names of officeholders of the world, the most frequent first."""
    return tuple(row["given_name"] for row in _rows("given_names.tsv"))


@cache
def surnames() -> tuple[str, ...]:
    """Common surnames of officeholders of the world, the most frequent first."""
    return tuple(row["surname"] for row in _rows("surnames.tsv"))
