"""Quantising: small weights, near scores, and nothing that depends on the batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tiny_run import WINDOW, write_base

from babelproof.labels import OUTPUTS
from training.encoders import Base, load_base
from training.export import float_graph
from training.outliers import outlying_channels
from training.quantise import ACTIVATION_LEVELS, WEIGHT_LEVELS, quantise

Rows = NDArray[np.float32]
Ids = NDArray[np.int64]
WORDS = 30
"""Ids from here on are words of the tiny vocabulary."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return load_base(str(write_base(tmp_path_factory.mktemp("quantise") / "base")))


@pytest.fixture(scope="module")
def graph(base: Base) -> onnx.ModelProto:
    return float_graph(base)


@pytest.fixture(scope="module")
def outliers(base: Base) -> dict[str, list[int]]:
    return outlying_channels(base, [["The minister met Antony in Kyiv."]], WINDOW, "/model")


@pytest.fixture(scope="module")
def small(graph: onnx.ModelProto, outliers: dict[str, list[int]]) -> onnx.ModelProto:
    return quantise(graph, outliers)


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def run(running: onnxruntime.InferenceSession, ids: Ids, mask: Ids) -> Rows:
    (logits,) = running.run(["logits"], {"input_ids": ids, "attention_mask": mask})
    found: Rows = logits
    return found


def rows(lengths: list[int], width: int, seed: int = 0) -> tuple[Ids, Ids]:
    """Give random ids [rows, width] and their mask, padded with 0."""
    rng = np.random.default_rng(seed)
    mask = (np.arange(width) < np.array(lengths)[:, np.newaxis]).astype(np.int64)
    return rng.integers(WORDS, 100, (len(lengths), width)) * mask, mask


def stored(model: onnx.ModelProto) -> dict[str, NDArray[np.generic]]:
    return {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}


def test_probabilities_stay_near_those_of_the_float_graph(
    graph: onnx.ModelProto, small: onnx.ModelProto
) -> None:
    ids, mask = rows([16, 9, 12, 3], 16)
    expected, found = (run(session(model), ids, mask) for model in (graph, small))
    assert found.shape == (4, 16, len(OUTPUTS))
    assert found.dtype == np.float32
    real = mask.astype(bool)
    difference = np.abs(1 / (1 + np.exp(-found)) - 1 / (1 + np.exp(-expected)))[real]
    assert difference.max() < 0.05
    assert difference.mean() < 0.01
    # The scores vary, so that nearness says something.
    assert expected[real].std() > 10 * np.abs(found - expected)[real].mean()


@pytest.mark.parametrize("others", [[16, 16], [2, 5, 16, 1, 7], [16] * 9])
def test_a_row_scores_alike_alone_and_among_others(
    small: onnx.ModelProto, others: list[int]
) -> None:
    """Exactly alike: a sentence's score may not move with its neighbours."""
    running = session(small)
    ids, mask = rows([11], 16)
    alone = run(running, ids, mask)
    more_ids, more_mask = rows(others, 16, seed=1)
    for place in (0, len(others)):
        batch_ids = np.insert(more_ids, place, ids[0], axis=0)
        batch_mask = np.insert(more_mask, place, mask[0], axis=0)
        np.testing.assert_array_equal(run(running, batch_ids, batch_mask)[place], alone[0])


