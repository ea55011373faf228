"""Replacements of characters in a document, applied all at once with their spans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Span


@dataclass(frozen=True)
class Replacement:
    """Characters `[start, end)` of sentence number `sentence` become `text`.

    `marks` are the damaged characters, counted from the start of `text`; without them
    the whole of `text` is marked with every label of `labels`.
    """

    sentence: int
    start: int
    end: int
    text: str
    labels: tuple[Label, ...]
    marks: tuple[tuple[int, int, Label], ...] = ()


def replace_all(
    document: Document, replacements: Iterable[Replacement], kind: str
) -> Corrupted | None:
    """Apply replacements together; `None` where they overlap or change nothing."""
    by_sentence: dict[int, list[Replacement]] = {}
    for item in replacements:
        if document.sentences[item.sentence][item.start : item.end] != item.text:
            by_sentence.setdefault(item.sentence, []).append(item)
    sentences = list(document.sentences)
    spans: list[Span] = []
    for number, group in sorted(by_sentence.items()):
        done = _in_sentence(number, sentences[number], group)
        if done is None:
            return None
        new, found = done
        # Two replacements can undo each other: such a sentence counts as unchanged.
        if new != sentences[number]:
            sentences[number] = new
            spans += found
    if not spans:
        return None
    changed = replace(document, sentences=tuple(sentences))
    return Corrupted(changed, document, tuple(spans), kind)


def _in_sentence(number: int, old: str, group: list[Replacement]) -> tuple[str, list[Span]] | None:
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for item in sorted(group, key=lambda item: (item.start, item.end)):
        if item.start < at:
            return None
        parts += [old[at : item.start], item.text]
        length += item.start - at
        marks = item.marks or tuple((0, len(item.text), label) for label in item.labels)
        spans += [Span(number, length + start, length + end, label) for start, end, label in marks]
        length += len(item.text)
        at = item.end
    new = "".join([*parts, old[at:]])
    if new != new.strip() or any(not 0 <= s.start < s.end <= len(new) for s in spans):
        return None
    return new, spans


def with_article(sentence: str, start: int, text: str) -> tuple[int, str, int]:
    """Make an `a` / `an` before `start` agree with `text`.

    Returns the new start, the new text and how many characters stand before `text` in it.
    """
    for article in ("an ", "a "):
        begin = start - len(article)
        if begin < 0 or sentence[begin:start].lower() != article:
            continue
        if begin and sentence[begin - 1].isalnum():
            continue
        right = "an " if text[:1].lower() in "aeio" else "a "
        if sentence[begin].isupper():
            right = right.capitalize()
        return begin, right + text, len(right)
    return start, text, 0
