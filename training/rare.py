"""Passages for corruptions that fit few texts: they are looked for over more documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from data.documents import Document
from data.splits import document_key
from training.corruptions.registry import Registry
from training.damage import damaged_passage
from training.excerpts import excerpts
from training.passages import Passage
from training.recipe import Recipe

TRIES = 10
"""Excerpts of a corpus looked through at most, for each passage wanted of it."""


def rare_passages(
    documents: Sequence[Document],
    wanted: Mapping[str, float],
    recipe: Recipe,
    registry: Registry,
    rng: Random,
) -> Iterator[Passage]:
    """Give passages damaged once, by each kind as often as `wanted` or as it fits.

    The kind that is furthest behind is tried first. Kinds that the registry has not are
    left out.
    """
    left = {kind: count for kind, count in wanted.items() if kind in registry.corruptions}
    tries = round(TRIES * sum(left.values()))
    for excerpt in excerpts(documents, tries, rng, recipe.single_share, recipe.max_sentences):
        if max(left.values(), default=0.0) < 1.0:
            return
        for kind in sorted(left, key=lambda kind: (-left[kind], kind)):
            if left[kind] < 1.0:
                break
            corrupted = registry.corruptions[kind](excerpt, rng)
            if corrupted is not None:
                left[kind] -= 1.0
                key = document_key(excerpt)
                yield damaged_passage(excerpt, [corrupted], key, recipe, registry)
                break
