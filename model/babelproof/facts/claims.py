"""Claims: what a sentence says that someone is, "the Ukrainian foreign minister, Ana Ruiz"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from babelproof.facts.mentions import (
    Mentions,
    NameRun,
    Office,
    OfficeMention,
    PlaceMention,
)
from babelproof.facts.patterns import (
    ACTING,
    AFTER_OTHER,
    CLOSES,
    DETERMINER,
    ELECT,
    LIST_GOES_ON,
    NAMED_OF,
    OF,
    OTHER,
    PAST_BEFORE,
    PAST_WITHIN,
    SMALL,
    STATE,
    TO_NAME,
    TO_OFFICE,
    WITHIN,
)
from babelproof.facts.regions import belongs
from babelproof.facts.store import Person, Tenure

_OF_A_PARTY = re.compile(r"\([A-Z][A-Z-]+\) $")
"""What makes an office one of a party: "the People's League (PML-N) President"."""

_PARLIAMENT = re.compile(
    r"(?:['’]s?)? (?:parliament|national assembly|legislature|(?:lower|upper) house"
    r"|house of representatives|senate|congress)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """A sentence calls `name` the holder of `office`, of `places` where it says so.

    `[place_start, place_end)` are the characters of the country or organisation, equal
    where none is named. `past`: a former or future holder. `acting`: one for a while.
    """

    name: NameRun
    office: Office
    office_start: int
    office_end: int
    places: frozenset[str] = frozenset()
    place_start: int = 0
    place_end: int = 0
    past: bool = False
    acting: bool = False

    def held_by(self, person: Person) -> list[Tenure]:
        """Give the offices of a person that the claim may mean, whenever they were held."""
        return [
            tenure
            for tenure in person.tenures
            if self.office.is_met_by(tenure)
            and (not self.places or belongs(tenure.country, self.places))
        ]


def claims(mentions: Mentions, runs: Sequence[NameRun]) -> list[Claim]:
    """Give the claims of a sentence whose names are `runs`, each office to one name at most.

    A claim that another reading is as likely for (a list, a deputy, an office of something
    that is no country) is left out.
    """
    sentence, places = mentions.sentence, mentions.places
    found = []
    for office in mentions.offices:
        phrase = _phrase(sentence, office, places)
        if phrase is not None:
            before = _before_name(sentence, phrase, runs, places)
            after = _after_name(sentence, phrase, runs)
            if before and after and sentence[phrase.end] == ",":
                continue  # "Ruiz, president of Peru, Soto, president of Chile, and …"
            claim = before or after
            if claim is not None:
                found.append(claim)
    return found


@dataclass(frozen=True)
class _Phrase:
    """An office with what belongs to it: `[start, end)` from its article to its country."""

    start: int
    end: int
    claim: Claim


def _phrase(
    sentence: str, mention: OfficeMention, places: Sequence[PlaceMention]
) -> _Phrase | None:
    start, end = mention.start, mention.end
    after = sentence[end:]
    if AFTER_OTHER.match(after) and not re.match(r"['’]s? [A-Z]", after):
        return None
    elect = ELECT.match(after)
    past = elect is not None
    if elect is not None:
        end += elect.end()
    blank = NameRun(start, start, "")
    claim = Claim(blank, mention.office, mention.start, mention.end, past=past)

    of = OF.match(sentence, end)
    if mention.office.phrase == "speaker":
        return _speaker(sentence, claim, of, places)
    if of is not None:
        place = next((p for p in places if p.start == of.end()), None)
        if place is None or re.match(r"['’]|,? (?:and|or|as well as|&)\b", sentence[place.end :]):
            return None  # of something that we do not know, or of several
        claim = _with_place(claim, place)
        state = STATE.match(sentence, place.end)  # "of the Kyrgyz Republic"
        end = place.end if state is None else state.end()
    left = sentence[:start]
    if OTHER.search(left.rstrip(" -")):
        return None
    before = _place_before(sentence, start, places)
    if before is not None:
        if claim.places and claim.places != before.codes:
            return None
        between = sentence[before.end : start]
        if any(OTHER.search(word) for word in re.split(r"[ -]", between) if word):
            return None
        if NAMED_OF.search(sentence[: before.start]):
            return None  # "Democratic Party of Peru president": an office of the party
        # Two side by side name a people of its own: "Bosnian Serb", "Turkish Cypriot".
        if any(0 <= before.start - other.end <= 1 for other in places if other is not before):
            return None
        past = past or bool(PAST_WITHIN.search(between))
        claim = _with_place(claim, before)
        start = before.start
    elif not claim.places and not _stands_alone(sentence, mention):
        return None
    left = sentence[:start]
    if OTHER.search(left.rstrip(" -")):
        return None
    past = past or bool(PAST_BEFORE.search(left))
    determiner = DETERMINER.search(left)
    if determiner is not None:
        past = past or bool(PAST_WITHIN.search(determiner.group()))
        start = determiner.start()
    elif (early := PAST_BEFORE.search(left)) is not None:
        start = early.start()
    acting = bool(ACTING.search(sentence[start : mention.start])) or bool(
        ACTING.search(sentence[max(0, start - 14) : start])
    )
    return _Phrase(start, end, replace(claim, past=past, acting=acting))


def _speaker(
    sentence: str, claim: Claim, of: re.Match[str] | None, places: Sequence[PlaceMention]
) -> _Phrase | None:
    """`the speaker of Libya's parliament`: others speak at conferences."""
    place = None if of is None else next((p for p in places if p.start == of.end()), None)
    body = None if place is None else _PARLIAMENT.match(sentence, place.end)
    left = sentence[: claim.office_start]
    if place is None or body is None or OTHER.search(left.rstrip(" -")):
        return None
    determiner = DETERMINER.search(left)
    start = claim.office_start if determiner is None else determiner.start()
    past = bool(PAST_BEFORE.search(left)) or bool(PAST_WITHIN.search(sentence[start : place.start]))
    return _Phrase(start, body.end(), replace(_with_place(claim, place), past=past))


def _with_place(claim: Claim, place: PlaceMention) -> Claim:
    return replace(claim, places=place.codes, place_start=place.start, place_end=place.end)


def _place_before(sentence: str, start: int, places: Sequence[PlaceMention]) -> PlaceMention | None:
    for place in reversed(places):
        if place.end < start:
            gap = sentence[place.end : start]
            return place if WITHIN.fullmatch(gap) else None
    return None


def _stands_alone(sentence: str, mention: OfficeMention) -> bool:
    """Whether an office without a country is a title and not, say, that of a company."""
    left = sentence[: mention.start]
    opening = not left.strip("\"'“‘( –—-")
    if not sentence[mention.start].isupper():
        return False
    words = left.split()
    if opening or not words:
        return True
    if _OF_A_PARTY.search(left):
        return False
    if words[-1][-1] in ',;:.!?)”"–—-':
        return True
    return bool(SMALL.search(left)) or bool(PAST_BEFORE.search(left)) or words[-1].islower()


def _before_name(
    sentence: str,
    phrase: _Phrase,
    runs: Sequence[NameRun],
    places: Sequence[PlaceMention],
) -> Claim | None:
    """`Ukrainian Foreign Minister Ana Ruiz`, `the president of Peru, Ana Ruiz,`."""
    for run in runs:
        if run.start < phrase.end:
            continue
        gap = sentence[phrase.end : run.start]
        if not TO_NAME.fullmatch(gap):
            return None
        if gap.startswith(","):
            rest = sentence[run.end :]
            # "the president, Ana Ruiz said" speaks of two; so may a list.
            if not re.match(r"[,;.)–—]|\s[–—]|['’]s\b|$", rest) or LIST_GOES_ON.match(rest):
                return None
        claim = replace(phrase.claim, name=run)
        of = OF.match(sentence, run.end)
        if not claim.places and of is not None:
            # "President Ana Ruiz of Peru"
            place = next((p for p in places if p.start == of.end()), None)
            return None if place is None else _with_place(claim, place)
        return claim
    return None


def _after_name(sentence: str, phrase: _Phrase, runs: Sequence[NameRun]) -> Claim | None:
    """`Ana Ruiz, the foreign minister of Peru,`, `Ana Ruiz was elected president of Peru`."""
    for run in reversed(runs):
        if run.end > phrase.start:
            continue
        gap = sentence[run.end : phrase.start]
        rest = sentence[phrase.end :]
        if not TO_OFFICE.fullmatch(gap) or not CLOSES.match(rest):
            return None
        apposition = gap.startswith(",") and not re.search(r"\b(?:who|as)\b", gap)
        if apposition and (re.match(r",? (?:and|or|as well as)\b", rest) or rest[:1] == ""):
            # "Ruiz, the president and …" may be a list; at the end of a list of persons too.
            listed = "," in sentence[: run.start] or " and " in sentence[: run.start]
            if rest[:1] != "" or (listed and not phrase.claim.places):
                return None
        return replace(phrase.claim, name=run)
    return None
