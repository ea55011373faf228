"""Structured pruning: fewer heads and inner units, and what stays fitted to make up for them.

What goes is what the others can best speak for (optimal brain surgeon), and the weights of
those that stay are the least-squares answer to what the whole layer gave: Frantar and Alistarh
2022, "Optimal Brain Compression"; Kurtic et al. 2023, "ZipLM". The states of the cut layers
before it go into a layer, so that each also corrects what the earlier ones got wrong.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import torch
from torch import nn
from torch.nn.functional import gelu, scaled_dot_product_attention
from transformers import PretrainedConfig, PreTrainedModel

from babelproof.windows import SpecialIds, WindowSettings, encode, pack
from training.encoders import Base
from training.layouts import LayerNames, Layout

FITTED_TOKENS = 28_000
"""Tokens of text that weights are fitted on: ten for each of the 3,072 units of DistilBERT."""

RIDGE = 1e-3
"""How strongly a weight is held where it was, as a share of the mean variance of inputs."""

KEPT_A_ROUND = 0.75
"""Share of the units that is left after each round of choosing: each looks at them anew."""

Documents = Sequence[Sequence[str]]


class ShrinkError(ValueError):
    """A model cannot be cut down as asked."""


@dataclass(frozen=True)
class _Layer:
    """The modules of one transformer layer; states are [windows, T, width]."""

    query: nn.Linear
    key: nn.Linear
    value: nn.Linear
    attended: nn.Linear
    attention_norm: nn.LayerNorm
    inner: nn.Linear
    outer: nn.Linear
    output_norm: nn.LayerNorm

    @classmethod
    def of(cls, model: PreTrainedModel, names: LayerNames) -> Self:
        """Find the modules of these names."""
        return cls(*(model.get_submodule(getattr(names, item.name)) for item in fields(cls)))

    def context(self, states: torch.Tensor, mask: torch.Tensor, head: int) -> torch.Tensor:
        """Give what the heads, each of width `head`, found: [windows, T, heads * head].

        `mask` as `_attention` gives it.
        """
        query, key, value = (
            part(states).unflatten(-1, (-1, head)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        found = scaled_dot_product_attention(query, key, value, mask)
        return found.transpose(1, 2).flatten(2)

    def middle(self, context: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
        """Give the states between attention and the two linear layers."""
        return self.attention_norm(self.attended(context) + states)  # type: ignore[no-any-return]

    def units(self, middle: torch.Tensor) -> torch.Tensor:
        """Give what the inner units say: [windows, T, inner]."""
        return gelu(self.inner(middle))

    def output(self, units: torch.Tensor, middle: torch.Tensor) -> torch.Tensor:
        """Give the states after the layer."""
        return self.output_norm(self.outer(units) + middle)  # type: ignore[no-any-return]


@torch.no_grad()
def prune(base: Base, heads: int | None, inner: int | None, documents: Documents) -> Base:
    """Keep so many heads and inner units of each layer; None keeps all.

    `documents` is text like what the model will read. Gives a copy; raises `ShrinkError` for
    sizes that it does not have, and where there is no text.
    """
    layout = Layout.of(base.model.config)
    head = layout.width // layout.heads
    first = _Layer.of(base.model, layout.layers[0])
    all_heads, all_units = first.query.out_features // head, first.inner.out_features
    heads = _size("heads", heads, all_heads, "heads")
    inner = _size("inner", inner, all_units, "units")
    if (heads, inner) == (all_heads, all_units):
        return base
    if heads < all_heads and layout.distances is not None:
        raise ShrinkError(
            "heads: expected an encoder whose heads attend by states alone, found one whose layers "
            "share what each head gains by distance; cut its inner units or whole layers"
        )
    ids, mask = _windows(base, documents)
    model = copy.deepcopy(base.model)
    theirs = base.model.base_model.embeddings(input_ids=ids)
    seen = _attention(base, layout, theirs, mask)
    ours = theirs.clone()
    for names in layout.layers:
        whole, small = _Layer.of(base.model, names), _Layer.of(model, names)
        found = whole.context(theirs, seen, head)
        aim = whole.attended(found) + theirs - ours
        middle = whole.middle(found, theirs)
        context = small.context(ours, seen, head)
        if heads < all_heads:
            kept = _kept_heads(context[mask], small.attended.weight, heads, head)
            for part in (small.query, small.key, small.value):
                _keep_outputs(part, kept)
            _keep_inputs(small.attended, kept)
            context = context[..., kept]
        _fit(small.attended, context[mask], aim[mask])
        own = small.middle(context, ours)
        units = whole.units(middle)
        aim, theirs = whole.outer(units) + middle - own, whole.output(units, middle)
        units = small.units(own)
        if inner < all_units:
            kept = _kept_units(units[mask], small.outer.weight, inner)
            _keep_outputs(small.inner, kept)
            _keep_inputs(small.outer, kept)
            units = units[..., kept]
        _fit(small.outer, units[mask], aim[mask])
        ours = small.output(units, own)
    setattr(model.config, inner_name(model.config), inner)
    return replace(base, model=model.eval())


def inner_name(config: PretrainedConfig) -> str:
    """Say what a config calls its number of inner units."""
    return "hidden_dim" if config.model_type == "distilbert" else "intermediate_size"


def _size(name: str, asked: int | None, most: int, what: str) -> int:
    if asked is None:
        return most
    if not 0 < asked <= most:
        raise ShrinkError(f"{name}: expected 1 to {most} {what}, found {asked}")
    return asked


def _windows(base: Base, documents: Documents) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the ids [windows, T] of about `FITTED_TOKENS` of text, and where tokens are (bool)."""
    settings = WindowSettings(**base.history[-1]["settings"]["window"])
    special = SpecialIds.of(base.tokenizer)
    rows: list[torch.Tensor] = []
    left = FITTED_TOKENS
    # From its start: a training set was shuffled when it was built.
    for document in documents:
        for window in pack(encode(base.tokenizer, document), special, settings):
            rows.append(torch.from_numpy(window.input_ids).long())
            left -= len(window)
        if left <= 0:
            break
    if not rows:
        raise ShrinkError("heads and units: expected text to fit them on, found none")
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=special.pad)
    lengths = torch.tensor([len(row) for row in rows])
    return ids, torch.arange(ids.shape[1]) < lengths[:, None]


