"""Passages of plain made-up sentences: who did what, right and turned round."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from training.corruptions.registry import Registry
from training.corruptions.role_plain import mutual, plain_pairs
from training.damage import damaged_passage
from training.passages import Passage, clean_passage
from training.recipe import Recipe

SOURCE = "plain"


def plain_passages(recipe: Recipe, registry: Registry, rng: Random) -> Iterator[Passage]:
    """Give `recipe.plain` pairs, each twin a passage, and `recipe.mutual` clean sentences.

    Twins share a verb, and with it their split. Nothing comes of it where roles are held out.
    """
    if recipe.held_out == "role":
        return
    for pair in plain_pairs(recipe.plain, rng):
        name = pair.original.id
        key = _key(name)
        yield clean_passage(name, SOURCE, key, pair.original.sentences, "plain.clean")
        yield damaged_passage(pair.original, [pair], key, recipe, registry)
    for _ in range(recipe.mutual):
        document = mutual(rng)
        yield clean_passage(
            document.id, SOURCE, _key(document.id), document.sentences, "plain.mutual"
        )


def _key(name: str) -> str:
    """The verb of `plain bake 123`."""
    return name.rpartition(" ")[0]
