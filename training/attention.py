"""MPNet's attention for training: fused where rows are long.

transformers computes MPNet's attention step by step, which in rows of some 250 tokens and more
takes longer than everything else in a layer. There `scaled_dot_product_attention` of torch
takes its place; in short rows it is the slower one (two cores with AMX, 3,072 tokens in bf16:
2.5 s a step for 3.5 s in rows of 384 tokens, 2.4 s for 1.9 s in rows of 32).
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder, MPNetSelfAttention

LONG = 240
"""Tokens of a row from which the fused attention is used."""


def fuse_attention(model: PreTrainedModel, long: int = LONG) -> PreTrainedModel:
    """Let an MPNet use fused attention in rows of at least `long` tokens; others stay as they are.

    The gains by distance are constants in such rows: the fused attention gives them no
    gradient. Attention weights are not given out. The model is changed and returned.
    """
    for module in model.modules():
        if isinstance(module, MPNetEncoder):
            module.forward = MethodType(_encoder(MPNetEncoder.forward, long), module)
    return model


def _encoder(step_by_step: Any, long: int) -> Any:
    def forward(
        self: MPNetEncoder,
        hidden_states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        output_hidden_states: bool = False,
        **options: Any,
    ) -> Any:
        if hidden_states.shape[1] < long or attention_mask is None:
            return step_by_step(
                self,
                hidden_states,
                attention_mask,
                output_hidden_states=output_hidden_states,
                **options,
            )
        with torch.no_grad():
            bias = self.compute_position_bias(hidden_states) + attention_mask
        states = [hidden_states]
        for layer in self.layer:
            block = layer.attention
            attended = _attended(block.attn, hidden_states, bias)
            hidden_states = block.LayerNorm(block.dropout(attended) + hidden_states)
            hidden_states = layer.output(layer.intermediate(hidden_states), hidden_states)
            states.append(hidden_states)
        return BaseModelOutput(
            last_hidden_state=hidden_states,
            hidden_states=tuple(states) if output_hidden_states else None,
        )

    return forward


def _attended(
    attention: MPNetSelfAttention, states: torch.Tensor, bias: torch.Tensor
) -> torch.Tensor:
    """Give what the heads read [B, T, D]; `bias` [B or 1, H, T, T] is added to their scores."""
    shape = (*states.shape[:2], -1, attention.attention_head_size)
    query, key, value = (
        part(states).view(shape).transpose(1, 2) for part in (attention.q, attention.k, attention.v)
    )
    dropout = attention.dropout.p if attention.training else 0.0
    read = scaled_dot_product_attention(query, key, value, bias.to(query.dtype), dropout)
    given: torch.Tensor = attention.o(read.transpose(1, 2).flatten(2))
    return given
