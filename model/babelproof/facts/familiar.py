"""Familiar words: those that sound news has often, which are nobody's misspelling."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path

from babelproof.facts.folding import fold
from babelproof.facts.packed import packed_lines
from babelproof.facts.store import FOLDER, FactStore
from babelproof.language import is_common

FAMILIAR = "familiar.txt.gz"


class Familiar:
    """Folded words that several sound documents have, names that the store lists among them.

    The words are read from the file of `data.build_facts` when somebody first asks.
    """

    def __init__(self, store: FactStore, folder: Path = FOLDER) -> None:
        self._store = store
        self._folder = folder

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(
            word
            for country in self._store.countries.values()
            for form in (*country.forms, *country.capitals)
            for word in fold(form).split()
        )

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (
            self.is_word(word) or word in self._forms or self._store.is_surname(word)
        )

    def is_word(self, word: str) -> bool:
        """Say whether sound text has this folded word, whoever is listed."""
        return word in read_familiar(self._folder) or is_common(word)


@lru_cache(maxsize=4)
def read_familiar(folder: Path) -> frozenset[str]:
    """Read the words of a store; raises `FactsError` where they are not there."""
    with packed_lines(
        folder / FAMILIAR,
        "the words that sound text has",
        "build the store with python -m data.build_facts",
    ) as lines:
        return frozenset(lines)
