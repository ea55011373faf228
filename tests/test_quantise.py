"""Quantising: small weights, near products, and nothing that depends on the batch."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.quantise import (
    OPSETS,
    TABLE_LEVELS,
    WEIGHT_LEVELS,
    GraphBuilder,
    activation_scale,
    rounded_by_chance,
    whole_numbers,
)
from training.ranges import InputRange

Rows = NDArray[np.float32]


def run(builder: GraphBuilder, output: str, x: NDArray[np.generic], kind: int) -> Rows:
    """Run what a builder collected on an input `x`."""
    graph = helper.make_graph(
        builder.nodes,
        "g",
        [helper.make_tensor_value_info("x", kind, [None] * x.ndim)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        list(builder.stored.values()),
    )
    opsets = [helper.make_opsetid(domain, number) for domain, number in OPSETS.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    running = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found: Rows = running.run([output], {"x": x})[0]
    return found


def stored(builder: GraphBuilder) -> dict[str, NDArray[np.generic]]:
    return {name: numpy_helper.to_array(item) for name, item in builder.stored.items()}


def matrix(rows: int = 8) -> tuple[Rows, Rows]:
    """Give a weight [rows, 5] with a loud and an empty column, and a bias."""
    rng = np.random.default_rng(0)
    weight = rng.normal(0, 1, (rows, 5)).astype(np.float32)
    weight[:, 2] *= 1000  # one loud output must not cost the others their digits
    weight[:, 3] = 0
    return weight, np.array([0, 1, 2, 3, -4], dtype=np.float32)


def inputs(seed: int = 1, rows: int = 64) -> Rows:
    """Give inputs [rows, 8] in about -3 to 3, the second channel a hundred times as large."""
    x = np.random.default_rng(seed).normal(0, 1, (rows, 8)).astype(np.float32)
    x[..., 1] *= 100
    return x


def seen(x: Rows) -> InputRange:
    flat = x.reshape(-1, x.shape[-1])
    return InputRange(flat.min(axis=0), flat.max(axis=0))


def product(x: Rows, known: InputRange) -> tuple[Rows, GraphBuilder]:
    builder = GraphBuilder()
    output = builder.linear("x", "layer", *matrix(), known, known.outlying(1 / 8))
    return run(builder, output, x, TensorProto.FLOAT), builder


def test_a_linear_layer_gives_nearly_the_float_product() -> None:
    x = inputs()
    found, builder = product(x, seen(x))
    weight, bias = matrix()
    expected = x @ weight + bias
    quiet = np.delete(np.arange(8), 1)
    step = float(stored(builder)["x_step"])
    # Half a step of each of seven products, activations and weights; the loud one is exact.
    peaks = np.abs(weight[quiet]).max(axis=0)
    reach = np.abs(x[..., quiet]).max()
    limit = 7 * (0.5 * step * peaks + reach * peaks * 0.51 / WEIGHT_LEVELS)
    assert (np.abs(found - expected) <= limit + 1e-3 * np.abs(expected) + 1e-4).all()
    np.testing.assert_array_equal(found[..., 3], np.full(64, 3.0, np.float32))


def test_the_loud_channel_is_multiplied_in_floats_alone() -> None:
    x = inputs()
    _, builder = product(x, seen(x))
    values = stored(builder)
    assert values["x_kept"].tolist() == [1]
    assert not values["layer.weight_i8"][1].any()
    np.testing.assert_array_equal(values["layer.weight_f32"], matrix()[0][[1]])
    # The others keep their digits: the step is that of values up to 4, not up to 300.
    assert values["x_step"] < 0.04


def test_a_row_gives_the_same_alone_and_among_loud_ones() -> None:
    """Exactly the same: with one scale a batch, the loud rows would round the quiet one away."""
    x = inputs()
    known = seen(x)
    both = np.concatenate([x, x * 1e4])
    alone, _ = product(x[:3], known)
    among, _ = product(both, known)
    np.testing.assert_array_equal(among[:3], alone)


def test_values_beyond_the_range_are_cut_to_it() -> None:
    x = inputs()
    known = seen(x)
    far, edge = x.copy(), x.copy()
    far[..., 5], edge[..., 5] = 1e6, 4.5  # beyond anything that was seen
    np.testing.assert_array_equal(product(far, known)[0], product(edge, known)[0])


def test_layers_that_read_the_same_value_share_its_integers() -> None:
    x = inputs()
    builder = GraphBuilder()
    known = seen(x)
    for name in ("query", "key"):
        builder.linear("x", name, *matrix(), known, known.outlying(1 / 8))
    operators = [node.op_type for node in builder.nodes]
    assert operators.count("QuantizeLinear") == 1
    assert operators.count("MatMulIntegerToFloat") == 2


@given(
    st.floats(-1e4, 1e4, allow_nan=False, width=32), st.floats(-1e4, 1e4, allow_nan=False, width=32)
)
def test_an_activation_scale_spans_its_range_and_zero(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    step, zero = activation_scale(low, high)
    assert step > 0
    # The ends come back within one step.
    assert (0 - int(zero)) * float(step) <= min(low, 0) + 1.01 * step
    assert (255 - int(zero)) * float(step) >= max(high, 0) - 1.01 * step


def test_whole_numbers_come_back_within_half_a_step() -> None:
    weight, _ = matrix()
    whole, scale = whole_numbers(weight, 0, WEIGHT_LEVELS)
    assert whole.dtype == np.int8
    assert np.abs(whole.astype(int)).max() == WEIGHT_LEVELS
    assert scale.shape == (1, 5)
    assert (np.abs(whole * scale - weight) <= scale * 0.501).all()
    assert not whole[:, 3].any()


def test_looked_up_rows_are_the_rows_of_the_table() -> None:
    table = np.random.default_rng(0).normal(0, 1, (6, 4)).astype(np.float32)
    table[3] *= 1000
    table[4] = 0
    builder = GraphBuilder()
    output = builder.table("table", table, "x")
    order = np.array([5, 3, 4, 0, 3], dtype=np.int64)
    found = run(builder, output, order, TensorProto.INT64)
    limit = np.abs(table).max(axis=1, keepdims=True)[order] * (0.51 / TABLE_LEVELS)
    assert (np.abs(found - table[order]) <= limit).all()


@pytest.mark.parametrize("value", [np.float32(2.5), np.array([1, 2], dtype=np.int64)])
def test_a_constant_is_stored_once(value: NDArray[np.generic]) -> None:
    builder = GraphBuilder()
    assert builder.constant("c", value) == builder.constant("c", value) == "c"
    assert [item.name for item in builder.stored.values()] == ["c"]
    (item,) = builder.stored.values()
    assert onnx.numpy_helper.to_array(item).tolist() == value.tolist()


def test_what_was_learnt_from_whole_steps_on_is_not_rounded_away() -> None:
    rng = np.random.default_rng(5)
    steps = rng.integers(-60, 61, (3000, 4)).astype(np.float32)
    steps[0] = WEIGHT_LEVELS  # so that a step is exactly 1
    learnt = np.array([0.1, 0.2, -0.3, 0.0], dtype=np.float32)
    later = steps + learnt
    later[0] = WEIGHT_LEVELS
    nearest = whole_numbers(later, 0, WEIGHT_LEVELS)[0] - steps
    assert not nearest.any()
    whole, scale = rounded_by_chance(later, WEIGHT_LEVELS, "layer")
    assert scale.ravel() == pytest.approx(np.ones(4))
    np.testing.assert_allclose((whole - steps).mean(axis=0), learnt, atol=0.04)
    assert np.abs(whole - later).max() < 1
    assert not (whole - steps)[:, 3].any()


def test_rounding_by_chance_is_the_same_every_time_and_keeps_whole_steps() -> None:
    rng = np.random.default_rng(6)
    weight = rng.normal(0, 1, (200, 7)).astype(np.float32)
    weight[:, 2] = 0
    whole, scale = rounded_by_chance(weight, WEIGHT_LEVELS, "layer")
    again, _ = rounded_by_chance(weight, WEIGHT_LEVELS, "layer")
    other, _ = rounded_by_chance(weight, WEIGHT_LEVELS, "other")
    assert np.array_equal(whole, again)
    assert not np.array_equal(whole, other)
    assert np.abs(whole).max() <= WEIGHT_LEVELS
    # A bundle that is exported again is the same bundle.
    back = whole.astype(np.float32) * scale
    assert np.array_equal(rounded_by_chance(back, WEIGHT_LEVELS, "third")[0], whole)
