"""Fused attention in training: the same states and the same gradients as step by step."""

from __future__ import annotations

import pytest
import torch
from transformers import (
    BertConfig,
    BertForTokenClassification,
    MPNetConfig,
    MPNetForTokenClassification,
    PreTrainedModel,
)

from training.attention import fuse_attention


def tiny() -> PreTrainedModel:
    torch.manual_seed(5)
    config = MPNetConfig(
        vocab_size=60, hidden_size=24, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=3, max_position_embeddings=64, num_labels=12,
        attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0,
    )  # fmt: skip
    model = MPNetForTokenClassification(config)
    # Gains by distance start at zero: as they are, nothing would show that they are added.
    torch.nn.init.normal_(model.mpnet.encoder.relative_attention_bias.weight)
    return model


def read(model: PreTrainedModel, length: int) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    torch.manual_seed(length)
    ids = torch.randint(4, 60, (3, length))
    mask = torch.ones_like(ids)
    mask[1, length // 2 :] = 0
    output = model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
    output.logits[mask.bool()].square().sum().backward()
    return output.logits[mask.bool()], output.hidden_states


@pytest.mark.parametrize("length", [7, 8, 40])
def test_fused_attention_reads_and_learns_as_step_by_step(length: int) -> None:
    plain, fused = tiny(), tiny()
    fuse_attention(fused, long=8)
    expected, expected_states = read(plain, length)
    found, states = read(fused, length)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    assert len(states) == len(expected_states)
    torch.testing.assert_close(states[1][0], expected_states[1][0], atol=1e-5, rtol=1e-4)
    gradients = dict(plain.named_parameters())
    for name, parameter in fused.named_parameters():
        if "relative_attention_bias" in name and length >= 8:
            assert parameter.grad is None
        elif parameter.grad is not None:
            wanted = gradients[name].grad
            assert wanted is not None
            torch.testing.assert_close(parameter.grad, wanted, atol=1e-4, rtol=1e-3)


def test_the_gains_by_distance_are_added() -> None:
    flat = fuse_attention(tiny(), long=8)
    torch.nn.init.zeros_(flat.mpnet.encoder.relative_attention_bias.weight)
    assert not torch.allclose(read(flat, 20)[0], read(fuse_attention(tiny(), long=8), 20)[0])


def test_other_encoders_stay_as_they_are() -> None:
    config = BertConfig(
        vocab_size=60, hidden_size=24, intermediate_size=48, num_hidden_layers=1,
        num_attention_heads=3, max_position_embeddings=64, num_labels=12,
    )  # fmt: skip
    model = BertForTokenClassification(config).eval()
    expected, _ = read(model, 20)
    torch.testing.assert_close(read(fuse_attention(model, long=8), 20)[0], expected)
