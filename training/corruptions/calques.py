"""Phrases rendered word for word: collocations, idioms, times and places."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from random import Random

from training.corruptions.edits import Edit, Editor, capital_like

CALQUES = Path(__file__).parents[2] / "data" / "calques.tsv"

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"


@lru_cache(maxsize=1)
def calques() -> dict[str, tuple[str, ...]]:
    """Calques by the phrase that they stand for, from `data/calques.tsv`."""
    found: dict[str, list[str]] = {}
    with CALQUES.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            found.setdefault(row["phrase"], []).append(row["calque"])
    return {phrase: tuple(calque) for phrase, calque in found.items()}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    # Longer phrases first; a phrase may open a sentence with a capital.
    phrases = sorted(calques(), key=len, reverse=True)
    forms = {form for p in phrases for form in (p, p[0].upper() + p[1:])}
    body = "|".join(re.escape(form) for form in sorted(forms, key=lambda p: (-len(p), p)))
    return re.compile(rf"(?<![\w'’-])(?:{body})(?![\w'’-])")


def _replacement(phrase: str, rng: Random) -> str:
    known = calques()
    choices = known.get(phrase) or known[phrase[0].lower() + phrase[1:]]
    return capital_like(rng.choice(choices), phrase)


def _nth(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def collocation(sentence: str, rng: Random) -> list[Edit]:
    """All the collocations of the list that a sentence has, up to four of them."""
    found = list(_pattern().finditer(sentence))
    chosen = rng.sample(found, min(len(found), rng.randint(1, 4)))
    return [Edit(m.start(), m.end(), _replacement(m.group(), rng)) for m in chosen]


def _date(match: re.Match[str], rng: Random) -> str:
    month = next(name for name in MONTHS if name in match.group())
    day = int(re.findall(r"\d+", match.group())[0])
    if not 1 <= day <= 31:
        return match.group()
    number = MONTHS.index(month) + 1
    return rng.choice(
        (
            f"on the {_nth(day)} local time",
            f"on the {day:02}.{number:02}.",
            f"on {month} {day} number",
            f"in the {_nth(day)} number of {month} month",
            f"at {_nth(day)} day of the {month}",
            f"on {number} month {day} day",
            f"the {day} the {month}",
        )
    )


_TIMES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(rf"\b[Oo]n ({_DAY})\b"),
        ("at {0} local time of the day", "in the {0} day", "the last {0} on local time",
         "in this {0} by number"),
    ),
    (
        re.compile(r"\b[Ii]n ((?:19|20)\d\d)\b"),
        ("in the {0} year", "in {0}-th years", "at the year of {0} year",
         "in year {0} of the year"),
    ),
    (
        re.compile(r"\b(\d{1,3})-year-old\b"),
        ("{0} years of old", "{0}-summer", "being in {0} years"),
    ),
    (
        re.compile(r"\b[Aa]t (\d{1,2}):(\d\d)(?: ?[ap]\.?m\.?)?(?![\w:])"),
        ("at the {0}th hour and {1} minutes", "in {0} hours {1} minutes clock",
         "on {0} o'clock points {1}"),
    ),
    (
        re.compile(r"\b[Ii]n the (first|second) half of (?:the year|(?:19|20)\d\d)\b"),
        ("in the {0} half year of the months year",),
    ),
    (
        re.compile(r"\b[Ii]n (January|February|March|April|May|June|July|August|September|October|"
                   r"November|December)\b(?! \d{1,2}\b)"),
        ("in the month {0} month", "at {0} of month", "during the {0} number"),
    ),
    (
        re.compile(r"\b(?:[Ii]n|[Aa]t) (?:the )?([A-Z][a-z]{3,})(?=[,.;]| [a-z])"
                   rf"(?<!{')(?<!'.join(MONTHS)})"),
        ("in the place {0} side", "on {0} territory ground", "at the {0} land place",
         "in the side of {0} area place"),
    ),
)  # fmt: skip


def time_and_place(sentence: str, rng: Random) -> list[Edit]:
    """Times and places as other languages put them: `on the 6th local time`."""
    edits: list[Edit] = []
    for match in re.finditer(
        rf"\b[Oo]n (?:the )?(?:(?:{_MONTH}) \d{{1,2}}|\d{{1,2}} (?:{_MONTH}))\b", sentence
    ):
        edits.append(
            Edit(match.start(), match.end(), capital_like(_date(match, rng), match.group()))
        )
    for pattern, templates in _TIMES:
        for match in pattern.finditer(sentence):
            new = capital_like(rng.choice(templates).format(*match.groups()), match.group())
            edits.append(Edit(match.start(), match.end(), new))
    return rng.sample(edits, rng.randint(1, min(2, len(edits)))) if edits else []


EDITORS: dict[str, Editor] = {"collocation": collocation, "time_and_place": time_and_place}
