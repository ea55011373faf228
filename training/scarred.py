"""Scars on passages: the same chance for damaged and clean sentences."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from babelproof.labels import LABELS, Label
from training.corruptions.base import Span
from training.corruptions.scars import scar_with_spans
from training.passages import Mark, Passage


def scarred(passage: Passage, share: float, rng: Random) -> Passage:
    """Scar a share of a passage's sentences; targets stay, marks move along.

    A sentence with a mark of no known label is left as it is.
    """
    sentences = list(passage.sentences)
    targets = list(passage.targets)
    for number, (text, target) in enumerate(zip(sentences, targets, strict=True)):
        if rng.random() >= share or any(mark.label not in LABELS for mark in target.marks):
            continue
        spans = tuple(
            Span(number, mark.start, mark.end, Label(mark.label)) for mark in target.marks
        )
        sentences[number], moved = scar_with_spans(text, spans, rng)
        marks = tuple(Mark(span.label, span.start, span.end) for span in moved)
        targets[number] = replace(target, marks=marks)
    return replace(
        passage,
        sentences=tuple(sentences),
        targets=tuple(targets),
        origins=passage.origins or passage.sentences,
    )
