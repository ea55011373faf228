"""Passages of translated headlines that nobody read, labelled by an earlier release.

Self-training on what a bundle is sure of: headlines that it takes for damaged and for sound, in
equal numbers, none between. They are terser than news and were all translated by one system.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from babelproof.labels import LABELS
from data.corpora import Headline, read_headlines
from training.own_reading import OwnReading
from training.passages import UNLABELLED, Passage, Target
from training.recipe import Recipe

POOL = 6
"""Headlines that are read for one that is taken: most are in between, or sound."""

SOUND, DAMAGED = 0.05, 0.75
"""P(hold) up to which a headline is taken for sound, and from which for damaged."""

FEWEST_WORDS = 5
"""Shorter headlines say too little for a sure opinion."""


def headline_passages(
    shared: Path, recipe: Recipe, own: OwnReading, rng: Random
) -> Iterator[Passage]:
    """Give at most `recipe.headlines` passages of one headline, half of them taken for damaged.

    Their targets are the opinions of `own`, and weigh `recipe.headline_weight`.
    """
    pool = _drawn(read_headlines(shared), recipe.headlines * POOL, rng)
    opinions = own.opinions([headline.text for headline in pool])
    read = [(h, p) for h, p in zip(pool, opinions, strict=True) if p is not None]
    sound = [(headline, p) for headline, p in read if p <= SOUND]
    damaged = [(headline, p) for headline, p in read if p >= DAMAGED]
    size = min(len(sound), len(damaged), recipe.headlines // 2)
    for kind, chosen in (("sound", sound[:size]), ("damaged", damaged[:size])):
        for headline, p in chosen:
            labels = (0.0,) * len(LABELS) if kind == "sound" else UNLABELLED
            # Three digits are the same on every processor.
            target = Target(round(p, 3), labels, spans_known=False, weight=recipe.headline_weight)
            name = f"ru1tv|{headline.date}|{headline.source}"
            yield Passage(
                id=f"headline|{name}",
                source="ru1tv_headlines",
                kind=f"headline.{kind}",
                key=name,
                sentences=(headline.text,),
                targets=(target,),
            )


def _drawn(headlines: Iterator[Headline], count: int, rng: Random) -> Sequence[Headline]:
    """Draw headlines of different texts, long enough to be read."""
    distinct = {h.text: h for h in headlines if len(h.text.split()) >= FEWEST_WORDS}
    return rng.sample(list(distinct.values()), min(count, len(distinct)))
