"""Checkpoints: complete or absent, and never of another run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from training.checkpoint import Progress, load_checkpoint, save_checkpoint

IDENTITY = {"data_hash": "abc", "base": "minilm", "seed": 7, "batch_tokens": 4096}


def stepped(seed: int) -> tuple[Any, torch.optim.Optimizer]:
    """Give a small model and an optimiser that has state."""
    torch.manual_seed(seed)
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return model, optimizer


def test_a_checkpoint_restores_model_optimiser_and_progress(tmp_path: Path) -> None:
    model, optimizer = stepped(0)
    progress = Progress(step=3, tokens=1000, seconds=1.5)
    save_checkpoint(tmp_path / "run", model, optimizer, progress, IDENTITY)
    other, other_optimizer = stepped(1)
    assert not torch.equal(other.weight, model.weight)
    restored = load_checkpoint(tmp_path / "run", other, other_optimizer, dict(IDENTITY))
    assert restored == progress
    for each, moments in ((model, optimizer), (other, other_optimizer)):
        each(torch.ones(1, 3)).sum().backward()
        moments.step()
    assert torch.equal(other.weight, model.weight)  # the next step is the same too


def test_without_a_checkpoint_nothing_is_restored(tmp_path: Path) -> None:
    model, optimizer = stepped(0)
    before = model.weight.clone()
    assert load_checkpoint(tmp_path, model, optimizer, IDENTITY) is None
    assert torch.equal(model.weight, before)


@pytest.mark.parametrize(
    ("key", "value"),
    [("data_hash", "abd"), ("base", "distilbert"), ("seed", 8), ("batch_tokens", 2048)],
)
def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path, key: str, value: object) -> None:
    model, optimizer = stepped(0)
    save_checkpoint(tmp_path, model, optimizer, Progress(), IDENTITY)
    before = model.weight.clone()
    with pytest.raises(ValueError, match=rf"{key}.*found one of.*choose another --out"):
        load_checkpoint(tmp_path, model, optimizer, {**IDENTITY, key: value})
    assert torch.equal(model.weight, before)


def test_a_failed_save_leaves_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, optimizer = stepped(0)
    save_checkpoint(tmp_path, model, optimizer, Progress(step=1), IDENTITY)

    def half(state: object, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", half)
        with pytest.raises(OSError, match="no space left"):
            save_checkpoint(tmp_path, model, optimizer, Progress(step=2), IDENTITY)
    assert load_checkpoint(tmp_path, model, optimizer, IDENTITY) == Progress(step=1)


def test_one_checkpoint_is_kept(tmp_path: Path) -> None:
    model, optimizer = stepped(0)
    for step in range(3):
        save_checkpoint(tmp_path, model, optimizer, Progress(step=step), IDENTITY)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert load_checkpoint(tmp_path, model, optimizer, IDENTITY) == Progress(step=2)
