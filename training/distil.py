"""Distillation while training: the teacher reads each batch beside the student.

A student follows its teacher's states, layer by layer, as well as its logits (Jiao et al.
2020, "TinyBERT"): a sentence has one target and hundreds of tokens with states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from babelproof.labels import CHANNELS
from babelproof.windows import Pooling
from training.batches import Batch
from training.encoders import Base, load_base, origin
from training.loss import pool_batch

_SIZE = len(CHANNELS)


class DistilError(ValueError):
    """A student cannot follow this teacher."""


@dataclass(frozen=True)
class Lesson:
    """What a teacher says of a batch: `logits` [B, T, 12], `states` by layer, each [B, T, D]."""

    logits: torch.Tensor
    states: tuple[torch.Tensor, ...]


class Teacher:
    """A trained model that is read along with a student of the same width and tokenizer.

    `folder`: a run's model or a bundle, `origin` says which. Layer i of a student of n layers
    follows the layer of the teacher's N after the same share of its depth. Raises `DistilError`
    where widths or words differ, or the student is deeper.
    """

    def __init__(self, folder: str, student: Base, device: torch.device) -> None:
        base = load_base(folder)
        if base.tokenizer.to_str() != student.tokenizer.to_str():
            raise DistilError(
                f"teacher: expected the student's tokenizer, found another in {folder}; "
                "choose a student that was cut from it with its whole vocabulary"
            )
        ours, theirs = student.model.config, base.model.config
        if ours.hidden_size != theirs.hidden_size:
            raise DistilError(
                f"teacher: expected states of width {ours.hidden_size} as the student has, "
                f"found {theirs.hidden_size} in {folder}"
            )
        self.origin: dict[str, Any] = origin(Path(folder))
        self.layers = followed(ours.num_hidden_layers, theirs.num_hidden_layers)
        self.model = base.model.to(device).eval().requires_grad_(False)

    @torch.no_grad()
    def read(self, batch: Batch) -> Lesson:
        """Read a batch that is on the teacher's device."""
        logits, states = read_states(self.model, batch)
        return Lesson(logits, tuple(states[number] for number in self.layers))


def followed(student: int, teacher: int) -> tuple[int, ...]:
    """Say which layer of the teacher each layer of the student follows.

    >>> followed(3, 6), followed(4, 6)
    ((1, 3, 5), (1, 2, 4, 5))
    """
    if not 0 < student <= teacher:
        raise DistilError(
            f"teacher: expected at least the student's {student} layers, found {teacher}"
        )
    # Half rounds up: Python's round() would send it to the even number.
    return tuple(int((number + 1) * teacher / student + 0.5) - 1 for number in range(student))


def read_states(
    model: PreTrainedModel, batch: Batch
) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """Give the logits [B, T, 12] and the states after every layer, each [B, T, D]."""
    output = model(
        input_ids=batch.input_ids, attention_mask=batch.attention_mask, output_hidden_states=True
    )
    return output.logits, output.hidden_states[1:]


def soften(batch: Batch, logits: torch.Tensor, share: float, pooling: Pooling) -> Batch:
    """Move the targets of a batch towards a teacher's probabilities.

    `share` is the teacher's where a target is known; where none is, it is the teacher's
    alone. `logits` [B, T, 12]. Tokens of no sentence stay unknown, and so do places where
    there is no sentence, whose weight is zero.
    """
    logits = logits.float()
    sentences = batch.targets.shape[1]
    pooled = pool_batch(logits, batch.sentence_ids, sentences, pooling)
    tokens = torch.sigmoid(logits[..., _SIZE:])
    inside = (batch.sentence_ids >= 0).unsqueeze(-1)
    blended = _blend(batch.token_targets, tokens, share)
    return replace(
        batch,
        targets=_blend(batch.targets, torch.sigmoid(pooled), share),
        token_targets=torch.where(inside, blended, batch.token_targets),
    )


def _blend(known: torch.Tensor, taught: torch.Tensor, share: float) -> torch.Tensor:
    return torch.where(known < 0, taught, share * taught + (1 - share) * known)


def logit_loss(
    ours: torch.Tensor, theirs: torch.Tensor, batch: Batch, pooling: Pooling
) -> torch.Tensor:
    """Give the mean squared difference of logits: of sentences by channel, and of tokens.

    `ours`, `theirs` [B, T, 12]. A cross-entropy hardly tells a sentence at odds of 1 to 100
    from one at 1 to 1,000, and an editor's threshold lies among them: here they count alike.
    """
    sentences = batch.targets.shape[1]
    pooled = [
        pool_batch(logits.float(), batch.sentence_ids, sentences, pooling)
        for logits in (ours, theirs)
    ]
    there = batch.weights > 0
    tokens = batch.sentence_ids >= 0
    whole = (pooled[0][there] - pooled[1][there]).square().mean()
    single = (ours[tokens].float() - theirs[tokens].float()).square().mean()
    # The pooled logit is a sum of a mean and a maximum, so its differences are larger.
    return whole + single


def state_loss(
    ours: Sequence[torch.Tensor], theirs: Sequence[torch.Tensor], mask: torch.Tensor
) -> torch.Tensor:
    """Give the mean squared difference of states over their variance, by layer; padding apart.

    `ours`, `theirs`: as many layers of [B, T, D]; `mask` [B, T] is 1 on tokens. A student that
    always gave the mean state would have a loss of about 1.
    """
    inside = mask > 0
    losses = []
    for own, other in zip(ours, theirs, strict=True):
        target = other[inside].float()
        difference = (own[inside].float() - target).square().mean()
        losses.append(difference / target.var(dim=0).mean().clamp(min=1e-6))
    return torch.stack(losses).mean()
