"""Export a trained model as a bundle.

`python -m training.export --model RUN/model --bundle DIR`
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx

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
from training.encoders import load_base
from training.graph import encoder_graph
from training.ranges import input_ranges

REFERENCE_CASES = 24
REFERENCE_TOLERANCE = 0.02
QUANTIZATION = "8-bit weights by column, 8-bit activations at fixed scales, outlying channels fp32"
CARD = "README.md"


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
    onnx.save(encoder_graph(base, input_ranges(base, examples, window)), str(bundle / MODEL))
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
        | {key: record[key] for key in ("averaged", "shrunk", "taught") if key in record}
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
