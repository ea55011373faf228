"""Windows: consecutive sentences of one document, read together in one forward pass."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from babelproof.labels import CHANNELS

Ids = NDArray[np.int32]

_SAME_LENGTH = {
    **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒−", "-"),
    **dict.fromkeys("\u2028\u2029\u200b\u200e\u200f\u2060\ufeff", " "),
}


def _same_length(character: str) -> str:
    """Give the plain twin of one character, always one code point long."""
    if character in _SAME_LENGTH:
        return _SAME_LENGTH[character]
    category = unicodedata.category(character)
    # Cc: control, Zs: every kind of space, Cs: lone surrogates, which no tokenizer takes.
    return " " if category in ("Cc", "Zs", "Cs") else character


class _Plain(dict[int, str]):
    """A `str.translate` table that looks each character up once."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _same_length(chr(code))
        return plain


_PLAIN = _Plain()


def normalise(text: str) -> str:
    """Make typographic variants alike without moving a character.

    Curly quotes become straight, odd hyphens plain, NBSP, control characters and lone
    surrogates a space: the length stays the same, so offsets hold in the original.

    >>> normalise("“No”\u00a0– he said")
    '"No" – he said'
    """
    return text.translate(_PLAIN)


_ENDS = frozenset(".!?…:;,")
_CLOSES = frozenset("\"')]}")


def stopped(text: str) -> str:
    """Give a normalised text with a final full stop, where it ends without a mark.

    A headline, a table's cell and a sentence whose full stop an editor dropped are read
    alike, so that a full stop given or taken can flip no verdict. Blank text stays as it is.

    >>> [stopped(text) for text in ("Talks resume", "Talks resume.", 'He said "no."', " ")]
    ['Talks resume.', 'Talks resume.', 'He said "no."', ' ']
    """
    bare = text.rstrip()
    last = bare[-2:-1] if bare[-1:] in _CLOSES else bare[-1:]
    return text if not bare or last in _ENDS else f"{bare}."


@dataclass(frozen=True)
class SpecialIds:
    """Ids of the tokens that frame sentences: [CLS] first, [SEP] after each sentence."""

    cls: int
    sep: int
    pad: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialIds:
        """Look the BERT-style special tokens up; refuses a tokenizer without them."""
        ids: list[int] = []
        for name in ("[CLS]", "[SEP]", "[PAD]"):
            number = tokenizer.token_to_id(name)
            if number is None:
                raise ValueError(
                    f"tokenizer: expected the special tokens [CLS], [SEP] and [PAD], found no "
                    f"{name}; use a BERT-style tokenizer.json"
                )
            ids.append(number)
        return cls(*ids)


@dataclass(frozen=True)
class WindowSettings:
    """How sentences become windows; saved in the bundle, since scores depend on it.

    `max_tokens`: tokens of a window, specials included. `stride`: tokens that two pieces
    of one overlong sentence share. `context_tokens`: room at a window's start for the
    document's preceding sentences, read again for context only. `lead_tokens`: room before
    those for the sentences that open the document, its headline and lead, which say who is
    who; zero reads none.
    """

    max_tokens: int = 256
    stride: int = 64
    context_tokens: int = 48
    lead_tokens: int = 0

    def __post_init__(self) -> None:
        if self.max_tokens < 8:
            raise ValueError(f"max_tokens: expected at least 8, found {self.max_tokens}")
        if not 0 <= self.stride < self.max_tokens - 2:
            raise ValueError(
                f"stride: expected 0 to {self.max_tokens - 3} (below max_tokens), "
                f"found {self.stride}"
            )
        for name in ("context_tokens", "lead_tokens"):
            if not 0 <= getattr(self, name) <= self.max_tokens // 2:
                raise ValueError(
                    f"{name}: expected 0 to half of max_tokens ({self.max_tokens // 2}), "
                    f"found {getattr(self, name)}"
                )


@dataclass(frozen=True)
class EncodedSentence:
    """Token ids of one sentence without special tokens, and each token's characters.

    `ids`, `starts`, `ends`: int32 arrays [n]; offsets count code points of the sentence.
    """

    ids: Ids
    starts: Ids
    ends: Ids

    def piece(self, begin: int, end: int) -> EncodedSentence:
        """Give tokens `begin` to `end` as a sentence of their own."""
        return EncodedSentence(self.ids[begin:end], self.starts[begin:end], self.ends[begin:end])


@dataclass(frozen=True)
class Window:
    """What the encoder reads at once: `[CLS] sentence [SEP] sentence [SEP] …`.

    All arrays are int32 [T]; `sentence_ids` counts the document's sentences and is -1 on
    special tokens; `starts`, `ends` are code points of that sentence. `scored` names the
    sentences whose score this window gives; the others are context.
    """

    input_ids: Ids
    sentence_ids: Ids
    starts: Ids
    ends: Ids
    scored: frozenset[int]

    def __len__(self) -> int:
        return len(self.input_ids)

    @cached_property
    def runs(self) -> dict[int, slice]:
        """Where each sentence's tokens are: they follow one another."""
        ids = self.sentence_ids
        begins = np.flatnonzero(ids[1:] != ids[:-1]) + 1
        ends = [*begins[1:].tolist(), len(ids)]
        numbers = ids[begins].tolist()
        return {
            number: slice(begin, end)
            for number, begin, end in zip(numbers, begins.tolist(), ends, strict=True)
            if number >= 0
        }


