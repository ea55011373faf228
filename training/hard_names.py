"""Officeholders named rightly: unusual names, right countries, right offices, right years."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

from data.lexicons import Country, country_by_code
from training.hard_templates import with_article

FIRST_YEAR, LAST_YEAR = 1998, 2022

# What the file calls the office, and how news puts it before a name.
_OFFICES: tuple[tuple[str, str, str], ...] = (
    (r"Ministers? (?:of|for) Foreign Affairs|Foreign Minister", "Foreign Minister", "foreign"),
    (r"Minister (?:of|for) Defen[cs]e|Defen[cs]e Minister", "Defence Minister", "defence"),
    (r"Minister (?:of|for) Finance|Finance Minister", "Finance Minister", "finance"),
    (r"Minister of (?:the )?Interior|Interior Minister", "Interior Minister", "interior"),
    (r"Minister (?:of|for) Justice", "Justice Minister", "justice"),
    (r"Prime Minister", "Prime Minister", "head_of_government"),
    (r"President", "President", "head_of_state"),
)
_NAME = re.compile(r"[^\W\d_][^\d(),;/]+ [^\d(),;/]+")


class OfficeholdersError(ValueError):
    """The facts are missing or hold no one we can name."""


@dataclass(frozen=True)
class Holder:
    """Someone who held an office of a country in a year."""

    name: str
    title: str
    country: Country


@dataclass(frozen=True)
class Officeholders:
    """Holders by year and role."""

    by_year: dict[tuple[int, str], tuple[Holder, ...]]

    def sentences(self, rng: Random) -> list[str]:
        """One to four sentences about holders of one office in one year."""
        (year, _), holders = rng.choice(list(self.by_year.items()))
        a, b, c = rng.sample(holders, 3)
        made = [rng.choice(_OPENINGS), *rng.sample(_FOLLOWING, rng.choice((0, 0, 1, 2, 3)))]
        values = {"year": str(year), "place": rng.choice((a, b, c)).country.capital}
        for key, holder in (("a", a), ("b", b), ("c", c)):
            values[key] = holder.name
            values[f"{key}_title"] = f"{holder.country.adjective} {holder.title}"
            values[f"{key}_office"] = holder.title.lower()
            values[f"{key}_of"] = with_article(holder.country)
            values[f"{key}_adj"] = holder.country.adjective
        return [text[:1].upper() + text[1:] for t in made for text in [t.format(**values)]]


_OPENINGS = (
    "{a_title} {a} met {b_title} {b} in {place} in {year}.",
    "{a}, {a_office} of {a_of}, said in {year} that the talks with {b_of} had been useful.",
    "In {year}, {a_title} {a} called for a meeting with {b} of {b_of}.",
    "{a} of {a_of}, {b} of {b_of} and {c} of {c_of} attended the conference in {year}.",
    "{b_of} has no plans to reopen the treaty, {b_title} {b} told {a} in {year}.",
    "In {year} the {a_adj} {a_office}, {a}, wrote to {b_title} {b} about fishing rights.",
    "{a_title} {a} and {b_title} {b} signed the protocol in {year}.",
    "At the {year} meeting {a_title} {a} spoke first, followed by {b_title} {b}.",
    "A spokesman for {a_title} {a} declined to comment on the letter from {b}.",
    "{place}, {year}: {a_title} {a} arrives for talks with {b_title} {b}.",
    "Asked about {b_of}, {a_title} {a} quoted a remark that {b} had made in {year}.",
)
_FOLLOWING = (
    "{b} had invited {a} to {b_of} a year before.",
    "{a} thanked {b} for the welcome.",
    "{c_title} {c} sent a deputy.",
    "Neither {a} nor {b} took questions.",
    "According to {a}, {a_of} and {b_of} will share the cost of the bridge.",
    "{b} criticised {c} for staying away.",
    "{c} said {c_of} would consider the proposal.",
    "Trade between {a_of} and {b_of} has grown since.",
    "The {b_adj} side published the text; the {a_adj} side did not.",
    "{a}'s visit to {c_of} was put off.",
)


def officeholders(shared: Path) -> Officeholders:
    """Read holders of the usual offices from the facts, those with sure dates.

    Raises `OfficeholdersError` when the file is missing or too few rows fit.
    """
    path = shared / "facts" / "officeholders.tsv"
    if not path.is_file():
        raise OfficeholdersError(
            f"expected {path}, found none; set BABELPROOF_SHARED to the folder with the facts"
        )
    found: defaultdict[tuple[int, str], dict[str, Holder]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            for year, role, holder in _held(row):
                found[year, role].setdefault(holder.country.iso2, holder)
    by_year = {
        key: tuple(holders.values()) for key, holders in sorted(found.items()) if len(holders) >= 8
    }
    if not by_year:
        raise OfficeholdersError(
            f"{path}: expected dated holders of an office in 8 countries, found none"
        )
    return Officeholders(by_year)


def _held(row: dict[str, str]) -> list[tuple[int, str, Holder]]:
    """Years in which the row's person held the office from January to December."""
    country = country_by_code().get(row["country"])
    sure = not row["flags"] and "hand" not in row["source"] and row["start"] and row["end"]
    if country is None or not country.adjective or not country.capital or not sure:
        return []
    if not _NAME.fullmatch(row["name"]):
        return []
    for pattern, title, role in _OFFICES:
        if role == row["role"] and re.fullmatch(pattern, row["office"]):
            holder = Holder(row["name"], title, country)
            first, last = int(row["start"][:4]) + 1, int(row["end"][:4])
            years = range(max(first, FIRST_YEAR), min(last, LAST_YEAR + 1))
            return [(year, role, holder) for year in years]
    return []
