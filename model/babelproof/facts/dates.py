"""Dates that may be a year or a month, and whether an office was held on a day."""

from __future__ import annotations

from datetime import date, timedelta

from babelproof.errors import FactsError
from babelproof.facts.store import Tenure

Day = date

SLACK = timedelta(days=60)
"""Sources differ by weeks on when an office begins; news may call a man elected by his office."""


def parse_day(text: str) -> Day:
    """Read `2021-05-06`; raises `FactsError` for anything else.

    >>> parse_day("2021-05-06").year
    2021
    """
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise FactsError(f"expected a date like 2021-05-06, found {text!r}") from None


def first_day(text: str) -> Day:
    """Give the first day of a date, a month or a year."""
    year, month, day = [*(int(part) for part in text.split("-")), 1, 1][:3]
    return date(year, month, day)


def last_day(text: str) -> Day:
    """Give the last day of a date, a month or a year."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], (parts[1] if len(parts) == 2 else 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def covers(tenure: Tenure, day: Day) -> bool | None:
    """Say whether an office was held on a day: True, False, or None where nobody knows."""
    start = first_day(tenure.start) if tenure.start else None
    ends = tenure.end or tenure.until
    end = last_day(ends) if ends else None
    if start is not None and day < start - SLACK:
        return False
    if end is not None and day > end + SLACK:
        return False
    if start is None or (end is None and (not tenure.as_of or day > last_day(tenure.as_of))):
        return None
    return True
