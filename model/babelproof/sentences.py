"""Sentences: where each one of a text begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import sentencex

_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK = re.compile(r"[\s\u200b\u2060\ufeff]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WIDE_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_PANIC = "PanicException"
_OPENING_AT_END = re.compile(r"(?<=\s)[\"'“‘«(\[]+$")

_NARROWEST, _WIDEST = 40, 120
"""Widths, in characters, at which mail and old wire text is wrapped by hand."""


@dataclass(frozen=True)
class SentenceSpan:
    """A sentence and its code points: `document[start:end] == text`."""

    text: str
    start: int
    end: int


def split(text: str) -> tuple[SentenceSpan, ...]:
    """Split a text into sentences in order, without surrounding white space.

    Sentences end at line breaks too, except where a paragraph is wrapped to a width. Blank
    text gives no sentences; every other character is in exactly one.

    >>> [span.text for span in split("He met Mr. Low.  She left.")]
    ['He met Mr. Low.', 'She left.']
    """
    spans = []
    for start, end in _blocks(text):
        for begin, finish in _boundaries(text[start:end]):
            trimmed = _trim(text, start + begin, start + finish)
            if trimmed is not None:
                spans.append(trimmed)
    return tuple(spans)


def _boundaries(block: str) -> Iterator[tuple[int, int]]:
    """Give where the library sees the sentences of one block of text."""
    # Lone surrogates cannot be handed over; any character of the same length can. Of other
    # blanks than the plain one the library takes the first byte for the whole of it, and
    # breaks off where one stands between a capital and a full stop.
    given = _WIDE_BLANK.sub(" ", _SURROGATE.sub("\ufffd", block))
    try:
        found = sentencex.get_sentence_boundaries("en", given)
    except BaseException as failure:
        # What the library cannot read must not take the other records of a batch with it;
        # its panics are no `Exception`, and their class cannot be imported.
        if type(failure).__name__ != _PANIC:
            raise
        found = []
    begin = 0
    for number, boundary in enumerate(found):
        end = int(boundary["end_index"])
        if number + 1 < len(found):
            # An opening quotation mark belongs to what it opens.
            opening = _OPENING_AT_END.search(block[begin:end].rstrip())
            if opening is not None:
                end = begin + opening.start()
        yield begin, end
        begin = end
    yield begin, len(block)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Give the stretches between line breaks, the lines of a wrapped paragraph as one."""
    paragraph: list[tuple[int, int]] = []
    for start, end in _lines(text):
        if text[start:end].strip():
            paragraph.append((start, end))
        else:
            yield from _joined(text, paragraph)
            paragraph = []
    yield from _joined(text, paragraph)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _LINE_BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _joined(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join a paragraph's lines when it is wrapped, else leave each alone."""
    return [(lines[0][0], lines[-1][1])] if _wrapped(text, lines) else lines


def _wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Say whether a paragraph was broken to a width, not where its sentences end.

    Then no line could have taken the first word of the next one, and some line goes on in
    lower case.
    """
    width = max((end - start for start, end in lines), default=0)
    if len(lines) < 2 or not _NARROWEST <= width <= _WIDEST:
        return False
    goes_on = False
    for (start, end), (next_start, next_end) in pairwise(lines):
        word = text[next_start:next_end].split(maxsplit=1)[0]
        if end - start + 1 + len(word) <= width:
            return False
        goes_on = goes_on or word[0].islower()
    return goes_on


def _trim(text: str, start: int, end: int) -> SentenceSpan | None:
    """Cut white space off both ends; nothing left is no sentence."""
    match = _BLANK.match(text, start, end)
    start = match.end() if match is not None else start
    while end > start and _BLANK.fullmatch(text[end - 1]):
        end -= 1
    return SentenceSpan(text[start:end], start, end) if start < end else None
