"""Torch on a GPU or the processor: the graph's weights as floats, multiplied in fewer bits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from babelproof.backend import Precision
from babelproof.engine import Engine, Floats, Forward
from babelproof.errors import BackendError, BundleError
from babelproof.labels import OUTPUTS
from babelproof.processors import processor_model
from babelproof.torch_backend.model import read_model

TOLERANCE = 0.06
"""How far a probability may lie from a bundle's reference score.

The graph that gave the score rounds what goes into every layer to 8 bits, torch does not: this
is not quite twice the most that came of it. One wrong layer or matrix goes beyond it; an error
of every scale by less than a hundredth hides in it (all measured: `eval/backends.json`).
"""

_PROCESSOR_TOKENS, _GPU_TOKENS = 4096, 16384
"""Padded tokens of one forward pass; a GPU needs 1 GB for its activations at most."""

_TYPES = {Precision.BF16: torch.bfloat16, Precision.FP16: torch.float16}


class TorchEngine(Engine):
    """Runs the encoder of `transformers` with the weights of the graph, under autocast.

    One forward pass runs at a time: torch shares its operators between the threads itself,
    and a GPU has one queue.
    """

    library: ClassVar[str] = "torch"
    advice: ClassVar[str] = (
        "ask for the precision fp32, install another torch version, or use the backend onnx"
    )

    def passes(self, threads: int) -> int:
        return 1

    def open(self, model: Path, threads: int) -> Forward:
        return _Session(model, self, threads)


class _Session:
    """A model on its device."""

    def __init__(self, path: Path, engine: TorchEngine, threads: int) -> None:
        self._device = torch.device(engine.device)
        self._type = _TYPES.get(Precision(engine.precision))
        self._threads = threads
        try:
            model = read_model(path)
        except Exception as error:  # onnx's and protobuf's own errors share no base class
            raise BundleError(
                f"{path}: expected a graph whose weights torch {torch.__version__} can take, "
                f"found: {error}; export the bundle again, or use the backend onnx"
            ) from error
        self._head = model.classifier
        if self._head.out_features != len(OUTPUTS):
            raise BundleError(
                f"{path}: expected {len(OUTPUTS)} logits a token, found "
                f"{self._head.out_features}; export it again"
            )
        if self._type is not None:
            # Autocast would turn the same weights into fewer bits at every pass.
            for part in model.base_model.modules():
                if isinstance(part, torch.nn.Linear):
                    part.to(self._type)
        model.to(self._device)
        self._encoder = model.base_model

    @torch.inference_mode()
    def __call__(self, inputs: Mapping[str, NDArray[np.int64]]) -> Floats:
        if self._device.type == "cpu" and torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)  # for the thread that this runs on
        given = {name: torch.from_numpy(rows).to(self._device) for name, rows in inputs.items()}
        narrow = self._type is not None
        with torch.autocast(self._device.type, dtype=self._type, enabled=narrow):
            states = self._encoder(**given)[0]
        # The head outside: a logit of 8 in bf16 would be a multiple of 1/32.
        logits: Floats = self._head(states.float()).cpu().numpy()
        return logits


def torch_engine(device: str, precision: Precision) -> TorchEngine:
    """Find the engine for a device; raises `BackendError` for one that is not there."""
    processor = processor_model() if device == "cpu" else _gpu(device)
    on_gpu = device != "cpu"
    if precision is Precision.AUTO:
        precision = Precision.FP16 if on_gpu else _fast_on(processor)
    return TorchEngine(
        version=torch.__version__,
        device=device,
        precision=precision.value,
        processor=processor,
        tokens=_GPU_TOKENS if on_gpu else _PROCESSOR_TOKENS,
        tolerance=TOLERANCE,
    )


def _gpu(device: str) -> str:
    """Name the GPU of a device `cuda` or `cuda:1`."""
    match = re.fullmatch(r"cuda(?::([0-9]+))?", device)
    if match is None:
        raise BackendError(f"device: expected cpu, cuda or cuda:NUMBER, found {device!r}")
    if not torch.cuda.is_available():
        why = "no GPU or driver is there" if torch.version.cuda else "it is built without CUDA"
        raise BackendError(
            f"device {device}: expected a GPU that torch {torch.__version__} can use, found "
            f"none ({why}); install torch for your GPU (https://pytorch.org), or ask for cpu"
        )
    number, count = int(match[1] or 0), torch.cuda.device_count()
    if number >= count:
        raise BackendError(
            f"device {device}: expected a number below {count}, the GPUs there are, found {number}"
        )
    return torch.cuda.get_device_name(number)


def _fast_on(processor: str) -> Precision:
    """Tell by a processor's abilities: bf16 without matrix units is slower than fp32 (measured)."""
    return Precision.BF16 if "amx_bf16" in processor.split() else Precision.FP32
