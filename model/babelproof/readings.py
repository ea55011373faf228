"""Readings: what the encoder said of a sentence, token by token and pooled."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from babelproof.labels import CHANNELS, LABELS, Label
from babelproof.verdict import Finding
from babelproof.windows import Ids, Pooling, Window, pool

Floats = NDArray[np.float32]

FAR_BELOW = 2.5
"""Logits below a label's surest token at which another is not part of it, whatever its threshold.

One wrong name raises its whole sentence; beside a sure token, odds of 12 to 1 less are an
echo (measured: 2 to 3 are best on marked spans of every label, above all of roles).
"""

WIDEST_GAP = 1
"""Tokens below the threshold that a span may bridge."""


@dataclass(frozen=True)
class Reading:
    """Uncalibrated logits of one sentence.

    `pooled`: [6] in the order of `CHANNELS`. `spans`: the span logits [tokens, 6] of the
    tokens at code points `starts`, `ends` [tokens] of the sentence.
    """

    pooled: Floats
    starts: Ids
    ends: Ids
    spans: Floats


def gather(
    windows: Sequence[tuple[int, Window]],
    logits: Iterable[tuple[int, Floats]],
    pooling: Pooling,
) -> dict[int, Reading]:
    """Collect the readings of sentences from windows that come in any order.

    `windows` pairs each with the number of its document's first sentence, so that the keys
    of the result count the sentences of all documents. A sentence in several pieces takes
    the maximum over them, token by token and pooled.
    """
    pieces: dict[int, list[Reading]] = {}
    for number, values in logits:
        first, window = windows[number]
        runs = window.runs
        for sentence, pooled in pool(values, window, pooling).items():
            run = runs[sentence]
            spans = values[run, len(CHANNELS) :].copy()
            reading = Reading(pooled, window.starts[run], window.ends[run], spans)
            pieces.setdefault(first + sentence, []).append(reading)
    return {sentence: _merge(found) for sentence, found in pieces.items()}


def _merge(pieces: Sequence[Reading]) -> Reading:
    if len(pieces) == 1:
        return pieces[0]
    starts = np.concatenate([piece.starts for piece in pieces])
    ends = np.concatenate([piece.ends for piece in pieces])
    spans = np.concatenate([piece.spans for piece in pieces])
    order = np.argsort(starts, kind="stable")
    starts, first = np.unique(starts[order], return_index=True)
    spans = np.maximum.reduceat(spans[order], first, axis=0)
    pooled = np.max([piece.pooled for piece in pieces], axis=0)
    return Reading(pooled, starts, ends[order][first], spans)


class Candidates(Sequence[Finding]):
    """What `candidates` gives, found when somebody first asks: nine sentences of ten pass.

    Equal to any other sequence of the same findings.
    """

    def __init__(
        self,
        text: str,
        offset: int,
        reading: Reading,
        labels: Mapping[Label, float],
        thresholds: Mapping[str, float],
    ) -> None:
        self._given = (text, offset, reading, labels, thresholds)

    @cached_property
    def _found(self) -> tuple[Finding, ...]:
        return candidates(*self._given)

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        return self._found[at]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._found == tuple(other)

    def __repr__(self) -> str:
        return repr(self._found)

    def __reduce__(self) -> tuple[type[tuple[Finding, ...]], tuple[tuple[Finding, ...]]]:
        # Other processes get what was found, without the arrays that it was found in.
        return tuple, (self._found,)


def candidates(
    text: str,
    offset: int,
    reading: Reading,
    labels: Mapping[Label, float],
    thresholds: Mapping[str, float],
) -> tuple[Finding, ...]:
    """Give each label's findings in a sentence that begins at `offset` of what came in.

    A finding is a run of tokens above the label's span threshold and not `FAR_BELOW` the
    surest one, small gaps bridged, in whole words. A label without one gets the word of its
    highest token, that of `any` counted in, so that every label can show something.
    """
    limits = np.array([thresholds[label] for label in LABELS], dtype=np.float32)
    values = reading.spans[:, 1:]
    above = (values > limits) & (values > values.max(axis=0) - FAR_BELOW)
    highest = (values + reading.spans[:, :1]).argmax(axis=0)
    found = []
    for column, label in enumerate(LABELS):
        tokens = np.flatnonzero(above[:, column])
        if not len(tokens):
            tokens = highest[column : column + 1]
        ranges = list(_ranges(text, reading, tokens))
        # A comma between damaged words is no finding; debris alone is.
        worded = [(a, b) for a, b in ranges if any(map(str.isalnum, text[a:b]))]
        for start, end in worded or ranges:
            where = (offset + start, offset + end)
            found.append(Finding(label, *where, text[start:end], labels[label]))
    return tuple(found)


def _ranges(text: str, reading: Reading, tokens: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Join tokens to ranges of whole words that neither touch nor overlap."""
    if len(tokens) == 1:
        (token,) = tokens
        yield _whole_words(text, int(reading.starts[token]), int(reading.ends[token]))
        return
    breaks = np.flatnonzero(np.diff(tokens) > WIDEST_GAP + 1)
    first = tokens[np.concatenate(([0], breaks + 1))]
    last = tokens[np.concatenate((breaks, [len(tokens) - 1]))]
    begun: tuple[int, int] | None = None
    for start, end in zip(reading.starts[first], reading.ends[last], strict=True):
        start, end = _whole_words(text, int(start), int(end))
        if begun is not None and start <= begun[1]:
            begun = (begun[0], max(begun[1], end))
            continue
        if begun is not None:
            yield begun
        begun = (start, end)
    if begun is not None:
        yield begun


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a range to the words at its ends, then cut white space off both.

    A range that begins beyond the text (a full stop that only the encoder reads) is moved
    to its last character.
    """
    size = len(text.rstrip())
    start, end = min(start, max(size - 1, 0)), min(end, size)
    while 0 < start < len(text) and _in_word(text[start - 1]) and _in_word(text[start]):
        start -= 1
    while 0 < end < len(text) and _in_word(text[end - 1]) and _in_word(text[end]):
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else (0, len(text))


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"
