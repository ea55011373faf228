"""Builds the shipped facts store from the shared facts and the country lexicon.

Run `python -m data.build_facts [SHARED]`; running it again writes the same files. Sources,
licences and what is left out are in `data/SOURCES.md`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from babelproof.facts.claims import claims
from babelproof.facts.familiar import FAMILIAR
from babelproof.facts.folding import fold
from babelproof.facts.geography import CONFUSABLES
from babelproof.facts.keys import FULL, KEYS, SURNAME, write_keys
from babelproof.facts.mentions import Finder
from babelproof.facts.regions import belongs
from babelproof.facts.store import (
    ABOUT,
    COUNTRIES,
    FOLDER,
    PEOPLE,
    FactStore,
    Person,
    Tenure,
    person_line,
    read_countries,
    read_store,
)
from data.build_lexicons import read_table
from data.corpora import CLEAN, read_clean
from data.facts_leaders import SPELLINGS, read_leaders, with_leaders, with_spellings
from data.lexicons import confusables, countries
from data.packed import write_packed
from data.shared import shared_path

UNCHECKED = frozenset({"hand", "wlc"})
"""Sources that are not enough alone: typed from memory, or not to be redistributed."""

OF_CHINA = {"HK": "CN", "MO": "CN"}
"""Parts whose head of state is that of the whole."""

TITLES = {("BD", "Head of State"): "President"}
"""Offices that a source names by their kind alone, as text names them."""

LIKELY = 0.35
"""Least weight of two confusable countries that the store lists."""

SIDE_BY_SIDE = frozenset(
    frozenset(pair.split())
    for pair in ("US GB", "US CN", "CN TW", "IL IR", "KP KR", "IN PK", "UA RU")
)
"""Confusable countries that the news names so often in one text that it is no sign of an error."""

NEWS = "wp-current-events"
"""Source that a row is given where the news says the same."""

OFTEN = 3
"""Documents that must have a word before it is familiar: one writer's slip is in fewer."""

_WORD = re.compile(r"[^\W\d_]{4,}")

_HEADER = "code\tname\tarticle\tadjective\tforms\tcapitals\tneighbours"


@dataclass
class _Person:
    name: str
    qid: str
    aliases: set[str] = field(default_factory=set)
    tenures: set[Tenure] = field(default_factory=set)


def sources_of(row: Mapping[str, str]) -> tuple[str, ...]:
    """Give the sources of a row that may vouch for it; none when it must be left out."""
    return tuple(part for part in row["source"].split("+") if part not in UNCHECKED)


def attested(
    rows: Sequence[Mapping[str, str]], documents: Iterable[Sequence[str]], finder: Finder
) -> list[dict[str, str]]:
    """Give the rows, those of unchecked sources vouched for where the news says the same.

    A row counts as said when a sentence calls the person, by the full name, the holder of an
    office that the row means, of its country or organisation.
    """
    asked: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if not sources_of(row):
            for name in (row["name"], *filter(None, row["aliases"].split("|"))):
                asked[fold(name)].append(number)
    said: set[int] = set()
    for sentences in documents:
        for sentence in sentences:
            mentions = finder.find(sentence)
            for claim in (
                claims(mentions, finder.names(mentions.sentence)) if mentions.offices else ()
            ):
                for number in asked.get(fold(claim.name.text), ()):
                    row = rows[number]
                    tenure = Tenure(row["role"], row["office"], row["country"])
                    if belongs(tenure.country, claim.places) and claim.office.is_met_by(tenure):
                        said.add(number)
    said -= _half_said(rows, said)
    return [
        dict(row) | ({"source": f"{row['source']}+{NEWS}"} if number in said else {})
        for number, row in enumerate(rows)
    ]


def _half_said(rows: Sequence[Mapping[str, str]], said: Collection[int]) -> set[int]:
    """Give the rows of heads of organisations who head another one in a row that nobody said.

    Listed with the one alone, they would be spoken against where they head the other.
    """
    unsaid = {
        fold(row["name"])
        for number, row in enumerate(rows)
        if row["role"] == "org_head" and number not in said and not sources_of(row)
    }
    return {
        number
        for number in said
        if rows[number]["role"] == "org_head" and fold(rows[number]["name"]) in unsaid
    }


def gather(rows: Iterable[Mapping[str, str]]) -> tuple[list[_Person], Counter[str]]:
    """Collect the rows of each person, and count what was left out and why.

    Rows with an item of Wikidata belong together; rows without one join the item of the
    same name and country where there is exactly one, or those of their `group`.
    """
    left_out: Counter[str] = Counter()
    kept = []
    for row in rows:
        if sources_of(row):
            kept.append(row)
        else:
            left_out[row["source"]] += 1
    items: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in kept:
        if row["qid"]:
            items[fold(row["name"]), row["country"][:2]].add(row["qid"])
    people: dict[str, _Person] = {}
    for row in kept:
        place = (fold(row["name"]), _home(row))
        known = items.get(place, set())
        qid = row["qid"] or (next(iter(known)) if len(known) == 1 else "")
        key = qid or row.get("group") or "|".join(place)
        person = people.setdefault(key, _Person(row["name"], qid))
        names = {row["name"], *filter(None, row["aliases"].split("|"))}
        person.aliases |= {" ".join(name.split()) for name in names}
        office = " ".join(row["office"].split())
        person.tenures.add(
            Tenure(
                role=row["role"],
                office=TITLES.get((row["country"], office), office),
                country=row["country"],
                start=row["start"],
                end=row["end"],
                seen=row["first_seen"],
                until=row["end_by"],
                as_of=row["as_of"],
                source="+".join(sources_of(row)),
            )
        )
    return sorted(people.values(), key=lambda person: (fold(person.name), person.qid)), left_out


