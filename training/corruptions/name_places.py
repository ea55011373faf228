"""Where names stand in a document, and the change of one of them."""

from __future__ import annotations

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted
from training.corruptions.name_known import MONTHS_AND_DAYS
from training.corruptions.proper import Mention, mentions
from training.corruptions.replacements import Replacement, replace_all

_NAME = (Label.NAME,)


def names(document: Document) -> list[Mention]:
    """All names of a document but peoples, months and days."""
    return [
        mention
        for mention in mentions(document)
        if mention.kind != "people" and mention.text not in MONTHS_AND_DAYS
    ]


def persons(document: Document, least: int = 2) -> list[Mention]:
    """Persons named with `least` to four words."""
    return [m for m in mentions(document) if m.kind == "person" and least <= len(m.words) < 5]


def renamed(mention: Mention, text: str) -> Replacement:
    """The replacement of a whole name."""
    return Replacement(mention.sentence, mention.start, mention.end, text, _NAME)


def one_change(document: Document, edit: Replacement, kind: str) -> Corrupted | None:
    """Apply one replacement; `None` for an empty or badly spaced text."""
    if not edit.text or edit.text[0] == " ":
        return None
    return replace_all(document, [edit], f"name.{kind}")
