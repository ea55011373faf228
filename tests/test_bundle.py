"""Bundles: a mismatch is refused, and a machine that scores otherwise is found out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import TinyModel, tiny_manifest, write_reference, write_tiny_bundle

from babelproof import BundleError, CheckError, Detector
from babelproof.bundle import FILES, Calibration, Manifest, load_bundle, write_manifest
from babelproof.check import check
from babelproof.verdict import Setting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "bundle")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "babelproof"


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_manifest_survives_writing_and_reading(folder: Path) -> None:
    bundle = load_bundle(folder)
    assert set(bundle.manifest.files) == set(FILES)
    assert replace(bundle.manifest, files={}) == tiny_manifest()
    assert Manifest.of(json.loads(json.dumps(bundle.manifest.to_dict()))) == bundle.manifest


def test_a_bundle_of_before_the_lead_was_read_reads_none(folder: Path) -> None:
    values = json.loads((folder / "bundle.json").read_text())
    del values["lead_tokens"]
    (folder / "bundle.json").write_text(json.dumps(values))
    assert load_bundle(folder).manifest.windows().lead_tokens == 0


def test_the_digest_follows_the_content(folder: Path) -> None:
    before = load_bundle(folder).digest
    assert load_bundle(folder).digest == before
    write_manifest(folder, replace(tiny_manifest(), seed=1))
    assert load_bundle(folder).digest != before


@pytest.mark.parametrize("name", ["bundle.json", *FILES])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"found no {name}"):
        load_bundle(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(BundleError, match=rf"{name}: expected SHA-256 \w+, found \w+"):
        load_bundle(folder)


def test_no_folder_and_no_json_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="expected a bundle folder"):
        load_bundle(tmp_path / "nothing")
    (folder / "bundle.json").write_text("{")
    with pytest.raises(BundleError, match="expected JSON"):
        load_bundle(folder)
    (folder / "bundle.json").write_text("[]")
    with pytest.raises(BundleError, match="expected a value of type dict"):
        load_bundle(folder)


SIX = {"any": 0.5, "mt": 0.5, "garble": 0.5, "name": 0.5, "role": 0.5, "country": 0.5}
FIVE = {label: 0.0 for label in SIX if label != "any"}
PAIRS = {channel: {"slope": 1.0, "intercept": 0.0} for channel in SIX}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 1}, "format: expected 2, found 1"),
        ({"channels": ["any", "garble", "mt", "name", "role", "country"]}, "channels: expected"),
        ({"channels": "any"}, "channels: expected a value of type list"),
        ({"outputs": ["any"]}, "outputs: expected"),
        ({"max_tokens": 4}, "max_tokens: expected at least 8"),
        ({"max_tokens": "256"}, "max_tokens: expected a value of type int"),
        ({"stride": True}, "stride: expected a value of type int"),
        ({"stride": 47}, "stride: expected 0 to 45"),
        ({"cased": 1}, "cased: expected a value of type bool"),
        ({"pooling": "cls"}, "pooling: expected one of"),
        ({"hold": "all"}, "hold: expected a value of type dict"),
        ({"hold": {"offsets": {"any": 0.0}}}, "hold: offsets: expected the keys any, mt"),
        ({"hold": {"warmth": 1.0}}, "hold: expected temperature, offsets, background"),
        ({"hold": {"background": 3}}, "hold: background: expected an object or null"),
        ({"document": {"weights": {"any": 1.0}}}, "document: expected weights and an intercept"),
        ({"document": {"weights": {"odd": 1.0}, "intercept": 0.0}}, "document weights: expected"),
        ({"document": 3}, "document: expected weights and an intercept"),
        ({"operating_point": {**SIX, "any": 0}}, "threshold of any: expected a probability"),
        ({"operating_point": {**SIX, "any": 1.5}}, "threshold of any: expected a probability"),
        ({"operating_point": FIVE}, "operating_point: expected the keys any"),
        ({"operating_point_in_context": FIVE}, "operating_point_in_context: expected the keys any"),
        ({"operating_point_in_context": {**SIX, "mt": -1}}, "threshold of mt: expected a probab"),
        ({"calibration_in_context": {}}, "calibration_in_context: expected the keys any"),
        ({"calibration": None}, "calibration: expected an object"),
        ({"span_threshold": SIX}, "span_threshold: expected the keys country"),
        ({"span_threshold": {**FIVE, "mt": None}}, "span_threshold of mt: expected a finite"),
        ({"span_threshold": {**FIVE, "mt": float("nan")}}, "span_threshold of mt: expected a fin"),
        ({"calibration": []}, "calibration: expected an object"),
        ({"calibration": {**PAIRS, "mt": {"slope": 1.0}}}, "calibration of mt: expected the keys"),
        ({"calibration": {**PAIRS, "mt": {"slope": 0, "intercept": 1}}}, "slope: expected above 0"),
        ({"calibration": {**PAIRS, "mt": {"slope": 1, "intercept": "x"}}}, "a finite number"),
        ({"surprise": 1}, "surprise"),
        ({"files": {}}, "files: expected the keys"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    folder: Path, changes: dict[str, Any], message: str
) -> None:
    edit(folder, **changes)
    with pytest.raises(BundleError, match=message):
        load_bundle(folder)


def test_a_graph_with_other_outputs_is_refused(folder: Path, cache: Path) -> None:
    TinyModel.build().write_onnx(folder / "model.onnx", width=6)
    write_manifest(folder, tiny_manifest())
    with pytest.raises(BundleError, match="expected 12 logits a token, found 6"):
        Detector.load(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_its_library_cannot_read_is_refused(
    folder: Path, cache: Path, name: str
) -> None:
    (folder / name).write_text("{}")
    write_manifest(folder, tiny_manifest())
    with pytest.raises(BundleError, match=f"{name}: expected"):
        Detector.load(folder)


def test_probabilities_are_calibrated_finite_and_in_range() -> None:
    shifted = {**tiny_manifest().calibration, "mt": Calibration(2.0, -1.0)}
    manifest = replace(tiny_manifest(), calibration=shifted)
    logits = np.array([[0, 0.5, 1e30, -1e30, 0, 0]], dtype=np.float32)
    found = manifest.probabilities(logits)[0]
    assert found[:2] == pytest.approx([0.5, 0.5])
    assert found[2] == pytest.approx(1)
    assert found[3] == pytest.approx(0, abs=1e-12)
    assert ((found >= 0) & (found <= 1)).all()


def test_sentences_in_context_have_a_calibration_of_their_own(folder: Path) -> None:
    shifted = {**tiny_manifest().calibration, "mt": Calibration(2.0, -1.0)}
    write_manifest(folder, replace(tiny_manifest(), calibration_in_context=shifted))
    manifest = load_bundle(folder).manifest
    logits = np.full((1, 6), 0.75, dtype=np.float32)
    alone = manifest.probabilities(logits)[0]
    within = manifest.probabilities(logits, setting=Setting.IN_CONTEXT)[0]
    assert within[1] == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert alone[1] == pytest.approx(1 / (1 + np.exp(-0.75)))
    assert within[2:] == pytest.approx(alone[2:])


def test_bundles_before_0_10_have_one_calibration(folder: Path) -> None:
    values = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    del values["calibration_in_context"]
    (folder / "bundle.json").write_text(json.dumps(values), encoding="utf-8")
    manifest = load_bundle(folder).manifest
    logits = np.full((1, 6), 0.75, dtype=np.float32)
    within = manifest.probabilities(logits, setting=Setting.IN_CONTEXT)
    assert np.array_equal(within, manifest.probabilities(logits))


def test_a_pass_of_the_self_check_is_remembered(folder: Path, cache: Path) -> None:
    Detector.load(folder)
    (mark,) = cache.iterdir()
    before = mark.stat().st_mtime_ns
    Detector.load(folder)
    assert [item.stat().st_mtime_ns for item in cache.iterdir()] == [before]
    write_manifest(folder, replace(tiny_manifest(), seed=1))  # another bundle, another pass
    Detector.load(folder)
    assert len(list(cache.iterdir())) == 2


def test_other_scores_than_stored_are_refused_and_not_remembered(folder: Path, cache: Path) -> None:
    write_reference(folder, ["The minister met Sandra Brinken."], [[0.0] * 6])
    for _ in range(2):
        with pytest.raises(CheckError, match=r"expected its reference scores within 0\.02, found"):
            Detector.load(folder)
    assert not cache.exists()


def test_scores_within_the_tolerance_pass(folder: Path) -> None:
    detector = Detector(load_bundle(folder))
    text = "The minister met Sandra Brinken."
    logits = detector.logits([[text]])[0] + 0.01
    write_reference(folder, [text], logits.tolist())
    assert 0 < check(load_bundle(folder), detector.logits, detector.engine) < 0.02


def test_without_a_cache_the_check_runs_each_time(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder can be made in here")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert Detector.load(folder).score(["The minister met."])[0].status == "ok"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"tolerance": 0.02, "cases": []}',
        '{"tolerance": 0.02, "cases": [{"sentences": ["A b."], "logits": [[1, 2]]}]}',
        '{"tolerance": 0.02, "cases": [{"sentences": ["A b."], "logits": []}]}',
        '{"tolerance": 0.02, "cases": [{"sentences": ["A b."], "logits": [[0,0,0,0,0,NaN]]}]}',
    ],
)
def test_reference_scores_that_cannot_be_read_are_refused(
    folder: Path, cache: Path, content: str
) -> None:
    (folder / "reference.json").write_text(content)
    write_manifest(folder, tiny_manifest())
    with pytest.raises(BundleError, match=r"reference\.json: expected a tolerance and cases"):
        Detector.load(folder)
