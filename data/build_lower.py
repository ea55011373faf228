"""Builds the shipped list of words that sound text hardly ever capitalises inside a sentence.

`python -m data.build_lower [SHARED]` counts how the clean corpora write each word, the first
of a sentence and sentences in title case left out. The same corpora give the same list.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from babelproof.strays import LOWER, is_title, words_of
from data.corpora import CLEAN, read_clean
from data.packed import write_packed
from data.shared import shared_path

FEWEST = 30
"""How often a word must stand in lower case to be told of."""

TIMES = 20
"""How many times as often in lower case as capitalised."""


def lower_words(sentences: Iterable[str], fewest: int = FEWEST) -> list[str]:
    """Give the words, in alphabetical order."""
    lower: Counter[str] = Counter()
    capitalised: Counter[str] = Counter()
    for sentence in sentences:
        words = words_of(sentence)
        if is_title(words):
            continue
        for word in (match[0] for match in words[1:]):
            (capitalised if word[0].isupper() else lower)[word.lower()] += 1
    return sorted(
        word
        for word, count in lower.items()
        if count >= max(fewest, TIMES * capitalised[word]) and word.isascii() and len(word) > 1
    )


def main(arguments: Sequence[str] | None = None, path: Path = LOWER) -> None:
    """Build the list from the command line."""
    parser = argparse.ArgumentParser(prog="data.build_lower", description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    shared = shared_path(parser.parse_args(arguments).shared)
    words = lower_words(
        sentence
        for name in CLEAN
        for document in read_clean(shared, name)
        for sentence in document.sentences
    )
    write_packed(path, words)
    print(f"{path}: {len(words):,} words")


if __name__ == "__main__":
    main()
