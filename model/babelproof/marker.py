"""Marks the sentences of a document by what its other sentences say.

An article comes back to whom it is about. A country, an office or an unfamiliar name that
stands in one of its sentences and nowhere else is seldom wrong, but what is wrong mostly
stands so; a person is named in full once, and again where one was put in another's place. The
encoder sees some sentences at a time and cannot know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from babelproof.facts.confirmed import at_home, confirmed
from babelproof.facts.familiar import Familiar
from babelproof.facts.folding import fold
from babelproof.facts.mentions import HONORIFICS, Finder, Mentions, bare, capitalised
from babelproof.facts.store import FactStore
from babelproof.marks import MARKS, Mark
from babelproof.strays import strays
from babelproof.windows import normalise

MOST = 0.5
"""Share of a document's sentences beyond which what they name alone says nothing: a digest of
the world's news names another country in nearly each."""

LETTERS = 4
"""Letters of the unfamiliar names that count."""

SEVERAL = 3
"""Sentences with a name that is thereby shared."""

FULL = (2, 3)
"""Words of a full name."""

TITLES = Path(__file__).parent / "titles.txt"
"""Titles and offices in the singular, one a line."""


class _Thing(NamedTuple):
    """Whatever one word or phrase at a place of a sentence may mean."""

    meant: frozenset[str]
    start: int


