"""Geography: which countries text may call neighbours, and which it may take for one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations, product
from pathlib import Path

from babelproof.errors import FactsError
from babelproof.facts.regions import belongs, parts_of
from babelproof.facts.store import FOLDER, FactStore, several

BORDERS = "borders.tsv"
CONFUSABLES = "confusables.tsv"


class Geography:
    """Borders and confusable names of a store's countries, by code."""

    def __init__(self, store: FactStore, folder: Path = FOLDER) -> None:
        self._land = {code: _land(store, code) for code in store.countries}
        self._called = _read_borders(folder / BORDERS)
        self._alike = _read_confusables(folder / CONFUSABLES)

    def has_land_border(self, code: str) -> bool:
        """Say whether we know a land border of a country; False for an organisation."""
        return bool(self._land.get(code))

    def border(self, one: str, other: str) -> bool:
        """Say whether two countries share a border on land."""
        land = self._land
        return other in land.get(one, ()) or one in land.get(other, ())

    def may_border(self, one: str, other: str) -> bool:
        """Say whether text may speak of a border of two countries: on land, at sea, of old."""
        known = one in self._land and other in self._land
        pair = frozenset((one, other))
        return not known or belongs(one, [other]) or self.border(one, other) or pair in self._called

    def alike(self, code: str) -> Mapping[str, float]:
        """Give the countries that a translator takes for this one, each with a weight in (0, 1]."""
        return self._alike.get(code, {})


def _land(store: FactStore, code: str) -> Collection[str]:
    """The neighbours of a country with its parts."""
    parts = parts_of(code)
    whole = (code, *parts)
    own = (store.countries[part].neighbours for part in whole if part in store.countries)
    return {neighbour for several in own for neighbour in several} - set(whole)


def _read_borders(path: Path) -> Collection[frozenset[str]]:
    pairs: set[frozenset[str]] = set()
    for _, countries, others in _rows(path, 3):
        one, two = several(countries), several(others)
        pairs |= set(map(frozenset, product(one, two) if two else combinations(one, 2)))
    return pairs


def _read_confusables(path: Path) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one, other, weight in _rows(path, 3):
        try:
            found.setdefault(one, {})[other] = float(weight)
            found.setdefault(other, {})[one] = float(weight)
        except ValueError:
            raise FactsError(f"{path}: expected a number as weight, found {weight!r}") from None
    return found


def _rows(path: Path, fields: int) -> list[list[str]]:
    if not path.is_file():
        raise FactsError(f"{path}: expected a file, found none; install the package again")
    _, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    for number, row in enumerate(rows, start=2):
        if len(row) != fields:
            raise FactsError(f"{path}, line {number}: expected {fields} fields, found {len(row)}")
    return rows
