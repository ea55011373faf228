"""The shipped graph: near the torch model, small, and alike for a row in any batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tiny_run import WINDOW, write_base
from transformers import (
    AutoModelForTokenClassification,
    BertConfig,
    DistilBertConfig,
    DistilBertForTokenClassification,
    MPNetConfig,
    MPNetForTokenClassification,
    PretrainedConfig,
    PreTrainedModel,
)

from babelproof.labels import OUTPUTS
from babelproof.torch_backend.weights import state_of
from training.encoders import Base, load_base
from training.graph import encoder_graph
from training.layouts import Layout
from training.ranges import input_ranges

Ids = NDArray[np.int64]
WORDS = 30
"""Ids from here on are words of the tiny vocabulary."""
DOCUMENTS = [
    ["The minister met Antony in Kyiv.", "Talks on a plan followed the war."],
    ["A war after the plan, said Brinken of Ukraine?"],
    ["President met president with talks from the minister to Monday."],
]


def bert(folder: Path) -> Base:
    return load_base(str(write_base(folder)))


def loud(kind: type[PreTrainedModel], config: PretrainedConfig, other: Base) -> Base:
    """Give a fresh model with weights so large that tokens score unlike one another."""
    config._attn_implementation = "eager"
    torch.manual_seed(1)
    model = kind(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.mul_(8)
    return Base("base", model.eval(), other.tokenizer, cased=False)


def distilbert(folder: Path) -> Base:
    """Give a DistilBERT as small as the BERT of `tiny_run`."""
    other = bert(folder)
    config = DistilBertConfig(
        vocab_size=other.model.config.vocab_size,
        dim=16,
        n_layers=2,
        n_heads=2,
        hidden_dim=32,
        max_position_embeddings=64,
        id2label=dict(enumerate(OUTPUTS)),
    )
    return loud(DistilBertForTokenClassification, config, other)


def mpnet(folder: Path) -> Base:
    """Give an MPNet of that size, whose distances matter."""
    other = bert(folder)
    config = MPNetConfig(
        pad_token_id=0,
        vocab_size=other.model.config.vocab_size,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=66,
        layer_norm_eps=1e-5,
        id2label=dict(enumerate(OUTPUTS)),
    )
    base = loud(MPNetForTokenClassification, config, other)
    with torch.no_grad():
        base.model.mpnet.encoder.relative_attention_bias.weight.mul_(8)
    return base


@pytest.fixture(
    scope="module", params=[bert, distilbert, mpnet], ids=["bert", "distilbert", "mpnet"]
)
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Base:
    found: Base = request.param(tmp_path_factory.mktemp("graph") / "base")
    return found


@pytest.fixture(scope="module")
def graph(base: Base) -> onnx.ModelProto:
    return encoder_graph(base, input_ranges(base, DOCUMENTS, WINDOW))


@pytest.fixture(scope="module")
def running(graph: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def run(running: onnxruntime.InferenceSession, ids: Ids, mask: Ids) -> NDArray[np.float32]:
    feed = {"input_ids": ids, "attention_mask": mask}
    found: NDArray[np.float32] = running.run(["logits"], feed)[0]
    return found


def rows(lengths: list[int], width: int, seed: int = 0) -> tuple[Ids, Ids]:
    """Give random ids [rows, width] and their mask, padded with 0."""
    rng = np.random.default_rng(seed)
    mask = (np.arange(width) < np.array(lengths)[:, np.newaxis]).astype(np.int64)
    return rng.integers(WORDS, 100, (len(lengths), width)) * mask, mask


def test_scores_stay_near_those_of_torch(base: Base, running: onnxruntime.InferenceSession) -> None:
    # No table of padding: ids of words only, as in the text whose ranges were taken.
    ids, mask = rows([16, 9, 12, 3], 16)
    with torch.inference_mode():
        expected = (
            base.model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
            .logits.float()
            .numpy()
        )
    found = run(running, ids, mask)
    assert found.shape == (4, 16, len(OUTPUTS))
    assert found.dtype == np.float32
    real = mask.astype(bool)
    error = np.abs(found - expected)[real]
    # The scores vary, so that nearness says something.
    assert error.mean() < 0.1 * expected[real].std()
    assert np.corrcoef(found[real].ravel(), expected[real].ravel())[0, 1] > 0.99


@pytest.mark.parametrize("others", [[16, 16], [2, 5, 16, 1, 7], [16] * 9])
def test_a_row_scores_alike_alone_and_among_others(
    running: onnxruntime.InferenceSession, others: list[int]
) -> None:
    """Exactly alike: a sentence's score may not move with its neighbours."""
    ids, mask = rows([11], 16)
    alone = run(running, ids, mask)
    more_ids, more_mask = rows(others, 16, seed=1)
    for place in (0, len(others)):
        batch_ids = np.insert(more_ids, place, ids[0], axis=0)
        batch_mask = np.insert(more_mask, place, mask[0], axis=0)
        np.testing.assert_array_equal(run(running, batch_ids, batch_mask)[place], alone[0])


