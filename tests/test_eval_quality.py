"""The page of targets, and what neighbours bring: measured, shown, refused when missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eval_samples import write_shared

from babelproof.bundle import load_bundle
from eval.context import READINGS, Reading, length, main, measure
from eval.metrics import Settings
from eval.quality import main as write_page
from eval.quality import page
from eval.run import main as evaluate
from eval.sets import load_text_sets

SETTINGS = Settings(resamples=10)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Path) -> Path:
    """A folder with the shared sets, metrics.json and context.json of the tiny bundle."""
    folder = tmp_path_factory.mktemp("measured")
    shared = ["--shared", str(write_shared(folder / "shared")), "--bundle", str(tiny_bundle)]
    sets = ["--sets", "desk_dev", "swaps_dev", "articles_dev"]
    rest = ["--resamples", "10", "--date", "2025-01-02"]
    assert evaluate([*shared, *sets, *rest, "--out", str(folder)]) == 0
    assert main([*shared, *rest, "--out", str(folder / "context.json")]) == 0
    return folder


def test_every_way_to_read_is_measured_whole_and_by_the_network(measured: Path) -> None:
    found = json.loads((measured / "context.json").read_text())
    assert [(r["tokens"], r["lead"]) for r in found["readings"]] == [
        (reading.tokens, reading.lead) for reading in READINGS
    ]
    for record in found["readings"]:
        assert record["detector"].keys() == record["network"].keys() == found["length"].keys()
        value, low, high = record["detector"]["swaps"]
        assert low <= value <= high
        assert 0 <= record["recall_at_2"] <= 1


def test_reading_as_shipped_and_alone_gives_what_the_evaluation_gives(
    measured: Path, tiny_bundle: Path
) -> None:
    metrics = json.loads((measured / "metrics.json").read_text())
    aucs = {
        task["setting"]: task["detector"]["auc"]
        for task in metrics["tasks"]
        if (task["set"], task["part"]) == ("swaps_dev", "hold")
    }
    texts = [t for t in load_text_sets(measured / "shared") if t.name == "swaps_dev"]
    bundle = load_bundle(tiny_bundle)
    shipped = Reading(bundle.manifest.max_tokens, bundle.manifest.lead_tokens)
    whole, alone = measure(bundle, texts, [shipped, Reading(None)], SETTINGS)
    assert whole["detector"].keys() == {"swaps", "`role`"}
    assert whole["detector"]["swaps"] == aucs["context"]
    assert alone["detector"]["swaps"] == aucs["alone"]
    assert set(length(texts, SETTINGS)) == {"swaps", "`role`"}


def test_the_page_has_every_goal_with_interval_and_rivals(measured: Path) -> None:
    metrics = json.loads((measured / "metrics.json").read_text())
    context = json.loads((measured / "context.json").read_text())
    shown = page(metrics, context)
    for goal in metrics["goals"]:
        assert f"| {goal['goal']} " in shown
    assert "length 0." in shown
    assert "whole sentence 0." in shown
    assert "each sentence alone" in shown
    assert "**The network alone**" in shown
    assert "What neighbours bring" not in page(metrics, None)


def test_the_command_writes_the_page_or_says_what_is_missing(
    measured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--metrics", str(measured / "metrics.json"), "--to", str(tmp_path / "q.md")]
    assert write_page([*given, "--context", str(measured / "context.json")]) == 0
    written = (tmp_path / "q.md").read_text()
    assert written.startswith("# How good it is")
    assert "The minister" not in written
    assert write_page(["--metrics", str(tmp_path / "none.json"), "--to", str(tmp_path / "q")]) == 2
    assert "none.json" in capsys.readouterr().err
    assert not (tmp_path / "q").exists()


def test_context_without_its_sets_is_refused(
    tmp_path: Path, tiny_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "c.json"
    given = ["--bundle", str(tiny_bundle), "--out", str(out)]
    assert main(["--shared", str(tmp_path / "no"), *given]) == 2
    assert "--shared" in capsys.readouterr().err
    assert not out.exists()
