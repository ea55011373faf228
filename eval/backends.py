"""How far the torch backend's scores lie from those of the graph that ships, and from themselves.

`python -m eval.backends --shared ../shared` writes `eval/backends.json` and the table between
the marks `backends` in docs/batch.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from babelproof.backend import Backend, Precision
from babelproof.bundle import Bundle, load_bundle
from babelproof.check import difference
from babelproof.detector import Detector
from babelproof.engine import Engine, choose_engine
from babelproof.errors import BackendError, BundleError
from babelproof.labels import CHANNELS
from babelproof.processors import brief
from babelproof.torch_backend.engine import TOLERANCE
from data.handlabels import read_documents
from data.shared import DataError
from eval.figures import FiguresError
from eval.readme import replace_block
from eval.table import markdown

SENTENCES = 500
"""As many as parity is measured on at an export."""

ALONE = 20
"""Documents that are read once more, each alone."""


RESULT, DOCUMENT = Path("eval/backends.json"), Path("docs/batch.md")

Probabilities = NDArray[np.float64]


def measure(bundle: Bundle, documents: Sequence[Sequence[str]], engine: Engine) -> dict[str, Any]:
    """Give the engine's probabilities [n, 6] and what else is asked of it alone."""
    detector = Detector(bundle, None, None, engine)
    logits = detector.logits(documents)
    alone = [detector.logits([document])[0] for document in documents[:ALONE]]
    among, apart = (_probabilities(bundle, rows) for rows in (logits[:ALONE], alone))
    return {
        "probabilities": _probabilities(bundle, logits),
        "company": _worst(among, apart),
        "reference": difference(bundle, detector.logits),
    }


def compare(bundle: Bundle, found: Probabilities, expected: Probabilities) -> dict[str, float]:
    """Give the differences of probabilities [n, 6], and the share of verdicts that changed."""
    apart = np.abs(found - expected)
    thresholds = bundle.manifest.operating_points().in_context
    limits = np.array([thresholds[channel] for channel in CHANNELS])
    changed = (found >= limits).any(axis=1) != (expected >= limits).any(axis=1)
    return {
        "mean_difference": round(float(apart[:, 0].mean()), 6),
        "max_difference": round(float(apart.max()), 6),
        "changed_verdicts": round(float(changed.mean()), 6),
    }


def breakages(bundle: Bundle, engine: Engine) -> dict[str, float]:
    """Give the reference differences of models that are wrong on purpose, each in one way.

    Those beyond the tolerance are refused at load; the others are what the check cannot see.
    """
    return {name: _broken(bundle, engine, spoil) for name, spoil in _SPOILT.items()}


def _broken(bundle: Bundle, engine: Engine, spoil: Callable[[torch.nn.Module], None]) -> float:
    detector = Detector(bundle, None, None, engine)
    session = detector._reader.encoder.forward()
    with torch.no_grad():
        spoil(session._encoder)  # type: ignore[attr-defined]
    return round(difference(bundle, detector.logits), 6)


def _layers(encoder: Any) -> Any:
    return encoder.transformer.layer if hasattr(encoder, "transformer") else encoder.encoder.layer


def _linear(encoder: Any, layer: int) -> list[torch.nn.Linear]:
    parts = _layers(encoder)[layer].modules()
    return [part for part in parts if isinstance(part, torch.nn.Linear)]


def _exchange_layers(encoder: Any) -> None:
    layers = _layers(encoder)
    layers[2], layers[3] = layers[3], layers[2]


def _transpose(encoder: Any) -> None:
    weight = _linear(encoder, 3)[3].weight
    weight.copy_(weight.T.clone())


def _no_bias(encoder: Any) -> None:
    for part in _linear(encoder, 3):
        part.bias.zero_()


def _louder(encoder: Any) -> None:
    for layer in range(len(_layers(encoder))):
        for part in _linear(encoder, layer):
            part.weight.mul_(127 / 126)


