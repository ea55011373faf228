"""8-bit weights and activations whose scales belong to one token, never to the batch.

Dynamic quantisation as ONNX Runtime offers it takes one activation scale for the whole
batch, so a sentence's score moves with its neighbours in the batch. Here every token (row)
has a scale of its own, computed in the graph from standard operators. The few channels
whose values dwarf the others (a known trait of transformers) would ruin every row's scale:
they are multiplied in floats beside the rest (Dettmers et al. 2022, LLM.int8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ACTIVATION_LEVELS = 127
"""Activations use -127 to 127 around the zero point 128."""

WEIGHT_LEVELS = 63
"""Weights use -63 to 63: then no pair of products overflows the 16-bit sums of processors
without VNNI (255 * 63 * 2 < 2 ** 15), so every processor gives the same integers."""

_ZERO = 128

Outliers = Mapping[str, Sequence[int]]
"""Channels of a matrix's input to keep in floats, by the name of its `MatMul` node."""


class Quantiser:
    """Rewrites one graph in place: matrices by column, embedding tables by row."""

    def __init__(self, model: onnx.ModelProto, outliers: Outliers) -> None:
        self.graph = model.graph
        self.outliers = outliers
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
        output = node.output[0]
        kept = np.array(sorted(self.outliers.get(node.name, ())), dtype=np.int64)
        weight = numpy_helper.to_array(self.weights[name]).astype(np.float32)
        if len(kept):
            floats_output = self.float_part(value, weight, kept, name, output)
            weight = weight.copy()
            weight[kept] = 0
            value = self.masked(value, kept, len(weight))
        scales = np.maximum(np.abs(weight).max(axis=0), 1e-9) / WEIGHT_LEVELS
        whole = np.clip(np.round(weight / scales), -WEIGHT_LEVELS, WEIGHT_LEVELS)
        quantised = self.constant(f"{name}_i8", whole.astype(np.int8))
        column = self.constant(f"{name}_scale", scales.astype(np.float32))
        zero = self.constant("q8_zero", np.array(_ZERO, dtype=np.uint8))
        small, scale = self.rows(value)
        sums = self.add("MatMulInteger", [small, quantised, zero], f"{output}_i32")
        floats = self.add("Cast", [sums], f"{output}_f32", to=TensorProto.FLOAT)
        by_row = self.add("Mul", [floats, scale], f"{output}_row")
        if not len(kept):
            self.add("Mul", [by_row, column], output)
            return
        by_column = self.add("Mul", [by_row, column], f"{output}_column")
        self.add("Add", [by_column, floats_output], output)

    def float_part(
        self, value: str, weight: NDArray[Any], kept: NDArray[Any], name: str, output: str
    ) -> str:
        """Multiply the outlying channels in floats; give the name of the product."""
        index = self.constant(f"{name}_kept", kept)
        rows = self.constant(f"{name}_f32", np.ascontiguousarray(weight[kept]))
        channels = self.add("Gather", [value, index], f"{output}_kept", axis=-1)
        return self.add("MatMul", [channels, rows], f"{output}_kept_product")

    def masked(self, value: str, kept: NDArray[Any], width: int) -> str:
        """Blank the outlying channels [.., width], so that row scales do not see them."""
        mask = np.ones(width, dtype=np.float32)
        mask[kept] = 0
        key = "_".join(map(str, kept.tolist()))
        output = f"{value}_without_{key}"
        if output in self.quantised:
            return output
        return self.add("Mul", [value, self.constant(f"{value}_mask_{key}", mask)], output)

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

    def has_float_rows(self, node: onnx.NodeProto) -> bool:
        """Tell whether a look-up takes whole rows of a float table: ids stay exact."""
        table = self.weights[node.input[0]]
        axis = next((item.i for item in node.attribute if item.name == "axis"), 0)
        return bool(table.data_type == TensorProto.FLOAT and len(table.dims) == 2 and axis == 0)

    def run(self) -> None:
        """Rewrite every matrix product and every table look-up with stored weights."""
        for node in self.graph.node:
            stored = [name for name in node.input if name in self.weights]
            if node.op_type == "MatMul" and len(node.input) == 2 and node.input[1] in stored:
                self.matrix(node)
            elif node.op_type == "Gather" and node.input[0] in stored and self.has_float_rows(node):
                self.table(node)
            else:
                self.nodes.append(node)
        del self.graph.node[:]
        self.graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        kept = [item for item in self.graph.initializer if item.name in used]
        del self.graph.initializer[:]
        self.graph.initializer.extend([*kept, *self.added.values()])


def quantise(model: onnx.ModelProto, outliers: Outliers | None = None) -> onnx.ModelProto:
    """Give an 8-bit copy of a float graph; raises ValueError where nothing can be quantised."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantiser = Quantiser(copy, outliers or {})
    quantiser.run()
    if not quantiser.added:
        raise ValueError(
            "quantise: expected MatMul or Gather nodes with stored weights, found none; "
            "export the graph with constant folding"
        )
    onnx.checker.check_model(copy)
    return copy
