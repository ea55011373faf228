"""Checkpoints: complete or absent, so that a run goes on after SIGTERM or a crash."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

_FILE = "checkpoint.pt"


@dataclass(frozen=True)
class Progress:
    """Where a run stands: steps taken, real tokens read, seconds spent training."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


def save_checkpoint(
    folder: Path,
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    progress: Progress,
    identity: dict[str, Any],
) -> None:
    """Write one checkpoint under a temporary name, then rename it over the last."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{_FILE}.{os.getpid()}.tmp"
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "progress": asdict(progress),
            "identity": json.dumps(identity, sort_keys=True),
        },
        temporary,
    )
    temporary.replace(folder / _FILE)


def load_checkpoint(
    folder: Path,
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    identity: dict[str, Any],
) -> Progress | None:
    """Restore the last checkpoint of this very run; None where there is none.

    Raises ValueError where the folder holds a run with another data set, encoder or seed:
    going on would give a model that nobody can reproduce.
    """
    path = folder / _FILE
    if not path.is_file():
        return None
    state = torch.load(path, weights_only=True, map_location="cpu")
    ours = json.dumps(identity, sort_keys=True)
    if state["identity"] != ours:
        raise ValueError(
            f"{path}: expected a checkpoint of {ours}, found one of {state['identity']}; "
            "choose another --out or remove the folder"
        )
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"])
