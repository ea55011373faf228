"""The facts challenge: sentences that name officeholders rightly and wrongly, written by hand.

Written before the judge of facts was tuned, by somebody who had not seen it; the cases of
borders and of countries wrong throughout (`C-`) came with their rules, and so did those of
persons named with a country or an organisation alone (`D-`), kinds of countries (`E-`), cities and
articles (`F-`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from babelproof.labels import Label
from data.cases import CASES_FOLDER, CaseError

FILE = "facts_challenge.jsonl"

WRONG = (
    "wrong_country",
    "wrong_office",
    "wrong_given_name",
    "garbled_name",
    "exchanged_offices",
    "wrong_border",
    "wrong_kind_of_country",
    "wrong_city",
    "wrong_article",
    "wrong_throughout",
    "two_spellings",
)
"""Kinds of cases whose judged sentence contradicts the facts."""

TWO_SPELLINGS = "two_spellings"
"""Kind of a name, whosever it is, that its document spells in two ways."""

OF_ONE_COUNTRY = ("wrong_kind_of_country", "wrong_article")
"""Kinds that speak of one country alone, and of no person."""

OF_COUNTRIES = ("wrong_border", "wrong_city", "wrong_throughout", *OF_ONE_COUNTRY)
"""Kinds whose case need not name a person."""

_FIELDS = {"id", "sentences", "judge", "verdict", "kind", "people", "countries", "comment"}


@dataclass(frozen=True)
class ChallengeCase:
    """One judged sentence in its context; `label` and `damaged` are None where it is right."""

    id: str
    sentences: tuple[str, ...]
    target: int
    kind: str
    label: Label | None
    damaged: str | None
    people: tuple[str, ...]
    countries: tuple[str, ...]
    comment: str

    @property
    def wrong(self) -> bool:
        """Whether the judged sentence contradicts the facts."""
        return self.label is not None


def load_challenge(folder: Path | None = None) -> tuple[ChallengeCase, ...]:
    """Read the challenge in its order; refuses (`CaseError`) a row that breaks its rules."""
    path = (folder or CASES_FOLDER) / FILE
    if not path.is_file():
        raise CaseError(f"challenge: expected the file {path}, found none; restore it from git")
    cases = []
    ids: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        case = _case(line, f"{path.name}, line {number}")
        if case.id in ids:
            raise CaseError(
                f"{path.name}, line {number}: expected an id of its own, found {case.id}"
            )
        ids.add(case.id)
        cases.append(case)
    return tuple(cases)


def _case(line: str, where: str) -> ChallengeCase:
    try:
        row = json.loads(line)
        wrong = row["verdict"] == "wrong"
        expected = _FIELDS | ({"label", "damaged"} if wrong else set())
        if set(row) != expected:
            raise CaseError(f"{where}: expected the fields {sorted(expected)}, found {sorted(row)}")
        case = ChallengeCase(
            id=row["id"],
            sentences=tuple(row["sentences"]),
            target=row["judge"],
            kind=row["kind"],
            label=Label(row["label"]) if wrong else None,
            damaged=row["damaged"] if wrong else None,
            people=tuple(row["people"]),
            countries=tuple(row["countries"]),
            comment=row["comment"],
        )
        text = case.sentences[case.target]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, CaseError):
            raise
        raise CaseError(f"{where}: expected a case of the challenge, found {error!r}") from None
    if wrong != (case.kind in WRONG) or row["verdict"] not in ("right", "wrong"):
        raise CaseError(f"{where}: expected a kind that goes with its verdict, found {case.kind!r}")
    if case.damaged is not None and case.damaged not in text:
        raise CaseError(
            f"{where}: expected {case.damaged!r} in the judged sentence, found {text!r}"
        )
    return case
