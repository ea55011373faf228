"""Text that reads as a literal, wrong-sense or spun translation.

`CORRUPTIONS` holds what an editor would hold back, `AWKWARD` what he would mend in passing.
`spinning.tortured` makes one more from a file of spun phrases that is read at build time.
"""

from __future__ import annotations

from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions import calques, function_words, spinning, word_order
from training.corruptions.base import Corrupted, Corruption, Span
from training.corruptions.edits import Edit, Editor, corrupted, corruption, edited, without_overlap

EDITORS: dict[str, Editor] = {
    **spinning.EDITORS,
    **function_words.EDITORS,
    **calques.EDITORS,
    **word_order.EDITORS,
}


def _mixed(sentence: str, rng: Random) -> list[Edit]:
    """Two to four kinds at once, as weak systems mix them; at least three places changed."""
    edits = [
        edit
        for editor in rng.sample(list(EDITORS.values()), rng.randint(3, 5))
        for edit in editor(sentence, rng)
    ]
    kept = without_overlap(edits)
    return kept if len(kept) >= 3 else []


def _whole_document(document: Document, rng: Random) -> Corrupted | None:
    """Most sentences of a document translated badly, as one system would leave them."""
    sentences = list(document.sentences)
    spans: list[Span] = []
    for number, sentence in enumerate(sentences):
        if rng.random() < 0.25:
            continue
        result = edited(sentence, _mixed(sentence, rng))
        if result is not None:
            sentences[number], marks = result
            spans += [Span(number, a, b, Label.MT) for a, b in marks]
    return corrupted(document, sentences, spans, "mt.whole_document") if spans else None


CORRUPTIONS: dict[str, Corruption] = {
    **{name: corruption("mt", name, Label.MT, editor) for name, editor in EDITORS.items()},
    "mixed": corruption("mt", "mixed", Label.MT, _mixed),
    "whole_document": _whole_document,
}

AWKWARD: dict[str, Corruption] = {
    name: corruption("mt", name, Label.MT, editor)
    for name, editor in function_words.MILD_EDITORS.items()
}
"""Slips that an editor mends in passing (severity 1)."""
