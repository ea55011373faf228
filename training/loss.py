"""Pooling in torch (the twin of `babelproof.windows.pool`) and the loss of a batch."""

from __future__ import annotations

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from babelproof.labels import CHANNELS
from babelproof.windows import Pooling
from training.batches import Batch
from training.settings import TrainSettings

_SIZE = len(CHANNELS)


def pool_batch(
    logits: torch.Tensor, sentence_ids: torch.Tensor, sentences: int, pooling: Pooling
) -> torch.Tensor:
    """Pool token logits [B, T, 12] into sentence logits [B, sentences, 6].

    `sentence_ids` [B, T] is -1 on tokens of no sentence; a sentence without tokens gets 0.
    """
    rows, length, _ = logits.shape
    # One slot more takes the tokens of no sentence and is cut off again.
    slot = torch.where(sentence_ids < 0, sentences, sentence_ids)
    index = slot.unsqueeze(-1).expand(rows, length, _SIZE)
    shape = (rows, sentences + 1, _SIZE)
    count = torch.zeros(shape, device=logits.device).scatter_add_(
        1, index, torch.ones((), device=logits.device).expand_as(index)
    )
    total = torch.zeros(shape, device=logits.device).scatter_add(1, index, logits[..., :_SIZE])
    mean = total / count.clamp(min=1)
    peak = torch.full(shape, -1e4, device=logits.device).scatter_reduce(
        1, index, logits[..., _SIZE:], reduce="amax"
    )
    peak = torch.where(count > 0, peak, torch.zeros_like(peak))
    pooled = {"mean": mean, "max": peak, "mean+max": mean + peak}[pooling]
    return pooled[:, :sentences]


def batch_loss(logits: torch.Tensor, batch: Batch, settings: TrainSettings) -> torch.Tensor:
    """Give the mean loss: sentences (any and labels) and tokens of known spans."""
    logits = logits.float()
    sentences = batch.targets.shape[1]
    pooled = pool_batch(logits, batch.sentence_ids, sentences, settings.pooling)
    known = (batch.targets >= 0).float() * batch.weights.unsqueeze(-1)
    losses = binary_cross_entropy_with_logits(pooled, batch.targets.clamp(min=0), reduction="none")
    weighted = losses * known
    # Means over what is known, so that a batch of few sentences weighs no less.
    hold = weighted[..., 0].sum() / known[..., 0].sum().clamp(min=1e-6)
    label = weighted[..., 1:].sum() / known[..., 1:].sum().clamp(min=1e-6)

    # A token counts as much as its sentence; tokens of no sentence are unknown anyway.
    own_weight = batch.weights.gather(1, batch.sentence_ids.clamp(min=0)).unsqueeze(-1)
    token_known = (batch.token_targets >= 0).float() * own_weight
    token_targets = batch.token_targets.clamp(min=0)
    token_losses = binary_cross_entropy_with_logits(
        logits[..., _SIZE:], token_targets, reduction="none"
    )
    emphasis = token_known * (1 + (settings.span_positive_weight - 1) * token_targets)
    span = (token_losses * emphasis).sum() / token_known.sum().clamp(min=1e-6)
    # The token loss is tiny where most tokens are clean: it is summed over channels.
    loss: torch.Tensor = (
        hold + settings.label_loss * len(CHANNELS) * label + settings.span_loss * _SIZE * span
    )
    return loss