@pytest.mark.parametrize("width", [11, 13, 16, 48])
def test_padding_changes_nothing(running: onnxruntime.InferenceSession, width: int) -> None:
    ids, mask = rows([11], 11)
    wider = [np.pad(values, ((0, 0), (0, width - 11))) for values in (ids, mask)]
    np.testing.assert_allclose(run(running, *wider)[0, :11], run(running, ids, mask)[0], atol=1e-4)


def test_the_graph_is_small(base: Base, graph: onnx.ModelProto) -> None:
    stored = sum(numpy_helper.to_array(item).nbytes for item in graph.graph.initializer)
    floats = sum(tensor.numel() * 4 for tensor in base.model.state_dict().values())
    assert stored < floats / 2


def test_the_weights_come_back(base: Base, graph: onnx.ModelProto, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    onnx.save(graph, str(path))
    found = state_of(onnx.load(str(path)).graph, path)
    expected = base.model.state_dict()
    assert set(found) == set(expected)
    for name, value in expected.items():
        peak = value.abs().amax(dim=-1, keepdim=True) if value.dim() == 2 else torch.zeros(1)
        # Within one step of 63, up or down by chance: not always the nearer one.
        assert ((found[name] - value).abs() <= peak * (1.01 / 63)).all(), name


def test_ranges_are_those_of_the_layers_inputs(tmp_path: Path) -> None:
    loud = bert(tmp_path / "base")
    with torch.no_grad():
        loud.model.bert.embeddings.LayerNorm.bias[5] += 100
    found = input_ranges(loud, DOCUMENTS, WINDOW)
    linear = [name for name, part in loud.model.named_modules() if hasattr(part, "in_features")]
    assert sorted(found) == sorted(linear)
    for part in ("query", "key", "value"):
        seen = found[f"bert.encoder.layer.0.attention.self.{part}"]
        assert seen.outlying(1 / 16).tolist() == [5]
        assert seen.high[5] > 90 > seen.high[4]
        assert (seen.low <= seen.high).all()
    assert not any(layer._forward_pre_hooks for layer in loud.model.modules())


def test_an_unknown_encoder_or_activation_is_refused(tmp_path: Path) -> None:
    config = AutoModelForTokenClassification.from_config(
        BertConfig(hidden_size=16, num_attention_heads=2, intermediate_size=16, vocab_size=9)
    ).config
    config.hidden_act = "relu"
    with pytest.raises(ValueError, match="expected the activation gelu, found 'relu'"):
        Layout.of(config)
    config.model_type = "longformer"
    with pytest.raises(ValueError, match=r"expected an encoder of type .* found 'longformer'"):
        Layout.of(config)


def test_a_file_of_another_make_is_refused(tmp_path: Path) -> None:
    empty = onnx.helper.make_model(onnx.helper.make_graph([], "g", [], []))
    with pytest.raises(ValueError, match=r"model\.onnx: expected a graph that training\.export"):
        state_of(empty.graph, tmp_path / "model.onnx")
