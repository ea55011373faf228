"""Ablations: what changes in a variant's training, that runs are kept, and what the table says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from eval_samples import write_shared
from tiny_run import WINDOW, write_inputs
from typer.testing import CliRunner

from babelproof.labels import CHANNELS, LABELS, Label
from eval.ablations.__main__ import main
from eval.ablations.figures import questions, records, rivals
from eval.ablations.page import page
from eval.ablations.runs import DOCUMENTS, Run
from eval.ablations.variants import VARIANTS, sentences_alone, without_corruptions_of
from eval.sets import load_document_set, load_text_sets

PASSAGE: Mapping[str, Any] = {
    "id": "p",
    "source": "ours",
    "kind": "role",
    "split": "train",
    "sentences": ["One.", "Two."],
    "hold": [0.0, 1.0],
    "labels": [[0.0] * 5, [float(label == Label.ROLE) for label in LABELS]],
    "spans": [{"sentence": 1, "label": "role", "start": 0, "end": 3}],
    "spans_known": [True, True],
    "weight": [1.0, 0.5],
}


def test_sentences_alone_keep_their_own_targets() -> None:
    first, second = sentences_alone(PASSAGE)
    assert (first["sentences"], first["hold"], first["spans"]) == (["One."], [0.0], [])
    assert (second["sentences"], second["weight"]) == (["Two."], [0.5])
    assert second["spans"] == [{"sentence": 0, "label": "role", "start": 0, "end": 3}]
    assert second["labels"] == [PASSAGE["labels"][1]]
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("kind", "label", "kept"),
    [
        ("role", Label.ROLE, False),
        ("several", Label.ROLE, False),
        ("role", Label.NAME, True),
        ("silver.ru1tv", Label.ROLE, True),
        ("wmt.graded", Label.ROLE, True),
        ("silver_article.mt", Label.ROLE, True),
    ],
)
def test_only_our_own_corruptions_of_the_label_go(kind: str, label: Label, kept: bool) -> None:
    passage = {**PASSAGE, "kind": kind}
    assert list(without_corruptions_of(label)(passage)) == ([passage] if kept else [])


def test_a_clean_passage_stays_whatever_label_goes() -> None:
    clean = {**PASSAGE, "kind": "clean", "labels": [[0.0] * 5] * 2, "spans": []}
    for label in LABELS:
        assert list(without_corruptions_of(label)(clean)) == [clean]


def test_variants_have_names_of_their_own() -> None:
    names = [variant.name for variant in VARIANTS]
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shared(tmp_path_factory.mktemp("shared"))


def made_run(shared: Path, variant: str, seed: int, good: bool) -> Run:
    """Make a run that ranks damaged sentences first, or all alike."""
    rng = np.random.default_rng(seed)
    scores = {}
    for texts in load_text_sets(shared):
        logits = rng.normal(size=(len(texts.texts), len(CHANNELS)))
        if good:
            logits[["quoted" in text for text in texts.texts]] += 9
        scores[f"{texts.name} {texts.setting}"] = logits.astype(np.float32)
    sentences = [s for d in load_document_set(shared).documents for s in d.sentences]
    logits = rng.normal(size=(len(sentences), len(CHANNELS)))
    if good:
        logits[["quoted" in text for text in sentences]] += 9
    scores[DOCUMENTS] = logits.astype(np.float32)
    about = {"variant": variant, "seed": seed, "tokens": 1000 * seed, "processor": "a processor"}
    return Run(about, scores)


def test_a_variant_that_ranks_by_chance_is_shown_below_the_whole(shared: Path) -> None:
    asked = questions(load_text_sets(shared), load_document_set(shared), None, seed=0)
    # Nothing in the samples is labelled otherwise.
    assert set(asked) == {"desk", "swaps", "swaps alone", "`role`", "documents"}
    runs = [made_run(shared, "whole", seed, good=True) for seed in (1, 2)]
    runs += [made_run(shared, "max", seed, good=False) for seed in (2, 3)]
    whole, other = records(runs, asked)
    assert (whole["variant"], whole["seeds"], whole["difference"]) == ("whole", [1, 2], None)
    assert whole["auc"]["desk"] == [1.0, 1.0, 1.0]
    assert (other["variant"], other["seeds"], other["tokens"]) == ("max", [2, 3], [2000, 3000])
    value, low, high = other["difference"]["desk"]
    assert low <= value <= high < 0
    found = {
        "about": {"base": "b", "config": "c.toml", "minutes": 25.0, "most_tokens": None},
        "variants": [whole, other],
        "rivals": rivals(asked),
    }
    text = page(found)
    assert f"**{value:+.3f}" in text
    assert "1.000 [1.00, 1.00]" in text
    assert "length in words" in text
    assert "a processor" in text


def test_a_seed_that_the_whole_lacks_has_no_difference(shared: Path) -> None:
    asked = questions(load_text_sets(shared), load_document_set(shared), None, seed=0)
    runs = [made_run(shared, "whole", 1, good=True), made_run(shared, "mean", 2, good=True)]
    assert [record["difference"] for record in records(runs, asked)] == [None, None]


def test_sentences_that_were_not_read_rank_as_clean(shared: Path) -> None:
    asked = questions(load_text_sets(shared), load_document_set(shared), None, seed=0)
    run = made_run(shared, "whole", 1, good=True)
    for logits in run.scores.values():
        logits[:] = np.nan
    (record,) = records([run], asked)
    assert record["auc"]["desk"][0] == 0.5


class TestCommand:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("ablations")
        write_inputs(folder)
        window = "\n".join(
            f"{name} = {getattr(WINDOW, name)}"
            for name in ("max_tokens", "stride", "context_tokens")
        )
        (folder / "config.toml").write_text(
            f'batch_tokens = 96\nprecision = "fp32"\n[window]\n{window}\n', encoding="utf-8"
        )
        return folder

    def run(self, folder: Path, shared: Path, *more: str) -> tuple[int, str]:
        options = {
            "--train-set": folder / "data",
            "--base": folder / "base",
            "--config": folder / "config.toml",
            "--work": folder / "work",
            "--runs": folder / "runs",
            "--shared": shared,
            "--cache": folder / "cache",
            "--out": folder / "ablations.json",
            "--to": folder / "ablations.md",
        }
        app = typer.Typer()
        app.command()(main)
        given = [str(part) for pair in options.items() for part in pair]
        result = CliRunner().invoke(app, [*given, *more])
        return result.exit_code, result.stderr

    def test_trains_measures_and_keeps(self, folder: Path, shared: Path) -> None:
        budget = ("--minutes", "1", "--tokens", "300", "--seeds", "1")
        code, told = self.run(folder, shared, *budget, "--only", "no-context")
        assert (code, "no-context, seed 1" in told) == (0, True), told
        found = json.loads((folder / "ablations.json").read_text(encoding="utf-8"))
        assert [row["variant"] for row in found["variants"]] == ["whole", "no-context"]
        assert all(len(row["difference"] or {}) != 0 for row in found["variants"][1:])
        assert "ngrams" in found["rivals"]
        assert "each sentence by itself" in (folder / "ablations.md").read_text(encoding="utf-8")
        assert not list((folder / "work").rglob("*.safetensors"))

        kept = folder / "runs" / "whole-1" / "scores.npz"
        made = kept.stat().st_mtime_ns
        code, told = self.run(folder, shared, *budget, "--only", "mean")
        assert code == 0, told
        assert kept.stat().st_mtime_ns == made
        found = json.loads((folder / "ablations.json").read_text(encoding="utf-8"))
        assert {row["variant"] for row in found["variants"]} == {"whole", "no-context", "mean"}

        code, told = self.run(folder, shared, "--minutes", "2", "--seeds", "1")
        assert code == 2
        assert "choose another --runs" in told

    def test_a_variant_of_another_set_is_made_anew(self, folder: Path, shared: Path) -> None:
        manifest = folder / "data" / "manifest.json"
        was = manifest.read_text(encoding="utf-8")
        budget = ("--minutes", "1", "--tokens", "200", "--seeds", "3", "--only", "no-context")
        hashes = set()
        for name in ("one", "other"):
            other = {**json.loads(was), "data_hash": name}
            manifest.write_text(json.dumps(other), encoding="utf-8")
            runs = folder / f"runs-{name}"
            code, told = self.run(folder, shared, *budget, "--runs", str(runs))
            assert code == 0, told
            hashes.add(json.loads((runs / "no-context-3" / "run.json").read_text())["data_hash"])
        manifest.write_text(was, encoding="utf-8")
        sets = (folder / "work" / "sets").glob("no-context*/manifest.json")
        made = {json.loads(path.read_text(encoding="utf-8"))["data_hash"] for path in sets}
        assert hashes == {"one", "other"}
        assert {"one no-context", "other no-context"} <= made

    def test_an_unknown_variant_is_refused(self, folder: Path, shared: Path) -> None:
        code, told = self.run(folder, shared, "--only", "no-luck")
        assert code == 2
        assert "--only: expected one of whole" in told