class Marker:
    """Finds what marks the sentences of a document."""

    def __init__(self, finder: Finder, familiar: Container[str]) -> None:
        self._finder = finder
        self._familiar = familiar

    @classmethod
    def load(cls) -> Marker:
        """Make one of the shipped names of countries, offices and familiar words; kept."""
        return _shipped()

    def marks(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Give 1 where a sentence of a document is marked, else 0: [n, 8], as `MARKS` are."""
        sentences = list(map(normalise, sentences))
        read = [self._finder.find(sentence) for sentence in sentences]
        sound = [confirmed(mentions, self._finder) for mentions in read]
        names = [list(self._names(sentence)) for sentence in sentences]
        again, opening = _named_again(sentences)
        found = {
            Mark.COUNTRY_ALONE: self._strange(read, sound),
            Mark.OFFICE_ALONE: _alone(list(map(_offices, read)), sound),
            Mark.TITLE_ALONE: _alone(list(map(_titles, sentences)), sound),
            Mark.NAME_ALONE: _alone(names, sound),
            Mark.NAMES_SHARED: _shared(names),
            Mark.NAME_AGAIN: again,
            Mark.OPENS_WITH_NAME_AGAIN: opening,
            Mark.STRAY_HEADLINE: strays(sentences),
        }
        columns = [np.array(found[mark], dtype=np.float64) for mark in MARKS]
        return np.stack(columns, axis=1)

    def _strange(
        self, read: Sequence[Mentions], sound: Sequence[Sequence[tuple[int, int]]]
    ) -> list[bool]:
        """Say which sentences name a country that no other does and that is a stranger there."""
        things = list(map(_countries, read))
        alone = _alone(things, sound)
        strangers = [own for own, yes in zip(things, alone, strict=True) if yes]
        codes = {code for own in strangers for thing in own for code in thing.meant}
        home = at_home(codes, read, self._finder) if codes else set()
        if not home:
            return alone
        known = [
            [*spans, *((p.start, p.end) for p in mentions.places if not home.isdisjoint(p.codes))]
            for mentions, spans in zip(read, sound, strict=True)
        ]
        return _alone(things, known)

    def _names(self, sentence: str) -> Iterator[_Thing]:
        for start, end in capitalised(sentence):
            for word in sentence[start:end].split(" "):
                name = bare(word)
                if len(name) >= LETTERS and name.isalpha() and fold(name) not in self._familiar:
                    yield _Thing(frozenset((fold(name),)), start)


def _countries(mentions: Mentions) -> list[_Thing]:
    return [_Thing(found.codes, found.start) for found in mentions.places]


def _offices(mentions: Mentions) -> list[_Thing]:
    return [
        _Thing(frozenset((found.office.phrase.lower(),)), found.start) for found in mentions.offices
    ]


def _titles(sentence: str) -> list[_Thing]:
    return [
        _Thing(frozenset((match[0].lower().replace("-", " "),)), match.start())
        for match in _titles_in(sentence)
        # The first word of a sentence is capitalised whatever it is, but for a name after it.
        if match[0][0].isupper() and (match.start() or _NAME_FOLLOWS.match(sentence, match.end()))
    ]


def _titles_in(sentence: str) -> Iterator[re.Match[str]]:
    """Find titles, tried only where a title's first word stands: that is ten times as fast."""
    pattern, first_words = _title_pattern()
    end = 0
    for word in _WORD.finditer(sentence):
        if word.start() >= end and word[0].lower() in first_words:
            match = pattern.match(sentence, word.start())
            if match is not None:
                end = match.end()
                yield match


def _alone(
    things: Sequence[Sequence[_Thing]], sound: Sequence[Sequence[tuple[int, int]]]
) -> list[bool]:
    """Say which sentences name a thing that no other does; none, where most do.

    What stands in the `sound` characters of a sentence is named there, and no reason for doubt.
    """
    counts = _sentences_with(things)
    # "Korean" may mean either country, so it is alone where neither is named elsewhere.
    alone = [
        any(
            all(counts[m] == 1 for m in thing.meant)
            and not any(start <= thing.start < end for start, end in spans)
            for thing in own
        )
        for own, spans in zip(things, sound, strict=True)
    ]
    return alone if sum(alone) <= MOST * len(alone) else [False] * len(alone)


def _shared(things: Sequence[Sequence[_Thing]]) -> list[bool]:
    """Say which sentences name things, each of which several sentences name."""
    counts = _sentences_with(things)
    return [
        bool(own) and all(counts[m] >= SEVERAL for thing in own for m in thing.meant)
        for own in things
    ]


def _sentences_with(things: Sequence[Sequence[_Thing]]) -> Counter[str]:
    return Counter(
        meant for own in things for meant in frozenset().union(*(thing.meant for thing in own))
    )


def _named_again(sentences: Sequence[str]) -> tuple[list[bool], list[bool]]:
    """Say which sentences give an earlier sentence's full name again, and which begin with it."""
    earlier: set[str] = set()
    again, opening = [], []
    for sentence in sentences:
        names = set(_full_names(sentence))
        repeated = names & earlier
        again.append(bool(repeated))
        opening.append(any(sentence.startswith(name) for name in repeated))
        earlier |= names
    return again, opening


def _full_names(sentence: str) -> Iterator[str]:
    for start, end in capitalised(sentence):
        words = [bare(word) for word in sentence[start:end].split(" ")]
        while words and (len(words[0]) < LETTERS and words[0].lower() in _BEFORE_NAMES):
            words.pop(0)
        if FULL[0] <= len(words) <= FULL[1] and all(len(word) > 2 for word in words):
            yield " ".join(words)


_WORD = re.compile(r"\w+")
_NAME_FOLLOWS = re.compile(r" [A-Z]")

_BEFORE_NAMES = HONORIFICS | frozenset("the but and a an in on for".split())


@lru_cache(maxsize=1)
def _title_pattern() -> tuple[re.Pattern[str], frozenset[str]]:
    """Give the pattern of all titles, and the words that they begin with."""
    titles = TITLES.read_text(encoding="utf-8").split("\n")
    longest_first = sorted(filter(None, titles), key=len, reverse=True)
    phrases = "|".join(re.escape(title).replace(r"\ ", "[ -]") for title in longest_first)
    first_words = frozenset(word[0] for title in longest_first if (word := _WORD.match(title)))
    return re.compile(rf"\b(?:{phrases})\b", re.IGNORECASE), first_words


@lru_cache(maxsize=1)
def _shipped() -> Marker:
    store = FactStore.load()
    return Marker(Finder(store), Familiar(store))
