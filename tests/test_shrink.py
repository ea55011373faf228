"""Students: which layers, inner units and pieces of the vocabulary stay, and what they score."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from student_samples import DOCUMENTS, MAKERS, logits, teacher_of
from tiny_run import train_tiny
from tokenizers import Tokenizer, processors

from babelproof.bundle import load_bundle
from babelproof.detector import Detector
from training.encoders import Base, load_base
from training.export import export
from training.layouts import Layout
from training.shrink import (
    ShrinkError,
    Sizes,
    keep_layers,
    keep_vocabulary,
    main,
    shrink,
)
from training.vocabulary import kept_pieces, prune_tokenizer


@pytest.fixture(scope="module", params=MAKERS)
def teacher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Base:
    return teacher_of(request.param, tmp_path_factory.mktemp("teacher"))


@pytest.fixture(scope="module")
def trained(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_tiny(inputs, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def bundle(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "bundle"
    export(trained, folder, "tiny", "1.2", "2026-01-31")
    return folder


def test_keeping_everything_changes_nothing(teacher: Base) -> None:
    every = shrink(teacher, Sizes((0, 1), 2, 32, 1000), DOCUMENTS)
    np.testing.assert_allclose(logits(every), logits(teacher), atol=1e-5)
    untouched = shrink(teacher, Sizes(), DOCUMENTS)
    assert untouched.model is teacher.model


@pytest.mark.parametrize("number", [0, 1])
def test_a_layer_left_out_is_a_layer_skipped(teacher: Base, number: int) -> None:
    small = keep_layers(teacher, [number])
    assert small.model.config.num_hidden_layers == 1
    kept = Layout.of(teacher.model.config).layers[number]
    (own,) = Layout.of(small.model.config).layers
    before, after = teacher.model.state_dict(), small.model.state_dict()
    assert torch.equal(before[f"{kept.query}.weight"], after[f"{own.query}.weight"])
    assert torch.equal(before[f"{kept.outer}.bias"], after[f"{own.outer}.bias"])
    found = teacher.model.base_model
    stack = found.encoder.layer if hasattr(found, "encoder") else found.transformer.layer
    held = list(stack)
    del stack[1 - number]
    try:
        skipped = logits(teacher)
    finally:
        for _ in list(stack):
            del stack[0]
        stack.extend(held)
    np.testing.assert_allclose(logits(small), skipped, atol=1e-5)


def test_layers_are_copies(teacher: Base) -> None:
    small = keep_layers(teacher, [0])
    before = logits(teacher)
    with torch.no_grad():
        for parameter in small.model.parameters():
            parameter.zero_()
    np.testing.assert_array_equal(logits(teacher), before)


@pytest.mark.parametrize("layers", [[], [1, 0], [0, 0], [2], [-1]])
def test_layers_that_are_not_there_are_refused(teacher: Base, layers: list[int]) -> None:
    with pytest.raises(ShrinkError, match=r"layers: expected rising numbers from 0 to 1"):
        keep_layers(teacher, layers)


def test_sizes_that_are_not_there_are_refused(teacher: Base) -> None:
    with pytest.raises(ShrinkError, match="vocabulary: expected at least 0"):
        keep_vocabulary(teacher, -1, DOCUMENTS)


def test_words_that_leave_the_vocabulary_are_spelt_and_never_unknown(teacher: Base) -> None:
    small = keep_vocabulary(teacher, 3, [["Talks talks talks.", "The war, the war."]])
    before, after = teacher.tokenizer, small.tokenizer
    assert small.model.config.vocab_size == after.get_vocab_size() < before.get_vocab_size()
    for word in ("talks", "the", "war", "[CLS]", "[PAD]", "a", "##a", "z", "."):
        number = after.token_to_id(word)
        assert number is not None
        old, new = (
            dict(base.model.named_parameters())[f"{Layout.of(base.model.config).words}.weight"]
            for base in (teacher, small)
        )
        assert torch.equal(new[number], old[before.token_to_id(word)])
    assert after.token_to_id("minister") is None
    encoded = after.encode("Talks, Minister [SEP]", add_special_tokens=False)
    assert encoded.tokens[:4] == ["talks", ",", "m", "##i"]
    assert after.token_to_id("[UNK]") not in encoded.ids
    assert after.token_to_id("[SEP]") not in encoded.ids  # typed in a text, it is text
    assert encoded.offsets[0] == (0, 5)
    long = after.encode("talks " * 200, add_special_tokens=False)
    assert len(long.ids) == 200
    assert small.model.config.pad_token_id == after.token_to_id("[PAD]")
    assert np.isfinite(logits(small)).all()


def test_ids_of_a_template_are_renumbered(teacher: Base) -> None:
    tokenizer = Tokenizer.from_str(teacher.tokenizer.to_str())
    tokenizer.add_special_tokens(["[END]"])
    end = tokenizer.token_to_id("[END]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A [END]", special_tokens=[("[END]", end)]
    )
    kept = kept_pieces(tokenizer, {tokenizer.token_to_id("talks"): 1}, 5)
    small = prune_tokenizer(tokenizer, kept)
    encoded = small.encode("talks")
    assert encoded.tokens == ["talks", "[END]"]
    assert encoded.ids[1] == small.token_to_id("[END]") == len(kept) - 1 < end
    tokenizer.post_processor = processors.BertProcessing(("[END]", end), ("[CLS]", 2))
    with pytest.raises(ValueError, match="found BertProcessing"):
        prune_tokenizer(tokenizer, kept)


def test_a_vocabulary_without_its_characters_is_kept_whole(teacher: Base) -> None:
    content = json.loads(teacher.tokenizer.to_str())
    number = content["model"]["vocab"].pop("##k")
    content["model"]["vocab"]["##zz"] = number
    with pytest.raises(ValueError, match=r"expected every character to be a piece.*'##k'"):
        kept_pieces(Tokenizer.from_str(json.dumps(content)), {}, 5)
    content["model"] = {"type": "WordLevel", "vocab": {"[UNK]": 1}, "unk_token": "[UNK]"}
    with pytest.raises(ValueError, match="expected a WordPiece tokenizer, found WordLevel"):
        kept_pieces(Tokenizer.from_str(json.dumps(content)), {}, 5)


def test_a_student_is_shrunk_trained_exported_and_taken_up_again(
    bundle: Path, inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    student = tmp_path / "student"
    options = ["--layers", "1", "--heads", "1", "--inner", "12", "--vocabulary", "4"]
    options += ["--tokens-from", str(inputs / "data"), "--out", str(student)]
    assert main(["--base", str(bundle), *options]) == 0
    sizes = {"layers": 1, "heads": 1, "inner": 12}
    assert str(sizes)[:-1] in capsys.readouterr().out
    base = load_base(str(student))
    shrunk = base.history[-1]["shrunk"]
    assert shrunk["layers"] == [1]
    assert shrunk["sizes"].items() >= sizes.items()
    assert shrunk["sizes_before"].items() >= {"layers": 2, "heads": 2, "inner": 32}.items()
    origin = load_bundle(bundle).manifest
    assert shrunk["from"] == {
        "bundle": "tiny",
        "version": "1.2",
        "model": origin.files["model.onnx"],
    }
    # Untaught it can be exported too, to be measured.
    export(student, tmp_path / "raw", "raw", "1", "2026-01-31")
    assert load_bundle(tmp_path / "raw").manifest.training["shrunk"] == shrunk
    model = train_tiny(inputs, tmp_path / "run", base=str(student))
    export(model, tmp_path / "fast", "fast", "1", "2026-01-31")
    manifest = load_bundle(tmp_path / "fast").manifest
    assert manifest.base_encoder == origin.base_encoder
    assert manifest.training["history"][-1]["shrunk"] == shrunk
    assert [run["tokens"] > 0 for run in manifest.training["history"]] == [True, False]
    again = load_base(str(tmp_path / "fast"))
    assert again.model.config.num_hidden_layers == 1
    assert again.model.config.intermediate_size == 12
    assert again.model.config.vocab_size == again.tokenizer.get_vocab_size()
    found = np.concatenate(Detector.load(tmp_path / "fast", facts=False).logits(DOCUMENTS))
    np.testing.assert_allclose(found, logits(load_base(str(model))), atol=0.5)
    np.testing.assert_allclose(logits(again), logits(load_base(str(model))), atol=0.5)


def test_a_model_folder_can_be_shrunk_by_our_own_cases(trained: Path, tmp_path: Path) -> None:
    assert main(["--base", str(trained), "--inner", "8", "--out", str(tmp_path)]) == 0
    base = load_base(str(tmp_path))
    assert base.model.config.intermediate_size == 8
    assert base.model.config.num_hidden_layers == 2
    assert set(base.history[-1]["shrunk"]["from"]) == {"model"}
    assert base.tokenizer.get_vocab() == load_base(str(trained)).tokenizer.get_vocab()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--layers", "0", "7"], "layers: expected rising numbers"),
        (["--inner", "0"], "inner: expected 1 to 32"),
        (["--heads", "3"], "heads: expected 1 to 2"),
        (["--vocabulary", "9"], "--vocabulary: expected --tokens-from"),
        (["--vocabulary", "9", "--tokens-from", "absent"], "absent"),
        (["--base", "absent"], "absent"),
    ],
)
def test_the_command_says_what_is_wrong(
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    expected: str,
) -> None:
    out = tmp_path / "out"
    assert main(["--base", str(trained), "--out", str(out), *options]) == 2
    assert expected in capsys.readouterr().err
    assert not out.exists()


def test_a_model_that_was_never_trained_is_refused(
    inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--base", str(inputs / "base"), "--out", str(tmp_path / "out")]) == 2
    assert "expected a trained model or a bundle" in capsys.readouterr().err