_SPOILT: dict[str, Callable[[Any], None]] = {
    "two layers exchanged": _exchange_layers,
    "one matrix transposed": _transpose,
    "one layer without its biases": _no_bias,
    "every scale one level too large (127/126)": _louder,
}


def _probabilities(bundle: Bundle, logits: Sequence[NDArray[np.float32]]) -> Probabilities:
    """Give the probabilities of all sentences, those without tokens left out."""
    rows = np.concatenate(logits)
    return bundle.manifest.probabilities(rows[np.isfinite(rows).all(axis=1)])


def _worst(one: Probabilities, other: Probabilities) -> float:
    return float(np.abs(one - other).max())


def run(shared: Path, bundle: Bundle, device: str) -> dict[str, Any]:
    """Measure all engines on the same sentences and give what is written as JSON."""
    documents: list[list[str]] = []
    for document in read_documents(shared / "handlabels" / "docs_dev.jsonl"):
        if sum(map(len, documents)) < SENTENCES:
            documents.append(list(document.sentences))
    graph = measure(bundle, documents, choose_engine())
    rows: dict[str, Any] = {}
    exact: Probabilities | None = None
    for precision in (Precision.FP32, Precision.BF16, Precision.FP16):
        engine = choose_engine(Backend.TORCH, device, precision)
        found = measure(bundle, documents, engine)
        if exact is None:
            exact = found["probabilities"]
        rows[precision.value] = {
            "engine": engine.to_dict(),
            "processor": brief(engine.processor),
            "to_graph": compare(bundle, found["probabilities"], graph["probabilities"]),
            "to_fp32": compare(bundle, found["probabilities"], exact),
            "company": round(found["company"], 8),
            "reference": round(found["reference"], 6),
        }
        print(precision.value, json.dumps(rows[precision.value]), file=sys.stderr)
    return {
        "bundle": bundle.digest,
        "sentences": len(graph["probabilities"]),
        "alone": ALONE,
        "tolerance": TOLERANCE,
        "graph_company": round(graph["company"], 8),
        "precisions": rows,
        "breakages": breakages(bundle, choose_engine(Backend.TORCH, device, Precision.FP32)),
    }


def table(result: dict[str, Any]) -> str:
    """Give the differences as a Markdown table, and what they were measured on."""
    rows = [
        [
            precision,
            f"{row['to_graph']['mean_difference']:.4f}",
            f"{row['to_graph']['max_difference']:.3f}",
            f"{row['to_graph']['changed_verdicts']:.1%}",
            f"{row['to_fp32']['max_difference']:.4f}",
            f"{row['company']:.0e}",
            f"{row['reference']:.3f}",
        ]
        for precision, row in result["precisions"].items()
    ]
    header = [
        *("precision", "`any` to the graph, mean", "all channels, largest", "other verdicts"),
        *("to torch fp32, largest", "in other company", "reference scores"),
    ]
    engine = result["precisions"]["fp32"]["engine"]
    refused, unseen = (
        ", ".join(
            f"{name} ({apart:.2f})"
            for name, apart in result["breakages"].items()
            if (apart > result["tolerance"]) is beyond
        )
        for beyond in (True, False)
    )
    return (
        f"{markdown(header, rows)}\n\nDifferences of probabilities on {result['sentences']} "
        f"sentences of whole documents, torch {engine['version']} on {engine['device']} "
        f"(`python -m eval.backends`). The last column is what the self-check sees: up to "
        f"{result['tolerance']:g} passes. Of models broken on purpose it refuses: "
        f"{refused or 'none'}. It does not see: {unseen or 'none of them'}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; exit code 2 where something is missing."""
    parser = argparse.ArgumentParser(prog="python -m eval.backends", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--bundle", type=Path, help="a bundle instead of the shipped one")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:NUMBER")
    options = parser.parse_args(arguments)
    try:
        result = run(options.shared, load_bundle(options.bundle), options.device)
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(replace_block(text, "backends", table(result)), encoding="utf-8")
    except (OSError, BackendError, BundleError, DataError, FiguresError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(table(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
