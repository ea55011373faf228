"""Splits: which documents train and which are kept back, by a stable hash."""

from __future__ import annotations

import hashlib
from typing import Literal

from data.corpora import CLEAN, Translation, root_id
from data.documents import Document

Split = Literal["train", "dev"]

DEV_SHARE = 0.02
"""Share of the documents that training keeps back, unless a recipe says otherwise."""


def share(key: str, salt: str = "") -> float:
    """Give a number in [0, 1) that depends on the key and the salt alone, on any machine."""
    digest = hashlib.blake2b(f"{salt}\x00{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def split_of(key: str, dev_share: float) -> Split:
    """Put a document in dev or train; refuses a share outside [0, 1].

    >>> split_of("some report", 0.0)
    'train'
    """
    if not 0.0 <= dev_share <= 1.0:
        raise ValueError(f"dev_share: expected 0 to 1, found {dev_share}")
    return "dev" if share(key, "split") < dev_share else "train"


def document_key(document: Document) -> str:
    """Give what a clean document is split by, so that near-duplicates stay together.

    A human rights report shares most of its text with the same country's other years,
    so its country decides; sections and paragraphs go with their text.
    """
    return _clean_key(document.source, root_id(document))


def judged_key(source: str) -> str:
    """Give what a judged row is split by: its clean document where `source` names one.

    >>> judged_key("en-gl|state_human_rights_reports|2018/latvia")
    'state_human_rights_reports|latvia'
    """
    parts = source.split("|")
    for number, part in enumerate(parts[:-1]):
        if part in CLEAN:
            return _clean_key(part, parts[number + 1])
    return source


def _clean_key(corpus: str, root: str) -> str:
    if corpus == "state_human_rights_reports":
        root = root.rpartition("/")[2]
    return f"{corpus}|{root}"


def translation_key(translation: Translation) -> str:
    """Give what a translation is split by: its document, so that all systems stay together."""
    place = translation.document or str(translation.segment)
    return f"wmt|{translation.year}|{translation.direction}|{place}"
