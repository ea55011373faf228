"""Plausible exchanges: of several that a corruption could make, the one that reads best.

An exchange drawn at random is often absurd, and a model that learns from absurd ones looks for
absurdity. Here the corruption proposes several times and a language model says which of the
damaged sentences it finds likeliest: wrong still, since every proposal is an exchange, and hard
to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.registry import Registry

FAMILIES = ("country", "name", "role")
"""Families whose damage is an exchange; noise and broken text are not meant to be likely."""


class Guesses(Protocol):
    """What is needed of `training.language_model.LanguageModel`."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]: ...

    def surprisals(
        self, encoded: Sequence[Sequence[int]], rows: int = 16
    ) -> Iterator[tuple[int, NDArray[np.float32]]]: ...


def plausible(registry: Registry, model: Guesses, proposals: int) -> Registry:
    """Return a registry whose exchanges propose `proposals` times and give the likeliest."""
    corruptions = {
        kind: likeliest(own, model, proposals) if kind.split(".")[0] in FAMILIES else own
        for kind, own in registry.corruptions.items()
    }
    return replace(registry, corruptions=corruptions)


def likeliest(corruption: Corruption, model: Guesses, proposals: int) -> Corruption:
    """Return a corruption that gives the likeliest of several draws of another.

    Likeliest: the mean surprisal of the tokens of the sentences it damaged is lowest. `None`
    where no draw applies.
    """

    def corrupt(document: Document, rng: Random) -> Corrupted | None:
        draws = [Random(rng.random()) for _ in range(proposals)]
        made = [found for draw in draws if (found := corruption(document, draw)) is not None]
        distinct = list({found.document.sentences: found for found in made}.values())
        if len(distinct) < 2:
            return distinct[0] if distinct else None
        surprisals = _surprisals(distinct, model)
        return distinct[int(np.argmin(surprisals))]

    return corrupt


def _surprisals(proposals: Sequence[Corrupted], model: Guesses) -> list[float]:
    """Give the mean surprisal a token of each proposal's damaged sentences."""
    touched = [sorted({span.sentence for span in found.spans}) for found in proposals]
    texts = [
        found.document.sentences[number]
        for found, numbers in zip(proposals, touched, strict=True)
        for number in numbers
    ]
    distinct = list(dict.fromkeys(texts))
    encoded = model.encode(distinct)
    read = {distinct[place]: values for place, values in model.surprisals(encoded)}
    means = []
    for found, numbers in zip(proposals, touched, strict=True):
        values = np.concatenate([read[found.document.sentences[n]] for n in numbers])
        means.append(float(values.mean()) if len(values) else float("inf"))
    return means
