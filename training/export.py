"""Export a trained model as a bundle.

`python -m training.export --model RUN/model --bundle DIR`
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from transformers import PreTrainedModel

import babelproof
from babelproof.bundle import (
    MODEL,
    REFERENCE,
    TOKENIZER,
    Calibration,
    Manifest,
    load_bundle,
    write_manifest,
)
from babelproof.errors import BundleError
from babelproof.labels import CHANNELS, LABELS
from babelproof.reader import Reader
from babelproof.runtime import onnxruntime
from babelproof.windows import WindowSettings
from data.cases import CaseKind, load_cases
from training.encoders import Base, load_base
from training.outliers import outlying_channels
from training.quantise import quantise

OPSET = 18
REFERENCE_CASES = 24
REFERENCE_TOLERANCE = 0.02
QUANTIZATION = "8-bit weights by column, 8-bit activations by row, outlying channels in fp32"
CARD = "README.md"


class _Logits(torch.nn.Module):
    """The model as a function of two tensors, which is what a graph needs."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def float_graph(base: Base) -> onnx.ModelProto:
    """Trace a model into an fp32 graph: int64 [B, T] twice in, float32 [B, T, 12] out."""
    example = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long))
    axes = {0: "batch", 1: "length"}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The tracer warns of shapes that it fixes; parity with torch is measured instead.
        warnings.simplefilter("ignore")
        path = Path(folder) / "float.onnx"
        torch.onnx.export(
            _Logits(base.model.eval()),
            example,
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes},
            opset_version=OPSET,
            dynamo=False,
        )
        return onnx.load(str(path))


def export(model: Path, bundle: Path, name: str, version: str, date: str) -> Manifest:
    """Write graph, tokenizer, reference scores and an uncalibrated manifest into `bundle`.

    Probabilities are the bare sigmoid and thresholds 0.5 until `training.calibrate` runs.
    Raises ValueError where `model` is no folder that `training.train` wrote.
    """
    record_path = model / "train.json"
    if not record_path.is_file():
        raise ValueError(
            f"{record_path}: expected the record of a training run, found none; give the "
            "`model` folder that training.train wrote"
        )
    record: dict[str, Any] = json.loads(record_path.read_text(encoding="utf-8"))
    settings = record["settings"]
    base = load_base(str(model))
    bundle.mkdir(parents=True, exist_ok=True)
    window = WindowSettings(**settings["window"])
    examples = [list(case.sentences) for kind in CaseKind for case in load_cases(kind)]
    outliers = outlying_channels(base, examples, window, "/model")
    onnx.save(quantise(float_graph(base), outliers), str(bundle / MODEL))
    shutil.copyfile(model / "tokenizer.json", bundle / TOKENIZER)
    (bundle / CARD).write_text("The model card is written after the evaluation.\n")
    (bundle / REFERENCE).write_text("{}\n")
    manifest = Manifest(
        name=name,
        version=version,
        created=date,
        base_encoder=record["base_encoder"],
        cased=record["cased"],
        pooling=settings["pooling"],
        **settings["window"],
        quantization=QUANTIZATION,
        calibration={channel: Calibration(1.0, 0.0) for channel in CHANNELS},
        operating_point=dict.fromkeys(CHANNELS, 0.5),
        span_threshold={str(label): 0.0 for label in LABELS},
        data_hash=record["data_hash"],
        seed=record["seed"],
        versions={
            **record["versions"],
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        training={key: record[key] for key in ("tokens", "steps", "minutes", "autocast")}
        | {key: record[key] for key in ("averaged",) if key in record}
        | {"history": record.get("history", []), "settings": settings},
    )
    write_manifest(bundle, manifest)
    _write_reference(bundle)
    return write_manifest(bundle, manifest)


def _write_reference(bundle: Path) -> None:
    """Store what this graph says of our own cases, for the self-check on other machines."""
    reader = Reader(load_bundle(bundle))
    cases = [*load_cases(CaseKind.REAL_LIFE), *load_cases(CaseKind.NEGATIVE)]
    step = max(1, len(cases) // REFERENCE_CASES)
    rows = []
    for case in cases[::step][:REFERENCE_CASES]:
        readings = reader.read([list(case.sentences)])[0]
        logits = [reading.pooled.tolist() for reading in readings if reading is not None]
        if len(logits) == len(case.sentences):
            rows.append({"sentences": list(case.sentences), "logits": logits})
    content = {"tolerance": REFERENCE_TOLERANCE, "cases": rows}
    (bundle / REFERENCE).write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Export a model; exit code 2 where the model cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model folder of a run")
    parser.add_argument("--bundle", type=Path, required=True, help="bundle folder to write")
    parser.add_argument("--name", default="babelproof-en", help="name of the bundle")
    parser.add_argument("--version", default=babelproof.__version__, help="its version")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args(arguments)
    try:
        manifest = export(
            options.model, options.bundle, options.name, options.version, options.date
        )
    except (OSError, ValueError, BundleError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    size = (options.bundle / MODEL).stat().st_size / 1e6
    print(f"{options.bundle}: {manifest.base_encoder}, {size:.1f} MB; calibrate it next")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
