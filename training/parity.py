"""Parity of a bundle with the torch model it came from, stored in the bundle's manifest.

`python -m training.parity --model RUN/model --bundle DIR --train-set DATA`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from datasets import load_from_disk

from babelproof.bundle import load_bundle, write_manifest
from babelproof.errors import BundleError
from babelproof.labels import CHANNELS
from babelproof.reader import Reader
from babelproof.verdict import Setting
from training.encoders import load_base
from training.predict import sentence_logits

SENTENCES = 500


def parity(model: Path, bundle: Path, documents: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Compare calibrated probabilities and verdicts of torch fp32 and the 8-bit graph."""
    loaded = load_bundle(bundle)
    manifest = loaded.manifest
    reader = Reader(loaded)
    ours = np.concatenate(
        [
            [np.full(len(CHANNELS), np.nan) if item is None else item.pooled for item in readings]
            for readings in reader.read(documents)
        ]
    )
    base = load_base(str(model))
    theirs = np.concatenate(
        sentence_logits(base.model, base.tokenizer, documents, manifest.windows(), manifest.pooling)
    )
    scored = np.isfinite(ours).all(axis=1) & np.isfinite(theirs).all(axis=1)
    settings = np.array([Setting.of(len(document)) for document in documents for _ in document])
    points = manifest.operating_points()
    probability, wanted, limits = (np.zeros_like(ours) for _ in range(3))
    for setting in Setting:
        here = scored & (settings == setting)
        probability[here] = manifest.probabilities(ours[here], setting=setting)
        wanted[here] = manifest.probabilities(theirs[here], setting=setting)
        limits[here] = [points[setting][channel] for channel in CHANNELS]
    probability, wanted, limits = probability[scored], wanted[scored], limits[scored]
    difference = np.abs(probability - wanted)
    changed = (probability >= limits).any(axis=1) != (wanted >= limits).any(axis=1)
    return {
        "against": "torch fp32",
        "sentences": int(scored.sum()),
        "mean_difference": round(float(difference[:, 0].mean()), 6),
        "max_difference": round(float(difference[:, 0].max()), 6),
        "changed_verdicts": round(float(changed.mean()), 6),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure parity on dev passages and store it; exit code 2 where something is missing."""
    parser = argparse.ArgumentParser(prog="python -m training.parity", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model folder of the run")
    parser.add_argument("--bundle", type=Path, required=True, help="its calibrated bundle")
    parser.add_argument("--train-set", type=Path, required=True, help="Arrow set: its dev split")
    options = parser.parse_args(arguments)
    documents: list[list[str]] = []
    try:
        dataset = load_from_disk(str(options.train_set))
        if "dev" not in dataset:
            raise ValueError(
                f"{options.train_set}: expected a `dev` split, found {sorted(dataset)}; "
                "build the set with training.build"
            )
        for passage in dataset["dev"]:
            if sum(map(len, documents)) >= SENTENCES:
                break
            documents.append(passage["sentences"])
        found = parity(options.model, options.bundle, documents)
        manifest = load_bundle(options.bundle).manifest
    except (OSError, ValueError, BundleError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    write_manifest(options.bundle, replace(manifest, parity=found))
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
