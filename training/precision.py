"""Which number format to train in: bf16 autocast only where this processor gains by it."""

from __future__ import annotations

import time

import torch

from training.settings import Precision

_ROWS, _WIDTH = 2048, 768


def autocast_type(device: torch.device, precision: Precision) -> torch.dtype | None:
    """Give the autocast type, None for fp32.

    `auto` measures: a processor may know bf16 instructions and still multiply fp32
    matrices faster (AVX512_BF16 without AMX: 140 against 250 GFLOP/s seen).
    """
    if precision == "fp32":
        return None
    if precision == "bf16":
        return torch.bfloat16
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else None
    gain = _seconds(torch.float32) / _seconds(torch.bfloat16)
    return torch.bfloat16 if gain > 1.1 else None


def _seconds(kind: torch.dtype) -> float:
    """Time a multiplication of an encoder's size: the best of several, since others run too."""
    left = torch.randn(_ROWS, _WIDTH).to(kind)
    right = torch.randn(_WIDTH, _WIDTH).to(kind)
    best = float("inf")
    for _ in range(12):
        began = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - began)
    return best
