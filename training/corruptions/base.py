"""What every corruption takes and gives: `(document, rng) -> Corrupted | None`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from babelproof.labels import Label
from data.documents import Document


@dataclass(frozen=True)
class Span:
    """Changed characters `[start, end)` of sentence number `sentence` of the new document."""

    sentence: int
    start: int
    end: int
    label: Label


@dataclass(frozen=True)
class Corrupted:
    """A damaged document beside its clean twin.

    Both have the same number of sentences, so that sentence `n` of one is the twin of
    sentence `n` of the other. `spans` cover exactly the characters that an editor would
    mark; a pure deletion is marked on the neighbouring words. Sentences without a span
    are unchanged.
    """

    document: Document
    original: Document
    spans: tuple[Span, ...]
    kind: str
    """Name of the corruption, `family.variant`, for the manifest and for ablations."""

    def __post_init__(self) -> None:
        old, new = self.original.sentences, self.document.sentences
        if len(old) != len(new):
            raise ValueError(f"{self.kind}: expected {len(old)} sentences, found {len(new)}")
        if old == new:
            raise ValueError(f"{self.kind}: a corruption must change the document")
        marked = {span.sentence for span in self.spans}
        changed = {number for number in range(len(old)) if old[number] != new[number]}
        if marked != changed:
            raise ValueError(
                f"{self.kind}: changed sentences {sorted(changed)}, marked {sorted(marked)}"
            )
        for span in self.spans:
            if not 0 <= span.start < span.end <= len(new[span.sentence]):
                raise ValueError(f"{self.kind}: {span} lies outside its sentence")


Corruption = Callable[[Document, Random], Corrupted | None]
"""A pure function: `None` where it does not apply, never the document unchanged."""
