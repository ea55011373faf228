"""The bench of clusters: its parts are what `score` does, and the page says what the JSON says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from babelproof.jobs.formats import Unit
from eval.bench import cluster
from eval.bench.cluster import main, model, parts, scaling
from eval.bench.cluster_page import render
from eval.bench.sample import Sample

TEXTS = [f"The minister met the president in Kyiv on day {n}. Talks followed." for n in range(30)]
PARTS = {
    "sentences": 60,
    "read_seconds": 0.01,
    "score_seconds": 5.0,
    "write_seconds": 0.02,
    "bytes_to_a_worker": 200,
    "bytes_from_a_worker": 900,
}


def run(rate: float, used: float = 0.02) -> dict[str, Any]:
    return {
        "seconds": 9.0,
        "sentences": 60,
        "sentences_per_second": rate,
        "start_seconds": 1.5,
        "used_by_others": used,
    }


def measured() -> dict[str, Any]:
    machine = {
        "date": "2026-01-02",
        "processor": "a processor",
        "processors": 2,
        "threads": 2,
        "versions": {"babelproof": "1"},
        "bundle": "tiny 1",
        "ray": "2.60",
    }
    runs = {"local-1": [run(10)], "local-2": [run(19)], "ray-1": [run(8)], "ray-2": [run(14, 0.07)]}
    found = {"machine": machine, "sample": {"origin": "o", "texts": 30}, "parts": PARTS}
    return {**found, "runs": runs}


def test_the_parts_of_the_work_are_taken_apart(tiny_bundle: Path, tmp_path: Path) -> None:
    found = parts(Sample(tuple(TEXTS), Unit.DOCUMENT, "own"), tiny_bundle, tmp_path)
    assert found["sentences"] == 2 * len(TEXTS)
    assert found["score_seconds"] > found["write_seconds"] > 0
    assert found["read_seconds"] > 0
    # What comes back holds the text, and what was found beside it.
    assert found["bytes_from_a_worker"] > found["bytes_to_a_worker"] > 30


def test_a_billion_sentences_are_reckoned_from_the_parts() -> None:
    given = {**measured(), "scaling": {"local": None, "ray": 1.75}}
    found = model(given, (2, 250, 1000))
    assert found["sentences_per_second_and_processor"] == 200
    assert found["processor_hours"] == round(1e9 / 200 / 3600)
    assert found["processor_hours_whole"] == round(2 * 1e9 / 14 / 3600)
    assert found["most_processors"] == 250
    hours = 1e9 / 200 / 3600
    assert found["hours"]["2"] == round(hours / 2, 1)
    assert found["hours"]["250"] == found["hours"]["1000"] == round(hours / 250, 1)


def test_runs_beside_other_work_give_no_ratio() -> None:
    found = measured()
    found["runs"]["ray-2"] = [run(58, 0.9)]  # faster by more than there are processors
    ratios = scaling(found)
    assert ratios == {"local": 1.9, "ray": None}
    found = {**found, "scaling": ratios}
    assert model(found)["processor_hours_whole"] is None
    text = render({**found, "model": model(found)})
    assert "How the engine ray scales is not told" in text
    assert "the engine local is 1.90 times as fast" in text


def test_what_is_done_once_is_in_no_part(tiny_bundle: Path, tmp_path: Path) -> None:
    sample = Sample(tuple(TEXTS), Unit.DOCUMENT, "own")
    first, second = (parts(sample, tiny_bundle, tmp_path)["read_seconds"] for _ in range(2))
    assert first < 20 * second + 0.05  # an import is hundreds of times as long


def test_the_page_says_what_the_json_says(tmp_path: Path) -> None:
    found = measured()
    found = {**found, "scaling": scaling(found)}
    found = {**found, "model": model(found)}
    assert found["scaling"] == {"local": 1.9, "ray": 1.75}
    text = render(found)
    for figure in ("1,389", "200 sentences a second", "1.75 times", "7%", "Ray 2.60", "250"):
        assert figure in text
    (tmp_path / "c.json").write_text(json.dumps(found))
    page = tmp_path / "c.md"
    page.write_text("before\n<!-- figures:start -->\nold\n<!-- figures:end -->\nafter\n")
    app = typer.Typer()
    app.command()(main)
    given = ["--again", "--out", str(tmp_path / "c.json"), "--to", str(page)]
    assert CliRunner().invoke(app, given, catch_exceptions=False).exit_code == 0
    assert page.read_text().startswith("before\n")
    assert text in page.read_text()
    assert "old" not in page.read_text()


def test_the_page_in_the_checkout_is_that_of_its_figures() -> None:
    found = json.loads((cluster.CHECKOUT / "eval" / "cluster.json").read_text())
    assert found["model"] == model(found)
    assert found["scaling"] == scaling(found)
    assert render(found) in (cluster.CHECKOUT / "docs" / "cluster.md").read_text()


def test_without_marks_nothing_is_written(tmp_path: Path) -> None:
    found = measured()
    found = {**found, "scaling": scaling(found)}
    (tmp_path / "c.json").write_text(json.dumps({**found, "model": model(found)}))
    page = tmp_path / "c.md"
    page.write_text("no marks\n")
    with pytest.raises(typer.Exit):
        main(again=True, out=tmp_path / "c.json", to=page)
    assert page.read_text() == "no marks\n"
