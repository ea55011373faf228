"""The words that tell what a country's name is doing in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from data.lexicons import Country, countries, given_names, offices, reporting_verbs
from training.corruptions.english import FUNCTION_WORDS

Form = Literal["name", "adjective", "person", "people", "capital"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class CountryWord:
    """A word or phrase that names a country, its people or its capital."""

    text: str
    country: Country
    form: Form


ABBREVIATIONS = _words("US U.S. USA U.S.A. UK U.K. UAE U.A.E.")

ALSO_ADJECTIVES = ABBREVIATIONS | {"United States", "United Kingdom"}
"""Names that also stand before a noun as an adjective does: `the US economy`."""

AMBIGUOUS = _words(
    "Jordan Chad Georgia Georgian Georgians Turkey Holland French German Finn Dane Sofia "
    "Santiago Polish Pole Poles Washington Indian Indians"
)
"""Also a person, an American place or another word: needs the document to agree."""

_NEVER = frozenset(
    word.replace("_", " ")
    for word in _words(
        "Victoria Kingston Stanley Hamilton Georgetown San_José San_Juan Male Nassau Bern Praia "
        "Freetown Monrovia Saint-Denis Basse-Terre Scot Scots Oranjestad George_Town The_Valley "
        "Roseau St._George's St._John's East_Berlin Willemstad Kingstown"
    )
)

GOVERNMENT = _words(
    "Government Ministry Minister President Prime Vice Deputy Foreign Defense Defence Interior "
    "Finance Justice Health Education Trade Economy Energy Secretary Ambassador Embassy Consulate "
    "Parliament Congress Senate House Army Navy Air Force Coast Guard Marine Armed Forces Military "
    "Supreme Constitutional High Court Attorney Prosecutor General Chief Central Bank Cabinet "
    "State Department Treasury Chancellor King Queen Prince Princess Crown Emperor Premier "
    "Speaker Senator Representative Police Federal National Security Council Border Customs "
    "Revolutionary Leader Colonel Major Captain Admiral Commander Special Envoy Acting Interim "
    "Opposition Sunni Shia Muslim Muslims Christian Christians Jewish Jews Kurdish "
    "Labor Labour Agriculture Environment Transport Home Internal First"
)
"""Capitalised words after which a country's adjective is still one: `the Polish Army`."""

CALENDAR = _words(
    "January February March April May June July August September October November December "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
)

NAME_HEADS = _words(
    "Bank University Church Gulf Sea Republic Kingdom Isle Treaty Duke Duchess Prince Princess "
    "Battle Bay Strait Straits Order College Museum Institute Queen City Voice Radio Air Battle "
    "Commonwealth Peace Convention Declaration Earl Lord Tour Cape States "
    "Empress Emperor Organization Organisation"
)
"""Before `of` these begin a longer proper name: `Bank of England`."""

FIXED_NEXT = _words(
    "fries fry toast kiss bulldog bulldogs delight cheese bacon goose geese nut nuts pig pigs "
    "shepherd shepherds setter pastry pastries language speaker speakers speaking grammar tribe "
    "tribes reservation reservations casino casinos gaming roulette doll dolls dressing wall "
    "dinner breakfast sandwich sandwiches shop peninsula hamster tea lessons alphabet "
    "horn horns oven ovens bath baths hat hats numerals letters class literature "
    "reading writing proficiency"
)

LANGUAGE_BEFORE = _words(
    "in into speak speaks speaking spoke spoken fluent learn learning learned learnt teach "
    "taught understand broken from"
)

ADVERBS = _words(
    "Today Yesterday Tomorrow Meanwhile Then Later Now Since Neighbouring Neighboring Unlike Like "
    "Including Amid Via Also Only Even Both Either Neither Dear Perhaps Former"
)
"""Words that begin a sentence right before a country: `Meanwhile China …`."""

_NO_NOUN = _words(
    "via amid ahead following according alone again ago already always never instead later "
    "meanwhile once often soon sometimes together today tomorrow tonight yesterday where whose "
    "last next per versus vs based including"
)

PREFIXES = _words("anti pro non ex mid post pre trans pan intra inter former")

GEOGRAPHY = _words(
    "in to from into across throughout within near outside inside toward towards neighbouring "
    "neighboring leave left visit visited visiting"
)

