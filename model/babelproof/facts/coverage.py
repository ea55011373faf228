"""Coverage: whether the store knows an office so well that an absence says something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babelproof.facts.claims import Claim
from babelproof.facts.dates import Day, first_day, last_day
from babelproof.facts.store import FactStore, Person, Tenure

OWN = "babelproof"
"""Source of our own list of leaders, which is complete for nobody: whoever only it knows may have
held any other office at home."""

THIN_SINCE = Day(2022, 7, 1)
"""From here on the sources list cabinets with holes: they were read in the summer of 2022,
and again as snapshots."""

GAP = timedelta(days=365)
"""Time without a known holder in which an unlisted one may have served, in the years that the
sources know well."""

THIN_GAP = timedelta(days=93)
"""The same since `THIN_SINCE`, on days when somebody held no other office: months between two
snapshots are enough for a minister whom neither saw."""

BEFORE, AFTER = timedelta(days=8 * 365), timedelta(days=3 * 365)
"""How long before and after the offices that are listed somebody may have held others."""


def well_known(store: FactStore, claim: Claim, person: Person) -> bool:
    """Say whether someone is not likely to have held the claimed office unlisted.

    Those who left politics before the sources thin out are known well enough where the listed
    holders of the office leave no gap in their career. For the others the holders must be known
    since.
    """
    spans = [span for tenure in person.tenures if (span := _span(tenure)) is not None]
    if not spans or only_own(person):
        return False
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    # "Chinese" may mean three places, of which the person says which; as where none is named.
    own = {tenure.country for tenure in person.tenures}
    places = (claim.places & own if claim.places else own) or claim.places
    # Of the leaders whom we list ourselves the sources know later offices alone.
    ours = any(tenure.source == OWN for tenure in person.tenures)
    if last < THIN_SINCE:
        return any(
            _known(store, code, role, first - BEFORE, last + AFTER)
            and (not ours or _begins_by(store, code, role, first))
            for code in places
            for role in claim.office.roles
        )
    return all(
        any(_covered(store, code, role, spans) for role in claim.office.roles) for code in places
    )


def only_own(person: Person) -> bool:
    """Say whether nobody but our own list knows someone."""
    return all(tenure.source == OWN for tenure in person.tenures)


def _known(store: FactStore, code: str, role: str, since: Day, until: Day) -> bool:
    """Whether an office has known holders, and no gap between two of them in these years."""
    spans = _spans(store, code, role)
    if not spans:
        return False
    at = spans[0][0]
    for start, end in spans:
        if start > at + GAP and start > since and at < until:
            return False
        at = max(at, end)
    return True


def _begins_by(store: FactStore, code: str, role: str, day: Day) -> bool:
    """Whether an office has a holder who is known from a day on, or from before."""
    spans = _spans(store, code, role)
    return bool(spans) and spans[0][0] <= day + GAP


def _covered(store: FactStore, code: str, role: str, career: Sequence[tuple[Day, Day]]) -> bool:
    """Whether somebody cannot have held an office unlisted since the sources thin out.

    Every day since then, to the last for which a holder or an office of theirs (`career`) is
    known, has a known holder or an office of theirs; the years after they left aside.
    """
    held = [span for span in _spans(store, code, role) if span[1] >= THIN_SINCE]
    if not held:
        return False
    left = max(end for _, end in career) + AFTER
    at = THIN_SINCE
    for start, end in sorted([*held, *career]):
        if at < min(start - THIN_GAP, left):
            return False
        at = max(at, end)
    return True


def _spans(store: FactStore, code: str, role: str) -> list[tuple[Day, Day]]:
    """Give when an office is known to have been held, in order, as the sources say.

    Our own list has holes that would look like theirs.
    """
    return sorted(
        span
        for person in store.holders(code, role)
        for tenure in person.tenures
        if tenure.country == code and tenure.role == role and tenure.source != OWN
        if (span := _span(tenure)) is not None
    )


def _span(tenure: Tenure) -> tuple[Day, Day] | None:
    """The days an office is known to have been held, None where they are not."""
    start = tenure.start or tenure.seen
    end = tenure.end or tenure.until or tenure.as_of
    if not start or not end:
        return None
    return first_day(start), last_day(end)
