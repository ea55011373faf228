"""Plausible exchanges: of several draws the likeliest is kept, and everything else is as before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Span
from training.corruptions.registry import Registry
from training.plausible import likeliest, plausible

COUNTRIES = ("Chad", "Peru", "Fiji", "Mali")
TEXT = Document("d", ("Talks opened in Rome.", "Nobody came."))


class Likes:
    """Finds a text likelier the earlier its country stands in a list; every token alike."""

    def __init__(self, *order: str) -> None:
        self.order = order

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        return [
            [next(n for n, country in enumerate(self.order) if country in text)] * 3
            for text in texts
        ]

    def surprisals(
        self, encoded: Sequence[Sequence[int]], rows: int = 16
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        for place, ids in reversed(list(enumerate(encoded))):
            yield place, np.array(ids[1:], dtype=np.float32)


def moved(document: Document, rng: Random) -> Corrupted | None:
    """Put Rome elsewhere."""
    first, *rest = document.sentences
    if "Rome" not in first:
        return None
    country = rng.choice(COUNTRIES)
    start = first.index("Rome")
    new = (first.replace("Rome", country), *rest)
    span = Span(0, start, start + len(country), Label.COUNTRY)
    changed = replace(document, sentences=new)
    return Corrupted(changed, document, (span,), "country.moved")


def test_the_likeliest_of_many_draws_is_kept() -> None:
    for order in (COUNTRIES, COUNTRIES[::-1]):
        found = likeliest(moved, Likes(*order), 60)(TEXT, Random(1))
        assert found is not None
        assert found.document.sentences == (f"Talks opened in {order[0]}.", "Nobody came.")
        assert found.kind == "country.moved"


def test_one_draw_is_the_corruption_itself_and_asks_nobody() -> None:
    corrupt = likeliest(moved, Likes(), 1)
    found = corrupt(TEXT, Random(2))
    assert found == moved(TEXT, Random(Random(2).random()))


def test_what_does_not_apply_stays_undone() -> None:
    other = Document("d", ("Talks opened in Oslo.",))
    assert likeliest(moved, Likes(*COUNTRIES), 8)(other, Random(1)) is None


def test_the_same_seed_gives_the_same_choice() -> None:
    corrupt = likeliest(moved, Likes(*COUNTRIES), 2)
    assert corrupt(TEXT, Random(3)) == corrupt(TEXT, Random(3))


def test_only_exchanges_are_chosen_among() -> None:
    registry = Registry({"country.moved": moved, "garble.moved": moved}, frozenset())
    found = plausible(registry, Likes(*COUNTRIES), 60)
    assert found.corruptions["garble.moved"] is moved
    chosen = found.corruptions["country.moved"](TEXT, Random(4))
    assert chosen is not None
    assert COUNTRIES[0] in chosen.document.sentences[0]
