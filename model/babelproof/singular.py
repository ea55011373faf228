"""What only one sentence of a document names: where a swapped country or a garbled name stands.

An article comes back to whom it is about. A country, an office or an unfamiliar name that
stands in one of its sentences and nowhere else is seldom wrong, but what is wrong mostly
stands so. The encoder sees some sentences at a time and cannot know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from babelproof.facts.familiar import Familiar
from babelproof.facts.folding import fold
from babelproof.facts.mentions import Finder, Mentions, bare, capitalised
from babelproof.facts.store import FactStore
from babelproof.labels import CHANNELS, Label

MOST = 0.5
"""Share of a document's sentences beyond which it says nothing: a digest of the world's news
names another country in nearly each."""

LETTERS = 4
"""Letters of the names that count."""


class Singular:
    """Marks the sentences that name what no other sentence of their document names."""

    def __init__(self, finder: Finder, familiar: Container[str]) -> None:
        self._finder = finder
        self._familiar = familiar

    @classmethod
    def load(cls) -> Singular:
        """Make one of the shipped names of countries, offices and familiar words; kept."""
        return _shipped()

    def marks(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Give 1 where a sentence names something alone, else 0: [n, 6], as `CHANNELS` are."""
        marks = np.zeros((len(sentences), len(CHANNELS)))
        read = [self._finder.find(sentence) for sentence in sentences]
        named = {
            Label.NAME: [list(self._names(sentence)) for sentence in sentences],
            Label.ROLE: [list(_offices(mentions)) for mentions in read],
            Label.COUNTRY: [[found.codes for found in mentions.places] for mentions in read],
        }
        for label, things in named.items():
            counts = Counter(meant for own in things for meant in frozenset().union(*own))
            # "Korean" may mean either country, so it is alone where neither is named elsewhere.
            alone = np.array(
                [any(all(counts[m] == 1 for m in thing) for thing in own) for own in things], float
            )
            if len(alone) and alone.mean() <= MOST:
                marks[:, CHANNELS.index(label)] = alone
        return marks

    def _names(self, sentence: str) -> Iterator[frozenset[str]]:
        for start, end in capitalised(sentence):
            for word in sentence[start:end].split(" "):
                name = bare(word)
                if len(name) >= LETTERS and name.isalpha() and fold(name) not in self._familiar:
                    yield frozenset((fold(name),))


def _offices(mentions: Mentions) -> Iterator[frozenset[str]]:
    return (frozenset((found.office.phrase.lower(),)) for found in mentions.offices)


@lru_cache(maxsize=1)
def _shipped() -> Singular:
    store = FactStore.load()
    return Singular(Finder(store), Familiar(store))
