"""Backends: the libraries that can compute, and the numbers that they multiply in."""

from __future__ import annotations

from enum import StrEnum


class Backend(StrEnum):
    """The library that computes."""

    ONNX = "onnx"
    TORCH = "torch"


class Precision(StrEnum):
    """The numbers that torch multiplies in; `auto` takes what the device is fast in."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"
