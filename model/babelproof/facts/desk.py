"""Desk facts: a user's own people and offices, from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babelproof.errors import FactsError
from babelproof.facts.dates import first_day, last_day
from babelproof.facts.folding import fold
from babelproof.facts.mentions import OFFICES, ORGANISATIONS, read_offices, read_organisations
from babelproof.facts.store import FOLDER, FactStore, Person, Tenure

COLUMNS = ("name", "aliases", "office", "country", "start", "end")
"""The columns of a desk file, in any order; `aliases`, `start` and `end` may be empty."""


def read_desk(path: Path, store: FactStore) -> list[Person]:
    """Read a user's people; one row an office, rows of one name are one person.

    `country`: a code such as UA, or a name, adjective or organisation that the store knows.
    `aliases` are separated by `|`. Raises `FactsError` naming the line: nothing of a file
    with a mistake is used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = sorted(set(COLUMNS) - set(rows.fieldnames or ()))
            if missing:
                raise FactsError(
                    f"{path}, line 1: expected the columns {', '.join(COLUMNS)}, found none named "
                    f"{', '.join(missing)}; add them, empty where you know nothing"
                )
            return list(_people(path, rows, store))
    except OSError as error:
        raise FactsError(f"{path}: expected a CSV file, found: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise FactsError(f"{path}: expected CSV in UTF-8, found: {error}") from None


def _people(path: Path, rows: csv.DictReader[str], store: FactStore) -> Iterator[Person]:
    codes = _codes(store)
    offices = read_offices(FOLDER / OFFICES)
    names: dict[str, str] = {}
    aliases: dict[str, set[str]] = {}
    tenures: dict[str, list[Tenure]] = {}
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        if None in row or None in row.values():
            raise FactsError(
                f"{where}: expected {len(rows.fieldnames or ())} fields, found another number; "
                "put fields with commas in quotes"
            )
        values = {key: " ".join(row[key].split()) for key in COLUMNS}
        for key in ("name", "office", "country"):
            if not values[key]:
                raise FactsError(f"{where}: expected a value for {key}, found none")
        if " " not in values["name"]:
            raise FactsError(f"{where}: expected a full name, found {values['name']!r}")
        code = codes.get(fold(values["country"]))
        if code is None:
            raise FactsError(
                f"{where}: expected a country or organisation that the store knows (or a code "
                f"such as UA), found {values['country']!r}"
            )
        _check_dates(where, values)
        roles = [
            role
            for office in offices
            if fold(office.phrase) in fold(values["office"])
            for role in sorted(office.roles)
        ]
        key = fold(values["name"])
        names.setdefault(key, values["name"])
        aliases.setdefault(key, set()).update(
            filter(None, map(str.strip, row["aliases"].split("|")))
        )
        tenures.setdefault(key, []).append(
            Tenure(
                role=roles[0] if roles else "other",
                office=values["office"],
                country=code,
                start=values["start"],
                end=values["end"],
                as_of="" if values["end"] else "9999-12-31",
                source=f"{path.name}:{rows.line_num}",
            )
        )
    for key, name in names.items():
        yield Person(name, tuple(sorted(aliases[key] - {name})), tuple(tenures[key]))


def _check_dates(where: str, values: Mapping[str, str]) -> None:
    days = []
    for key, read in (("start", first_day), ("end", last_day)):
        if values[key]:
            try:
                days.append(read(values[key]))
            except ValueError:
                raise FactsError(
                    f"{where}: expected a {key} like 2021-05-06, 2021-05 or 2021, found "
                    f"{values[key]!r}"
                ) from None
    if len(days) == 2 and days[1] < days[0]:
        raise FactsError(
            f"{where}: expected an end on or after the start, found {values['start']} to "
            f"{values['end']}"
        )


def _codes(store: FactStore) -> dict[str, str]:
    """Codes by every folded way to write a country or organisation, where only one fits."""
    found: dict[str, set[str]] = {}

    def add(words: Iterable[str], code: str) -> None:
        for word in words:
            found.setdefault(fold(word), set()).add(code)

    for country in store.countries.values():
        add((country.code, country.name, country.adjective, *country.forms), country.code)
    for name, forms in read_organisations(FOLDER / ORGANISATIONS):
        add((name, *forms), name)
    exact = {fold(country.name): country.code for country in store.countries.values()}
    return {form: next(iter(codes)) for form, codes in found.items() if len(codes) == 1} | exact
