"""Excerpts: runs of consecutive sentences cut from the clean corpora."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from data.corpora import read_clean
from data.documents import Document
from data.splits import document_key, share

# "…for years.The bill…": two sentences glued together when the page was read.
_GLUED = re.compile(r"[a-z]{2}[.!?][\"”']?[A-Z][a-z]")
# "WASHINGTON, D.C.Senator…" and the like: a place in capitals without a dash after it.
_DATELINE = re.compile(r"^[A-Z]{4,}[A-Z .,()]*(?:\.|,)? ?[A-Z][a-z]+")
# "on and the Czech Republic", "arent": some pages lost names or apostrophes.
_HOLE = re.compile(
    r"\b(?:of|from|the|an?|with|on|in) (?:and|is|are|was|were|has)\b"
    r"|\b(?:are|do|does|did|is|was|were|has|have|had|would|could|should)nt\b"
)
_RELEASES = "us_senate_press_releases"


def is_sound(text: str, source: str) -> bool:
    """Say whether a sentence is clean enough to be shown as clean.

    The press releases lost some opening quotes, names and apostrophes and glued some
    datelines on.
    """
    if _GLUED.search(text):
        return False
    if source != _RELEASES:
        return True
    balanced = text.count('"') % 2 == 0 and text.count("“") == text.count("”")
    return balanced and not _DATELINE.match(text) and not _HOLE.search(text)


def sound_documents(shared: Path, name: str) -> list[Document]:
    """Read a corpus without its unsound sentences.

    Half of the news days stay whole, events side by side; the others come by section, so
    that neighbours speak of like matters.
    """
    if name != "wikipedia_current_events":
        return [kept for document in read_clean(shared, name) if (kept := _sound(document))]
    documents = [
        document
        for document in read_clean(shared, name)
        if share(document_key(document), "day") < 0.5
    ]
    documents += [
        section
        for section in read_clean(shared, name, "section")
        if share(document_key(section), "day") >= 0.5
    ]
    return [kept for document in documents if (kept := _sound(document))]


def _sound(document: Document) -> Document | None:
    sentences = tuple(text for text in document.sentences if is_sound(text, document.source))
    return replace(document, sentences=sentences) if sentences else None


def length(rng: Random, single_share: float, most: int) -> int:
    """Draw how many sentences an excerpt has: one, or three to `most`."""
    if rng.random() < single_share:
        return 1
    return rng.randint(min(3, most), most)


def excerpts(
    documents: Sequence[Document], count: int, rng: Random, single_share: float, most: int
) -> Iterator[Document]:
    """Cut documents into excerpts and give `count` of them, shuffled.

    Excerpts do not overlap until the corpus is used up; then it is cut anew. An excerpt's
    id is the document's with `#first` sentence; nothing comes of no documents.
    """
    turn = 0
    while count > 0 and documents:
        pieces = []
        for document in documents:
            start = 0
            while start < len(document.sentences):
                size = length(rng, single_share, most)
                pieces.append((document, start, start + size))
                start += size
        rng.shuffle(pieces)
        for document, start, end in pieces[:count]:
            name = f"{document.id}#{start}" + (f"~{turn}" if turn else "")
            yield replace(document, id=name, sentences=document.sentences[start:end])
        count -= len(pieces)
        turn += 1
