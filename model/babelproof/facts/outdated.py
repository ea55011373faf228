"""Offices that were held, but not on the day of the text: "British Prime Minister Ana Ruiz".

Text speaks of former days without saying "former": of a murder, a trial, an anniversary. Only a
sentence that says nothing of another time is read as one of its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from babelproof.facts.claims import Claim
from babelproof.facts.dates import Day, covers, first_day, last_day
from babelproof.facts.evidence import Evidence, describe
from babelproof.facts.regions import PAST_STATES
from babelproof.facts.store import FactStore, Person, Tenure
from babelproof.labels import Label

RECENT = timedelta(days=365)
"""Time around an office in which news goes on, or begins already, to call its holder so."""

LONG_AGO = timedelta(days=10 * 365)
"""Time after an office from which nobody takes its holder for that of the day."""

CROWNED = frozenset({"king", "queen", "emperor", "emir", "sultan"})
"""Titles that are kept after an abdication."""

_CURRENT = re.compile(r"\b(?:current(?:ly)?|incumbent|sitting|present)\b", re.IGNORECASE)
_BECAME = re.compile(
    r"\b(?:was|were|became|had been|has been|served|remained|sworn|elected|appointed|named|chosen"
    r"|took)\b"
)
_OF_THEN = re.compile(r"\b(?:under|when|since|after|until|before) (?:the )?$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_OTHER_TIME = re.compile(
    r"\b(?:ago|then|once|earlier|later|previous\w*|former\w*|late|last (?:year|decade|century)"
    r"|decades?|centur\w+|anniversary|era|histor\w+|legacy|regime|assassinat\w+|murder\w*|kill\w*"
    r"|death|die[ds]?|dead|abdicat\w+|buried|funeral|memor\w+|overthr\w+|oust\w*|toppl\w+|depos\w+|coup|exiled?"
    r"|resign\w*|succe(?:ed|ss)\w*|predecess\w+|replac\w+|impeach\w+|trial|convict\w*|sentenced"
    r"|jailed|candidate|nominat\w+|elected|restor\w+|sons?|daughters?|widow|wife|brother|sister)\b",
    re.IGNORECASE,
)


def outdated(
    store: FactStore,
    number: int,
    sentence: str,
    claim: Claim,
    right: Sequence[tuple[Person, Tenure]],
    date: Day,
) -> Evidence | None:
    """Give the evidence that somebody held an office, `right`, but not on the day of a text.

    None where another time may be meant, or where nobody is known who held it then.
    """
    if claim.past or claim.acting or not claim.places or claim.places <= PAST_STATES:
        return None  # "President Carter" stays one for life
    if claim.office.phrase in CROWNED:
        return None
    if claim.office.role_enough and not claim.office.is_strict(claim.places):
        return None  # "leader" means several offices
    if any(_may_be_called_so(tenure, date) for _, tenure in right):
        return None
    current = bool(_CURRENT.search(sentence))
    if not current and (
        _of_another_time(sentence, claim, date) or any(_around(t, date) for _, t in right)
    ):
        return None
    for person, tenure in _holders(store, claim, right):
        if covers(tenure, date) is True and claim.office.is_met_by(tenure):
            who = right[0][0]
            held = [own for person, own in right if person is who]
            return Evidence(
                Label.ROLE,
                number,
                claim.office_start,
                claim.office_end,
                f"{describe(store, who, *held)}; on {date}: {describe(store, person, tenure)}",
                who.name,
                tenure.source,
                person.name,
            )
    return None


def _may_be_called_so(tenure: Tenure, date: Day) -> bool:
    """Whether an office may have been held on a day, or was so long ago that all know it."""
    if covers(tenure, date) is not False:
        return True
    ends = tenure.end or tenure.until
    return bool(ends) and date > last_day(ends) + LONG_AGO


def _around(tenure: Tenure, date: Day) -> bool:
    """Whether an office ended, or began, less than a year from a day."""
    ends = tenure.end or tenure.until
    if ends and last_day(ends) <= date <= last_day(ends) + RECENT:
        return True
    starts = first_day(tenure.start) if tenure.start else None
    return starts is not None and starts - RECENT <= date <= starts


def _of_another_time(sentence: str, claim: Claim, date: Day) -> bool:
    """Whether a sentence may speak of another time than that of its text."""
    if any(int(year) != date.year for year in _YEAR.findall(sentence)):
        return True
    if _BECAME.search(sentence, claim.name.end, max(claim.name.end, claim.office_start)):
        return True
    begins = min(claim.office_start, claim.place_start)
    return bool(_OTHER_TIME.search(sentence) or _OF_THEN.search(sentence, 0, begins))


def _holders(
    store: FactStore, claim: Claim, right: Sequence[tuple[Person, Tenure]]
) -> Iterator[tuple[Person, Tenure]]:
    """Give who held one of those offices, in the country that is said and not in its parts."""
    codes = {tenure.country for _, tenure in right if tenure.country in claim.places}
    roles = {tenure.role for _, tenure in right}
    for code in sorted(codes):
        for role in sorted(roles):
            for person in store.holders(code, role):
                for tenure in person.tenures:
                    if tenure.country == code and tenure.role == role:
                        yield person, tenure
