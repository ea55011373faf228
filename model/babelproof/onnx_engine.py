"""ONNX Runtime on the processor: the engine that ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from babelproof.engine import Engine, Floats, Forward
from babelproof.errors import BundleError
from babelproof.labels import OUTPUTS
from babelproof.processors import processor_model
from babelproof.runtime import onnxruntime

TOKENS_A_BATCH = 256
"""Padded tokens of one forward pass: a layer's activations still fit the caches (measured)."""

_INPUTS = ("input_ids", "attention_mask")
_LOGITS = "logits"


class OnnxEngine(Engine):
    """Runs the 8-bit graph as it is.

    As many forward passes run at once as there are threads: two small passes side by side
    take less time than two in turn that share their operators between threads (measured).
    """

    library: ClassVar[str] = "onnxruntime"
    advice: ClassVar[str] = (
        "install another onnxruntime version, or export the bundle on this machine"
    )

    def passes(self, threads: int) -> int:
        return threads

    def open(self, model: Path, threads: int) -> Forward:
        session = _open(model)

        def forward(inputs: Mapping[str, NDArray[np.int64]]) -> Floats:
            logits: Floats = session.run([_LOGITS], dict(inputs))[0]
            return logits

        return forward


def onnx_engine() -> OnnxEngine:
    """Give the engine for this processor."""
    return OnnxEngine(
        version=onnxruntime.__version__,
        device="cpu",
        precision="int8",
        processor=processor_model(),
        tokens=TOKENS_A_BATCH,
        tolerance=None,
    )


def open_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Open a model, its path or its bytes, each of whose passes stays on the thread that asks."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # It would remember every shape that ever came.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _open(model: Path) -> onnxruntime.InferenceSession:
    """Open a model file; refuses one with other inputs or outputs than a bundle's."""
    try:
        session = open_session(str(model))
    except Exception as error:  # onnxruntime's own errors share no other base class
        raise BundleError(
            f"{model}: expected a model that ONNX Runtime {onnxruntime.__version__} opens, "
            f"found: {error}; export it again for this version"
        ) from error
    inputs = tuple(sorted(item.name for item in session.get_inputs()))
    outputs = {item.name: item.shape for item in session.get_outputs()}
    if inputs != tuple(sorted(_INPUTS)) or _LOGITS not in outputs:
        raise BundleError(
            f"{model}: expected the inputs {', '.join(_INPUTS)} and the output {_LOGITS}, found "
            f"{', '.join(inputs)} and {', '.join(outputs)}; export it again"
        )
    last = outputs[_LOGITS][-1] if outputs[_LOGITS] else None
    if last != len(OUTPUTS):
        raise BundleError(
            f"{model}: expected {len(OUTPUTS)} logits a token, found {last}; export it again"
        )
    return session
