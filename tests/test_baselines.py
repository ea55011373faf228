"""The trivial rivals: deterministic, cached, and refusing what cannot teach them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.baselines import (
    BaselineError,
    NgramBaseline,
    NgramSettings,
    majority_figures,
    sample_training_sentences,
    word_counts,
)

SMALL = NgramSettings(sentences=200, min_df=1, max_features=2000)

CLEAN = "The council of town {n} approved the new budget on Tuesday."
DAMAGED = "The counqxil of town {n} approqxved the newqx budget."


def write_train_set(folder: Path, passages: int = 40) -> Path:
    datasets = pytest.importorskip("datasets")
    rows = [
        {
            "split": "dev" if n % 10 == 9 else "train",
            "sentences": [CLEAN.format(n=n), DAMAGED.format(n=n), f"Awkward case number {n}."],
            "hold": [0.0, 1.0, 0.3 if n % 2 else -1.0],
        }
        for n in range(passages)
    ]
    datasets.Dataset.from_list(rows).save_to_disk(str(folder))
    return folder


def test_word_counts() -> None:
    assert word_counts(["", "one", "two  words"]).tolist() == [0, 1, 2]


def test_majority_knows_only_the_commoner_class() -> None:
    assert majority_figures(np.array([0, 0, 0, 1])) == {"accuracy": 0.75, "f1": 0.0}
    most = majority_figures(np.array([1, 1, 1, 0]))
    assert most["accuracy"] == 0.75
    assert most["f1"] == pytest.approx(6 / 7)
    with pytest.raises(BaselineError):
        majority_figures(np.zeros(0, dtype=np.int64))


def test_sampling_takes_train_rows_with_a_clear_target(tmp_path: Path) -> None:
    texts, classes = sample_training_sentences(write_train_set(tmp_path / "set"), SMALL)
    assert len(texts) == len(set(texts)) == 72
    assert sum(classes) == 36
    assert not any(text.startswith("Awkward") for text in texts)
    assert CLEAN.format(n=9) not in texts


def test_sampling_keeps_to_the_number_asked_for(tmp_path: Path) -> None:
    folder = write_train_set(tmp_path / "set")
    settings = NgramSettings(sentences=10)
    first = sample_training_sentences(folder, settings)
    assert len(first[0]) == 10
    assert first == sample_training_sentences(folder, settings)


def test_ngrams_learn_letters_and_are_read_back_from_the_cache(tmp_path: Path) -> None:
    folder = write_train_set(tmp_path / "set")
    fitted = NgramBaseline.load_or_fit(folder, tmp_path / "cache", SMALL)
    unseen = [CLEAN.format(n=777), DAMAGED.format(n=777)]
    scores = fitted.scores(unseen)
    assert scores[1] > 0 > scores[0]
    assert len(list((tmp_path / "cache").iterdir())) == 1
    again = NgramBaseline.load_or_fit(folder, tmp_path / "cache", SMALL)
    assert again.scores(unseen).tolist() == scores.tolist()
    assert fitted.scores([]).shape == (0,)


def test_another_training_set_is_another_model(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    NgramBaseline.load_or_fit(write_train_set(tmp_path / "one"), cache, SMALL)
    NgramBaseline.load_or_fit(write_train_set(tmp_path / "two", passages=50), cache, SMALL)
    assert len(list(cache.iterdir())) == 2


def test_refuses_missing_sets_and_one_class(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"training\.build"):
        NgramBaseline.load_or_fit(tmp_path / "nowhere", tmp_path / "cache", SMALL)
    with pytest.raises(BaselineError, match="not found"):
        sample_training_sentences(tmp_path / "nowhere", SMALL)
    with pytest.raises(BaselineError, match="damaged and clean"):
        NgramBaseline.fit(["a sentence"], [1], SMALL)
