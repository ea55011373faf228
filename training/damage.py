"""Damage: several corruptions on one excerpt, each on sentences of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from babelproof.labels import LABELS
from data.documents import Document
from training.corruptions.base import Corrupted, Span
from training.corruptions.registry import Registry
from training.passages import CLEAN, Mark, Passage, Target
from training.recipe import Recipe

_DAMAGED = 0.5
"""P(hold) from which a sentence counts as damaged before we come."""

_TRIES = 12
"""Draws before an excerpt that no corruption fits is left as it is."""


def damage(
    document: Document,
    key: str,
    recipe: Recipe,
    registry: Registry,
    rng: Random,
    uses: Counter[str],
    base: Sequence[Target] = (),
) -> Passage | None:
    """Damage a share of an excerpt's sentences; `None` where no corruption applies.

    A corruption that would touch a sentence already damaged is drawn again, so that every
    sentence's spans come from one corruption. `uses` counts kinds over a whole build: those
    seldom used so far are tried first, so that the ones that need two persons or a quotation
    are not crowded out by those that fit everywhere. One that runs through the whole text may
    damage more sentences than were asked for. `base` are the targets of the sentences as
    they are, where they are not simply clean; those that are damaged already stay alone.
    """
    size = len(document.sentences)
    wanted = max(1, round(size * rng.uniform(0.01, recipe.max_damaged)))
    current = document
    kept = {number for number, target in enumerate(base) if target.hold >= _DAMAGED}
    done: set[int] = set()
    uses_here: list[Corrupted] = []
    families = _families(recipe.families if size > 1 else recipe.families_alone, registry)
    if not families or len(kept) == size:
        return None
    for _ in range(_TRIES + wanted):
        if len(done) >= wanted:
            break
        corrupted = _corrupt(current, families, recipe, registry, rng, uses)
        if corrupted is None:
            continue
        touched = {span.sentence for span in corrupted.spans}
        if touched & (done | kept):
            continue
        current = corrupted.document
        uses_here.append(corrupted)
        uses[corrupted.kind] += 1
        done |= touched
    return damaged_passage(document, uses_here, key, recipe, registry, base) if done else None


def damaged_passage(
    document: Document,
    uses: Sequence[Corrupted],
    key: str,
    recipe: Recipe,
    registry: Registry,
    base: Sequence[Target] = (),
) -> Passage:
    """Give the passage that corruptions made of a document, one after the other.

    Every sentence may be touched by one of them only; refuses none at all.
    """
    if not uses:
        raise ValueError(f"{document.id}: expected corruptions, found none")
    size = len(document.sentences)
    targets = list(base) or [CLEAN] * size
    for corrupted in uses:
        for number in {span.sentence for span in corrupted.spans}:
            spans = tuple(span for span in corrupted.spans if span.sentence == number)
            awkward = corrupted.kind in registry.awkward
            targets[number] = _target(corrupted.kind, awkward, spans, size == 1, recipe)
    kinds = tuple(corrupted.kind for corrupted in uses)
    return Passage(
        id=document.id,
        source=document.source,
        kind=kinds[0] if len(kinds) == 1 else "several",
        key=key,
        sentences=uses[-1].document.sentences,
        targets=tuple(targets),
        origins=document.sentences,
        kinds=kinds,
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
    order = {
        kind: rng.expovariate(1.0) * (1 + uses[kind] / recipe.kinds.get(kind, 1.0)) for kind in pool
    }
    for kind in sorted(pool, key=order.__getitem__):
        corrupted = registry.corruptions[kind](document, rng)
        if corrupted is not None:
            return corrupted
    return None


def _target(
    kind: str, awkward: bool, spans: tuple[Span, ...], alone: bool, recipe: Recipe
) -> Target:
    found = {span.label for span in spans}
    if awkward:
        hold = recipe.awkward_hold
        labels = tuple(hold if label in found else 0.0 for label in LABELS)
        return Target(hold, labels, spans_known=False)
    hold, weight = _doubt(kind, len(spans), alone, recipe)
    return Target(
        hold,
        tuple(hold if label in found else 0.0 for label in LABELS),
        tuple(Mark(span.label, span.start, span.end) for span in spans),
        weight=weight,
    )


def _doubt(kind: str, edits: int, alone: bool, recipe: Recipe) -> tuple[float, float]:
    """P(hold) of a kind of damage, and its weight."""
    hold = recipe.holds.get(kind) or (recipe.holds_alone.get(kind) if alone else None)
    if hold is not None:
        return hold, recipe.doubt_weight
    return recipe.holds_of_one_edit.get(kind, 1.0) if edits == 1 else 1.0, 1.0
