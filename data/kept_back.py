"""Clean documents of all kinds that training never sees: its split `dev`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from data.corpora import CLEAN, read_clean
from data.documents import Document
from data.splits import DEV_SHARE, document_key, share, split_of
from data.technical import technical_documents

MOST = 25
"""Documents of one corpus at most, so that no kind drowns the others."""

LONGEST = 30
"""Sentences of a document that are read, from its beginning."""


def kept_back(shared: Path, dev_share: float = DEV_SHARE, most: int = MOST) -> list[Document]:
    """Give clean documents of every corpus, and technical prose, that are in no training set.

    Two sentences are the fewest that make a document; the same ones come each time.
    """
    found: list[Document] = []
    for documents in (*(read_clean(shared, name) for name in CLEAN), technical_documents()):
        own = [
            document
            for document in documents
            if len(document.sentences) > 1 and split_of(document_key(document), dev_share) == "dev"
        ]
        own.sort(key=lambda document: share(document.id, "kept back"))
        found += [replace(one, sentences=one.sentences[:LONGEST]) for one in own[:most]]
    return found
