"""Passages of human reference translations as news documents, clean and with exchanges.

News with its headline first and a story behind it is what the tool reads in life; the clean
corpora have little of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from data.corpora import Translation
from data.documents import Document
from data.splits import translation_key
from training.corruptions.registry import Registry
from training.damage import damage
from training.passages import Passage
from training.real_mt import Translations, reference_target, runs
from training.recipe import Recipe

NEWS_YEARS = ("2018", "2019", "2021")
"""Later years mix news with chats and orders."""

FEWEST = 3
"""Sentences of the shortest run."""

WORST = 0.15
"""Directions whose references are held more often than this are left out."""


def reference_documents(
    translations: Translations, recipe: Recipe, registry: Registry, rng: Random
) -> Iterator[Passage]:
    """Give `recipe.reference_documents` passages, a share of them damaged.

    A document is cut anew when all have been used, so that a passage may come back with
    other damage or none. Names, countries and roles are exchanged as
    `recipe.reference_families` says; what stays as it was keeps its soft target.
    """
    rows = [
        row
        for (year, direction, _), members in sorted(translations.references.items())
        if year in NEWS_YEARS and translations.rates.get((year, direction, ""), 0.0) <= WORST
        for row in members
    ]
    recipe = replace(recipe, families=recipe.reference_families)
    uses: Counter[str] = Counter()
    given = turn = 0
    while given < recipe.reference_documents:
        pieces = [
            piece
            for piece in runs(rows, 0.0, recipe.max_sentences, rng)
            if len(piece) >= min(FEWEST, recipe.max_sentences)
        ]
        if not pieces:
            return
        rng.shuffle(pieces)
        for piece in pieces[: recipe.reference_documents - given]:
            yield _passage(piece, translations, recipe, registry, rng, uses, turn)
        given += len(pieces)
        turn += 1


def _passage(
    piece: Sequence[Translation],
    translations: Translations,
    recipe: Recipe,
    registry: Registry,
    rng: Random,
    uses: Counter[str],
    turn: int,
) -> Passage:
    first = piece[0]
    identity = f"wmt|{first.year}|{first.direction}|document|{first.segment}"
    document = Document(
        identity + (f"~{turn}" if turn else ""),
        tuple(row.text for row in piece),
        "wmt_into_english",
        first.year,
    )
    targets = tuple(reference_target(translations, row, recipe) for row in piece)
    key = translation_key(first)
    passage = None
    if rng.random() < recipe.reference_damaged_share:
        passage = damage(document, key, recipe, registry, rng, uses, targets)
    return passage or Passage(
        document.id, document.source, "wmt.document", key, document.sentences, targets
    )
