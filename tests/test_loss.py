"""The loss: pooled exactly as in scoring, and blind to what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from babelproof.labels import CHANNELS, OUTPUTS
from babelproof.windows import (
    POOLINGS,
    EncodedSentence,
    Pooling,
    SpecialIds,
    WindowSettings,
    pack,
    pool,
)
from training.batches import Batch
from training.loss import batch_loss, pool_batch
from training.settings import TrainSettings

SIZE = len(CHANNELS)
SPECIAL = SpecialIds(cls=2, sep=3, pad=0)


def sentence(size: int) -> EncodedSentence:
    ids = np.arange(10, 10 + size, dtype=np.int32)
    starts = np.arange(0, 2 * size, 2, dtype=np.int32)
    return EncodedSentence(ids, starts, starts + 1)


def settings(**changes: Any) -> TrainSettings:
    return TrainSettings(data=Path("data"), out=Path("out"), **changes)


@hypothesis_settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 24), min_size=1, max_size=7),
    pooling=st.sampled_from(POOLINGS),
    seed=st.integers(0, 2**16),
)
def test_pooling_in_torch_is_pooling_in_scoring(
    sizes: list[int], pooling: Pooling, seed: int
) -> None:
    """Sentences with context before them, pieces of long ones and padding included."""
    window_settings = WindowSettings(max_tokens=16, stride=4, context_tokens=6)
    windows = pack([sentence(size) for size in sizes], SPECIAL, window_settings)
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 5, (len(windows), 20, len(OUTPUTS))).astype(np.float32)
    sentence_ids = np.full((len(windows), 20), -1, dtype=np.int64)
    for row, window in enumerate(windows):
        sentence_ids[row, : len(window)] = window.sentence_ids
    if not windows:
        return
    found = pool_batch(
        torch.from_numpy(logits), torch.from_numpy(sentence_ids), len(sizes), pooling
    ).numpy()
    assert found.shape == (len(windows), len(sizes), SIZE)
    for row, window in enumerate(windows):
        expected = pool(logits[row, : len(window)], window, pooling)
        assert expected
        for number, values in expected.items():
            np.testing.assert_allclose(found[row, number], values, rtol=1e-5, atol=1e-5)
        for absent in set(range(len(sizes))) - set(window.sentence_ids.tolist()):
            assert not found[row, absent].any()


def batch() -> Batch:
    """Two rows of six tokens; the second has one sentence fewer and two tokens of padding."""
    sentence_ids = torch.tensor([[-1, 0, 0, -1, 1, -1], [-1, 0, 0, -1, -1, -1]])
    targets = torch.zeros(2, 2, SIZE)
    targets[0, 1, 0] = targets[0, 1, 3] = 1.0
    targets[1, 1] = -1.0
    token_targets = torch.where(sentence_ids >= 0, 0.0, -1.0).unsqueeze(-1).repeat(1, 1, SIZE)
    token_targets[0, 4, 0] = token_targets[0, 4, 3] = 1.0
    mask = torch.tensor([[1] * 6, [1, 1, 1, 1, 0, 0]])
    weights = torch.tensor([[1.0, 1.0], [1.0, 0.0]])
    return Batch(mask, mask, sentence_ids, targets, token_targets, weights, 10)


def logits(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 6, len(OUTPUTS), generator=torch.Generator().manual_seed(seed))


def gradient(batch: Batch, ours: TrainSettings) -> torch.Tensor:
    values = logits().requires_grad_()
    (found,) = torch.autograd.grad(batch_loss(values, batch, ours), values)
    return found


def test_padding_and_special_tokens_carry_no_loss() -> None:
    found = gradient(batch(), settings())
    outside = batch().sentence_ids < 0
    assert not found[outside].any()
    assert found[~outside].abs().sum(dim=-1).min() > 0


def test_what_padding_holds_does_not_matter() -> None:
    other = logits()
    other[1, 4:] = 1e3
    ours = settings()
    assert batch_loss(other, batch(), ours) == batch_loss(logits(), batch(), ours)


def test_unknown_targets_carry_no_loss() -> None:
    ours = batch()
    ours.targets[0, 1] = -1.0
    ours.token_targets[0, 4] = -1.0
    found = gradient(ours, settings())
    assert not found[0, 4].any()
    assert found[0, 1].any()


def test_an_unknown_label_leaves_the_other_channels_their_loss() -> None:
    ours = batch()
    ours.targets[..., 2] = -1.0
    ours.token_targets[..., 2] = -1.0
    found = gradient(ours, settings())
    assert not found[..., [2, SIZE + 2]].any()
    assert found[0, 1, [0, 1, 3, SIZE, SIZE + 1, SIZE + 3]].abs().min() > 0


def test_a_batch_of_which_nothing_is_known_has_no_loss() -> None:
    ours = batch()
    nothing = replace(
        ours,
        targets=torch.full_like(ours.targets, -1),
        token_targets=torch.full_like(ours.token_targets, -1),
    )
    assert batch_loss(logits(), nothing, settings()) == 0
    assert not gradient(nothing, settings()).any()


def test_weights_scale_a_sentence_against_the_others() -> None:
    ours = replace(batch(), weights=torch.tensor([[3.0, 1.0], [0.5, 0.0]]))
    values = logits()
    pooled = pool_batch(values, ours.sentence_ids, 2, "mean+max")
    each = cross_entropy(pooled, ours.targets.clamp(min=0), reduction="none")
    total = 3 * each[0, 0] + each[0, 1] + 0.5 * each[1, 0]
    expected = total[0] / 4.5 + 0.25 * SIZE * total[1:].sum() / (4.5 * (SIZE - 1))
    found = batch_loss(values, ours, settings(span_loss=0.0, label_loss=0.25))
    assert float(found) == pytest.approx(float(expected), rel=1e-5)


def test_a_sentence_of_no_weight_is_not_learnt() -> None:
    ours = replace(batch(), weights=torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    found = gradient(ours, settings(span_loss=0.0))
    assert not found[0, 4].any()
    assert found[0, 1].any()


def test_marked_tokens_weigh_more_than_others() -> None:
    values = logits()
    plain, heavy = (
        batch_loss(values, batch(), settings(span_positive_weight=weight)) for weight in (1.0, 3.0)
    )
    # Marked are two of the thirty channels of five tokens.
    marked = cross_entropy(values[0, 4, [SIZE, SIZE + 3]], torch.ones(2), reduction="sum")
    assert float(heavy - plain) == pytest.approx(0.5 * SIZE * 2 * float(marked) / 30, rel=1e-4)


def test_the_loss_is_least_where_the_logits_are_right() -> None:
    ours = batch()
    right = torch.full((2, 6, len(OUTPUTS)), -20.0)
    right[0, 4, [0, 3, SIZE, SIZE + 3]] = 20.0
    assert batch_loss(right, ours, settings()) < 1e-6
    assert batch_loss(-right, ours, settings()) > 10
