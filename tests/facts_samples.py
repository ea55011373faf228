"""A tiny store of facts: invented people in offices of real countries."""

from __future__ import annotations

from babelproof.facts.judge import Judge
from babelproof.facts.store import FactStore, Person, Tenure, person_line

ABOUT = {"last": "2020-12-31", "people": 0, "tenures": 0, "first": "1999", "sources": {}}


def person(
    name: str, *tenures: tuple[str, str, str, str, str], aliases: str = "", source: str = "test"
) -> Person:
    """Someone with offices given as (role, office, country, start, end)."""
    held = tuple(
        Tenure(role, office, country, start, end, as_of="2020-12-31", source=source)
        for role, office, country, start, end in tenures
    )
    return Person(name, tuple(filter(None, aliases.split("|"))), tuple(sorted(held)))


PEOPLE = (
    person("Ana Ruiz Vela", ("head_of_state", "President", "PE", "2001-05-01", "2006-05-01"),
           aliases="Ana Ruiz"),
    person("Oleh Marchuk", ("foreign", "Minister of Foreign Affairs", "UA", "2005", "2009"),
           ("ambassador", "Ambassador to France", "UA", "2010", "2012"), aliases="Oleg Marchuk"),
    person("Pavel Dorin", ("foreign", "Minister of Foreign Affairs", "RU", "2004", "2012")),
    person("Pavel Dorin", ("finance", "Minister of Finance", "MD", "2010", "2012")),
    person("Grete Halvorsen", ("defence", "Minister of Defence", "NO", "2003", "2007"),
           ("org_head", "NATO Secretary General", "NATO", "2008", "2014")),
    person("Hanna Lund", ("org_head", "Secretary-General of the United Nations", "United Nations",
                          "2007", "2014")),
    # A minister at home, whom the sources list apart from the head of an organisation.
    person("Hanna Lund", ("finance", "Minister of Finance", "SE", "1999", "2003")),
    person("Tom Kestrel", ("foreign", "Secretary of State", "US", "2001-01-20", "2005-01-26"),
           aliases="Thomas Andrew Kestrel"),
    person("Viktor Zelinsky", ("head_of_state", "President", "UA", "2010-02-01", "2015-02-01")),
    person("Ruth Kestrel", ("other", "Minister of Tourism", "NZ", "2003", "2006")),
    person("Kaarel Saar", ("head_of_government", "Prime Minister", "EE", "2002", "2006")),
    person("Mira Saar", ("head_of_state", "President", "EE", "2006-10-01", "2011-10-01")),
    person("Hugo Bell", ("foreign", "Secretary of State", "US", "2005-01-27", "2009-01-20")),
)  # fmt: skip


def tiny_store(*more: Person) -> FactStore:
    """A store of the people above, with the shipped countries."""
    countries = FactStore.load().countries.values()
    return FactStore([person_line(p) for p in (*PEOPLE, *more)], countries, ABOUT)


def tiny_judge(*more: Person) -> Judge:
    """A judge of the tiny store."""
    return Judge(tiny_store(*more))
