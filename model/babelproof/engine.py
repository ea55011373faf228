"""Engine: what computes the encoder's logits, on which device, and how exactly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from babelproof.backend import Backend, Precision
from babelproof.errors import BackendError

Floats = NDArray[np.float32]
Forward = Callable[[Mapping[str, NDArray[np.int64]]], Floats]
"""One forward pass: `input_ids` and `attention_mask` [B, T] in, token logits [B, T, 12] out."""


@dataclass(frozen=True)
class Engine(ABC):
    """A backend on a device. `precision`: what it multiplies in; `processor`: its model.

    `tokens`: the padded tokens of one forward pass. `tolerance`: how far its probabilities
    may lie from a bundle's reference scores, None for what the bundle says. `advice`: what
    to do where they lie further.
    """

    library: ClassVar[str]
    advice: ClassVar[str]
    version: str
    device: str
    precision: str
    processor: str
    tokens: int
    tolerance: float | None

    def __str__(self) -> str:
        return f"{self.library} {self.version} on {self.device} in {self.precision}"

    @property
    def sameness(self) -> str:
        """Give what the scores depend on, which is not which of several GPUs computes."""
        return f"{self.library} {self.version}, {self.device.split(':')[0]}, {self.precision}"

    def to_dict(self) -> dict[str, str]:
        """Say what computes, as JSON-ready values."""
        return {
            "library": self.library,
            "version": self.version,
            "device": self.device,
            "precision": self.precision,
        }

    @abstractmethod
    def passes(self, threads: int) -> int:
        """Say how many forward passes run at once on `threads` threads."""

    @abstractmethod
    def open(self, model: Path, threads: int) -> Forward:
        """Open a bundle's graph; refuses one with a `BundleError` that is none of ours."""


def choose_engine(
    backend: str = Backend.ONNX, device: str = "cpu", precision: str = Precision.AUTO
) -> Engine:
    """Find an engine; only asking for torch imports torch.

    `device`: `cpu`, or for torch `cuda` or `cuda:1`. Raises `BackendError` for what is no
    backend or precision, and for a device that is not there.
    """
    for name, found, known in (("backend", backend, Backend), ("precision", precision, Precision)):
        if found not in list(known):
            raise BackendError(f"{name}: expected one of {', '.join(known)}, found {found!r}")
    if backend == Backend.TORCH:
        from babelproof.jobs.extras import need

        for package in ("torch", "transformers", "onnx"):
            need(package, "backend torch", "torch")
        from babelproof.torch_backend.engine import torch_engine

        return torch_engine(device, Precision(precision))
    if device != "cpu" or precision != Precision.AUTO:
        raise BackendError(
            f"backend onnx: expected the device cpu and the precision auto, found {device!r} and "
            f"{str(precision)!r}; other devices and precisions are for the backend torch"
        )
    from babelproof.onnx_engine import onnx_engine

    return onnx_engine()
