"""Mentions: offices, countries, organisations and capitalised names in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ahocorasick_rs

from babelproof.errors import FactsError
from babelproof.facts.folding import spelling_key
from babelproof.facts.store import FOLDER, FactStore, Tenure

OFFICES = "offices.tsv"
ORGANISATIONS = "organisations.tsv"


@dataclass(frozen=True)
class Office:
    """An office as text names it.

    `roles` of the store that it means, `words` that a tenure's office may have instead, or
    must have where the role is not `role_enough`: a king is no president. `strict`: someone
    known to hold other offices only contradicts it; `strict_in` does so in these countries
    alone, as a chancellor does in Germany.
    """

    phrase: str
    roles: frozenset[str]
    words: re.Pattern[str] | None
    strict: bool
    role_enough: bool
    strict_in: frozenset[str] = frozenset()

    def is_strict(self, places: frozenset[str]) -> bool:
        """Say whether holders of other offices contradict it where it is one of `places`."""
        return self.strict or (bool(places) and places <= self.strict_in)

    def is_met_by(self, tenure: Tenure) -> bool:
        """Say whether text may call a tenure so."""
        if self.phrase == "president" and tenure.country in _GOVERNED_BY_PRESIDENTS:
            return tenure.role in ("head_of_government", "head_of_state")
        if self.role_enough and tenure.role in self.roles:
            return True
        return self.words is not None and bool(self.words.search(tenure.office))


@dataclass(frozen=True)
class OfficeMention:
    """An office at characters `[start, end)` of a sentence."""

    start: int
    end: int
    office: Office


@dataclass(frozen=True)
class PlaceMention:
    """Countries or an organisation that characters `[start, end)` may mean."""

    start: int
    end: int
    codes: frozenset[str]


@dataclass(frozen=True)
class NameRun:
    """Capitalised words at characters `[start, end)` that may name a person."""

    start: int
    end: int
    text: str

    @property
    def is_full(self) -> bool:
        """Whether there are two words and more: a given name and a surname."""
        return " " in self.text


@dataclass(frozen=True)
class Mentions:
    """What a sentence says of offices and places, each in order."""

    sentence: str
    offices: tuple[OfficeMention, ...]
    places: tuple[PlaceMention, ...]

    def taken(self) -> list[tuple[int, int]]:
        """Give the characters of all of them, in order."""
        spans = [(office.start, office.end) for office in self.offices]
        return sorted(spans + [(place.start, place.end) for place in self.places])


_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚḤṢƏ"
_LETTER = r"[^\W\d_]"
_WORD = (
    rf"(?:(?:[A-Z]\.){{1,3}}(?=[ -])|(?:al|el|ul|an|as|ad|ed|ez|d|O|ou)[-'’][{_UPPER}]{_LETTER}*"
    rf"|[{_UPPER}](?:{_LETTER}|(?<={_LETTER})['’](?!s\b)(?={_LETTER}))*)(?:-{_LETTER}+)*"
)
_LINK = (
    r"(?:de la|de los|de las|de|da|das|del|della|di|do|dos|du|van der|van den|van de|van|von der"
    r"|von|zu|bin|ibn|bint|ben|ould|al|el|la|le|ul|ur|y|e|i|ter|ten|af)"
)
_RUN = re.compile(rf"(?<![\w.'’-]){_WORD}(?: (?:{_LINK} )?{_WORD}){{0,5}}(?![\w])")
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december".split()
)
_CAPITALS = frozenset("Of OF THE AND FOR IN TO".split())
"""Words of headlines and of sentences in capitals that begin no name."""

HONORIFICS = frozenset(
    "mr mrs ms miss dr prof professor gen general col colonel maj lt sir dame lord lady sheikh "
    "shaikh shaykh sheikha marshal field admiral comrade prince princess hon rt ayatollah "
    "hojatoleslam captain capt army brigadier brig king queen his her excellency".split()
)


_DIVIDED, _HALF = frozenset({"VN", "YE"}), re.compile(r"\b(?:North|South)(?:ern)? $")
"""Countries that were two, whose halves had other leaders, capitals and borders."""

_GOVERNED_BY_PRESIDENTS = frozenset({"ES"})
"""Countries whose prime minister is the president of the government."""

_OF_ORGANISATIONS = frozenset({"chief"})
"""Offices that are one only right behind an organisation: police, too, have chiefs."""


class Finder:
    """Finds what a sentence says of offices and countries; made once for a store."""

    def __init__(self, store: FactStore, folder: Path = FOLDER) -> None:
        self.store = store
        self._folder = folder
        offices = read_offices(folder / OFFICES)
        places = dict(_places(store, folder / ORGANISATIONS))
        self._offices: dict[str, Office] = {}
        self._exact: dict[str, str] = {}
        for office in offices:
            low = office.phrase.lower()
            for phrase in {low, low.replace("general", "-general").replace(" -", "-")}:
                self._offices[phrase] = office
            if office.phrase.isupper():
                self._exact[low] = office.phrase
        self._places: dict[str, frozenset[str]] = {}
        for form, codes in places.items():
            low = _flat(form)[0]
            self._places[low] = self._places.get(low, frozenset()) | codes
            if form.isupper() and len(form) < 6:
                self._exact[low] = form
        self._patterns = sorted({*self._offices, *self._places})
        # Several readers ask for the sentences of one document, one after the other.
        self._cached = lru_cache(maxsize=1024)(self._find)
        self._named = lru_cache(maxsize=1024)(self._names)
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._patterns, matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST
        )

    def __reduce__(self) -> tuple[type[Finder], tuple[FactStore, Path]]:
        return Finder, (self.store, self._folder)  # an automaton cannot be pickled

    def knows(self, name: str) -> bool:
        """Say whether the store lists someone of this full name."""
        return " " in name and bool(self.store.named(name))

    def _with_a_place(
        self, sentence: str, start: int, end: int, taken: Sequence[tuple[int, int]]
    ) -> Iterator[NameRun]:
        """What would be named if a country within a run were part of a name."""
        for place in self.find(sentence).places:
            if start < place.start and place.end < end and sentence[place.end] == " ":
                others = [span for span in taken if span != (place.start, place.end)]
                pieces = _pieces(sentence, start, end, others)
                yield from (run for run in pieces if run.start <= place.start < run.end)

    def _is_nearly_known(self, name: str) -> bool:
        """Whether a country stands where the given name of one person belongs: Georgia Meloni."""
        given, _, surname = name.partition(" ")
        people = self.store.surnamed(surname) if surname and " " not in surname else ()
        alike = [p for p in people if spelling_key(p.name.split()[0]) == spelling_key(given)]
        return len(alike) == 1

    def find(self, sentence: str) -> Mentions:
        """Give the offices and the countries of a sentence.

        A phrase that is both (none is) would count as an office.
        """
        return self._cached(sentence)

    def names(self, sentence: str) -> tuple[NameRun, ...]:
        """Give what may name a person in a sentence, in order.

        Names may hold a country's name ("Chad Smith") where the store knows them as a whole.
        """
        return self._named(sentence)

    def _names(self, sentence: str) -> tuple[NameRun, ...]:
        taken = self.find(sentence).taken()
        found: list[NameRun] = []
        for start, end in capitalised(sentence):
            runs = list(_pieces(sentence, start, end, ()))
            if any(first < end and last > start for first, last in taken):
                runs += self._with_a_place(sentence, start, end, taken)
                whole = [r for r in runs if self.knows(r.text) or self._is_nearly_known(r.text)]
                cut = _pieces(sentence, start, end, taken)
                rest = (r for r in cut if not any(w.start <= r.start < w.end for w in whole))
                runs = sorted([*whole, *rest], key=lambda run: run.start)
            found += runs
        return tuple(found)

    def _find(self, sentence: str) -> Mentions:
        flat, places = _flat(sentence)
        offices: list[OfficeMention] = []
        countries: list[PlaceMention] = []
        for number, first, last in self._automaton.find_matches_as_indexes(flat):
            if not _bounded(flat, first, last):
                continue
            start, end = (places[first], places[last]) if places else (first, last)
            phrase, written = self._patterns[number], sentence[start:end]
            if phrase in self._exact and written != self._exact[phrase]:
                continue
            if phrase in self._offices:
                if phrase in _OF_ORGANISATIONS and not self._follows(sentence, countries, start):
                    continue
                offices.append(OfficeMention(start, end, self._offices[phrase]))
            elif written[0].isupper() and not (
                self._places[phrase] & _DIVIDED and _HALF.search(sentence, 0, start)
            ):
                countries.append(PlaceMention(start, end, self._places[phrase]))
        return Mentions(sentence, tuple(offices), tuple(countries))

    def _follows(self, sentence: str, places: Sequence[PlaceMention], start: int) -> bool:
        """Whether the last of `places` is an organisation that ends right before `start`."""
        if not places or sentence[places[-1].end : start] not in (" ", "'s ", "’s "):
            return False
        return not places[-1].codes & self.store.countries.keys()


def name_runs(sentence: str, taken: Sequence[tuple[int, int]]) -> list[NameRun]:
    """Give the capitalised runs that may be names of persons.

    Runs end at `taken` characters (countries and offices), honorifics before a name and
    days and months after it are cut off.
    """
    return [
        run for start, end in capitalised(sentence) for run in _pieces(sentence, start, end, taken)
    ]


def bare(word: str) -> str:
    """Give a word without the ending of a possessive."""
    return word.removesuffix("'s").removesuffix("’s")


@lru_cache(maxsize=1024)
def capitalised(sentence: str) -> tuple[tuple[int, int], ...]:
    """Find the capitalised runs; several rules ask for those of one document."""
    return tuple(match.span() for match in _RUN.finditer(sentence))


def _pieces(
    sentence: str, start: int, end: int, taken: Sequence[tuple[int, int]]
) -> Iterator[NameRun]:
    cuts = [span for span in taken if span[0] < end and span[1] > start]
    at = start
    for first, last in [*cuts, (end, end)]:
        piece = sentence[at:first].rstrip(" -")
        words = piece.split(" ")
        offset = at
        while words and (
            not words[0] or words[0].lower().strip(".-") in HONORIFICS or words[0] in _CAPITALS
        ):
            offset += len(words.pop(0)) + 1
        while words and words[-1].lower() in _CALENDAR:
            words.pop()
        text = " ".join(words)
        if (text and text[0].isupper()) or text[:3].lower() in ("al-", "el-"):
            yield NameRun(offset, offset + len(text), text)
        at = max(at, last)
        while at < end and sentence[at] in " '’-":
            at += 1
        if sentence[at : at + 2] == "s ":  # of a possessive
            at += 2


def _bounded(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before == "-":  # "pro-Russian", but "WARSAW, May 6-US officials"
        before = text[start - 2] if start > 1 and text[start - 2].isalpha() else " "
    return not (before.isalnum() or before == "_") and not (after.isalnum() or after == "_")


_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))


_PLAIN_QUOTES = str.maketrans("’‘", "''")
_NO_PUNCTUATION = str.maketrans("", "", "’‘“”–—")
"""What is above ASCII in most English text, and moves no character."""


def _flat(text: str) -> tuple[str, list[int] | None]:
    """Lower-case a text without its diacritics; the second value gives each character's place
    in the text, None where nothing moved."""
    if text.isascii():
        return text.lower(), None
    if text.translate(_NO_PUNCTUATION).isascii():
        return text.translate(_PLAIN_QUOTES).lower(), None
    flat: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character).lower():
            if not unicodedata.combining(part):
                # A lone surrogate cannot be searched for.
                flat.append("'" if part in "’‘" else "?" if part in _SURROGATES else part)
                places.append(place)
    return "".join(flat), [*places, len(text)]


_STRICT = re.compile(r"[01]|[A-Z]{2}(?:\|[A-Z]{2})*")


def read_offices(path: Path) -> list[Office]:
    """Read the offices and what they match; refuses rows that lack a field."""
    offices = []
    for number, row in enumerate(_table(path), start=2):
        if len(row) != 5 or not _STRICT.fullmatch(row[3]) or row[4] not in ("0", "1"):
            raise FactsError(
                f"{path}, line {number}: expected phrase, roles, words, then 0, 1 or codes of "
                f"countries, then 0 or 1, found {row}"
            )
        phrase, roles, words, strict, enough = row
        codes = frozenset() if strict in ("0", "1") else frozenset(strict.split("|"))
        pattern = re.compile(words, re.IGNORECASE) if words else None
        kinds = frozenset(filter(None, roles.split("|")))
        offices.append(Office(phrase, kinds, pattern, strict == "1", enough == "1", codes))
    return offices


def read_organisations(path: Path) -> list[tuple[str, list[str]]]:
    """Read the organisations that the store names, with what text calls them."""
    return [(name, forms.split("|")) for name, forms in _table(path)]


def _places(store: FactStore, organisations: Path) -> Iterator[tuple[str, frozenset[str]]]:
    found: dict[str, set[str]] = {}
    for country in store.countries.values():
        for form in country.forms:
            found.setdefault(form, set()).add(country.code)
    for form, codes in _SHARED.items():
        found.setdefault(form, set()).update(codes)
    for name, forms in read_organisations(organisations):
        for form in forms:
            found.setdefault(form, set()).add(name)
    yield from ((form, frozenset(codes)) for form, codes in found.items())


_SHARED: Mapping[str, tuple[str, ...]] = {
    "Korean": ("KR", "KP"),
    "Congolese": ("CD", "CG"),
    "Congo": ("CD", "CG"),
    "Sudanese": ("SD", "SS"),
    "Guinean": ("GN", "GQ", "GW", "PG"),
    "Irish": ("IE", "GB-NIR"),
    "Dominican": ("DO", "DM"),
    "Samoan": ("WS", "AS"),
    "Czech": ("CZ", "CS"),
    "German": ("DE", "DD"),
    "Chinese": ("CN", "TW"),
    "New South Wales": ("AU",),
    "Palestinian Authority": ("PS",),
    "Palestinian National Authority": ("PS",),
    "Serb": ("RS", "BA"),
    "Bosnian": ("BA",),
    "Kyrgyz": ("KG",),
    "Kazakh": ("KZ",),
    "Uzbek": ("UZ",),
    "Turkmen": ("TM",),
    "Tajik": ("TJ",),
}


def _table(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise FactsError(f"{path}: expected a file, found none; install the package again")
    _, *lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]
