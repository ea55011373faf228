"""Evidence: a contradiction of text and facts, with the fact that speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def describe(store: FactStore, person: Person, tenure: Tenure) -> str:
    """Say what we know: `Ana Ruiz: Peruvian Minister of Finance 2011-05-01 to 2013-02-01`."""
    office = tenure.office
    place = store.country_adjective(tenure.country)
    # "European Commission President", not "European Union European Commission President".
    if place.split()[0] not in office.split():
        office = f"{place} {office}"
    return f"{person.name}: {office} {period(tenure)}".rstrip()


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
