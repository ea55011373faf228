"""Weights back from a shipped 8-bit graph, for the torch backend and for warm starts.

The float weights of a large encoder are too big to be kept in the repository; its bundle is
there anyway. Matrices come back as int8 times the scale of their column, with the channels
that stayed floats; tables as int8 times the scale of their row, everything else exactly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

_WHOLE = "_i8"
_BESIDE = "/floats"
"""Ends the name of the product that multiplies the loud channels of a layer in floats."""


def state_of(graph: onnx.GraphProto, path: Path) -> dict[str, torch.Tensor]:
    """Give the state dict behind a graph of `training.export`, which was read from `path`.

    Raises ValueError where it holds no matrix of ours.
    """
    raw = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    kept = {
        f"{node.name.removesuffix(_BESIDE)}.weight": raw[
            f"{node.input[0].removesuffix('/kept')}_kept"
        ]
        for node in graph.node
        if node.name.endswith(_BESIDE)
    }
    state: dict[str, torch.Tensor] = {}
    for name, value in raw.items():
        if name.endswith(_WHOLE):
            bare = name.removesuffix(_WHOLE)
            floats = value.astype(np.float32) * raw[f"{bare}_scale"]
            if bare in kept:  # a matrix, stored transposed
                floats[kept[bare]] = raw[f"{bare}_f32"]
                floats = np.ascontiguousarray(floats.T)
            state[bare] = torch.from_numpy(floats)
        elif name.endswith(".weight_T"):
            state[name.removesuffix("_T")] = torch.from_numpy(np.ascontiguousarray(value.T))
        elif name.endswith((".weight", ".bias")):
            state[name] = torch.from_numpy(value.copy())
    if not kept:
        raise ValueError(
            f"{path}: expected a graph that training.export wrote, found no matrix of one; "
            "give the folder of a bundle"
        )
    return state
