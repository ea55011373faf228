"""Names that nobody listed bears, beside an office whose holders are listed: near misses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import jellyfish

from babelproof.facts.claims import Claim
from babelproof.facts.coverage import only_own
from babelproof.facts.evidence import Evidence, describe
from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.mentions import NameRun
from babelproof.facts.people import Names, by_middle_name, same_given
from babelproof.facts.store import FactStore, Person, Tenure
from babelproof.facts.tenures import most_telling
from babelproof.labels import Label

IMPLIED = {"secretary of state": "US", "taoiseach": "IE", "chancellor of the exchequer": "GB"}
"""Offices that name their country."""

SHORTEST = 5
"""Letters of a name below which one changed letter makes another name."""

LIKE, LIKE_FULL = 0.7, 0.58
"""Likeness from which a surname alone, or behind the right given name, is a near miss."""

LIKE_INSIDE = 0.7
"""Likeness by letters below which names that begin otherwise are two: Jefferson, Tillerson."""

TITLES = frozenset("secretary minister president chancellor premier ambassador senator".split())
"""Words before a surname that are no given name."""

TRANSLITERATED = frozenset(
    "RU UA BY BG MK GR CY AM GE AZ KZ KG TJ TM UZ MN CN TW HK KR KP JP TH LA KH MM IN PK BD NP LK "
    "BT MV AF IR SA YE OM AE QA BH KW IQ SY LB JO PS EG LY TN DZ MA MR SD SO DJ ER ET KM IL SU "
    "ID GW FJ GY TT MU SR NE ML BF SN GN CI TD CF CM BJ TG GM SL".split()
)
"""Countries whose names reach English from another script, in several right spellings."""

ARABIC = frozenset("SA YE OM AE QA BH KW IQ SY LB JO PS EG LY TN DZ MA MR SD SO DJ KM".split())

NO_SURNAMES = frozenset({"MM"})
"""Countries where no word of a name is shared in the family: a namesake of one is nobody."""

COMMON = 30
"""Listed bearers from which a surname says nothing of who is meant."""


def misspelt(
    store: FactStore, number: int, claim: Claim, places: Collection[str], names: Names
) -> Evidence | None:
    """Give the holder of the claimed office whose name is all but the written one.

    `places` are countries named with offices elsewhere in the document: they stand in where
    the claim names none.
    """
    own = set(claim.places)
    written = fold(claim.name.text).split()
    if not written:
        return None
    if len(written) == 2 and written[0] in TITLES:
        written = written[1:]
    if claim.office.phrase in IMPLIED and (not own or len(written) > 1):
        own.add(IMPLIED[claim.office.phrase])  # "Russian Secretary of State Antony Blinkan"
    # Whoever is named rightly elsewhere in the text has a namesake here, no wrong given name.
    present = {fold(name) for name in names.full_names}
    best: tuple[float, Person, Tenure, bool] | None = None
    for person, tenure in holders(store, claim, own or set(places)):
        # A middle name is no way to call someone: only the usual name can be meant then.
        for name in (person.name,) if by_middle_name(written, person) else person.names:
            match = _likeness(written, fold(name).split(), store, tenure.country)
            if match is None:
                continue
            score, given = match
            if only_own(person) and (given or len(written) < 2):
                continue  # many a namesake of leaders of old has held an office since
            if score == 1.0 and not given:
                return None  # a spelling of this very person
            if given and (not own or claim.past or fold(person.name) in present):
                continue
            if given and fold(name).split()[-1] != fold(person.name).split()[-1]:
                continue  # listed surname first: what differs is the surname, of somebody else
            if best is None or score > best[0]:
                best = (score, person, tenure, given)
    if best is None:
        return None
    _, person, _, given = best
    # Where only the name's rules for a part of a country fit, the office at home is told.
    held = [
        tenure
        for tenure in person.tenures
        if tenure.country in (own or places) and claim.office.is_met_by(tenure)
    ]
    tenure = most_telling(held)
    return near_miss(store, number, claim.name, person, tenure, given)


def near_miss(
    store: FactStore, number: int, run: NameRun, person: Person, tenure: Tenure, given: bool
) -> Evidence:
    """Give the evidence that a name means a person, and misspells the surname, or the `given`."""
    start, end = run.start, run.end
    if " " not in run.text:
        pass  # all of it, "Brian-Kestrel" too
    elif given:
        end = start + run.text.rindex(" ")
    else:
        start += run.text.rindex(" ") + 1
    return Evidence(
        Label.NAME,
        number,
        start,
        end,
        f"{describe(store, person, tenure)}; the text says {run.text}",
        person.name,
        tenure.source,
        person.name,
        misspelt=not given,
    )


def holders(
    store: FactStore, claim: Claim, places: Collection[str]
) -> Iterator[tuple[Person, Tenure]]:
    """Give everyone who held the claimed office in some places, each with the last time there."""
    for code in sorted(places):
        # Of an organisation its head is called president, too.
        headed = () if code in store.countries else ("org_head",)
        for role in sorted({*claim.office.roles, *headed}):
            for person in store.holders(code, role):
                met = [
                    tenure
                    for tenure in person.tenures
                    if tenure.country == code and claim.office.is_met_by(tenure)
                ]
                if met:
                    yield person, most_telling(met)


def _likeness(
    written: list[str], listed: list[str], store: FactStore, country: str
) -> tuple[float, bool] | None:
    """How like two names are, and whether it is the given name that differs.

    (1.0, False) for spellings of one name; None where they are not alike.
    """
    if len(listed) < 2:
        return None
    if _spelling(written, listed, country):
        return 1.0, False
    if country in NO_SURNAMES:
        return None
    surname, own = written[-1], listed[-1]
    if _spelling([surname], [own], country):
        if len(written) < 2 or same_given(written[0], listed[0]):
            return 1.0, False
        return _other_given(written, listed, store)
    if len(written) > 1 and not same_given(written[0], listed[0]):
        return None
    if someone_else(written, store, country):
        return None
    score = likeness(surname, own)
    full = len(written) > 1 and written[0] == listed[0] and len(written[0]) >= 4
    if full and min(len(surname), len(own)) > 2:
        # Behind the very given name even a short surname may be off by a letter.
        one = jellyfish.damerau_levenshtein_distance(surname, own) == 1
        score = max(score, 0.6 if one else 0.0)
    return None if score < (LIKE_FULL if len(written) > 1 else LIKE) else (score, False)


def someone_else(written: Sequence[str], store: FactStore, country: str) -> bool:
    """Whether someone listed bears the written surname, and may be meant by the name."""
    bearers = store.surnamed(written[-1])
    if len(written) == 1:
        return bool(bearers)
    return any(
        same_given(written[0], fold(person.name).split()[0])
        or any(tenure.country == country for tenure in person.tenures)
        for person in bearers
    )


def _spelling(written: list[str], listed: list[str], country: str) -> bool:
    """Whether all words of a name are words of the listed one, as its script allows."""
    ours, theirs = set(written), set(listed)
    if country in TRANSLITERATED:
        ours, theirs = ({spelling_key(word) for word in words} for words in (written, listed))
    if country in ARABIC:
        # "Siniora" and "Saniora": short vowels are not written.
        ours, theirs = ({consonants(word) for word in words} for words in (ours, theirs))
    return ours <= theirs or theirs <= ours


def consonants(key: str) -> str:
    """Give a spelling key without its vowels; of a short one they stay, as one."""
    bare = re.sub(r"[aiu]", "", key)
    return bare if len(bare) > 2 else re.sub(r"[aiu]+", "a", key)


def likeness(one: str, other: str) -> float:
    """Give how like two folded surnames are, 0 to just below 1, by letters or by sound."""
    if min(len(one), len(other)) < SHORTEST:
        return 0.0
    first, second = spelling_key(one), spelling_key(other)
    by_letters = 1 - _distance(one, other)
    if first[:1] != second[:1] and one[0] != other[0] and by_letters < LIKE_INSIDE:
        return 0.0
    return min(0.99, max(by_letters, 1 - _distance(first, second)))


def _distance(one: str, other: str) -> float:
    distance: int = jellyfish.damerau_levenshtein_distance(one, other)
    return distance / max(len(one), len(other))


def _other_given(
    written: list[str], listed: list[str], store: FactStore
) -> tuple[float, bool] | None:
    if len(written[-1]) < 3 or len(store.surnamed(written[-1])) > COMMON:
        return None
    if jellyfish.jaro_winkler_similarity(written[0], listed[0]) > 0.85:
        return 1.0, False
    return 0.9, True
