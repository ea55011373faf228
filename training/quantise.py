"""8-bit matrices whose activation scales are fixed when the graph is made.

Dynamic quantisation as ONNX Runtime offers it takes one activation scale for the whole
batch, so a sentence's score moves with its neighbours in the batch. Here every layer's
scale is a constant, found on example text; the few channels that dwarf the others are
multiplied in floats beside the rest. Values beyond the range seen are cut to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.ranges import InputRange

CONTRIB = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""

OPSETS: Mapping[str, int] = {"": 18, CONTRIB: 1}

WEIGHT_LEVELS = 63
"""Weights use -63 to 63: then no pair of products overflows the 16-bit sums of processors
without VNNI (255 * 63 * 2 < 2 ** 15), so every processor gives the same integers."""

TABLE_LEVELS = 127
"""Looked-up rows enter no integer product and may use all 8 bits."""

_TINY = 1e-9

Floats = NDArray[np.float32]


def whole_numbers(values: Floats, axis: int, levels: int) -> tuple[NDArray[np.int8], Floats]:
    """Give values as int8 in -`levels` to `levels`, and the scales [.., 1, ..] along `axis`.

    >>> whole, scale = whole_numbers(np.array([[1.0, -4.0]], dtype=np.float32), 1, 63)
    >>> whole.tolist(), [round(float(step), 4) for step in scale.ravel()]
    ([[16, -63]], [0.0635])
    """
    scale = np.maximum(np.abs(values).max(axis=axis, keepdims=True), _TINY) / levels
    whole = np.clip(np.round(values / scale), -levels, levels)
    return whole.astype(np.int8), scale.astype(np.float32)


def rounded_by_chance(values: Floats, levels: int, name: str) -> tuple[NDArray[np.int8], Floats]:
    """Give values [K, N] as int8 and scales [1, N], each rounded up with the chance of its rest.

    A model that was trained further from a bundle has weights near that bundle's steps: the
    nearest step is the old weight, so that rounding to the nearest takes back what was learnt
    since, in all weights alike. By chance the mean of what was learnt stays, and the noise of
    hundreds of inputs cancels out. `name` is the seed; values on a step stay there.
    """
    _, scale = whole_numbers(values, 0, levels)
    steps = values / scale
    below = np.floor(steps + 1e-4)
    chance = np.random.default_rng(list(name.encode())).random(steps.shape)
    whole = np.clip(below + (steps - below > chance), -levels, levels)
    return whole.astype(np.int8), scale


def activation_scale(low: float, high: float) -> tuple[np.float32, np.uint8]:
    """Give step and zero point of the uint8 values that span `low` to `high`, zero included.

    >>> step, zero = activation_scale(-1.0, 1.55)
    >>> round(float(step), 6), int(zero)
    (0.01, 100)
    """
    low, high = min(low, 0.0), max(high, 0.0)
    step = max((high - low) / 255, _TINY)
    return np.float32(step), np.uint8(np.clip(round(-low / step), 0, 255))


class GraphBuilder:
    """Collects the nodes and stored values of one graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.stored: dict[str, onnx.TensorProto] = {}
        self.prepared: set[str] = set()

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        """Store a value once and give its name."""
        array = np.asarray(value)
        if array.ndim:
            array = np.ascontiguousarray(array)
        self.stored.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def add(
        self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **more: Any
    ) -> str:
        """Append a node and give the name of its output."""
        self.nodes.append(
            helper.make_node(operator, inputs, [output], name=output, domain=domain, **more)
        )
        return output

    def table(self, name: str, table: Floats, index: str) -> str:
        """Look rows of a float table [n, width] up, stored as int8 with a scale a row."""
        whole, scale = whole_numbers(table, 1, TABLE_LEVELS)
        rows = self.add("Gather", [self.constant(f"{name}_i8", whole), index], f"{name}/rows")
        steps = self.add("Gather", [self.constant(f"{name}_scale", scale), index], f"{name}/steps")
        floats = self.add("Cast", [rows], f"{name}/cast", to=TensorProto.FLOAT)
        return self.add("Mul", [floats, steps], f"{name}/found")

    def prepare(self, value: str, kept: NDArray[np.int64], seen: InputRange) -> None:
        """Take an activation [.., K] apart: `/u8` in integers, `/kept` its loud channels."""
        others = np.delete(np.arange(len(seen.low)), kept)
        step, zero = activation_scale(
            float(seen.low[others].min(initial=0)), float(seen.high[others].max(initial=0))
        )
        scale = self.constant(f"{value}_step", step)
        point = self.constant(f"{value}_zero", zero)
        self.add("QuantizeLinear", [value, scale, point], f"{value}/u8")
        self.add("Gather", [value, self.constant(f"{value}_kept", kept)], f"{value}/kept", axis=-1)
        self.prepared.add(value)

    def linear(
        self,
        value: str,
        name: str,
        weight: Floats,
        bias: Floats,
        seen: InputRange,
        kept: NDArray[np.int64],
    ) -> str:
        """Multiply `value` [n, K] by a weight [K, N] in 8 bits and add the bias [N].

        The channels `kept` are multiplied in floats. Layers that read the same value must
        have seen the same range and keep the same channels: it is prepared once.
        """
        if value not in self.prepared:
            self.prepare(value, kept, seen)
        # What is multiplied in floats has weights of zero here: its cut values do no harm.
        rest = weight.copy()
        rest[kept] = 0
        whole, scales = rounded_by_chance(rest, WEIGHT_LEVELS, name)
        product = self.add(
            "MatMulIntegerToFloat",
            [
                f"{value}/u8",
                self.constant(f"{name}.weight_i8", whole),
                f"{value}_step",
                self.constant(f"{name}.weight_scale", scales[0]),
                f"{value}_zero",
                "",
                self.constant(f"{name}.bias", bias),
            ],
            f"{name}/integers",
            CONTRIB,
        )
        rows = self.constant(f"{name}.weight_f32", weight[kept])
        # One operator adds the float product to the other, where two would pass over it twice.
        return self.add("Gemm", [f"{value}/kept", rows, product], f"{name}/floats")