def _home(row: Mapping[str, str]) -> str:
    """Give the country by which rows of one name belong together.

    The president of China is listed as that of its parts, too, without an item.
    """
    code = row["country"][:2]
    return OF_CHINA.get(code, code) if row["role"] == "head_of_state" else code


def write_people(path: Path, people: Iterable[_Person]) -> None:
    """Write one line a person; the same people give the same bytes."""
    lines = [
        person_line(
            Person(
                person.name,
                tuple(sorted(person.aliases - {person.name})),
                tuple(person.tenures),
                person.qid,
            )
        )
        for person in people
    ]
    write_packed(path, lines)


def write_countries(path: Path) -> None:
    """Write the words by which text speaks of a country, its capitals and its neighbours."""
    lines = [_HEADER]
    for country in countries():
        forms = {country.name, *country.aliases, *country.demonyms, country.adjective}
        forms |= {country.person, country.people}
        others = sorted({*country.capital_aliases} - {country.capital, ""})
        capitals = [*filter(None, (country.capital,)), *others]
        lines.append(
            "\t".join(
                (
                    country.iso2,
                    country.name,
                    "the" if country.article else "",
                    country.adjective,
                    "|".join(sorted(forms - {""})),
                    "|".join(capitals),
                    "|".join(country.neighbours),
                )
            )
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_confusables(path: Path) -> None:
    """Write the pairs of countries that translators take for one another, with their weights.

    Left out are chance likenesses, and countries that text names side by side anyway.
    """
    lines = ["code\tother\tweight"]
    for pair in confusables():
        if pair.weight >= LIKELY and {pair.iso_a, pair.iso_b} not in SIDE_BY_SIDE:
            lines.append(f"{pair.iso_a}\t{pair.iso_b}\t{pair.weight}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def build(
    shared: Path,
    out: Path = FOLDER,
    news: Iterable[Sequence[str]] = (),
    leaders: Sequence[Mapping[str, str]] = (),
    spellings: Sequence[Mapping[str, str]] = (),
) -> dict[str, object]:
    """Write the store to `out` and give what its `about.json` says.

    `news`: documents that may vouch for rows which nobody has checked. `leaders` and
    `spellings`: rows of our own lists.
    """
    rows = read_table(shared / "facts" / "officeholders.tsv")
    out.mkdir(parents=True, exist_ok=True)
    write_countries(out / COUNTRIES)
    write_confusables(out / CONFUSABLES)
    if news:
        # Finding who is called what needs the countries only.
        nobody = FactStore([], read_countries(out), {})
        rows = attested(rows, news, Finder(nobody))
    rows = with_spellings(rows, spellings)
    unchecked = [row for row in rows if not sources_of(row)]
    rows = [*with_leaders([row for row in rows if sources_of(row)], leaders), *unchecked]
    people, left_out = gather(rows)
    write_people(out / PEOPLE, people)
    tenures = [tenure for person in people for tenure in person.tenures]
    dates = [date for t in tenures for date in (t.start, t.end, t.seen) if date]
    sources: Counter[str] = Counter(part for t in tenures for part in t.source.split("+"))
    about: dict[str, object] = {
        "format": 1,
        "people": len(people),
        "tenures": len(tenures),
        "first": min(dates),
        "last": max(tenure.as_of for tenure in tenures),
        "sources": dict(sources.most_common()),
        "left_out": dict(left_out.most_common()),
    }
    (out / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    write_index(out)
    return about


def write_familiar(path: Path, documents: Iterable[Sequence[str]]) -> None:
    """Write the words that at least `OFTEN` of the documents have, folded, in order."""
    counts: Counter[str] = Counter()
    for sentences in documents:
        words = {word for sentence in sentences for word in _WORD.findall(sentence)}
        counts.update({fold(word) for word in words})
    write_packed(path, [word for word in sorted(counts) if counts[word] >= OFTEN])


def write_index(folder: Path) -> None:
    """Write the keys of the people of a store beside them."""
    (folder / KEYS).unlink(missing_ok=True)
    store = read_store(folder)
    write_keys(folder / KEYS, len(store), {FULL: store.full_names, SURNAME: store.surnames})


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the store from the command line."""
    parser = argparse.ArgumentParser(prog="data.build_facts", description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    given = parser.parse_args(arguments)
    shared = shared_path(given.shared)
    news = [document.sentences for document in read_clean(shared, "wikipedia_current_events")]
    print(
        json.dumps(
            build(shared, news=news, leaders=read_leaders(), spellings=read_table(SPELLINGS)),
            indent=1,
        )
    )
    documents = (document.sentences for name in CLEAN for document in read_clean(shared, name))
    write_familiar(FOLDER / FAMILIAR, documents)


if __name__ == "__main__":
    main()
