"""Stray headlines: pieces of a headline or of another sentence's beginning, put into a sentence.

Programs that replace names take "Toll Soars Above" or "But Smith" for one, since every word of
it is capitalised where they find it. In the middle of a sentence it gives itself away by words
that nobody capitalises there.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from babelproof.errors import BundleError

LOWER = Path(__file__).parent / "lower.txt.gz"
"""Words that sound text hardly ever capitalises inside a sentence (`data.build_lower`)."""

HEADLINE_WORDS, CAPITALISED = 4, 0.8
"""Longer words that a headline in title case has at least, and how many begin with a capital."""

LONG, TELLING = 5, 2
"""Words of a capitalised run that is no name, and how many of them are hardly ever capitalised."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BEGINNING = re.compile(r"[^\W\d_], (?:And|But) [A-Z][a-z]")
_OPENING, _CLOSING = tuple("\"“'‘("), tuple("\"”'’)")

# What headlines in title case leave without a capital.
_SMALL = frozenset(
    "a an the of in on at to for with from by and or but nor as vs if into over after about up "
    "off out than via is are was be".split()
)


def strays(sentences: Sequence[str]) -> list[bool]:
    """Say of each sentence of a document whether a stray piece stands in it."""
    read = [words_of(sentence) for sentence in sentences]
    titles = [is_title(words) for words in read]
    headlines = [
        f" {' '.join(word[0] for word in words)} "
        for words, is_headline in zip(read, titles, strict=True)
        if is_headline
    ]
    return [
        not is_headline
        and (
            _BEGINNING.search(sentence) is not None
            or any(_is_stray(run, sentence, headlines) for run in _runs(words, sentence))
        )
        for sentence, words, is_headline in zip(sentences, read, titles, strict=True)
    ]


def words_of(sentence: str) -> list[re.Match[str]]:
    """Give the words of a sentence, where they stand."""
    return list(_WORD.finditer(sentence))


def is_title(words: Sequence[re.Match[str]]) -> bool:
    """Say whether a sentence of these words is in title case."""
    longer = [word[0] for word in words if word[0].lower() not in _SMALL]
    if len(longer) < HEADLINE_WORDS:
        return False
    return sum(word[0].isupper() for word in longer) >= CAPITALISED * len(longer)


def _runs(words: Sequence[re.Match[str]], sentence: str) -> Iterator[list[re.Match[str]]]:
    """Give the runs of two capitalised words and more, a blank between each two."""
    run: list[re.Match[str]] = []
    for word in words:
        if run and not (word[0][0].isupper() and sentence[run[-1].end() : word.start()] == " "):
            if len(run) > 1:
                yield run
            run = []
        if word[0][0].isupper():
            run.append(word)
    if len(run) > 1:
        yield run


def _is_stray(run: Sequence[re.Match[str]], sentence: str, headlines: Sequence[str]) -> bool:
    if _is_quoted(run, sentence):
        return False
    # The first word of a sentence is capitalised whatever it is.
    telling = [word.start() > 0 and word[0].lower() in lower_words() for word in run]
    if len(run) >= LONG and sum(telling) >= TELLING:
        return True
    return any(
        f" {one[0]} {other[0]} " in headline
        for (one, other), told in zip(pairwise(run), pairwise(telling), strict=True)
        if any(told)
        for headline in headlines
    )


def _is_quoted(run: Sequence[re.Match[str]], sentence: str) -> bool:
    before = sentence[: run[0].start()].rstrip()
    after = sentence[run[-1].end() :].lstrip()
    return before.endswith(_OPENING) or after.startswith(_CLOSING)


@lru_cache(maxsize=1)
def lower_words() -> frozenset[str]:
    """Read the words that are hardly ever capitalised inside a sentence."""
    try:
        with gzip.open(LOWER, "rt", encoding="utf-8") as file:
            return frozenset(file.read().split())
    except OSError as error:
        raise BundleError(
            f"{LOWER}: expected the list of words, found {error}; install the package again"
        ) from None
