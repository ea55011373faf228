"""The graph that ships: an encoder and its token head in 8 bits, for ONNX Runtime.

Written operator by operator rather than traced: ONNX Runtime's fused operators (attention,
GELU, integer product with bias) read and write each activation once, which is what costs
beside integer products. Training and torch use the unchanged model of transformers; parity
with it is measured at every export.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from babelproof.labels import OUTPUTS
from training.encoders import Base
from training.layouts import LayerNames, Layout
from training.quantise import CONTRIB, OPSETS, Floats, GraphBuilder
from training.ranges import INNER_SHARE, STATE_SHARE, InputRange

IR_VERSION = 9
"""What ONNX Runtime 1.22, the oldest we allow, reads."""


class EncoderGraph:
    """Builds the graph of one encoder from its weights and the ranges of its inputs."""

    def __init__(self, base: Base, ranges: Mapping[str, InputRange]) -> None:
        self.layout = Layout.of(base.model.config)
        self.weights: dict[str, Floats] = {
            name: tensor.detach().float().numpy()
            for name, tensor in base.model.state_dict().items()
        }
        self.ranges = ranges
        self.graph = GraphBuilder()

    def build(self) -> onnx.ModelProto:
        """Give the graph: int64 [B, T] twice in, float32 [B, T, 12] out."""
        graph, head = self.graph, self.layout.head
        mask = graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        graph.add("Shape", ["input_ids"], "shape")
        state = self.embedded()
        distances = self.near_and_far()
        for layer in self.layout.layers:
            state = self.layer(state, mask, distances, layer)
        weight = graph.constant(f"{head}.weight_T", self.weights[f"{head}.weight"].T)
        graph.add("Gemm", [state, weight, self.stored(f"{head}.bias")], f"{head}/rows")
        self.apart(f"{head}/rows", len(OUTPUTS), "logits")
        shape = ["batch", "length"]
        described = helper.make_graph(
            graph.nodes,
            "babelproof",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, shape)
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, len(OUTPUTS)])],
            list(graph.stored.values()),
        )
        opsets = [helper.make_opsetid(domain, number) for domain, number in OPSETS.items()]
        model = helper.make_model(described, opset_imports=opsets, ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def stored(self, name: str) -> str:
        """Store a weight as it is."""
        return self.graph.constant(name, self.weights[name])

    def apart(self, rows: str, width: int, name: str) -> str:
        """Take the rows [B * T, width] of all tokens apart again: [B, T, width]."""
        graph = self.graph
        last = graph.constant(f"width_{width}", np.array([width], dtype=np.int64))
        shape = graph.add("Concat", ["shape", last], f"{name}/shape", axis=0)
        return graph.add("Reshape", [rows, shape], name)

    def together(self, value: str, width: int, name: str) -> str:
        """Put the tokens of all windows, [B, T, width], under one another: [B * T, width].

        Then a product may add another one up as it goes, which saves a pass over both.
        """
        shape = self.graph.constant(f"rows_{width}", np.array([-1, width], dtype=np.int64))
        return self.graph.add("Reshape", [value, shape], name)

    def embedded(self) -> str:
        """Add a token's word, place and kind up, and norm them: [B * T, width]."""
        graph, layout = self.graph, self.layout
        one = graph.constant("one", np.array([1], dtype=np.int64))
        end = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
        begin = graph.constant("begin", np.array([0], dtype=np.int64))
        largest = len(self.weights[f"{layout.places}.weight"])
        usable = np.arange(layout.first_place, largest, dtype=np.int64)
        numbers = graph.constant("numbers", usable)
        places = graph.add("Slice", [numbers, begin, end, begin, one], "places")
        parts = [
            graph.table(f"{table}.weight", self.weights[f"{table}.weight"], index)
            for table, index in ((layout.words, "input_ids"), (layout.places, places))
        ]
        total = graph.add("Add", parts, "embedded")
        if layout.kinds:
            first = graph.constant("first_kind", np.array(0, dtype=np.int64))
            kind = graph.add("Gather", [self.stored(f"{layout.kinds}.weight"), first], "kind")
            total = graph.add("Add", [total, kind], "embedded_kind")
        return self.normed(
            self.together(total, layout.width, "embedded_rows"), layout.embedding_norm
        )

    def near_and_far(self) -> str:
        """Give what attention gains by distance, [1, heads, T, T]; empty where nothing is gained.

        Which row of the table a distance has is the model's own rule, worked out beforehand
        for the longest window.
        """
        graph, layout = self.graph, self.layout
        if layout.distances is None:
            return ""
        furthest = len(self.weights[f"{layout.places}.weight"]) - layout.first_place - 1
        table = self.stored(f"{layout.distances}.weight")
        rows = MPNetEncoder.relative_position_bucket(
            torch.arange(-furthest, furthest + 1), num_buckets=len(self.weights[table])
        )
        zeroth, first = (
            graph.constant(f"axis_{axis}", np.array([axis], dtype=np.int64)) for axis in (0, 1)
        )
        across = graph.add("Unsqueeze", ["places", zeroth], "places_across")
        down = graph.add("Unsqueeze", ["places", first], "places_down")
        apart = graph.add("Sub", [across, down], "distances_apart")
        offset = graph.constant("furthest", np.array(furthest, dtype=np.int64))
        index = graph.add("Add", [apart, offset], "distance_numbers")
        known = graph.constant("distance_rows", rows.numpy())
        row = graph.add("Gather", [known, index], "distance_row")
        gained = graph.add("Gather", [table, row], "distance_gain")
        turned = graph.add("Transpose", [gained], "distance_heads", perm=[2, 0, 1])
        return graph.add("Unsqueeze", [turned, zeroth], "distances")

    def normed(self, value: str, name: str) -> str:
        """Apply the layer norm of this name."""
        inputs = [value, self.stored(f"{name}.weight"), self.stored(f"{name}.bias")]
        return self.graph.add(
            "LayerNormalization", inputs, f"{name}/out", axis=-1, epsilon=self.layout.epsilon
        )

    def linear(self, value: str, name: str, share: float = STATE_SHARE) -> str:
        """Apply the linear layer of this name in 8 bits, `share` of its inputs in floats."""
        weight = np.ascontiguousarray(self.weights[f"{name}.weight"].T)
        bias, seen = self.weights[f"{name}.bias"], self.ranges[name]
        return self.graph.linear(value, name, weight, bias, seen, seen.outlying(share))

    def layer(self, state: str, mask: str, distances: str, names: LayerNames) -> str:
        """Apply one transformer layer: attention, then two linear layers, each with a norm."""
        graph = self.graph
        # A student has fewer heads than fill the width.
        width = len(self.weights[f"{names.query}.weight"])
        # One matrix would do for all three, but attention takes them apart again.
        asked = [
            self.apart(self.linear(state, name), width, f"{name}/asked")
            for name in (names.query, names.key, names.value)
        ]
        attended = graph.add(
            "MultiHeadAttention",
            [*asked, "", mask, *filter(None, [distances])],
            f"{names.attended}/heads",
            CONTRIB,
            num_heads=width * self.layout.heads // self.layout.width,
        )
        rows = self.together(attended, width, f"{names.attended}/in")
        mixed = self.linear(rows, names.attended)
        # SkipLayerNormalization would save a node and takes eight times as long on a CPU.
        middle = self.normed(
            graph.add("Add", [mixed, state], f"{names.attended}/residual"), names.attention_norm
        )
        inner = graph.add(
            "Gelu", [self.linear(middle, names.inner)], f"{names.inner}/gelu", CONTRIB
        )
        outer = self.linear(inner, names.outer, INNER_SHARE)
        return self.normed(
            graph.add("Add", [outer, middle], f"{names.outer}/residual"), names.output_norm
        )


def encoder_graph(base: Base, ranges: Mapping[str, InputRange]) -> onnx.ModelProto:
    """Give the 8-bit graph of an encoder; see `EncoderGraph.build`.

    Raises ValueError for an encoder whose parts `training.layouts` does not know.
    """
    return EncoderGraph(base, ranges).build()
