"""Builds the shipped lexicons from the shared facts and the hand-written forms.

Run `python -m data.build_lexicons [SHARED]`; running it again writes the same files.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from data.lexicons import FOLDER, LexiconError
from data.shared import shared_path

COUNTRY_FIELDS = (
    "iso2", "name", "article", "adjective", "person", "people", "prominence", "aliases",
    "demonyms", "capital", "capital_aliases", "neighbours", "un_member", "zh",
)  # fmt: skip
CONFUSABLE_FIELDS = ("iso_a", "iso_b", "kinds", "evidence", "weight")

_FORMAL = re.compile(
    r"(?:Federal |Islamic |Arab |Socialist |Federative |United |Bolivarian |Hashemite )*"
    r"(?:Republic|Kingdom|State|Commonwealth|Sultanate|Principality) of (?:the )?[A-Z]"
)
_DEFUNCT = re.compile(
    r"Soviet|Socialist Republic of [^V]|People's|Kingdom of (?:Italy|Romania|Hungary|Greece|"
    r"Bulgaria|Egypt|Rwanda|Burundi)|Upper Volta|Tanganyika|Zambi[ey]|Cameroon|Muscat and|"
    r"State of Cambodia"
)
# Readings that are no confusion of two countries: a bird, a given name, a surname.
_NOT_COUNTRIES = {("CN", "TD"), ("CN", "TR"), ("JO", "US"), ("GE", "US")}
# Words of the shared table that name no people of that country alone.
_NO_DEMONYM = re.compile(
    r"NA|.*[/]|.* or |UK$|United States|(?:Congo|Djibouti|Gibraltar|Korean|Trinidad|Tobago|Wallis)$"
)
# Their shared demonyms are those of the sovereign.
_DEPENDENCIES = {"AW", "BQ", "CW", "IO", "MP", "PM", "SJ", "TF"}
_CAPITALS = {
    "GT": "Guatemala City", "HK": "", "LS": "Maseru", "NR": "", "NU": "", "TK": "",
    "ZA": "Pretoria",
    "SZ": "Mbabane", "MX": "Mexico City", "IL": "Jerusalem", "US": "Washington", "VA": "",
    "UA": "Kyiv", "CI": "Yamoussoukro", "PN": "", "MO": "", "DJ": "", "SM": "", "GI": "", "SG": "",
    "MC": "", "LU": "", "BQ": "", "EH": "", "MN": "Ulaanbaatar", "AG": "St. John's",
}  # fmt: skip
_CAPITAL_ALIASES = {
    "US": ("Washington, D.C.", "Washington D.C.", "Washington, DC"), "UA": ("Kiev",),
    "MN": ("Ulan Bator",), "IL": ("Tel Aviv",), "CN": ("Peking",), "MM": ("Rangoon", "Yangon"),
    "CI": ("Abidjan",), "BJ": ("Cotonou",), "BI": ("Bujumbura",), "ZA": ("Cape Town",),
    "KZ": ("Nur-Sultan",), "MD": ("Chisinau", "Kishinev"), "TZ": ("Dar es Salaam",),
    "BR": ("Brasilia",), "CO": ("Bogota",), "YE": ("Sanaa",), "NP": ("Katmandu",),
    "CM": ("Yaounde",), "TG": ("Lome",),
}  # fmt: skip


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file with a header; refuses an absent file or ragged rows."""
    if not path.is_file():
        raise LexiconError(f"{path}: expected a tab-separated file, found none; check the path")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    header, body = rows[0], rows[1:]
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise LexiconError(
                f"{path}, line {number}: expected {len(header)} fields, found {len(row)}"
            )
    return [dict(zip(header, row, strict=True)) for row in body]


