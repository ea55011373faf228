"""The one datum that readers give and corruptions change: a document of sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """Consecutive sentences of one text, in order, with where they came from.

    `sentences` is never empty and no sentence is blank or padded with white space.
    """

    id: str
    sentences: tuple[str, ...]
    source: str = ""
    date: str | None = None
    section: str | None = None

    def __post_init__(self) -> None:
        if not self.sentences:
            raise ValueError(f"document {self.id!r}: expected at least one sentence, found none")
        for number, sentence in enumerate(self.sentences):
            if not sentence or sentence != sentence.strip():
                raise ValueError(
                    f"document {self.id!r}, sentence {number}: expected text without surrounding "
                    f"white space, found {sentence[:40]!r}; strip it and drop blank ones"
                )
