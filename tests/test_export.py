"""Export: the bundle scores as the trained model does, and says where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file
from tiny_run import CLEAN_PASSAGES, DATA_HASH, WINDOW, train_tiny

from babelproof.bundle import load_bundle, write_manifest
from babelproof.check import check
from babelproof.detector import Detector
from babelproof.engine import choose_engine
from babelproof.errors import BundleError, CheckError
from babelproof.labels import CHANNELS, LABELS
from babelproof.torch_backend.weights import state_of
from training import export as export_module
from training import parity as parity_module
from training.average import main as average_main
from training.encoders import load_base
from training.export import export
from training.parity import parity
from training.predict import sentence_logits

DOCUMENTS = [
    *map(list, CLEAN_PASSAGES),
    ["The minister met Brinken on Monday.", "Talks on Uzbekistan followed."],
    ["the war plan met " * 40],  # pieces of one sentence
    ["", "Talks met."],
]


@pytest.fixture(scope="module")
def model(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_tiny(inputs, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def bundle(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the exported bundle; tests that write to it make another."""
    folder = tmp_path_factory.mktemp("exported") / "bundle"
    export(model, folder, "tiny", "1.2", "2026-01-31")
    return folder


def copy(bundle: Path, folder: Path) -> Path:
    folder.mkdir()
    for path in bundle.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def torch_logits(model: Path) -> np.ndarray:
    base = load_base(str(model))
    return np.concatenate(sentence_logits(base.model, base.tokenizer, DOCUMENTS, WINDOW))


def test_the_bundle_scores_as_the_model_does(model: Path, bundle: Path) -> None:
    detector = Detector.load(bundle)
    found, expected = np.concatenate(detector.logits(DOCUMENTS)), torch_logits(model)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    assert np.isnan(expected).all(axis=1).sum() == 1  # the sentence without tokens
    sound = np.isfinite(expected).all(axis=1)
    difference = np.abs(
        detector.bundle.probabilities(found[sound]) - detector.bundle.probabilities(expected[sound])
    )
    assert difference.max() < 0.05
    assert expected[sound].std() > 0.1
    (verdict,) = detector.score(["The minister met Brinken on Monday."])
    assert verdict.score == pytest.approx(1 / (1 + np.exp(-verdict_logit(detector))), abs=1e-6)


def verdict_logit(detector: Detector) -> float:
    (rows,) = detector.logits([["The minister met Brinken on Monday."]])
    return float(rows[0, CHANNELS.index("any")])


def test_the_manifest_says_how_the_model_came_about(model: Path, bundle: Path) -> None:
    manifest = load_bundle(bundle).manifest
    record = json.loads((model / "train.json").read_text())
    assert (manifest.name, manifest.version, manifest.created) == ("tiny", "1.2", "2026-01-31")
    assert manifest.windows() == WINDOW
    assert (manifest.base_encoder, manifest.cased) == ("base", False)
    assert (manifest.data_hash, manifest.seed) == (DATA_HASH, 7)
    assert manifest.training["tokens"] == record["tokens"]
    assert manifest.training["settings"] == record["settings"]
    assert {"python", "torch", "transformers", "onnx", "onnxruntime"} <= set(manifest.versions)
    assert "8-bit" in manifest.quantization
    # Nothing is calibrated yet: bare sigmoids and even odds.
    assert {(pair.slope, pair.intercept) for pair in manifest.calibration.values()} == {(1.0, 0.0)}
    assert set(manifest.operating_point.values()) == {0.5}
    assert set(manifest.span_threshold) == {str(label) for label in LABELS}


def test_the_reference_scores_are_those_of_the_bundle(bundle: Path) -> None:
    loaded = load_bundle(bundle)
    content = json.loads((bundle / "reference.json").read_text())
    assert len(content["cases"]) >= 10
    assert check(loaded, Detector(loaded).logits, choose_engine()) < 1e-4


def test_a_bundle_whose_scores_changed_fails_its_check(bundle: Path, tmp_path: Path) -> None:
    folder = copy(bundle, tmp_path / "bundle")
    reference = json.loads((folder / "reference.json").read_text())
    reference["cases"][0]["logits"][0][0] += 3.0
    (folder / "reference.json").write_text(json.dumps(reference))
    with pytest.raises(BundleError, match=r"reference\.json.*the file was changed"):
        Detector.load(folder)
    write_manifest(folder, load_bundle(bundle).manifest)
    with pytest.raises(CheckError, match="expected its reference scores"):
        Detector.load(folder)


