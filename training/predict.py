"""Sentence logits of a torch model, for dev scores during training and for parity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from babelproof.labels import CHANNELS
from babelproof.windows import Pooling, SpecialIds, Window, WindowSettings, encode, pack, pool
from training.batches import padded


@torch.inference_mode()
def sentence_logits(
    model: PreTrainedModel,
    tokenizer: Tokenizer,
    documents: Sequence[Sequence[str]],
    settings: WindowSettings,
    pooling: Pooling = "mean+max",
    batch_tokens: int = 4096,
    autocast: torch.dtype | None = None,
) -> list[NDArray[np.float32]]:
    """Score documents (lists of sentences) and give one array [sentences, 6] for each.

    Rows of sentences without tokens are NaN.
    """
    special = SpecialIds.of(tokenizer)
    encoded = encode(tokenizer, [sentence for document in documents for sentence in document])
    results = [np.full((len(doc), len(CHANNELS)), np.nan, dtype=np.float32) for doc in documents]
    jobs: list[tuple[int, Window]] = []
    at = 0
    for number, document in enumerate(documents):
        own = encoded[at : at + len(document)]
        jobs.extend((number, window) for window in pack(own, special, settings))
        at += len(document)
    jobs.sort(key=lambda job: len(job[1]))
    device = next(model.parameters()).device
    model.eval()
    while jobs:
        length = padded(len(jobs[-1][1]))
        batch = jobs[-max(1, batch_tokens // length) :]
        del jobs[-len(batch) :]
        ids = torch.full((len(batch), length), special.pad, dtype=torch.long)
        mask = torch.zeros((len(batch), length), dtype=torch.long)
        for row, (_, window) in enumerate(batch):
            ids[row, : len(window)] = torch.from_numpy(window.input_ids.astype(np.int64))
            mask[row, : len(window)] = 1
        with torch.autocast(device.type, dtype=autocast, enabled=autocast is not None):
            logits = model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
        tokens = logits.float().cpu().numpy()
        for row, (number, window) in enumerate(batch):
            for sentence, values in pool(tokens[row, : len(window)], window, pooling).items():
                # fmax: pieces of one long sentence meet here, the first meets NaN.
                results[number][sentence] = np.fmax(results[number][sentence], values)
    return results
