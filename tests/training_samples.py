"""Documents and corruptions of our own writing, to build training sets from."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Span
from training.corruptions.registry import Registry
from training.recipe import Recipe

TOWNS = ("Ellery", "Marden", "Tolvik", "Ostrava Bay", "Quillan", "Benbow", "Harrow Point")
DEEDS = ("opened a library", "closed its harbour", "elected a mayor", "repaired the bridge")


def sentence(number: int) -> str:
    town, deed = TOWNS[number % len(TOWNS)], DEEDS[number // 7 % len(DEEDS)]
    return f"In its year {number} the town of {town} {deed} after {number * 7 % 91} long debates."


def blot(document: Document, rng: Random) -> Corrupted | None:
    """A corruption for tests: a word of a random sentence becomes 'zzz'."""
    numbers = [n for n, text in enumerate(document.sentences) if "town" in text]
    if not numbers:
        return None
    number = rng.choice(numbers)
    text = document.sentences[number]
    start = text.index("town")
    changed = list(document.sentences)
    changed[number] = text[:start] + "zzz" + text[start + 4 :]
    return Corrupted(
        replace(document, sentences=tuple(changed)),
        document,
        (Span(number, start, start + 3, Label.GARBLE),),
        "garble.blot",
    )


def slip(document: Document, rng: Random) -> Corrupted | None:
    """A corruption for tests that leaves a sentence merely awkward."""
    made = blot(document, rng)
    return made and replace(made, kind="garble.slip")


REGISTRY = Registry({"garble.blot": blot, "garble.slip": slip}, frozenset({"garble.slip"}))
RECIPE = Recipe(
    silver_copies=2.0,
    article_copies=1.0,
    documents=60,
    garbled=4,
    references=4,
    strong=2,
    round_trips=0,
    hard_negatives=0,
    reference_documents=8,
    plain=5,
    mutual=2,
    rare={"garble.blot": 4, "role.nothing": 3},
    scar_share=0.0,
    renamed_share=0.0,
    silver_twins=4,
    corpora={"re3d": 1.0, "ud_ewt": 1.0},
    dev_share=0.2,
)


def long_document(size: int = 12) -> Document:
    return Document("d", tuple(sentence(number) for number in range(size)), "re3d")
