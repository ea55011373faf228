"""Variants: the whole training, and the same with one thing left out or exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from babelproof.labels import LABELS, Label

Passage = Mapping[str, Any]
"""A row of the Arrow set of `training.build`."""

WHOLE = "whole"

BY_SENTENCE = ("sentences", "hold", "labels", "spans_known", "weight")
"""Columns of a passage that have an item for each of its sentences."""

DAMAGED = 0.5
"""Target from which a sentence counts as damaged in the way of a label."""

REAL = ("silver", "wmt", "round_trip")
"""Beginnings of the kinds of passages whose damage no corruption of ours made."""


AS_READ = {
    **dict.fromkeys(("garble.untranslated",), 5.0),
    **dict.fromkeys(("garble.scrambled", "garble.shuffled", "garble.dropped"), 2.0),
    **dict.fromkeys(
        ("garble.doubled_word", "garble.doubled", "garble.loop", "garble.stammer",
         "garble.refrain", "garble.echoed_noun"), 0.3),
    **dict.fromkeys(
        ("garble.nonword", "garble.glued", "garble.fused", "garble.debris", "garble.encoding",
         "garble.cut_off", "garble.broken_in_two", "garble.headline_fused", "garble.numbers",
         "garble.dates"), 0.5),
    **dict.fromkeys(
        ("name.word_as_name", "name.translated", "name.reordered", "name.particle", "name.body",
         "name.ending"), 1.6),
    **dict.fromkeys(("name.drift_sentence", "name.drift_throughout", "name.truncated"), 0.7),
    **dict.fromkeys(
        ("role.transitive", "role.object_first", "role.agents", "role.passive_agent",
         "role.voice"), 4.0),
    **dict.fromkeys(("role.places", "role.instead", "role.wrong_office", "role.everywhere"), 1.0),
    **dict.fromkeys(("country.document_one", "country.document_sentence"), 4.0),
    **dict.fromkeys(
        ("mt.verb_last", "mt.verb_first", "mt.time_and_place", "mt.adjective_last",
         "mt.no_subject"), 1.3),
}  # fmt: skip
"""Weights of kinds that bring our corruptions near what 292 damaged sentences showed.

They were drawn from the sentences labelled by reading, label by label (LOG.md, 2026-11-30): half
of the names are translated word by word, three tenths of the garble is left untranslated, a
quarter has lost its order, four fifths of the roles are a subject and an object turned round.
"""


@dataclass(frozen=True)
class Variant:
    """One way to train.

    `what` says in words what it is without, `settings` are those of `TrainSettings` that
    differ, `recipe` what differs in the training set (`training.recipe`), `change` turns a
    passage into those to train on instead: none, one or several.
    """

    name: str
    what: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    change: Callable[[Passage], Iterator[Passage]] | None = None


def sentences_alone(passage: Passage) -> Iterator[Passage]:
    """Give a passage for each sentence."""
    for number in range(len(passage["sentences"])):
        spans = [span | {"sentence": 0} for span in passage["spans"] if span["sentence"] == number]
        own = {column: [passage[column][number]] for column in BY_SENTENCE}
        yield {**passage, **own, "id": f"{passage['id']}:{number}", "spans": spans}


def without_corruptions_of(label: Label) -> Callable[[Passage], Iterator[Passage]]:
    """Leave out the passages in which our corruptions made damage of a label."""
    column = LABELS.index(label)

    def change(passage: Passage) -> Iterator[Passage]:
        ours = not passage["kind"].startswith(REAL)
        if not (ours and any(labels[column] >= DAMAGED for labels in passage["labels"])):
            yield passage

    return change


def kinds_left_out(*beginnings: str) -> Mapping[str, Any]:
    """Give the settings that leave out passages whose kind begins so."""
    return {"keep": dict.fromkeys(beginnings, 0.0)}


VARIANTS: tuple[Variant, ...] = (
    Variant(WHOLE, "nothing left out"),
    Variant("no-real-mt", "without real machine translation", kinds_left_out(*REAL[1:])),
    Variant("no-silver", "without sentences labelled by reading", kinds_left_out("silver")),
    Variant("no-scars", "without scars on clean and damaged text", recipe={"scar_share": 0.0}),
    Variant("no-context", "each sentence by itself", change=sentences_alone),
    Variant("no-span-loss", "without the loss of tokens", {"span_loss": 0.0}),
    Variant("mean", "mean pooling only", {"pooling": "mean"}),
    Variant("max", "maximum pooling only", {"pooling": "max"}),
    *(
        Variant(
            f"no-{label.value}",
            f"without our corruptions of `{label.value}`",
            change=without_corruptions_of(label),
        )
        for label in LABELS
    ),
    Variant("as-read", "kinds of damage in the shares that were read", recipe={"kinds": AS_READ}),
    Variant("less-silver", "a third of the labelled sentences", recipe={"silver_copies": 0.5}),
    Variant("more-silver", "the labelled sentences thrice as often", recipe={"silver_copies": 4.5}),
    Variant("headlines", "with headlines that the release is sure of", recipe={"headlines": 1500}),
    Variant("plausible", "exchanges that a language model finds likely", recipe={"proposals": 4}),
    Variant("distilbert", "DistilBERT (cased) as base", {"base": "distilbert"}),
    Variant("mpnet6", "the lower half of MPNet as base", {"base": "mpnet6"}),
)
"""Every variant, the whole first: the others are compared with it."""
