"""8-bit weights and activations whose scales belong to one token, never to the batch.

Dynamic quantisation as ONNX Runtime offers it takes one activation scale for the whole
batch, so a sentence's score moves with its neighbours in the batch. Here every token (row)
has a scale of its own, computed in the graph from standard operators.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ACTIVATION_LEVELS = 63
"""Activations use -63 to 63 around the zero point 64. With them, no pair of products
overflows the 16-bit sums of processors without VNNI, so every processor gives the same
integers."""

WEIGHT_LEVELS = 127
_ZERO = 64


class Quantiser:
    """Rewrites one graph in place: matrices by column, embedding tables by row."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.graph = model.graph
        self.weights = {item.name: item for item in self.graph.initializer}
        self.nodes: list[onnx.NodeProto] = []
        self.quantised: dict[str, tuple[str, str]] = {}
        self.added: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add an initializer once and give its name."""
        self.added.setdefault(name, numpy_helper.from_array(value, name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Append one node and give the name of its output."""
        self.nodes.append(
            helper.make_node(operator, inputs, [output], name=f"{output}_{operator}", **attributes)
        )
        return output

    def rows(self, value: str) -> tuple[str, str]:
        """Quantise an activation [.., K] by row: uint8 values and scales [.., 1]; once."""
        if value in self.quantised:
            return self.quantised[value]
        axes = self.constant("q8_last_axis", np.array([-1], dtype=np.int64))
        tiny = self.constant("q8_tiny", np.array(1e-9, dtype=np.float32))
        levels = self.constant("q8_levels", np.array(ACTIVATION_LEVELS, dtype=np.float32))
        zero = self.constant("q8_zero_float", np.array(_ZERO, dtype=np.float32))
        size = self.add("Abs", [value], f"{value}_abs")
        peak = self.add("ReduceMax", [size, axes], f"{value}_peak", keepdims=1)
        safe = self.add("Max", [peak, tiny], f"{value}_safe")
        scale = self.add("Div", [safe, levels], f"{value}_scale")
        steps = self.add("Div", [value, scale], f"{value}_steps")
        shifted = self.add("Add", [steps, zero], f"{value}_shifted")
        whole = self.add("Round", [shifted], f"{value}_whole")
        small = self.add("Cast", [whole], f"{value}_u8", to=TensorProto.UINT8)
        self.quantised[value] = (small, scale)
        return small, scale

    def matrix(self, node: onnx.NodeProto) -> None:
        """Replace `value @ weight` by an integer product and its scales."""
        value, name = node.input
        weight = numpy_helper.to_array(self.weights[name]).astype(np.float32)
        scales = np.maximum(np.abs(weight).max(axis=0), 1e-9) / WEIGHT_LEVELS
        whole = np.clip(np.round(weight / scales), -WEIGHT_LEVELS, WEIGHT_LEVELS)
        quantised = self.constant(f"{name}_i8", whole.astype(np.int8))
        column = self.constant(f"{name}_scale", scales.astype(np.float32))
        zero = self.constant("q8_zero", np.array(_ZERO, dtype=np.uint8))
        small, scale = self.rows(value)
        output = node.output[0]
        sums = self.add("MatMulInteger", [small, quantised, zero], f"{output}_i32")
        floats = self.add("Cast", [sums], f"{output}_f32", to=TensorProto.FLOAT)
        by_row = self.add("Mul", [floats, scale], f"{output}_row")
        self.add("Mul", [by_row, column], output)

    def table(self, node: onnx.NodeProto) -> None:
        """Replace a look-up in a float table by one in an int8 table with row scales."""
        name, index = node.input
        table = numpy_helper.to_array(self.weights[name]).astype(np.float32)
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / WEIGHT_LEVELS
        whole = np.clip(np.round(table / scales), -WEIGHT_LEVELS, WEIGHT_LEVELS)
        output = node.output[0]
        quantised = self.constant(f"{name}_i8", whole.astype(np.int8))
        row = self.constant(f"{name}_scale", scales.astype(np.float32))
        small = self.add("Gather", [quantised, index], f"{output}_i8", axis=0)
        scale = self.add("Gather", [row, index], f"{output}_scale", axis=0)
        floats = self.add("Cast", [small], f"{output}_f32", to=TensorProto.FLOAT)
        self.add("Mul", [floats, scale], output)

    def run(self) -> None:
        """Rewrite every matrix product and every table look-up with stored weights."""
        for node in self.graph.node:
            stored = [name for name in node.input if name in self.weights]
            dims = len(self.weights[stored[0]].dims) if stored else 0
            if node.op_type == "MatMul" and len(node.input) == 2 and node.input[1] in stored:
                self.matrix(node)
            elif node.op_type == "Gather" and node.input[0] in stored and dims == 2:
                self.table(node)
            else:
                self.nodes.append(node)
        del self.graph.node[:]
        self.graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        kept = [item for item in self.graph.initializer if item.name in used]
        del self.graph.initializer[:]
        self.graph.initializer.extend([*kept, *self.added.values()])


def quantise(model: onnx.ModelProto) -> onnx.ModelProto:
    """Give an 8-bit copy of a float graph; raises ValueError where nothing can be quantised."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantiser = Quantiser(copy)
    quantiser.run()
    if not quantiser.added:
        raise ValueError(
            "quantise: expected MatMul or Gather nodes with stored weights, found none; "
            "export the graph with constant folding"
        )
    onnx.checker.check_model(copy)
    return copy
