"""Filling the templates of `data/hard_templates.tsv` from the lexicons, facts kept right."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from random import Random

from data.lexicons import Country, countries, country_by_code, given_names, places, surnames

TEMPLATES = Path(__file__).parents[1] / "data" / "hard_templates.tsv"

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PAPERS = (
    "The Harbour Post", "Northern Chronicle", "The Evening Ledger", "Capital Daily", "Valley News",
    "The Morning Echo", "Union Tribune", "Coast FM",
)  # fmt: skip
REGIONS = ("Europe", "Asia", "Africa", "Middle East", "Americas", "Pacific")
PARTIES = ("Labour", "Greens", "Liberal Union", "New Centre", "Conservatives", "National Front")

_SLOT = re.compile(r"\{([A-Za-z_]+?)(\d?)\}")


@lru_cache(maxsize=1)
def templates() -> dict[str, tuple[str, ...]]:
    """Templates by kind; ` || ` parts the sentences of one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with TEMPLATES.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row["kind"]].append(row["template"])
    return {kind: tuple(texts) for kind, texts in found.items()}


@lru_cache(maxsize=1)
def _known() -> tuple[Country, ...]:
    return tuple(
        c for c in countries() if c.un_member and c.adjective and c.capital and c.prominence >= 1
    )


@lru_cache(maxsize=1)
def _cities() -> tuple[str, ...]:
    return tuple(place.name for place in places() if place.kind == "city")


def with_article(country: Country) -> str:
    """The country as running text names it: `the Netherlands`."""
    return f"the {country.name}" if country.article else country.name


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


class Filling:
    """The values of one document's slots: the same slot has the same value throughout.

    `country2` and `adj2` speak of the same country, `name2` and `surname2` of one person.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        # Prominent countries more often, as in the news.
        weights = [c.prominence**2 for c in _known()]
        chosen: dict[str, Country] = {}
        while len(chosen) < 5:
            country = rng.choices(_known(), weights)[0]
            chosen[country.iso2] = country
        self._countries = list(chosen.values())
        self._people = [(rng.choice(given_names()), rng.choice(surnames())) for _ in range(6)]
        self._cities = rng.sample(_cities(), 4)
        self._parties = rng.sample(PARTIES, 4)
        self._values: dict[str, str] = {}

    def fill(self, template: str) -> list[str]:
        """The sentences of a template with every slot filled."""
        return [_SLOT.sub(self._slot, part) for part in template.split(" || ")]

    def _slot(self, match: re.Match[str]) -> str:
        key = match.group()
        if key not in self._values:
            self._values[key] = self._value(match.group(1), int(match.group(2) or 1) - 1)
        return self._values[key]

    def _value(self, slot: str, number: int) -> str:
        rng = self._rng
        if slot == "n":
            return str(rng.randint(100, 999) if number == 1 else rng.randint(11, 64))
        if slot == "s":
            return str(rng.randint(1, 9))
        if slot in ("story", "headline"):
            return " ".join(self.fill(rng.choice(templates()[slot])))
        if slot in ("name", "given", "surname"):
            given, surname = self._people[number]
            return {"name": f"{given} {surname}", "given": given, "surname": surname}[slot]
        if slot == "city":
            return self._cities[number]
        if slot == "party":
            return self._parties[number]
        if number < 5 and (found := self._of_country(slot, self._countries[number])):
            return found
        plain = {
            "year": str(rng.randint(1995, 2024)),
            "month": rng.choice(MONTHS),
            "weekday": rng.choice(DAYS),
            "day": str(rng.randint(1, 28)),
            "ordinal": f"{rng.randint(4, 19)}th",
            "hour": str(rng.randint(1, 11)),
            "minute": str(rng.randint(10, 59)),
            "paper": rng.choice(PAPERS),
            "region": rng.choice(REGIONS),
            "percent": str(rng.randint(10, 45)),
            "big": f"{rng.randint(1, 899)},{rng.randint(0, 999):03}",
        }
        return plain[slot]

    def _of_country(self, slot: str, country: Country) -> str:
        near = [country_by_code()[c] for c in country.neighbours if c in country_by_code()]
        article = "an" if country.adjective[0] in "AEIO" else "a"
        return {
            "land": country.name,
            "country": with_article(country),
            "Country": upper_first(with_article(country)),
            "adj": country.adjective,
            "Adj": country.adjective,
            "an_adj": f"{article} {country.adjective}",
            "An_adj": f"{article.capitalize()} {country.adjective}",
            "capital": country.capital,
            "CAPITAL": country.capital.upper(),
            "neighbour": with_article(self._rng.choice(near)) if near else "the sea",
        }.get(slot, "")
