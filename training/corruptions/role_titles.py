"""Titles and offices as they stand in a text: where they are and of which kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from data.lexicons import offices


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES: dict[str, str] = {
    office.title.lower(): office.kind
    for office in offices()
    if office.kind not in ("honorific", "civil") and "." not in office.title
}
"""Every office in lower case, with its kind."""

_BEFORE_NAME = frozenset(
    office.title.lower() for office in offices() if office.before_name and "." not in office.title
)
_SHORT = ("gov", "sen", "rep", "gen", "lt", "col", "sgt", "maj", "capt", "adm", "rev", "prof")
HONORIFICS = (
    "mr", "mrs", "ms", "miss", "dr", "sir", "lord", "lady", "dame", "baroness", "hon",
    "lt gen", "maj gen", "lt col", "lt. col", "lt. gen", "maj. gen", *_SHORT,
)  # fmt: skip
"""Forms of address that say who is a person but name no office."""

_UPPER = "A-ZÀ-ÞŁŚŠŽČĆĐ"
# A dictionary by first word: an alternation of hundreds of titles is ten times slower.
_FIRST: dict[str, list[str]] = {}
for _name in sorted(TITLES, key=len, reverse=True):
    _FIRST.setdefault(re.split(r"[ -]", _name)[0], []).append(_name)
_START = re.compile(r"(?<![\w-])[^\W\d_]+")
_ADDRESS = re.compile(
    r"(?<![\w.-])(?:"
    + "|".join(re.escape(word.title()) for word in sorted(HONORIFICS, key=len, reverse=True))
    + rf")\.?(?= [{_UPPER}])"
)
# Words that are titles only right before a name: "General Ruiz", not "the general election".
_AMBIGUOUS = _set(
    """general major justice premier captain commander judge cardinal king prince queen speaker
    chancellor representative director coach editor pastor professor corporal manager commissioner
    detective inspector marshal father sister metropolitan chair dean doctor whip anchor author
    driver witness resident pilot student minister designer defender trainer champion consul
    conductor monk trader owner farmer nurse principal provost referee solicitor teacher volunteer
    winger bowler boxer publisher poet painter engineer marshal count campaigner researcher analyst
    chairman count mp trader shareholder monarch solicitor priest soldier lawyer"""
)
_NOT_A_NAME = re.compile(
    r" (?:Assembly|League|Department|Motors|Electric|Election|Staff|Mills|Court|System|Council|"
    r"Division|Street|County|Party|Ministry|Act|Room|House|Committee|Center|Award|Crossing|"
    r"Baseball|Secretary|Accounting|Services|Cup|Group|Union|Foundation|Authority|"
    r"Conference|Commission|Agency|Office|Report|Dynamics|Strike|Fund|Command|Administration)\b"
)


@dataclass(frozen=True)
class Title:
    """A title at characters `[start, end)` of one sentence; `named` if a name follows."""

    start: int
    end: int
    text: str
    kind: str
    named: bool


@lru_cache(maxsize=4096)
def titles(sentence: str) -> tuple[Title, ...]:
    """All titles of a sentence in order, the longest at each place."""
    found: list[Title] = []
    lower = sentence.lower()
    # Lower-casing may change the length of a few exotic letters, and with it all places.
    if len(lower) != len(sentence):
        return ()
    at = 0
    for match in _START.finditer(lower):
        start = match.start()
        end = _end_of_title(lower, start) if start >= at else 0
        if not end:
            continue
        at = end
        text = sentence[start:end]
        named = sentence[end : end + 1] == " " and bool(
            re.match(rf" [{_UPPER}]", sentence[end : end + 2])
        )
        if _NOT_A_NAME.match(sentence, end):
            continue
        if text.lower() in _AMBIGUOUS and not named:
            continue
        found.append(Title(start, end, text, TITLES[text.lower()], named))
    return tuple(found)


def _end_of_title(lower: str, start: int) -> int:
    word = _START.match(lower, start)
    for title in _FIRST.get(word.group() if word else "", ()):
        end = start + len(title)
        if lower.startswith(title, start) and not re.match(r"[\w-]", lower[end : end + 1]):
            return end
    return 0


@lru_cache(maxsize=4096)
def addresses(sentence: str) -> tuple[tuple[int, int], ...]:
    """Where honorifics such as `Mr.` and `Lt Col` stand."""
    return tuple(match.span() for match in _ADDRESS.finditer(sentence))


_SMALL = frozenset({"of", "the"})


def like_case(text: str, model: str) -> str:
    """Give a lower-case title the capitals that `model` has: every word, the first, or none."""
    words = model.split()
    if not model[:1].isupper():
        return text
    if len(words) > 1 and not all(word[0].isupper() or word in _SMALL for word in words):
        return text[:1].upper() + text[1:]
    return " ".join(word if word in _SMALL else _capital(word) for word in text.split())


def _capital(word: str) -> str:
    if word.lower() in {"cia", "fbi", "ceo", "cfo"}:
        return word.upper()
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


_BY_KIND: dict[str, list[str]] = {}
for _title, _kind in TITLES.items():
    if _title in _BEFORE_NAME:
        _BY_KIND.setdefault(_kind, []).append(_title)
_KINDS = sorted(_BY_KIND)
# Kinds that news puts before a known name far more often than the others.
_FREQUENT = ("head_of_state", "head_of_government", "minister", "minister", "legislator", "local",
             "judicial", "diplomat", "official", "military", "police", "religious")  # fmt: skip


def other_title(title: Title, rng: Random) -> str | None:
    """A different office in the same case, of the same kind or of another one."""
    pick = rng.random()
    if pick < 0.35 and title.kind in _BY_KIND:
        kind = title.kind
    else:
        kind = rng.choice(_FREQUENT if pick < 0.85 else _KINDS)
    pool = [new for new in _BY_KIND[kind] if not same_office(new, title.text.lower())]
    if not pool:
        return None
    return like_case(rng.choice(pool), title.text)


_SAME = (
    {"president", "head of state"}, {"prime minister", "premier", "head of government"},
    {"congressman", "congresswoman", "representative", "lawmaker", "senator", "councillor",
     "councilman", "assemblyman", "mp", "member of parliament", "legislator"},
    {"judge", "justice", "magistrate"}, {"spokesman", "spokeswoman", "spokesperson"},
    {"prosecutor", "public prosecutor", "chief prosecutor", "district attorney",
     "prosecutor general"},
    {"secretary of state", "foreign minister", "foreign secretary", "minister of foreign affairs"},
    {"envoy", "ambassador", "diplomat"}, {"priest", "pastor", "father", "reverend", "monk"},
    {"bishop", "archbishop", "cardinal"}, {"ceo", "chief executive"},
    {"interior minister", "home secretary", "minister of the interior", "home affairs minister",
     "security minister", "interior secretary"},
    {"chancellor of the exchequer", "finance minister", "treasury secretary"},
    {"lawyer", "solicitor", "barrister", "defense attorney", "human rights lawyer"},
    {"imam", "mullah", "sheikh", "ayatollah"}, {"police officer", "detective", "constable"},
)  # fmt: skip
_TOPICS = {"defence": "defense", "labour": "labor"}
_EMPTY = _set("minister secretary of general chief deputy leader the state vice head")
_FIRM = _set("chairman chairwoman chair director manager chief founder co-founder owner ceo cfo")
_RANKS = _set(
    "general colonel major captain lieutenant admiral brigadier marshal commander sergeant"
)


def same_office(first: str, second: str) -> bool:
    """Whether two lower-case titles may name one office, so that a change is no damage."""
    if first in second or second in first:
        return True
    one = {_TOPICS.get(word, word) for word in first.split()}
    two = {_TOPICS.get(word, word) for word in second.split()}
    if (one & two) - _EMPTY:
        return True
    for group in (_FIRM, _RANKS):
        if one & group and two & group:
            return True
    return any(first in group and second in group for group in _SAME)
