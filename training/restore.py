"""Weights back from a shipped 8-bit graph, so that training can start where a release ended.

The float weights of a large encoder are too big to be kept in the repository; its bundle is
there anyway. Matrices come back as int8 times the scale of their column, tables as int8
times the scale of their row, everything else exactly.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

_PREFIX = "model."
_MATRIX = re.compile(r"^/model/(.+)/MatMul_output_0_i32_MatMulInteger$")


def restore(path: Path) -> dict[str, torch.Tensor]:
    """Give the state dict behind a graph that `training.export` wrote.

    Raises ValueError where the graph holds no matrix of ours.
    """
    graph = onnx.load(str(path)).graph
    raw = {item.name: item for item in graph.initializer}

    def floats(name: str) -> NDArray[Any]:
        """Undo `name`_i8: whole numbers times their scales."""
        whole = numpy_helper.to_array(raw[f"{name}_i8"]).astype(np.float32)
        result: NDArray[Any] = whole * numpy_helper.to_array(raw[f"{name}_scale"])
        return result

    state: dict[str, torch.Tensor] = {}
    for node in graph.node:
        match = _MATRIX.match(node.name)
        if match:
            key = match.group(1).replace("/", ".") + ".weight"
            name = node.input[1].removesuffix("_i8")
            weight = floats(name)
            if f"{name}_kept" in raw:  # outlying channels stayed floats
                kept = numpy_helper.to_array(raw[f"{name}_kept"])
                weight[kept] = numpy_helper.to_array(raw[f"{name}_f32"])
            state[key] = torch.from_numpy(np.ascontiguousarray(weight.T))
    if not state:
        raise ValueError(
            f"{path}: expected a graph that training.export wrote, found no matrix of one; "
            "give the folder of a bundle"
        )
    for name in raw:
        if not name.startswith(_PREFIX):
            continue
        if name.endswith("_i8"):
            bare = name.removesuffix("_i8")
            state[bare.removeprefix(_PREFIX)] = torch.from_numpy(floats(bare))
        elif name.endswith((".weight", ".bias")):
            value = numpy_helper.to_array(raw[name]).copy()
            state[name.removeprefix(_PREFIX)] = torch.from_numpy(value)
    return state