def _attention(
    base: Base, layout: Layout, states: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Give what is added to attention, or which tokens may be seen: [windows, heads or 1, T, T].

    The last but one dimension is 1 where nothing depends on distance.
    """
    tokens = mask[:, None, None, :]
    if layout.distances is None:
        return tokens
    # The modules of a layer know nothing of distances: their encoder adds them.
    gained = base.model.base_model.encoder.compute_position_bias(states)
    return gained.masked_fill(~tokens, float("-inf"))  # type: ignore[no-any-return]


def _covariance(inputs: torch.Tensor) -> torch.Tensor:
    """Give the covariance [k, k] of inputs [n, k], the ridge added."""
    centred = inputs - inputs.mean(dim=0)
    found = centred.T @ centred / len(inputs)
    found.diagonal().add_((RIDGE * found.diagonal().mean()).clamp(min=1e-9))
    return found


def _kept_units(inputs: torch.Tensor, weight: torch.Tensor, number: int) -> torch.Tensor:
    """Choose the inputs that a linear layer `weight` [d, k] can least do without.

    An input's loss is what cannot be made up for by the others: its refitted weights squared
    over its entry in the inverse covariance.
    """
    covariance = _covariance(inputs)
    target = covariance @ weight.T
    kept = torch.arange(len(covariance))
    while len(kept) > number:
        inverse = torch.linalg.inv(covariance[kept][:, kept])
        fitted = inverse @ target[kept]
        losses = fitted.square().sum(dim=1) / inverse.diagonal()
        size = max(number, int(len(kept) * KEPT_A_ROUND))
        kept = kept[losses.topk(size).indices.sort().values]
    return kept


def _kept_heads(inputs: torch.Tensor, weight: torch.Tensor, number: int, head: int) -> torch.Tensor:
    """Choose heads as `_kept_units` does units, one at a time, and give their inputs."""
    covariance = _covariance(inputs)
    target = covariance @ weight.T
    kept = torch.arange(len(covariance))
    while len(kept) > number * head:
        inverse = torch.linalg.inv(covariance[kept][:, kept])
        fitted = inverse @ target[kept]
        losses = [
            float((fitted[at] * torch.linalg.solve(inverse[at, at], fitted[at])).sum())
            for at in (slice(begin, begin + head) for begin in range(0, len(kept), head))
        ]
        least = losses.index(min(losses)) * head
        kept = torch.cat([kept[:least], kept[least + head :]])
    return kept


def _fit(linear: nn.Linear, inputs: torch.Tensor, targets: torch.Tensor) -> None:
    """Set a linear layer to the ridge regression from inputs [n, k] to targets [n, d]."""
    covariance = _covariance(inputs)
    ridge = (RIDGE * inputs.var(dim=0, correction=0).mean()).clamp(min=1e-9)
    centred = targets - targets.mean(dim=0)
    shared = (inputs - inputs.mean(dim=0)).T @ centred / len(inputs)
    # The ridge pulls towards the weights of before: what is not cut need not be learnt again.
    weight = torch.linalg.solve(covariance, shared + ridge * linear.weight.T)
    linear.weight.copy_(weight.T)
    linear.bias.copy_(targets.mean(dim=0) - inputs.mean(dim=0) @ weight)


def _keep_outputs(linear: nn.Linear, kept: torch.Tensor) -> None:
    linear.weight = nn.Parameter(linear.weight[kept].clone())
    linear.bias = nn.Parameter(linear.bias[kept].clone())
    linear.out_features = len(kept)


def _keep_inputs(linear: nn.Linear, kept: torch.Tensor) -> None:
    linear.weight = nn.Parameter(linear.weight[:, kept].clone())
    linear.in_features = len(kept)