def write_table(path: Path, fields: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Writes `rows` in order under a header of `fields`."""
    lines = ["\t".join(fields)]
    lines += ["\t".join(row[field] for field in fields) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plural(noun: str) -> str:
    return noun if noun.endswith(("ese", "ss", "sh", "ch", "oise", "que", "s")) else noun + "s"


def build_country(shared: Mapping[str, str], forms: Mapping[str, str]) -> dict[str, str]:
    """One country: what the facts say, with the words that news English uses for it."""
    iso2 = shared["iso2"]
    name = forms["name"] or shared["name"]
    known = () if iso2 in _DEPENDENCIES else shared["demonyms"].split("|")
    demonyms = [word for word in known if word and not _NO_DEMONYM.match(word)]
    adjective = forms["adjective"] or (demonyms[0] if demonyms else "")
    person = forms["person"] or adjective
    people = forms["people"] or (_plural(person) if person else "")
    formal = [
        alias
        for alias in shared["aliases"].split("|")
        if alias.isascii() and _FORMAL.match(alias) and not _DEFUNCT.search(alias)
    ]
    aliases = dict.fromkeys([*forms["aliases"].split("|"), *formal])
    kept = [alias for alias in aliases if alias and alias != name]
    capital = _CAPITALS.get(iso2, shared["capital"].split("|")[0])
    # The shared table counts the Holy See, which only observes.
    member = "0" if iso2 == "VA" else shared["un_member"]
    return {
        **shared,
        "un_member": member,
        "name": name,
        "article": forms["article"],
        "adjective": adjective,
        "person": person,
        "people": people,
        "prominence": forms["prominence"],
        "aliases": "|".join(kept),
        "demonyms": "|".join(dict.fromkeys(filter(None, [adjective, person, people, *demonyms]))),
        "capital": capital,
        "capital_aliases": "|".join(_CAPITAL_ALIASES.get(iso2, ())),
    }


def build_countries(shared: Path) -> list[dict[str, str]]:
    """All countries of the shared table, then nations and former states written by hand."""
    forms = {row["iso2"]: row for row in read_table(FOLDER / "country_forms.tsv")}
    rows = []
    for row in read_table(shared / "facts" / "countries.tsv"):
        if row["iso2"] not in forms:
            raise LexiconError(f"country_forms.tsv: expected a row for {row['iso2']}, found none")
        rows.append(build_country(row, forms[row["iso2"]]))
    for row in read_table(FOLDER / "country_extra.tsv"):
        demonyms = "|".join(dict.fromkeys([row["adjective"], row["person"], row["people"]]))
        rest = {"aliases": "", "capital_aliases": "", "un_member": "0", "zh": ""}
        rows.append({**rest, **row, "demonyms": demonyms})
    return rows


def confusable_weight(kinds: Sequence[str], prominence: int) -> float:
    """How likely a translator takes one for the other, in (0, 1].

    A documented case weighs most; a shared Chinese abbreviation counts only between
    countries that the news names; a likeness of spelling grows with the number of languages.
    """
    if "manual" in kinds:
        return 1.0
    languages = [kind for kind in kinds if kind not in ("zh-abbr", "demonym")]
    weight = min(0.8, 0.04 * len(languages) + (0.15 if "en" in kinds else 0.0))
    if "demonym" in kinds and "en" in kinds:
        weight += 0.1
    if "zh-abbr" in kinds:
        weight = max(weight, 0.35) if prominence >= 2 else weight + 0.05
    return round(max(weight, 0.02), 3)


def build_confusables(shared: Path, prominence: Mapping[str, int]) -> list[dict[str, str]]:
    """Pairs with their reason and weight; a hand-written pair overrides a computed one."""
    pairs: dict[tuple[str, str], dict[str, str]] = {}
    for row in read_table(shared / "facts" / "confusable_countries.tsv"):
        a, b = row["iso_a"], row["iso_b"]
        if (a, b) in _NOT_COUNTRIES:
            continue
        weight = confusable_weight(row["kinds"].split("+"), min(prominence[a], prominence[b]))
        pairs[a, b] = {
            "iso_a": a,
            "iso_b": b,
            "kinds": "|".join(row["kinds"].split("+")),
            "evidence": row["evidence"],
            "weight": str(weight),
        }
    # Canada / Panama are alike in spelling only: documented as noise.
    pairs["CA", "PA"]["weight"] = "0.02"
    for row in read_table(FOLDER / "confusable_extra.tsv"):
        a, b = row["iso_a"], row["iso_b"]
        key = (b, a) if (b, a) in pairs else (a, b)
        pairs[key] = {
            "iso_a": key[0],
            "iso_b": key[1],
            "kinds": row["kind"],
            "evidence": row["reason"],
            "weight": row["weight"],
        }
    return [pairs[key] for key in sorted(pairs)]


# In these countries the family name comes first.
_FAMILY_FIRST = {"CN", "TW", "HK", "KP", "KR", "VN", "KH", "HU", "JP", "MM", "LA", "SG", "MO"}
_NAME_PART = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)?\Z")
_TITLES = {
    "Baroness",
    "Don",
    "Sheikh",
    "Sir",
    "Lord",
    "Dame",
    "Prince",
    "King",
    "Queen",
    "Sayyid",
    "Maulana",
    "Saint",
}


def build_names(shared: Path, most: int = 900) -> dict[str, list[dict[str, str]]]:
    """The given names and surnames that most officeholders of the shared table bear."""
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    persons = {
        (row["name"], row["country"])
        for row in read_table(shared / "facts" / "officeholders.tsv")
        if row["source"] != "hand" and row["country"] not in _FAMILY_FIRST
    }
    for name, _ in persons:
        parts = name.split()
        if not 2 <= len(parts) <= 3 or not all(_NAME_PART.match(part) for part in parts):
            continue
        if parts[0] in _TITLES or min(map(len, parts)) < 3:
            continue
        given[parts[0]] += 1
        family[parts[-1]] += 1
    tables = {}
    for field, counter in (("given_name", given), ("surname", family)):
        top = sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:most]
        tables[field] = [{field: word, "persons": str(count)} for word, count in top]
    return tables


def build(shared: Path) -> dict[str, int]:
    """Writes the built lexicons; gives the number of rows of each file."""
    countries = build_countries(shared)
    prominence = {row["iso2"]: int(row["prominence"]) for row in countries}
    confusables = build_confusables(shared, prominence)
    write_table(FOLDER / "countries.tsv", COUNTRY_FIELDS, countries)
    write_table(FOLDER / "confusables.tsv", CONFUSABLE_FIELDS, confusables)
    counts = {"countries.tsv": len(countries), "confusables.tsv": len(confusables)}
    for field, rows in build_names(shared).items():
        write_table(FOLDER / f"{field}s.tsv", (field, "persons"), rows)
        counts[f"{field}s.tsv"] = len(rows)
    return counts


def main() -> None:
    """Builds from the folder given, or $BABELPROOF_SHARED, or `../shared`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, help="the folder that has facts/")
    for name, count in build(shared_path(parser.parse_args().shared)).items():
        print(f"{name}: {count} rows")


if __name__ == "__main__":
    main()
