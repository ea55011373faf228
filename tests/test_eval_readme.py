"""The README's figures and the model card come from metrics.json, and refuse what does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from babelproof.bundle import load_bundle
from eval import card, readme
from eval.card import render_card
from eval.figures import FiguresError, read_metrics, render_figures
from eval.output import write_metrics
from eval.readme import replace_figures

START, END = "<!-- figures:start -->", "<!-- figures:end -->"


def task(name: str, part: str, setting: str, auc: float, channel: str = "any") -> dict[str, Any]:
    ranking = {
        "auc": [auc, auc - 0.05, auc + 0.05],
        "auc_binned": [auc - 0.01, None, None],
        "recall_at_1": [0.25, 0.2, 0.3],
    }
    return {
        "set": name, "part": part, "setting": setting, "channel": channel, "positives": 40,
        "negatives": 60, "detector": {**ranking, "held_positive": [0.4, 0.3, 0.5],
                                      "held_negative": [0.01, 0.0, 0.02]},
        "length": ranking, "ngrams": None, "beats_ngrams": None,
    }  # fmt: skip


def metrics(sha: str = "ab" * 32) -> dict[str, Any]:
    return {
        "format": 1,
        "created": "2025-01-02",
        "bundle": {"name": "tiny", "version": "1", "model_sha256": sha},
        "tasks": [
            task("desk_dev", "hold", "alone", 0.871),
            task("desk_dev", "label name", "alone", 0.791, "name"),
            task("swaps_dev", "hold", "context", 0.861),
            task("bench_dev", "d_garbled", "alone", 0.812),
            task("bench_dev", "d_garbled by garble", "alone", 0.799, "garble"),
            {**task("bench_dev", "e_false_alarm", "alone", 0.5), "positives": 0},
        ],
        "documents": [{"kind": "native", "sentences": 900, "held": [0.0123, 0.01, 0.02]}],
    }


def test_figures_show_what_was_measured_and_its_date() -> None:
    block = render_figures(metrics())
    assert "2025-01-02" in block
    assert "0.871 [0.82, 0.92]" in block
    assert "0.861" in block
    assert "name, desk sentences" in block
    assert "0.812" in block
    assert "0.799" not in block
    assert "1.2% [1.0%, 2.0%]" in block


def test_a_set_that_was_not_measured_is_left_out() -> None:
    block = render_figures({**metrics(), "tasks": [], "documents": []})
    assert "desk" not in block
    assert "operating point" not in block


def test_figures_replace_only_what_lies_between_the_marks() -> None:
    text = f"# Title\n{START}\nold\n{END}\nrest\n"
    new = replace_figures(text, "fresh\n")
    assert new == f"# Title\n{START}\nfresh\n{END}\nrest\n"
    assert replace_figures(new, "fresh") == new


@pytest.mark.parametrize(
    "text", ["no marks", START, f"{END}{START}", f"{START}{END}{START}{END}", END]
)
def test_a_readme_without_both_marks_once_is_refused(text: str) -> None:
    with pytest.raises(FiguresError, match="figures:start"):
        replace_figures(text, "fresh")


def test_the_command_writes_and_checks(tmp_path: Path) -> None:
    numbers, text = tmp_path / "metrics.json", tmp_path / "README.md"
    write_metrics(numbers, metrics())
    assert read_metrics(numbers) == metrics()
    text.write_text(f"# Ours\n\n{START}\n{END}\n")
    arguments = ["--metrics", str(numbers), "--readme", str(text)]
    assert readme.main([*arguments, "--check"]) == 1
    assert readme.main(arguments) == 0
    assert "0.871" in text.read_text()
    assert readme.main([*arguments, "--check"]) == 0
    assert readme.main(["--metrics", str(tmp_path / "none.json"), "--readme", str(text)]) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"format": 2, "tasks": []}', '{"format": 1}'])
def test_another_file_is_no_metrics(tmp_path: Path, content: str) -> None:
    path = tmp_path / "metrics.json"
    path.write_text(content)
    with pytest.raises(FiguresError, match=r"eval\.run"):
        read_metrics(path)


def test_the_card_tells_how_the_bundle_was_made_and_measured(tiny_bundle: Path) -> None:
    manifest = replace(
        load_bundle(tiny_bundle).manifest,
        parity={"sentences": 500, "changed_verdicts": 0.002},
        calibrated_on={"date": "2025-01-01", "recall": {"desk_dev": {"rows": 9, "held": 0.5}}},
    )
    text = render_card(manifest, metrics(manifest.files["model.onnx"]))
    assert text.startswith("---\n")
    for expected in (
        "# tiny 1", "`country`", "0.871", "changed verdicts: 0.002", "desk dev: rows 9, held 0.5",
        "48 tokens", manifest.files["model.onnx"], "## Limits",
    ):  # fmt: skip
        assert expected in text, expected


def test_figures_of_other_weights_are_refused(tmp_path: Path, tiny_bundle: Path) -> None:
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps(metrics()))
    with pytest.raises(FiguresError, match="expected figures of model"):
        render_card(load_bundle(tiny_bundle).manifest, metrics())
    assert card.main(["--bundle", str(tiny_bundle), "--metrics", str(path)]) == 2
    assert card.main(["--bundle", str(tmp_path), "--metrics", str(path)]) == 2


def facts_figures() -> dict[str, object]:
    way = {"wrong_held": [0.94, 0.9, 0.97, 216, 230], "right_held": [0.0, 0.0, 0.016, 0, 230]}
    return {
        "created": "2026-01-01",
        "people": 400,
        "countries": 150,
        "facts": way,
        "model": way,
        "both": way,
        "news": [0.0001, 0.0, 0.0002, 3, 43000],
        "milliseconds_per_sentence": 0.2,
    }


def test_facts_show_their_figures_between_their_own_marks(tmp_path: Path) -> None:
    text, metrics_file, facts = tmp_path / "R.md", tmp_path / "m.json", tmp_path / "f.json"
    marks = "".join(
        f"<!-- {name}:start -->\n<!-- {name}:end -->\n" for name in ("facts", "figures")
    )
    text.write_text(marks)
    metrics_file.write_text(json.dumps(metrics()))
    arguments = ["--metrics", str(metrics_file), "--readme", str(text), "--facts", str(facts)]
    assert readme.main(arguments) == 2  # the block is asked for and its figures are missing
    facts.write_text(json.dumps(facts_figures()))
    assert readme.main(arguments) == 0
    shown = text.read_text()
    assert "94.0% [90.0%, 97.0%]" in shown
    assert "3 false alarms (0.01%)" in shown
    facts.write_text("{}")
    assert readme.main(arguments) == 2
