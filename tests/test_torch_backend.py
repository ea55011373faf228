"""The torch backend: the graph's weights give the graph's scores, on whatever is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from test_graph import base, bert, distilbert, graph, rows  # noqa: F401
from tiny_run import CLEAN_PASSAGES, WINDOW, train_tiny
from typer.testing import CliRunner, Result

from babelproof.bundle import load_bundle, write_manifest
from babelproof.cli import app
from babelproof.command import NOTHING_RAN
from babelproof.detector import Detector
from babelproof.engine import choose_engine
from babelproof.errors import BackendError, BundleError, CheckError
from babelproof.torch_backend.engine import TOLERANCE
from babelproof.torch_backend.model import read_model
from training.encoders import Base, load_base
from training.export import export
from training.predict import sentence_logits

DOCUMENTS = [
    *map(list, CLEAN_PASSAGES),
    ["The minister met Brinken on Monday.", "Talks on Uzbekistan followed."],
    ["the war plan met " * 40],  # pieces of one sentence
    ["Talks met."],
]


@pytest.fixture(scope="module")
def bundle(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torch")
    export(train_tiny(inputs, folder / "run"), folder / "bundle", "tiny", "1", "2026-01-31")
    return folder / "bundle"


@pytest.fixture(scope="module")
def exact(bundle: Path) -> Detector:
    return Detector.load(bundle, 1, False, "torch", "cpu", "fp32")


def probabilities(detector: Detector) -> np.ndarray:
    return detector.bundle.probabilities(np.concatenate(detector.logits(DOCUMENTS)))


def test_the_model_of_a_graph_is_the_one_it_was_made_of(
    base: Base,  # noqa: F811
    graph: onnx.ModelProto,  # noqa: F811
    tmp_path: Path,
) -> None:
    onnx.save(graph, str(tmp_path / "model.onnx"))
    model = read_model(tmp_path / "model.onnx")
    assert model.config.model_type == base.model.config.model_type
    base.model.load_state_dict(model.state_dict())
    ids, mask = (torch.from_numpy(part) for part in rows([16, 9, 12, 3], 16))
    with torch.inference_mode():
        found, expected = (
            part(input_ids=ids, attention_mask=mask).logits for part in (model, base.model)
        )
    real = mask.bool()
    torch.testing.assert_close(found[real], expected[real], atol=1e-4, rtol=0)


def test_fp32_is_near_the_graph(bundle: Path, exact: Detector) -> None:
    found, expected = probabilities(exact), probabilities(Detector.load(bundle, 1, False))
    assert np.abs(found - expected).max() < 0.05
    assert expected.std() > 0.01  # so that nearness says something
    names = {exact.engine.library, Detector.load(bundle, 1, False).engine.library}
    assert names == {"torch", "onnxruntime"}


def test_fp32_is_what_training_computes_with_these_weights(bundle: Path, exact: Detector) -> None:
    same = load_base(str(bundle))
    expected = sentence_logits(same.model, same.tokenizer, DOCUMENTS, WINDOW)
    np.testing.assert_allclose(
        np.concatenate(exact.logits(DOCUMENTS)), np.concatenate(expected), atol=1e-4
    )


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_fewer_bits_are_near_fp32(bundle: Path, exact: Detector, precision: str) -> None:
    narrow = Detector.load(bundle, 1, False, "torch", "cpu", precision)
    difference = np.abs(probabilities(narrow) - probabilities(exact)).max()
    assert 0 < difference < 0.05


def test_scores_do_not_depend_on_company(exact: Detector) -> None:
    together = exact.logits(DOCUMENTS * 5)
    for number, document in enumerate(DOCUMENTS):
        np.testing.assert_allclose(together[number], exact.logits([document])[0], atol=1e-4)


@pytest.mark.parametrize(("precision", "abilities"), [("bf16", "sse amx_bf16"), ("fp32", "sse")])
def test_auto_takes_what_the_processor_is_fast_in(
    monkeypatch: pytest.MonkeyPatch, precision: str, abilities: str
) -> None:
    monkeypatch.setattr("babelproof.torch_backend.engine.processor_model", lambda: abilities)
    assert choose_engine("torch").precision == precision


def test_the_reference_scores_are_checked_with_a_tolerance_of_its_own(
    bundle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    for path in bundle.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    reference = json.loads((folder / "reference.json").read_text())
    row = reference["cases"][0]["logits"][0]

    def load(wanted: float, backend: str) -> Detector:
        """Load where the first reference probability, now a half, lies `wanted` off."""
        row[0] = middle + float(np.log((0.5 + wanted) / (0.5 - wanted)))
        (folder / "reference.json").write_text(json.dumps(reference))
        write_manifest(folder, manifest)
        return Detector.load(folder, 1, False, backend, "cpu")

    manifest = load_bundle(bundle).manifest
    # Calibrated so that the first score is a half.
    middle = row[0]
    pair = manifest.calibration["any"]
    calibration = {
        **manifest.calibration,
        "any": type(pair)(1.0, -float(manifest.signals(np.array([row]))[0, 0])),
    }
    manifest = type(manifest)(**{**vars(manifest), "calibration": calibration})
    assert load(TOLERANCE / 2, "torch").engine.library == "torch"
    with pytest.raises(CheckError, match=r"expected its reference scores within 0\.02"):
        load(TOLERANCE / 2, "onnx")
    with pytest.raises(CheckError, match=r"with torch .* on cpu in .*: ask for the precision fp32"):
        load(TOLERANCE * 2, "torch")


def test_a_graph_of_another_make_is_refused(tiny_bundle: Path) -> None:
    with pytest.raises(BundleError, match="expected a graph whose weights torch"):
        Detector.load(tiny_bundle, 1, False, "torch")


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BackendError, match=r"device cuda:1: expected a GPU .* found none"):
        choose_engine("torch", "cuda:1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: f"GPU {number}")
    with pytest.raises(BackendError, match="device cuda:2: expected a number below 2"):
        choose_engine("torch", "cuda:2")
    engine = choose_engine("torch", "cuda:1")
    assert (engine.precision, engine.processor) == ("fp16", "GPU 1")
    # Which of two GPUs computes is no other backend.
    assert engine.sameness == choose_engine("torch", "cuda").sameness


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("tpu", "cpu", "auto"), "backend: expected one of onnx, torch, found 'tpu'"),
        (("torch", "cpu", "int4"), "precision: expected one of auto, fp32, bf16, fp16"),
        (("torch", "gpu", "auto"), "device: expected cpu, cuda or cuda:NUMBER, found 'gpu'"),
        (("onnx", "cuda", "auto"), "backend onnx: expected the device cpu"),
        (("onnx", "cpu", "bf16"), "backend onnx: expected the device cpu"),
    ],
)
def test_what_is_no_backend_is_refused(asked: tuple[str, str, str], told: str) -> None:
    with pytest.raises(BackendError, match=told):
        choose_engine(*asked)


@pytest.mark.parametrize("package", ["torch", "transformers", "onnx"])
def test_a_missing_package_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ValueError, match=rf"package {package}, .*'babelproof\[torch\]'"):
        choose_engine("torch")


def score(bundle: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["score", *map(str, arguments), "--bundle", str(bundle)])


def test_a_run_says_what_computed_and_goes_on_with_nothing_else(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "The minister met Brinken on Monday. Talks followed."}\n')
    asked = (source, "-o", out, "--backend", "torch", "--device", "cpu", "--precision", "fp32")
    assert score(bundle, *asked).exit_code == 0
    manifest = json.loads(Path(f"{out}.manifest.json").read_text())
    assert manifest["backend"] == {
        "library": "torch",
        "version": torch.__version__,
        "device": "cpu",
        "precision": "fp32",
    }
    assert manifest["versions"]["torch"] == torch.__version__
    assert score(bundle, *asked, "--resume").exit_code == 0
    for other in ((source, "-o", out), (*asked[:-1], "bf16")):
        refused = score(bundle, *other, "--resume")
        assert refused.exit_code == NOTHING_RAN
        assert f"backend was torch {torch.__version__}, cpu, fp32, is " in refused.stderr
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    refused = score(bundle, source, "--backend", "torch", "--device", "cuda")
    assert refused.exit_code == NOTHING_RAN
    assert "device cuda: expected a GPU" in refused.stderr
    assert refused.stdout == ""


def test_info_says_what_would_compute(bundle: Path) -> None:
    asked = ["info", "--bundle", str(bundle), "--json", "--backend", "torch", "--precision", "bf16"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0
    found = json.loads(result.stdout)["backend"]
    assert (found["library"], found["device"], found["precision"]) == ("torch", "cpu", "bf16")


FORK = """
import os, pickle, sys
from babelproof import Detector
detector = Detector.load(sys.argv[1], 2, False, "torch", "cpu", "fp32")
text = "The minister met Brinken on Monday."
before = detector.score([text] * 50)[0].score
child = os.fork()
if child == 0:
    os._exit(0 if abs(detector.score([text] * 50)[0].score - before) < 1e-4 else 1)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
copy = pickle.loads(pickle.dumps(detector))
sys.exit(code or (0 if copy.score([text])[0].held == detector.score([text])[0].held else 2))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_it_works_after_a_fork_and_in_another_process(bundle: Path) -> None:
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK, str(bundle)],
        env={**os.environ, "PYTHONPATH": paths},
        timeout=300,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
