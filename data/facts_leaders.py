"""What we add to the sources from general knowledge: leaders of 1945 to 1990, and spellings.

`facts_leaders.tsv` holds who led which country when, certain in every line and complete for
nobody: who is missing there has not been left out for a reason. `facts_spellings.tsv` holds usual
transliterations of listed names that no rule of spelling finds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from babelproof.facts.coverage import OWN
from babelproof.facts.dates import first_day, last_day
from babelproof.facts.folding import fold
from data.build_lexicons import read_table
from data.shared import MalformedRow

LEADERS = Path(__file__).parent / "facts_leaders.tsv"
SPELLINGS = Path(__file__).parent / "facts_spellings.tsv"

WRITTEN = "2025-01-01"
"""Day to which the list speaks of those who were in office then; their `end` is empty."""

ONE_OFFICE = 400
"""Days by which two sources may differ on the begin of one tenure."""

NAMESAKE = 25
"""Years after a leader's last office from which one of the same name is somebody else."""

SONS = frozenset({"Konstantinos Karamanlis", "Liam Cosgrave"})
"""Leaders whose sons or nephews the sources list by the same name, sooner than that."""

Row = Mapping[str, str]


def read_leaders(path: Path = LEADERS) -> list[dict[str, str]]:
    """Read the list; raises `MalformedRow` for dates that are none, or in the wrong order."""
    rows = read_table(path)
    for number, row in enumerate(rows, start=1):
        try:
            right = first_day(row["start"]) <= last_day(row["end"] or WRITTEN)
        except ValueError:
            right = False
        if not right:
            raise MalformedRow(path, number, "a start before an end", row)
    return rows


def with_leaders(rows: Sequence[Row], leaders: Sequence[Row]) -> list[dict[str, str]]:
    """Give the rows of the sources and behind them what ours adds.

    A leader whom the sources know in one of the countries goes by the name and the item that
    stand there; the rest of one name is one person (`group`). A tenure that the sources have is
    not added.
    """
    listed: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for name in {fold(name) for name in (row["name"], *row["aliases"].split("|")) if name}:
            listed[name, row["country"]].append(row)
    own: defaultdict[str, list[Row]] = defaultdict(list)
    for row in leaders:
        own[row["name"]].append(row)
    added = []
    for name, tenures in own.items():
        known = _same_person(tenures, listed)
        names = {row["name"] for row in known}
        for row in tenures:
            if not any(_one_tenure(row, other) for other in known):
                added.append(_as_source(row, name, known, names))
    return [*map(dict, rows), *added]


def _same_person(
    tenures: Sequence[Row], listed: Mapping[tuple[str, str], Sequence[Row]]
) -> list[Row]:
    """Give the rows of the sources that speak of a leader, not of a son of the same name."""
    if tenures[0]["name"] in SONS:
        return []
    last = max(last_day(row["end"] or WRITTEN) for row in tenures)
    names = {fold(n) for row in tenures for n in (row["name"], *row["aliases"].split("|")) if n}
    found = [
        row
        for country in {row["country"] for row in tenures}
        for name in names
        for row in listed.get((name, country), ())
    ]
    begins = sorted(filter(None, (row["start"] or row["first_seen"] for row in found)))
    if begins and first_day(begins[0]).year > last.year + NAMESAKE:
        return []
    return found


def _one_tenure(own: Row, other: Row) -> bool:
    if (own["role"], own["country"]) != (other["role"], other["country"]) or not other["start"]:
        return False
    apart = first_day(own["start"]) - first_day(other["start"])
    return abs(apart.days) <= ONE_OFFICE


def _as_source(row: Row, name: str, known: Sequence[Row], names: set[str]) -> dict[str, str]:
    items = {other["qid"] for other in known if other["qid"]}
    usual = next(iter(names)) if len(names) == 1 else name
    others = {name, *row["aliases"].split("|")} - {usual, ""}
    return {
        "name": usual,
        "aliases": "|".join(sorted(others)),
        **{key: row[key] for key in ("office", "role", "country", "start", "end")},
        "as_of": row["end"] or WRITTEN,
        "source": OWN,
        **dict.fromkeys(("first_seen", "end_by", "flags"), ""),
        "qid": next(iter(items)) if len(items) == 1 else "",
        "group": "" if known else name,
    }


def with_spellings(rows: Sequence[Row], spellings: Sequence[Row]) -> list[dict[str, str]]:
    """Give the rows, those of people whose names are spelt in further ways with these."""
    more = {(fold(row["name"]), row["country"]): row["spellings"] for row in spellings}
    found = []
    for row in rows:
        added = more.get((fold(row["name"]), row["country"]), "")
        aliases = "|".join(filter(None, (row["aliases"], added)))
        found.append({**row, "aliases": aliases})
    return found