def test_a_folder_without_a_record_is_refused(
    inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=r"train\.json: expected the record of a training run"):
        export(inputs / "base", tmp_path / "bundle", "tiny", "1", "2026-01-31")
    options = ["--model", str(inputs / "base"), "--bundle", str(tmp_path / "bundle")]
    assert export_module.main(options) == 2
    assert "train.json: expected the record" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


def test_the_command_writes_a_bundle(
    model: Path, bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "bundle"
    options = ["--model", str(model), "--bundle", str(folder), "--name", "mine", "--version", "9"]
    assert export_module.main([*options, "--date", "2026-02-01"]) == 0
    assert str(folder) in capsys.readouterr().out
    manifest = load_bundle(folder).manifest
    assert (manifest.name, manifest.version, manifest.created) == ("mine", "9", "2026-02-01")
    # The same model gives the same graph, byte for byte.
    assert manifest.files["model.onnx"] == load_bundle(bundle).manifest.files["model.onnx"]


def test_an_exported_model_can_be_trained_further(model: Path, bundle: Path) -> None:
    """The weights come back from the 8-bit graph, each within a step."""
    expected = load_base(str(model)).model.state_dict()
    found = state_of(onnx.load(str(bundle / "model.onnx")).graph, bundle)
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name].shape == value.shape
        # Tables have one scale a row, matrices one an output, which is a row in torch too.
        # Rounded by chance, so within one step and not half.
        peak = value.abs().amax(dim=-1, keepdim=True) if value.dim() == 2 else torch.zeros(1)
        assert ((found[name] - value).abs() <= peak * (1.01 / 63)).all(), name
    # The encoder called "base" is not asked for: it may be absent, and larger.
    base = load_base(str(bundle))
    assert base.name == "base"
    assert [run["settings"]["seed"] for run in base.history] == [7]
    ours = np.concatenate(sentence_logits(base.model, base.tokenizer, DOCUMENTS, WINDOW))
    np.testing.assert_allclose(ours, torch_logits(model), atol=0.5)


def test_parity_compares_probabilities_and_verdicts(model: Path, bundle: Path) -> None:
    found = parity(model, bundle, DOCUMENTS)
    assert found["against"] == "torch fp32"
    assert found["sentences"] == sum(map(len, DOCUMENTS)) - 1
    assert 0 <= found["mean_difference"] <= found["max_difference"] < 0.05
    assert found["changed_verdicts"] <= 0.2


def test_parity_sees_another_model(bundle: Path, inputs: Path) -> None:
    found = parity(inputs / "base", bundle, DOCUMENTS)
    assert found["max_difference"] > 0.05


def test_the_parity_command_stores_what_it_found(
    model: Path, bundle: Path, inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy(bundle, tmp_path / "bundle")
    options = ["--model", str(model), "--bundle", str(folder), "--train-set"]
    assert parity_module.main([*options, str(inputs / "data")]) == 0
    printed = json.loads(capsys.readouterr().out)
    before, after = (load_bundle(path).manifest for path in (bundle, folder))
    assert after.parity == printed
    assert printed["sentences"] == 14
    assert before.parity == {}
    assert before.files == after.files
    assert Detector.load(folder).bundle.parity == printed


@pytest.mark.parametrize("missing", ["--model", "--bundle", "--train-set"])
def test_the_parity_command_says_what_is_missing(
    model: Path,
    bundle: Path,
    inputs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    missing: str,
) -> None:
    folder = copy(bundle, tmp_path / "bundle")
    options = {"--model": model, "--bundle": folder, "--train-set": inputs / "data"}
    options[missing] = tmp_path / "absent"
    arguments = [part for name, value in options.items() for part in (name, str(value))]
    assert parity_module.main(arguments) == 2
    assert "absent" in capsys.readouterr().err
    assert load_bundle(folder).manifest.parity == {}


def test_a_bundle_and_a_model_trained_from_it_are_averaged(
    model: Path, bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mean"
    models = ["--models", str(bundle), str(model), "--shares", "0.4", "0.6", "--out", str(out)]
    assert average_main(models) == 0
    mean, trained = (load_file(folder / "model.safetensors") for folder in (out, model))
    assert set(mean) == set(trained)
    for name, tensor in trained.items():
        # The bundle's weights are the same ones in 8 bits.
        assert torch.allclose(mean[name], tensor, atol=0.01 * float(tensor.abs().max()) + 1e-6)
    record = json.loads((out / "train.json").read_text(encoding="utf-8"))
    first, second = record["averaged"]
    assert (first["bundle"], first["version"], first["share"]) == ("tiny", "1.2", 0.4)
    assert second["share"] == 0.6
