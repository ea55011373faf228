"""How large the inputs of each linear layer get, channel by channel, on example text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from babelproof.windows import WindowSettings
from training.encoders import Base
from training.predict import sentence_logits

STATE_SHARE = 1 / 96
"""Share of a state's channels that a layer multiplies in floats: 8 of 768.

A known trait of transformers: a few channels are thirty times as large as the median and
would take all the digits from the others (Dettmers et al. 2022, LLM.int8)."""

INNER_SHARE = 1 / 32
"""The same of the channels between the two linear layers: 96 of 3,072."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class InputRange:
    """The smallest and the largest value of each input channel, float32 [K] each."""

    low: Floats
    high: Floats

    def outlying(self, share: float) -> NDArray[np.int64]:
        """Give the channels of the largest values, sorted, one at least."""
        size = np.maximum(-self.low, self.high)
        return np.sort(np.argsort(-size, kind="stable")[: max(1, round(share * len(size)))])

    def merged(self, other: InputRange) -> InputRange:
        """Give the range of both."""
        return InputRange(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def input_ranges(
    base: Base, documents: Sequence[Sequence[str]], settings: WindowSettings
) -> Mapping[str, InputRange]:
    """Give the range of each linear layer's inputs over documents, by the layer's name."""
    ranges: dict[str, InputRange] = {}
    hooks = []

    def watch(name: str, layer: nn.Linear) -> None:
        def look(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            values = inputs[0].detach().float().flatten(0, -2)
            found = InputRange(values.amin(dim=0).numpy(), values.amax(dim=0).numpy())
            ranges[name] = ranges[name].merged(found) if name in ranges else found

        hooks.append(layer.register_forward_pre_hook(look))

    for name, module in base.model.named_modules():
        if isinstance(module, nn.Linear):
            watch(name, module)
    try:
        sentence_logits(base.model, base.tokenizer, documents, settings, batch_tokens=1024)
    finally:
        for hook in hooks:
            hook.remove()
    return ranges
