"""Language: whether a text is English, doubtful cases counted as English.

Damaged English is what this package looks for: a sentence with foreign words left in it
must be judged. So a text is foreign only when everything speaks for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babelproof.verdict import Reason
from babelproof.windows import normalise

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

FEWEST_WORDS = 8
"""Latin text with fewer words is never called foreign: names alone decide there."""

MOST_FUNCTION_WORDS = 0.1
"""English running text has more than twice this share of the words below."""

ENGLISH_WORDS = Path(__file__).parent / "english.txt"
"""Frequent words that other languages in Latin script hardly have (`data.build_english`)."""

FEWEST_ENGLISH, LEAST_ENGLISH = 2, 0.15
"""How many of those, and which share of all its words, make a text plainly English."""

LEAST_FOREIGN = 0.6
"""What the likeliest other language must reach."""

MOST_ENGLISH = 0.02
"""What English must stay under."""

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 4000
"""Characters the identifier reads: it is sure long before."""

# Words that make English run and that other languages in Latin script hardly use ("in",
# "a", "to", "was", "at", "for" are German, Spanish, Polish or Danish words as well).
_FUNCTION_WORDS = frozenset(
    _WORD.findall(
        """
    the and of that with from this these those which who whom whose what when where while
    are were been being has have had having does did done would could should must might will
    cannot it its his their them they he she we you your our my not but than then there here
    by after before into about against between through during under until because although
    said says told also only other another such both each any some all
        """
    )
)

# Beside letters of another script these are English too.
_WITH_OTHER_SCRIPTS = _FUNCTION_WORDS | frozenset(
    _WORD.findall("a an at as for i in is it on to was")
)

_ENGLISH = frozenset({"en", "pcm", "sco"})


def why_not(text: str, foreign_document: bool = False) -> Reason | None:
    """Say why a text cannot be judged, or `None` when it can.

    Blank text is empty; text without letters, or of one word, is too short to judge. In a
    foreign document only text that is plainly English can be judged.
    """
    plain = normalise(text)
    if not plain.strip():
        return Reason.EMPTY
    words = _WORD.findall(plain)
    if is_foreign(plain, words) or (foreign_document and words and not _runs_in_english(words)):
        return Reason.NOT_ENGLISH
    return Reason.TOO_SHORT if len(words) < 2 else None


def is_foreign(text: str, words: Sequence[str] | None = None) -> bool:
    """Say whether a text is surely not English: by its script, else by its words.

    >>> is_foreign("Der Minister reiste am Montag nach Wien und traf dort seine Kollegin.")
    True
    >>> is_foreign("Merz, Tusk, Macron and Starmer in Kyiv")
    False
    """
    words = _WORD.findall(text) if words is None else words
    if not words:
        return False
    letters = "".join(words)
    if not letters.isascii():
        latin = _latin_share(letters)
        if latin < 0.5:
            # Half-translated English is damage, and damage must be judged.
            english = sum(word.lower() in _WITH_OTHER_SCRIPTS for word in words)
            return latin < 0.2 or english < 2
    if len(words) < FEWEST_WORDS or _runs_in_english(words):
        return False
    if letters.isascii() and _is_plain_english(words):
        return False
    ranked = _identifier().rank(text[:_SAMPLE])
    likely_english = sum(share for language, share in ranked if language in _ENGLISH)
    _, best = ranked[0]
    return bool(best >= LEAST_FOREIGN and likely_english <= MOST_ENGLISH)


def _runs_in_english(words: Sequence[str]) -> bool:
    english = sum(word.lower() in _FUNCTION_WORDS for word in words)
    return english > MOST_FUNCTION_WORDS * len(words)


def _is_plain_english(words: Sequence[str]) -> bool:
    """Say so without the identifier, which takes a third of a second to load."""
    known = _english_words()
    english = sum(word.lower() in known for word in words)
    return english >= max(FEWEST_ENGLISH, LEAST_ENGLISH * len(words))


def is_common(word: str) -> bool:
    """Say whether a word is among the commonest of English, function words included."""
    return word.lower() in _english_words()


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    return _FUNCTION_WORDS.union(ENGLISH_WORDS.read_text(encoding="utf-8").split())


def _latin_share(letters: str) -> float:
    return sum(map(_is_latin, letters)) / len(letters)


@lru_cache(maxsize=8192)
def _is_latin(letter: str) -> bool:
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Load the identifier when the first doubtful text comes: it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