BASE_VERBS = _words(
    "want plan impose launch send seek face need begin start stop end win lose beat play make "
    "take give get go come become remain hold keep let help hit attack invade withdraw sign "
    "reject accept block ban lift ease raise cut lower buy sell export import build test fire "
    "strike bomb kill capture seize free release join leave enter open close reopen offer expel "
    "recall suspend resume extend renew approve pass adopt ratify vote elect hope fear expect "
    "try continue use see find feel look work move turn show lead follow push press call meet "
    "host visit receive return bring put set agree refuse decide fail succeed rank export deploy "
    "intervene retaliate respond cooperate compete qualify advance host suffer rely depend "
    "consider regard maintain support oppose condemn welcome celebrate mark commemorate pull "
    "break tighten freeze sanction halt deport arrest detain charge borrow lend owe pay spend "
    "provide supply produce own control occupy annex recognise recognize intend aim struggle"
)


def _inflections(verb: str) -> set[str]:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb[:-1] + "ies", verb[:-1] + "ied"}
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    return {third, verb + ("d" if verb.endswith("e") else "ed")}


_IRREGULAR = _words(
    "sent sought began won lost beat made took gave got went came became held kept hit withdrew "
    "cut bought sold built struck left saw found felt led met brought put set broke froze lent "
    "paid spent fell rose grew drew fought knew saying"
)


@cache
def verbs() -> frozenset[str]:
    """Finite verbs that often follow a country as their subject."""
    known = {verb for base in BASE_VERBS for verb in _inflections(base)}
    known |= {word for verb in reporting_verbs() for word in (verb.past, verb.third)}
    return frozenset(known | _IRREGULAR)


@cache
def office_words() -> frozenset[str]:
    """Capitalised words of offices and of government, which keep an adjective free."""
    words = {word for office in offices() for word in office.title.split() if word[0].isupper()}
    words |= {"Mr", "Mrs"} | GOVERNMENT
    return frozenset(words | {word + "s" for word in words} - {"States"})


@cache
def first_names() -> frozenset[str]:
    """Given names, which may follow an adjective or a noun of nationality."""
    return frozenset(given_names())


def is_noun_like(word: str) -> bool:
    """Whether a lower-case word after a country reads as a noun or an adjective."""
    if not word[:1].islower() or word.endswith(("ly", "ed")):
        return False
    return word not in FUNCTION_WORDS and word not in _NO_NOUN and word not in verbs()


def takes_article(word: str, country: Country) -> bool:
    """Whether running text puts "the" before this name of the country."""
    if word == country.name:
        return country.article
    return (
        word in ABBREVIATIONS
        or " of " in word
        or word.endswith(("Republic", "Federation", "Vatican", "See"))
        or word in {"DRC", "D.R.C.", "PRC", "DPRK", "ROK", "Falklands"}
    )


def _demonym_form(word: str, country: Country) -> Form:
    if word == country.adjective:
        return "adjective"
    if word == country.people:
        return "people"
    if word == country.person or word.endswith(("man", "woman")):
        return "person"
    return "adjective"


@cache
def single_words() -> frozenset[str]:
    """The country words that are one word, to know a country beside another."""
    return frozenset(
        word.text for words in country_words().values() for word in words if " " not in word.text
    )


@cache
def country_words() -> dict[str, tuple[CountryWord, ...]]:
    """All words for countries by their first run of letters, the longest first.

    Where two countries share a word it means the more prominent one.
    """
    found: dict[str, CountryWord] = {}

    def add(text: str, country: Country, form: Form) -> None:
        if text and text not in _NEVER:
            found.setdefault(text, CountryWord(text, country, form))

    ordered = sorted(countries(), key=lambda country: -country.prominence)
    named = [country for country in ordered if country.prominence > 0]
    for country in named:
        for text in (country.name, *country.aliases):
            add(text, country, "name")
    for country in named:
        if country.iso2 == "VA":
            add("Vatican", country, "name")
        if country.iso2 == "KR":
            add("Korea", country, "name")
            add("Korean", country, "adjective")
            add("Koreans", country, "people")
        for text in country.demonyms:
            add(text, country, _demonym_form(text, country))
    for country in named:
        for text in (country.capital, *country.capital_aliases):
            add(text, country, "capital")
    by_first: dict[str, list[CountryWord]] = {}
    for word in found.values():
        by_first.setdefault(first_letters(word.text), []).append(word)
    return {
        first: tuple(sorted(words, key=lambda word: -len(word.text)))
        for first, words in by_first.items()
    }


def first_letters(text: str) -> str:
    """The run of letters that `text` begins with."""
    end = 0
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[:end]