def encode(tokenizer: Tokenizer, sentences: Sequence[str]) -> list[EncodedSentence]:
    """Tokenise sentences in one call, normalised and `stopped`, without special tokens.

    The tokenizer must neither pad nor truncate: nothing may be lost silently. The token of
    a full stop that the text lacks lies beyond its last character.
    """
    encoded = tokenizer.encode_batch(
        [stopped(normalise(text)) for text in sentences], add_special_tokens=False
    )
    result = []
    for item in encoded:
        offsets = np.asarray(item.offsets, dtype=np.int32).reshape(-1, 2)
        ids = np.asarray(item.ids, dtype=np.int32)
        result.append(EncodedSentence(ids, offsets[:, 0], offsets[:, 1]))
    return result


def pack(
    encoded: Sequence[EncodedSentence], special: SpecialIds, settings: WindowSettings
) -> list[Window]:
    """Pack one document's sentences, in order, into windows of at most `max_tokens`.

    A sentence too long for a window is cut into overlapping pieces, each a window of its
    own; one without tokens is in no window. Every other sentence is scored exactly once.
    """
    room = settings.max_tokens - 1
    windows: list[Window] = []
    group: list[int] = []
    used = 0
    for number, sentence in enumerate(encoded):
        cost = len(sentence.ids) + 1
        if cost == 1:
            continue
        if cost > room:
            if group:
                windows.append(_window(encoded, group, special, settings))
                group, used = [], 0
            windows.extend(_pieces(number, sentence, special, settings))
            continue
        if group and used + cost > room:
            windows.append(_window(encoded, group, special, settings))
            group, used = [], 0
        if not group:
            group = _context(encoded, number, cost, settings)
            used = sum(len(encoded[index].ids) + 1 for index in group)
            group = [~index for index in group]  # the complement marks context
        group.append(number)
        used += cost
    if group:
        windows.append(_window(encoded, group, special, settings))
    return windows


def _context(
    encoded: Sequence[EncodedSentence], number: int, cost: int, settings: WindowSettings
) -> list[int]:
    """Choose the opening sentences and those just before `number` that fit their rooms.

    The scored sentence comes first in need, then what stands just before it.
    """
    left = settings.max_tokens - 1 - cost
    before = _fitting(encoded, range(number - 1, -1, -1), min(settings.context_tokens, left))
    left -= sum(len(encoded[index].ids) + 1 for index in before)
    first = min(before, default=number)
    lead = _fitting(encoded, range(first), min(settings.lead_tokens, left))
    return lead + before[::-1]


def _fitting(encoded: Sequence[EncodedSentence], numbers: range, room: int) -> list[int]:
    """Give the numbers of sentences that fit, one after the other, until one does not."""
    chosen: list[int] = []
    for index in numbers:
        size = len(encoded[index].ids) + 1
        if size > room:
            break
        room -= size
        if size > 1:
            chosen.append(index)
    return chosen


def _window(
    encoded: Sequence[EncodedSentence],
    group: Sequence[int],
    special: SpecialIds,
    settings: WindowSettings,
) -> Window:
    """Join sentences; a complemented number is there for context only."""
    members = [(number if number >= 0 else ~number) for number in group]
    scored = frozenset(number for number in group if number >= 0)
    return _join([(number, encoded[number]) for number in members], scored, special)


def _join(
    members: Sequence[tuple[int, EncodedSentence]], scored: frozenset[int], special: SpecialIds
) -> Window:
    size = 1 + sum(len(sentence.ids) + 1 for _, sentence in members)
    input_ids = np.full(size, special.sep, dtype=np.int32)
    sentence_ids = np.full(size, -1, dtype=np.int32)
    starts = np.zeros(size, dtype=np.int32)
    ends = np.zeros(size, dtype=np.int32)
    input_ids[0] = special.cls
    at = 1
    for number, sentence in members:
        own = slice(at, at + len(sentence.ids))
        input_ids[own] = sentence.ids
        sentence_ids[own] = number
        starts[own] = sentence.starts
        ends[own] = sentence.ends
        at += len(sentence.ids) + 1
    return Window(input_ids, sentence_ids, starts, ends, scored)


def _pieces(
    number: int, sentence: EncodedSentence, special: SpecialIds, settings: WindowSettings
) -> Iterator[Window]:
    """Cut an overlong sentence into pieces that share `stride` tokens."""
    size = settings.max_tokens - 2
    begin = 0
    while True:
        # The last piece is moved back to full length: a stump would lack its context.
        begin = min(begin, len(sentence.ids) - size)
        piece = sentence.piece(begin, begin + size)
        yield _join([(number, piece)], frozenset((number,)), special)
        if begin + size >= len(sentence.ids):
            return
        begin += size - settings.stride


Pooling = Literal["mean", "max", "mean+max"]
POOLINGS: tuple[Pooling, ...] = ("mean", "max", "mean+max")


def pool(
    logits: NDArray[np.float32], window: Window, pooling: Pooling = "mean+max"
) -> dict[int, NDArray[np.float32]]:
    """Pool token logits [T, 12] into the logits [6] of each sentence the window scores.

    `mean`: the mean of the sentence channels over the sentence's own tokens, which for a
    linear head equals a head on the mean state. `max`: the maximum of the span channels,
    so that one wrong word in forty is not diluted. `mean+max`: their sum.
    """
    size = len(CHANNELS)
    pooled = {}
    runs = window.runs
    for number in window.scored:
        own = logits[runs[number]]
        mean, peak = own[:, :size].mean(axis=0), own[:, size:].max(axis=0)
        pooled[number] = {"mean": mean, "max": peak, "mean+max": mean + peak}[pooling]
    return pooled
