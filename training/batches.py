"""Batches of few fixed shapes: free-form shapes cost a factor of three on a CPU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from babelproof.labels import ANY, CHANNELS, LABELS
from babelproof.windows import EncodedSentence, SpecialIds, WindowSettings, encode, pack

SHAPE_STEP = 16
"""Lengths are padded to multiples of this many tokens."""

UNKNOWN = -1.0
"""A target that nobody knows: it carries no loss."""

_COLUMN = {channel: number for number, channel in enumerate(CHANNELS)}


@dataclass(frozen=True)
class Example:
    """One training window.

    `input_ids`, `sentence_ids` int32 [T] (sentences counted within the window, -1 on
    special tokens); `targets` float32 [S, 6] per sentence and `token_targets` int8 [T, 6]
    per token, both -1 where unknown; `weights` float32 [S].
    """

    input_ids: NDArray[np.int32]
    sentence_ids: NDArray[np.int32]
    targets: NDArray[np.float32]
    token_targets: NDArray[np.int8]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class Batch:
    """Tensors of one fixed shape [rows, T]; see Example. `tokens` counts the real ones."""

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    sentence_ids: torch.Tensor
    targets: torch.Tensor
    token_targets: torch.Tensor
    weights: torch.Tensor
    tokens: int

    def to(self, device: torch.device) -> Batch:
        """Give the same batch on a device."""
        moved = {
            item.name: getattr(self, item.name).to(device)
            for item in fields(self)
            if item.name != "tokens"
        }
        return Batch(**moved, tokens=self.tokens)


def make_examples(
    passages: Sequence[Mapping[str, Any]], tokenizer: Tokenizer, settings: WindowSettings
) -> list[Example]:
    """Turn passages of `training.build` into training windows, tokenised in one call."""
    special = SpecialIds.of(tokenizer)
    flat = [sentence for passage in passages for sentence in passage["sentences"]]
    encoded = encode(tokenizer, flat)
    examples: list[Example] = []
    at = 0
    for passage in passages:
        size = len(passage["sentences"])
        examples.extend(_windows(passage, encoded[at : at + size], special, settings))
        at += size
    return examples


def _windows(
    passage: Mapping[str, Any],
    encoded: Sequence[EncodedSentence],
    special: SpecialIds,
    settings: WindowSettings,
) -> Iterator[Example]:
    marks = [_token_targets(passage, number, encoded[number]) for number in range(len(encoded))]
    targets = np.array(
        [[hold, *labels] for hold, labels in zip(passage["hold"], passage["labels"], strict=True)],
        dtype=np.float32,
    )
    weights = np.array(passage["weight"], dtype=np.float32)
    for window in pack(encoded, special, settings):
        members = sorted(set(window.sentence_ids.tolist()) - {-1})
        local = np.full(len(window), -1, dtype=np.int32)
        token_targets = np.full((len(window), len(CHANNELS)), -1, dtype=np.int8)
        for place, number in enumerate(members):
            own = window.sentence_ids == number
            local[own] = place
            # A piece of an overlong sentence holds only some of its tokens.
            first = int(np.searchsorted(encoded[number].starts, window.starts[own][0]))
            token_targets[own] = marks[number][first : first + int(own.sum())]
        yield Example(window.input_ids, local, targets[members], token_targets, weights[members])


def _token_targets(
    passage: Mapping[str, Any], number: int, sentence: EncodedSentence
) -> NDArray[np.int8]:
    """Mark each token of a sentence: inside a span 1, outside 0, unknown -1."""
    marks = np.zeros((len(sentence.ids), len(CHANNELS)), dtype=np.int8)
    if not passage["spans_known"][number]:
        marks[:] = -1
        return marks
    for span in passage["spans"]:
        if span["sentence"] != number:
            continue
        inside = (sentence.starts < span["end"]) & (sentence.ends > span["start"])
        marks[inside, _COLUMN[ANY]] = 1
        if span["label"] == ANY:
            # Somebody marked these characters without saying which label they show.
            for label in LABELS:
                column = _COLUMN[label]
                marks[inside & (marks[:, column] == 0), column] = -1
        else:
            marks[inside, _COLUMN[span["label"]]] = 1
    return marks


def padded(length: int) -> int:
    """Round a length up to the next allowed shape."""
    return -(-length // SHAPE_STEP) * SHAPE_STEP


def plan(examples: Sequence[Example], batch_tokens: int, rng: Random) -> list[list[int]]:
    """Group example numbers into batches of one shape each, shuffled.

    Every batch of a shape has the same number of rows; the last is filled up with other
    examples of that shape, so that no shape is compiled for a remainder.
    """
    buckets: dict[int, list[int]] = {}
    for number, example in enumerate(examples):
        buckets.setdefault(padded(len(example.input_ids)), []).append(number)
    batches = []
    for length in sorted(buckets):
        members = buckets[length]
        rng.shuffle(members)
        rows = max(1, batch_tokens // length)
        for begin in range(0, len(members), rows):
            batch = members[begin : begin + rows]
            batch += [rng.choice(members) for _ in range(rows - len(batch))]
            batches.append(batch)
    rng.shuffle(batches)
    return batches


def collate(examples: Sequence[Example], pad: int) -> Batch:
    """Pad examples of one shape into tensors."""
    rows = len(examples)
    length = padded(max(len(example.input_ids) for example in examples))
    sentences = max(len(example.targets) for example in examples)
    input_ids = np.full((rows, length), pad, dtype=np.int64)
    mask = np.zeros((rows, length), dtype=np.int64)
    sentence_ids = np.full((rows, length), -1, dtype=np.int64)
    targets = np.full((rows, sentences, len(CHANNELS)), UNKNOWN, dtype=np.float32)
    token_targets = np.full((rows, length, len(CHANNELS)), UNKNOWN, dtype=np.float32)
    weights = np.zeros((rows, sentences), dtype=np.float32)
    for row, example in enumerate(examples):
        size = len(example.input_ids)
        input_ids[row, :size] = example.input_ids
        mask[row, :size] = 1
        sentence_ids[row, :size] = example.sentence_ids
        targets[row, : len(example.targets)] = example.targets
        token_targets[row, :size] = example.token_targets
        weights[row, : len(example.weights)] = example.weights
    return Batch(
        torch.from_numpy(input_ids),
        torch.from_numpy(mask),
        torch.from_numpy(sentence_ids),
        torch.from_numpy(targets),
        torch.from_numpy(token_targets),
        torch.from_numpy(weights),
        int(mask.sum()),
    )