def model_of(
    nodes: list[onnx.NodeProto],
    weights: dict[str, NDArray[np.generic]],
    x: tuple[int, list[object]],
    y: list[object],
) -> onnx.ModelProto:
    """Give a graph from an input `x` (type, shape) to float `logits` of shape `y`."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", *x)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, y)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def loud_matrix() -> onnx.ModelProto:
    """Give `logits = x @ w` for x [B, 3, 8]."""
    weight = np.random.default_rng(0).normal(0, 1, (8, 5)).astype(np.float32)
    weight[:, 2] *= 1000  # one loud output must not cost the others their digits
    weight[:, 3] = 0
    node = helper.make_node("MatMul", ["x", "w"], ["logits"], name="product")
    return model_of([node], {"w": weight}, (TensorProto.FLOAT, ["n", 3, 8]), ["n", 3, 5])


def test_rows_of_any_size_keep_their_digits_beside_each_other() -> None:
    """With one scale a batch, the loud row would round the quiet one to nothing."""
    model = loud_matrix()
    running = session(quantise(model))
    quiet = np.random.default_rng(1).normal(0, 1e-3, (1, 3, 8)).astype(np.float32)
    alone = running.run(None, {"x": quiet})[0]
    both = running.run(None, {"x": np.concatenate([quiet, quiet * 1e6])})[0]
    np.testing.assert_array_equal(both[0], alone[0])
    np.testing.assert_allclose(both[1], both[0] * 1e6, rtol=1e-4)
    expected = session(model).run(None, {"x": quiet})[0]
    peaks = np.abs(quiet).max(axis=-1, keepdims=True) * np.abs(stored(model)["w"]).max(axis=0)
    # Half a step of each of eight products, activations and weights.
    assert (
        np.abs(alone - expected)
        <= 8 * peaks * (0.5 / ACTIVATION_LEVELS + 0.5 / WEIGHT_LEVELS + 1e-4)
    ).all()
    assert not alone[..., 3].any()


def test_an_outlying_channel_does_not_cost_the_others_their_digits() -> None:
    model = loud_matrix()
    x = np.random.default_rng(2).normal(0, 1, (4, 3, 8)).astype(np.float32)
    x[..., [1, 6]] *= 1000
    expected = session(model).run(None, {"x": x})[0]
    without = session(quantise(model)).run(None, {"x": x})[0]
    quantised = quantise(model, {"product": [6, 1]})
    kept = session(quantised).run(None, {"x": x})[0]
    others = [0, 1, 4]
    error, before = (np.abs(found - expected)[..., others].max() for found in (kept, without))
    assert error < 0.2
    assert before > 20 * error
    # The quantised part knows nothing of those channels.
    assert not stored(quantised)["w_i8"][[1, 6]].any()
    np.testing.assert_array_equal(session(quantised).run(None, {"x": x[:1]})[0], kept[:1])


def test_outlying_channels_are_found_by_the_names_of_the_graph(
    graph: onnx.ModelProto, outliers: dict[str, list[int]]
) -> None:
    """A name that the graph does not know would be left out without a word."""
    products = {
        node.name
        for node in graph.graph.node
        if node.op_type == "MatMul" and node.input[1] in stored(graph)
    }
    assert set(outliers) == products
    assert all(len(channels) == 1 for channels in outliers.values())


def test_the_loudest_channel_is_the_outlier(tmp_path: Path) -> None:
    loud = load_base(str(write_base(tmp_path / "base")))
    norm = loud.model.bert.embeddings.LayerNorm
    with torch.no_grad():
        norm.bias[5] += 100
    found = outlying_channels(loud, [["The minister met Antony."]], WINDOW, "/model")
    for part in ("query", "key", "value"):
        assert found[f"/model/bert/encoder/layer.0/attention/self/{part}/MatMul"] == [5]
    assert not any(layer._forward_pre_hooks for layer in loud.model.modules())


def test_a_row_of_zeros_gives_zeros() -> None:
    found = session(quantise(loud_matrix())).run(None, {"x": np.zeros((2, 3, 8), np.float32)})[0]
    assert not found.any()


def test_weights_are_whole_numbers_with_a_scale_for_each_column_or_row(
    graph: onnx.ModelProto, small: onnx.ModelProto
) -> None:
    floats, values = stored(graph), stored(small)
    table = "model.bert.embeddings.word_embeddings.weight"
    names = [name.removesuffix("_i8") for name in values if name.endswith("_i8")]
    assert table in names
    # Six matrices a layer and the head's; words, positions and perhaps kinds.
    assert len([name for name in names if "embeddings" not in name]) == 2 * 6 + 1
    for name in names:
        whole, scale = values[f"{name}_i8"], values[f"{name}_scale"]
        assert whole.dtype == np.int8
        assert np.abs(whole.astype(int)).max() == WEIGHT_LEVELS
        kept = values.get(f"{name}_kept", np.array([], dtype=np.int64))
        assert name not in values
        if "embeddings" in name:
            assert scale.shape == (len(whole), 1)
        else:
            assert scale.shape == (whole.shape[1],)
        step = np.broadcast_to(scale, whole.shape)
        rest = np.delete(np.arange(len(whole)), kept)
        assert (np.abs(whole * step - floats[name]) <= step * 0.501)[rest].all()
        if len(kept):
            assert not whole[kept].any()
            np.testing.assert_array_equal(values[f"{name}_f32"], floats[name][kept])


def test_the_given_graph_is_left_alone(graph: onnx.ModelProto) -> None:
    before = graph.SerializeToString(deterministic=True)
    quantise(graph)
    assert graph.SerializeToString(deterministic=True) == before


def test_the_small_graph_is_small(graph: onnx.ModelProto, small: onnx.ModelProto) -> None:
    def size(model: onnx.ModelProto) -> int:
        return sum(array.nbytes for array in stored(model).values())

    assert size(small) < size(graph) / 2


def test_looked_up_rows_are_the_rows_of_the_table() -> None:
    table = np.random.default_rng(0).normal(0, 1, (6, 4)).astype(np.float32)
    table[3] *= 1000
    table[4] = 0
    node = helper.make_node("Gather", ["table", "x"], ["logits"])
    model = model_of([node], {"table": table}, (TensorProto.INT64, ["n"]), ["n", 4])
    order = np.array([5, 3, 4, 0, 3], dtype=np.int64)
    found = session(quantise(model)).run(None, {"x": order})[0]
    limit = np.abs(table).max(axis=1, keepdims=True)[order] * (0.51 / WEIGHT_LEVELS)
    assert (np.abs(found - table[order]) <= limit).all()


NO_WEIGHTS = {
    "sum": helper.make_node("Add", ["x", "stored"], ["logits"]),
    "square": helper.make_node("MatMul", ["x", "x"], ["logits"]),
}


@pytest.mark.parametrize("node", NO_WEIGHTS.values(), ids=NO_WEIGHTS)
def test_a_graph_with_nothing_to_quantise_is_refused(node: onnx.NodeProto) -> None:
    weights = {"stored": np.ones((2, 2), dtype=np.float32)}
    model = model_of([node], weights, (TensorProto.FLOAT, [2, 2]), [2, 2])
    with pytest.raises(ValueError, match="expected MatMul or Gather nodes with stored weights"):
        quantise(model)


@pytest.mark.parametrize(("kind", "axis"), [(np.int64, 0), (np.float32, 1)])
def test_other_look_ups_are_left_alone(kind: type[np.generic], axis: int) -> None:
    """Whole numbers are exact as they are, and columns have no scale of their own."""
    table = (np.arange(16).reshape(4, 4) * 1001).astype(kind)
    nodes = [
        helper.make_node("Gather", ["table", "x"], ["taken"], axis=axis),
        helper.make_node("Cast", ["taken"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["floats", "x"], ["square"], axis=1 - axis),
        helper.make_node("MatMul", ["square", "w"], ["product"]),
        helper.make_node("Sub", ["square", "product"], ["logits"]),
    ]
    weights = {"table": table, "w": np.zeros((2, 2), dtype=np.float32)}
    model = model_of(nodes, weights, (TensorProto.INT64, [2]), [2, 2])
    quantised = quantise(model)
    np.testing.assert_array_equal(stored(quantised)["table"], table)
    (found,) = session(quantised).run(None, {"x": np.array([3, 1], dtype=np.int64)})
    np.testing.assert_array_equal(found, table[np.ix_([3, 1], [3, 1])])
