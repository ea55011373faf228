"""Evidence: a contradiction of text and facts, with the fact that speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from babelproof.facts.folding import fold
from babelproof.facts.store import FactStore, Person, Tenure
from babelproof.labels import Label


@dataclass(frozen=True)
class Evidence:
    """Characters `[start, end)` of a sentence of a document that a fact contradicts.

    `fact` is the sentence an editor reads, `person` the listed name, `source` who says so
    (`document` where the text contradicts itself), `proposal` what to write instead.
    """

    label: Label
    sentence: int
    start: int
    end: int
    fact: str
    person: str
    source: str
    proposal: str | None = None
    claimed: frozenset[str] = frozenset()
    """The countries that the text names with the office."""
    right: str = ""
    """Code of the country that the fact puts in the place of those; empty where unknown."""
    misspelt: bool = False
    """The characters are a misspelt surname, wrong wherever it stands."""
    likeness: bool = False
    """Nothing but another spelling in the document speaks, whoever it names."""

    def to_dict(self) -> dict[str, Any]:
        """Give the evidence of a finding in the output format."""
        given = {"fact": self.fact, "person": self.person, "source": self.source}
        return given if self.proposal is None else {**given, "proposal": self.proposal}


def in_its_form(store: FactStore, sentence: str, item: Evidence) -> Evidence:
    """Give an evidence whose country is proposed as an adjective where one stands in the text."""
    name = store.country_name(item.right)
    if not item.right or item.proposal != name:
        return item
    word = sentence[item.start : item.end]
    adjective = any(word == country.adjective for country in store.countries.values())
    if not adjective and not (word in _EITHER and _NOUN.match(sentence, item.end)):
        return item
    right = store.countries[item.right].adjective or name
    return replace(item, proposal="US" if item.right == "US" else right)


_EITHER = frozenset({"US", "U.S.", "UK", "U.K.", "UN", "U.N.", "EU"})
"""What stands for the adjective, too, before a noun."""
_NOUN = re.compile(r" (?:[A-Z]|president|prime|foreign|defen[cs]e|secretary|leader|vice)")


def describe(store: FactStore, person: Person, tenure: Tenure, *others: Tenure) -> str:
    """Say what we know: `Ana Ruiz: Peruvian Minister of Finance 2011-05-01 to 2013-02-01`.

    `others`: further times in the same office, which are told as well.
    """
    office = tenure.office
    place = store.country_adjective(tenure.country)
    if not _names(office, place):
        office = f"{place} {office}"
    same = {t for t in others if (t.office, t.country) == (tenure.office, tenure.country)}
    told = sorted({tenure, *same}, key=lambda held: held.start or held.seen)
    return f"{person.name}: {office} {' and '.join(map(period, told))}".rstrip()


def _names(office: str, organisation: str) -> bool:
    """Say whether an office names the organisation, or its initials, itself.

    "European Commission President", not "European Union European Commission President", nor
    "European Union EU High Representative".
    """
    words = organisation.split()
    initials = "".join(word[0] for word in words if word[0].isupper())
    named = {fold(word) for word in office.split()}
    return words[0] in office.split() or (len(initials) > 1 and fold(initials) in named)


def period(tenure: Tenure) -> str:
    """Say when: `2011-05-01 to 2013-02-01`, `since 2019-05-20 (known to 2026-03-18)`."""
    if tenure.start and tenure.end:
        return f"{tenure.start} to {tenure.end}"
    if tenure.start:
        known = f" (known to {tenure.as_of})" if tenure.as_of else ""
        return f"since {tenure.start}{known}"
    if tenure.end:
        return f"until {tenure.end}"
    seen = tenure.seen or tenure.as_of
    return f"(seen {seen})" if seen else ""
