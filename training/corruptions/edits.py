"""Editing a sentence while keeping track of which characters changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption, Span


@dataclass(frozen=True, order=True)
class Edit:
    """Characters `[start, end)` of a sentence give way to `new`; empty `new` deletes."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Word:
    """A word of a sentence with its characters `[start, end)`."""

    start: int
    end: int
    text: str

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def plain(self) -> bool:
        """Lower-case letters only: no name, number or abbreviation."""
        return self.text.isalpha() and self.text.islower()


_WORD = re.compile(r"[^\W_]+(?:['’.\-–][^\W_]+|(?<=\d),(?=\d{3})\d+)*(?:(?<=\b[A-Z]\.[A-Z])\.)?%?")

Editor = Callable[[str, Random], "Sequence[Edit]"]
"""What to change in a sentence; empty where it does not apply."""


def words(sentence: str) -> list[Word]:
    """Words in order: `don't`, `Al-Qaeda`, `15,000` and `U.S.` are one word each."""
    return [Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(sentence)]


def without_overlap(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in order of place; one that overlaps or touches an earlier one is dropped."""
    kept: list[Edit] = []
    for edit in sorted(edits):
        if not kept or edit.start > kept[-1].end:
            kept.append(edit)
    return kept


def apply_edits(sentence: str, edits: Iterable[Edit]) -> tuple[str, list[tuple[int, int]]]:
    """The edited sentence and the `[start, end)` characters to mark in it.

    An edit is marked on its new characters, a deletion on its neighbouring words.
    """
    pieces: list[str] = []
    marks: list[tuple[int, int]] = []
    cuts: list[int] = []
    place = length = 0
    for edit in without_overlap(edits):
        if sentence[edit.start : edit.end] == edit.new:
            continue
        pieces += [sentence[place : edit.start], edit.new]
        length += edit.start - place
        if edit.new.strip():
            lead = len(edit.new) - len(edit.new.lstrip())
            marks.append((length + lead, length + len(edit.new.rstrip())))
        else:
            cuts.append(length)
        length += len(edit.new)
        place = edit.end
    pieces.append(sentence[place:])
    text = "".join(pieces)
    if cuts:
        there = words(text)
        for cut in cuts:
            marks += _neighbours(there, cut, text)
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    return text, merge((a - lead, min(b - lead, len(text))) for a, b in marks)


def _neighbours(there: list[Word], cut: int, text: str) -> list[tuple[int, int]]:
    before = [word for word in there if word.end <= cut][-1:]
    after = [word for word in there if word.end > cut][:1]
    near = before + after
    if not near:
        return [(0, len(text))] if text else []
    if len(near) == 2 and not text[near[0].end : near[1].start].strip():
        return [(near[0].start, near[1].end)]
    if text[cut - 1 : cut].strip() and text[cut : cut + 1].strip():
        # What never stood side by side must not look as if it had: the mark reaches the cut.
        return [(before[0].start if before else cut, after[0].end if after else cut)]
    return [(word.start, word.end) for word in near]


def merge(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks in order, overlapping ones joined, empty ones dropped."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, a), b) for a, b in marks):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def drop(sentence: str, word: Word) -> Edit:
    """The deletion of a word with the white space before it (after it, at the start)."""
    start, end = word.start, word.end
    if start > 0 and sentence[start - 1] == " ":
        return Edit(start - 1, end, "")
    return Edit(start, end + 1, "") if sentence[end : end + 1] == " " else Edit(start, end, "")


def capital_like(new: str, old: str) -> str:
    """`new` with the first letter's case of `old`."""
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def corruption(family: str, variant: str, label: Label, editor: Editor) -> Corruption:
    """A corruption that runs an editor over one sentence, now and then over several."""
    kind = f"{family}.{variant}"

    def corrupt(document: Document, rng: Random) -> Corrupted | None:
        order = list(range(len(document.sentences)))
        rng.shuffle(order)
        wanted = 1 if rng.random() < 0.6 else rng.randint(1, max(1, len(order) // 2))
        sentences = list(document.sentences)
        spans: list[Span] = []
        for number in order:
            changed = edited(sentences[number], editor(sentences[number], rng))
            if changed is None:
                continue
            sentences[number], marks = changed
            spans += [Span(number, a, b, label) for a, b in marks]
            wanted -= 1
            if not wanted:
                break
        if not spans:
            return None
        return corrupted(document, sentences, spans, kind)

    return corrupt


def edited(sentence: str, edits: Sequence[Edit]) -> tuple[str, list[tuple[int, int]]] | None:
    """The edited sentence with its marks, or `None` when nothing to mark came of it."""
    text, marks = apply_edits(sentence, edits)
    return (text, marks) if text and marks and text != sentence else None


def corrupted(
    document: Document, sentences: Sequence[str], spans: Iterable[Span], kind: str
) -> Corrupted:
    """The twin of `document` with these sentences and spans, in order."""
    new = Document(document.id, tuple(sentences), document.source, document.date, document.section)
    return Corrupted(new, document, tuple(sorted(spans, key=lambda s: (s.sentence, s.start))), kind)
