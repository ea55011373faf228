"""Builds the shipped list of words that are plainly English, by which most texts are told.

`python -m data.build_english --dictionaries FOLDER --messages FOLDER [--shared SHARED]` reads
hunspell dictionaries (`*.dic`, Debian's hunspell-* packages) and message catalogues of programs
(`*/LC_MESSAGES/*.mo`) of other languages, and keeps the frequent words of the clean corpora
that those languages hardly have. Running it again over the same files writes the same list.
"""

from __future__ import annotations

import argparse
import gettext
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from babelproof.language import ENGLISH_WORDS
from data.corpora import CLEAN
from data.shared import MissingData, existing, shared_path

FREQUENT = 8000
"""How many of the most frequent words are looked at."""

DICTIONARIES = 2
"""Other languages whose spelling dictionaries may list a word: by chance, or on loan."""

MESSAGES = 1
"""How often a word may stand in the messages: their languages quote English commands."""

SHORTEST_MESSAGE = 8
"""Words from which a message is running text."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = re.compile(r"en(?:[^a-z]|$)")


def frequent_words(shared: Path) -> list[str]:
    """Give the most frequent words of the clean corpora that are written without a capital."""
    counts: Counter[str] = Counter()
    for name in CLEAN:
        path = existing(shared / "corpora" / "clean" / f"{name}.parquet")
        for batch in pq.ParquetFile(path).iter_batches(columns=["text"]):
            for text in batch["text"].to_pylist():
                counts.update(_WORD.findall(text))
    lower = Counter({w: n for w, n in counts.items() if w.isascii() and w.islower() and len(w) > 2})
    return [word for word, _ in sorted(lower.items(), key=lambda item: (-item[1], item[0]))][
        :FREQUENT
    ]


def in_dictionaries(folder: Path, words: Collection[str]) -> Mapping[str, int]:
    """Count the languages, English apart, whose dictionaries list each word."""
    languages: defaultdict[str, set[str]] = defaultdict(set)
    for path in _found(folder, "*.dic"):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            word = re.split(r"[/\s]", line, maxsplit=1)[0].lower()
            if word in words:
                languages[word].add(path.name[:2])
    return {word: len(names) for word, names in languages.items()}


def in_messages(folder: Path) -> Mapping[str, int]:
    """Count the words of the translated messages that are running text."""
    counts: Counter[str] = Counter()
    for text in sorted(_messages(folder)):
        words = _WORD.findall(text.lower())
        if len(words) >= SHORTEST_MESSAGE:
            counts.update(words)
    return counts


def _messages(folder: Path) -> set[str]:
    """Give the messages that differ from the English ones they translate, each once."""
    found: set[str] = set()
    for path in _found(folder, "*.mo"):
        with path.open("rb") as stream:
            try:
                catalogue = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
            except (OSError, ValueError, LookupError):  # of another format or encoding
                continue
        for key, text in catalogue.items():
            given = key[0] if isinstance(key, tuple) else key
            if given and isinstance(text, str) and text != given:
                found.add(text)
    return found


def _found(folder: Path, pattern: str) -> Iterator[Path]:
    paths = sorted(folder.rglob(pattern))
    kept = [path for path in paths if not any(map(_ENGLISH.match, path.parts[-3:]))]
    if not kept:
        raise MissingData(f"{folder}: expected files {pattern} below it, found none; name another")
    return iter(kept)


def main() -> None:
    """Build the list and write it into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionaries", type=Path, required=True)
    parser.add_argument("--messages", type=Path, default=Path("/usr/share/locale"))
    parser.add_argument("--shared", default=None)
    given = parser.parse_args()
    words = frequent_words(shared_path(given.shared))
    listed = in_dictionaries(given.dictionaries, set(words))
    messages = in_messages(given.messages)
    kept = sorted(
        word
        for word in words
        if listed.get(word, 0) <= DICTIONARIES and messages.get(word, 0) <= MESSAGES
    )
    ENGLISH_WORDS.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(f"{ENGLISH_WORDS}: {len(kept):,} of {len(words):,} frequent words")


if __name__ == "__main__":
    main()
