"""`python -m training.average`: the weighted mean of models that one training passed through.

Stages of one line of training that saw different mixes forget a little of one another; the
mean of their weights keeps more of each than the last stage does.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from babelproof.bundle import MANIFEST, TOKENIZER
from training.encoders import RECORD, WEIGHTS, load_base, origin

COPIED = ("config.json", TOKENIZER)


class AverageError(ValueError):
    """The models cannot be averaged."""


def average(models: Sequence[Path], shares: Sequence[float], out: Path) -> dict[str, Any]:
    """Write the weighted mean of models, with the last one's record and the shares.

    All but the last may be bundles: their 8-bit weights as numbers. Refuses models of unlike
    tensors or tokenizers, and shares that are not above 0.
    """
    if len(models) != len(shares) or len(models) < 2:
        raise AverageError(f"expected a share for each of two models or more, found {len(shares)}")
    if min(shares) <= 0:
        raise AverageError(f"expected shares above 0, found {list(shares)}")
    parts = [share / sum(shares) for share in shares]
    mean: dict[str, torch.Tensor] = {}
    for model, part in zip(models, parts, strict=True):
        tensors = _tensors(model)
        if mean and {k: v.shape for k, v in tensors.items()} != {
            k: v.shape for k, v in mean.items()
        }:
            raise AverageError(f"{model}: expected the tensors of {models[0]}, found others")
        if _tokenizer(model) != _tokenizer(models[0]):
            raise AverageError(f"{model}: expected the tokenizer of {models[0]}, found another")
        for name, tensor in tensors.items():
            mean[name] = mean.get(name, torch.zeros_like(tensor)) + part * tensor
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, str(out / WEIGHTS), metadata={"format": "pt"})
    for name in COPIED:
        shutil.copyfile(models[-1] / name, out / name)
    record: dict[str, Any] = json.loads((models[-1] / RECORD).read_text(encoding="utf-8"))
    record["averaged"] = [
        {**_origin(model), "share": round(part, 4)}
        for model, part in zip(models, parts, strict=True)
    ]
    (out / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return record


def _tensors(model: Path) -> dict[str, torch.Tensor]:
    if (model / MANIFEST).is_file():
        return dict(load_base(str(model)).model.state_dict())
    return load_file(str(model / WEIGHTS))


def _tokenizer(model: Path) -> Any:
    return json.loads((model / TOKENIZER).read_text(encoding="utf-8"))


def _origin(model: Path) -> dict[str, Any]:
    """Say what a model was trained on, or which bundle it is."""
    if (model / MANIFEST).is_file():
        return origin(model)
    record = json.loads((model / RECORD).read_text(encoding="utf-8"))
    return {"tokens": record["tokens"], "seed": record["seed"]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Average models from the command line; 2 when they cannot be."""
    parser = argparse.ArgumentParser(prog="python -m training.average", description=__doc__)
    parser.add_argument("--models", type=Path, nargs="+", required=True, help="the last one last")
    parser.add_argument("--shares", type=float, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        record = average(options.models, options.shares, options.out)
    except (AverageError, OSError, KeyError, ValueError) as error:
        print(f"training.average: {error}", file=sys.stderr)
        return 2
    print(json.dumps(record["averaged"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
