"""Averaging models: the weighted mean of every tensor, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training.average import main


def model(folder: Path, value: float, size: int = 3, tokenizer: str = "{}") -> Path:
    folder.mkdir()
    save_file(
        {"a": torch.full((size,), value), "b": torch.eye(2) * value}, folder / "model.safetensors"
    )
    (folder / "tokenizer.json").write_text(tokenizer)
    (folder / "config.json").write_text("{}")
    (folder / "train.json").write_text(json.dumps({"tokens": int(value), "seed": 1}))
    return folder


def run(out: Path, models: list[Path], *shares: float) -> int:
    return main(["--models", *map(str, models), "--shares", *map(str, shares), "--out", str(out)])


def test_the_mean_counts_shares(tmp_path: Path) -> None:
    models = [model(tmp_path / "one", 1.0), model(tmp_path / "two", 5.0)]
    assert run(tmp_path / "mean", models, 3, 1) == 0
    tensors = load_file(tmp_path / "mean" / "model.safetensors")
    assert torch.allclose(tensors["a"], torch.full((3,), 2.0))
    assert torch.allclose(tensors["b"], torch.eye(2) * 2.0)
    record = json.loads((tmp_path / "mean" / "train.json").read_text())
    assert record["tokens"] == 5
    assert [part["share"] for part in record["averaged"]] == [0.75, 0.25]


def test_unlike_models_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = model(tmp_path / "one", 1.0)
    for other, shares in (
        (model(tmp_path / "longer", 1.0, size=4), (1, 1)),
        (model(tmp_path / "spelt", 1.0, tokenizer="[]"), (1, 1)),
        (model(tmp_path / "none", 1.0), (1, 0)),
        (tmp_path / "absent", (1, 1)),
    ):
        assert run(tmp_path / "mean", [one, other], *shares) == 2
        assert "training.average:" in capsys.readouterr().err
    assert run(tmp_path / "mean", [one], 1) == 2
