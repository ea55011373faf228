"""Judged sentences as training passages: copies, and clean ones beside their damaged twins."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from training_samples import RECIPE, REGISTRY, sentence

from training.silver import damaged_silver, silver_passages


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    rows = [
        {
            "id": f"s{number}",
            "text": sentence(number),
            "severity": number % 3,
            "labels": [] if number % 3 == 0 else ["mt"],
            "spans": [],
            "origin": "mt",
            "source": f"paper-{number}",
        }
        for number in range(30)
    ]
    folder = tmp_path / "handlabels"
    folder.mkdir()
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "silver_train.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_first_copy_is_bare_and_the_others_are_scarred(shared: Path) -> None:
    made = list(silver_passages(shared, 3.0, Random(1), str, 1.0))
    first = [passage for passage in made if "~" not in passage.id]
    later = [passage for passage in made if "~" in passage.id]
    assert [passage.sentences for passage in first] == [(sentence(n),) for n in range(30)]
    assert len(later) == 60
    assert sum(passage.sentences != passage.origins for passage in later) > 30
    assert all(passage.targets[0].hold in (0.0, 0.25, 1.0) for passage in later)


def test_only_clean_sentences_get_a_damaged_twin_of_the_same_split_key(shared: Path) -> None:
    recipe = replace(RECIPE, silver_twins=5)
    made = list(damaged_silver(shared, recipe, REGISTRY, Random(1), str))
    assert len(made) == 5
    for passage in made:
        number = int(passage.id.split("|s")[1])
        assert number % 3 == 0
        assert passage.key == f"paper-{number}"
        assert passage.origins == (sentence(number),)
        assert passage.sentences != passage.origins
        assert passage.targets[0].hold > 0
    assert not list(
        damaged_silver(shared, replace(RECIPE, silver_twins=0), REGISTRY, Random(1), str)
    )


def test_twins_stop_where_sentences_end(shared: Path) -> None:
    made = list(damaged_silver(shared, replace(RECIPE, silver_twins=500), REGISTRY, Random(1), str))
    assert len(made) == 10
