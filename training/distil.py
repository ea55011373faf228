"""Distillation while training: the teacher reads each batch beside the student.

A student follows its teacher's states, layer by layer, as well as its logits (Jiao et al.
2020, "TinyBERT"): a sentence has one target and hundreds of tokens with states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import TensorProto, helper
from transformers import PreTrainedModel

from babelproof.bundle import MANIFEST, MODEL
from babelproof.labels import CHANNELS
from babelproof.onnx_engine import TOKENS_A_BATCH, open_session
from babelproof.windows import Pooling
from training.batches import Batch
from training.encoders import Base, load_base, origin
from training.layouts import Layout
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

    `folder`: a run's model or a bundle, `origin` says which. On a processor a bundle is read
    through its own graph, two to three times as fast as torch, so that the student learns what
    ships. Each layer of the student follows one of the teacher's: see `followed`. Raises
    `DistilError` where widths or words differ, or the student is deeper.
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
        self.layers = followed(
            ours.num_hidden_layers, theirs.num_hidden_layers, _kept(student.history)
        )
        self.model = base.model.to(device).eval().requires_grad_(False)
        self._graph: _Graph | None = None
        if device.type == "cpu" and (Path(folder) / MANIFEST).is_file():
            names = [Layout.of(theirs).layers[number].output_norm for number in self.layers]
            self._graph = _Graph(Path(folder) / MODEL, names, theirs.hidden_size)

    @torch.no_grad()
    def read(self, batch: Batch) -> Lesson:
        """Read a batch that is on the teacher's device."""
        if self._graph is not None:
            return self._graph.read(batch)
        logits, states = read_states(self.model, batch)
        return Lesson(logits, tuple(states[number] for number in self.layers))


class _Graph:
    """A bundle's graph that gives the states after some layers too, by their last norms' names."""

    def __init__(self, path: Path, norms: Sequence[str], width: int) -> None:
        model = onnx.load(str(path))
        self._outputs = ["logits", *(f"{norm}/out" for norm in norms)]
        self._width = width
        rows = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", width])
            for name in self._outputs[1:]
        )
        model.graph.output.extend(rows)
        self._session = open_session(model.SerializeToString())
        self._pool = ThreadPoolExecutor(torch.get_num_threads())

    def read(self, batch: Batch) -> Lesson:
        """Read a batch in passes as small as those of scoring, several at once."""
        rows = max(1, TOKENS_A_BATCH // batch.input_ids.shape[1])
        pieces = zip(
            torch.split(batch.input_ids, rows), torch.split(batch.attention_mask, rows), strict=True
        )
        logits, *states = map(torch.cat, zip(*self._pool.map(self._pass, pieces), strict=True))
        return Lesson(logits, tuple(states))

    def _pass(self, piece: tuple[torch.Tensor, torch.Tensor]) -> list[torch.Tensor]:
        ids, mask = piece
        found = self._session.run(
            self._outputs,
            {"input_ids": ids.long().numpy(), "attention_mask": mask.long().numpy()},
        )
        logits, *states = map(torch.from_numpy, found)
        return [logits, *(rows.view(*ids.shape, self._width) for rows in states)]


def _kept(history: Sequence[Mapping[str, Any]]) -> Sequence[int] | None:
    """Say which layers a student was cut from, as `training.shrink` wrote it down."""
    for record in reversed(history):
        if "shrunk" in record:
            return [int(number) for number in record["shrunk"]["layers"]]
    return None


def followed(student: int, teacher: int, kept: Sequence[int] | None = None) -> tuple[int, ...]:
    """Say which layer of the teacher each layer of the student follows.

    `kept`: the layers of the teacher that the student's were cut from. Each hands on what the
    next met in the teacher, so that it does the work of those left out behind it. Without
    them it is the layer after the same share of the depth.

    >>> followed(3, 6), followed(4, 6), followed(4, 6, [0, 1, 4, 5])
    ((1, 3, 5), (1, 2, 4, 5), (0, 3, 4, 5))
    """
    if not 0 < student <= teacher:
        raise DistilError(
            f"teacher: expected at least the student's {student} layers, found {teacher}"
        )
    if kept is not None and len(kept) == student and max(kept) < teacher:
        return (*(number - 1 for number in kept[1:]), teacher - 1)
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
