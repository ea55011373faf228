"""Damage: several corruptions on one excerpt, each on sentences of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random

from babelproof.labels import LABELS, Label
from data.documents import Document
from training.corruptions.base import Corrupted, Span
from training.corruptions.registry import Registry
from training.passages import CLEAN, Mark, Passage, Target
from training.recipe import Recipe

_TRIES = 12
"""Draws before an excerpt that no corruption fits is left as it is."""

_EXCHANGES = frozenset((Label.COUNTRY, Label.ROLE, Label.NAME))


def damage(
    document: Document,
    key: str,
    recipe: Recipe,
    registry: Registry,
    rng: Random,
    uses: Counter[str],
) -> Passage | None:
    """Damage a share of an excerpt's sentences; `None` where no corruption applies.

    A corruption that would touch a sentence already damaged is drawn again, so that every
    sentence's spans come from one corruption. `uses` counts kinds over a whole build: those
    seldom used so far are tried first, so that the ones that need two persons or a quotation
    are not crowded out by those that fit everywhere. One that runs through the whole text may
    damage more sentences than were asked for.
    """
    size = len(document.sentences)
    wanted = max(1, round(size * rng.uniform(0.01, recipe.max_damaged)))
    current = document
    done: dict[int, tuple[str, tuple[Span, ...]]] = {}
    kinds: list[str] = []
    families = _families(recipe.families, registry)
    if not families:
        return None
    for _ in range(_TRIES + wanted):
        if len(done) >= wanted:
            break
        corrupted = _corrupt(current, families, recipe, registry, rng, uses)
        if corrupted is None:
            continue
        touched = {span.sentence for span in corrupted.spans}
        if touched & done.keys():
            continue
        current = corrupted.document
        kinds.append(corrupted.kind)
        uses[corrupted.kind] += 1
        for number in touched:
            spans = tuple(span for span in corrupted.spans if span.sentence == number)
            done[number] = (corrupted.kind, spans)
    if not done:
        return None
    targets = [CLEAN] * size
    for number, (kind, spans) in done.items():
        targets[number] = _target(kind in registry.awkward, spans, size == 1, recipe)
    return Passage(
        id=document.id,
        source=document.source,
        kind=kinds[0] if len(kinds) == 1 else "several",
        key=key,
        sentences=current.sentences,
        targets=tuple(targets),
        origins=document.sentences,
        kinds=tuple(kinds),
    )


def _families(weights: Mapping[str, float], registry: Registry) -> dict[str, float]:
    return {name: w for name, w in weights.items() if w > 0 and registry.family(name)}


def _corrupt(
    document: Document,
    families: Mapping[str, float],
    recipe: Recipe,
    registry: Registry,
    rng: Random,
    uses: Mapping[str, int],
) -> Corrupted | None:
    """Try the kinds of one family, seldom used ones first by chance, until one applies.

    Staying with the family keeps the mix: those that fit everywhere would crowd out the
    ones that need two countries or a person.
    """
    family = rng.choices(list(families), list(families.values()))[0]
    members = registry.family(family)
    slips = [kind for kind in members if kind in registry.awkward]
    grave = [kind for kind in members if kind not in registry.awkward]
    pool = slips if slips and (not grave or rng.random() < recipe.awkward_share) else grave
    # Sorting by -log(u) * w draws without replacement, each with a chance of 1 / w.
    order = {kind: rng.expovariate(1.0) * (1 + uses[kind]) for kind in pool}
    for kind in sorted(pool, key=order.__getitem__):
        corrupted = registry.corruptions[kind](document, rng)
        if corrupted is not None:
            return corrupted
    return None


def _target(awkward: bool, spans: tuple[Span, ...], alone: bool, recipe: Recipe) -> Target:
    found = {span.label for span in spans}
    if awkward:
        hold = recipe.awkward_hold
        labels = tuple(hold if label in found else 0.0 for label in LABELS)
        return Target(hold, labels, spans_known=False)
    return Target(
        1.0,
        tuple(1.0 if label in found else 0.0 for label in LABELS),
        tuple(Mark(span.label, span.start, span.end) for span in spans),
        weight=recipe.single_swap_weight if alone and found <= _EXCHANGES else 1.0,
    )
