"""Graded translations: what readers held of outputs far from their reference is learnt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from training import graded
from training.graded import Compared, Grader
from training.likelihood import Likelihoods, score

NOUNS = "harbour budget storm council bridge orchestra museum ferry teacher market".split()
VERBS = "closed opened delayed praised repaired visited criticised moved sold counted".split()


def sentence(rng: Random) -> str:
    parts = [f"the {rng.choice(NOUNS)} {rng.choice(VERBS)} the {rng.choice(NOUNS)}"]
    parts.append(f"after {rng.randint(2, 90)} days because the {rng.choice(NOUNS)} was late")
    return " ".join(parts).capitalize() + "."


def broken(text: str, rng: Random) -> str:
    words = text.lower().split()
    rng.shuffle(words)
    return " ".join([*words[: len(words) // 2], "of", "them", "gone"])


def write(root: Path, count: int) -> Path:
    rng = Random(5)
    folder = root / "handlabels"
    folder.mkdir(parents=True)
    lines = []
    for number in range(count):
        text, severity = sentence(rng), (0, 2, 1)[number % 3]
        lines.append(
            {
                "id": f"s{number}",
                "text": broken(text, rng) if severity else text,
                "ref": text,
                "severity": severity,
                "labels": ["mt"] if severity else [],
                "spans": [["mt", 0, 3]] if severity else [],
                "origin": "wmt-any",
                "source": f"2030|xx-en|{number}|system{number % 4}",
            }
        )
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "silver_train.jsonl").write_text(text, encoding="utf-8")
    return root


SCORES = {("2030", "xx-en", f"system{n}"): 0.1 * n for n in range(3)}  # one lacks a score


def test_an_output_far_from_its_reference_is_held_more(tmp_path: Path) -> None:
    grader = Grader.fit(write(tmp_path, graded.FEWEST), SCORES)
    assert grader is not None
    assert grader.auc > 0.9
    rng = Random(6)
    system = ("2030", "xx-en", "system1")
    references = [sentence(rng) for _ in range(40)]
    right = grader.holds([Compared(system, text, text) for text in references])
    wrong = grader.holds([Compared(system, broken(text, rng), text) for text in references])
    assert right.shape == wrong.shape == (40,)
    assert (np.concatenate([right, wrong]) >= 0).all()
    assert (np.concatenate([right, wrong]) <= 1).all()
    assert right.mean() < 0.2 < 0.5 < wrong.mean()


def test_a_system_that_nobody_scored_and_empty_texts_are_graded_too(tmp_path: Path) -> None:
    grader = Grader.fit(write(tmp_path, graded.FEWEST), SCORES)
    assert grader is not None
    unknown = ("2031", "yy-en", "new")
    holds = grader.holds([Compared(unknown, "", "The ferry was late."), Compared(unknown, "a", "")])
    assert np.isfinite(holds).all()
    assert grader.holds([]).shape == (0,)


class Told:
    """A language model that says what it is told to."""

    def __init__(self, losses: list[tuple[str, float]]) -> None:
        self.losses = dict(losses)
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        self.texts = list(texts)
        return [[number] for number in range(len(texts))]

    def surprisals(self, encoded: Sequence[Sequence[int]]) -> Iterator[tuple[int, Any]]:
        for place, (number,) in enumerate(encoded):
            yield place, np.full(10, self.losses[self.texts[number]] / 10, dtype=np.float32)


def store(folder: Path, losses: list[tuple[str, float]]) -> Path:
    score([text for text, _ in losses], folder, Told(losses))
    return folder


def test_likelihoods_tell_apart_what_words_do_not(tmp_path: Path) -> None:
    write(tmp_path, graded.FEWEST)
    path = tmp_path / "handlabels" / "silver_train.jsonl"
    rng = Random(8)
    rows, stored = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        # Outputs as far from their references whether they are damaged or not.
        row["text"] = broken(row["ref"], rng)
        rows.append(json.dumps(row) + "\n")
        loss = 90.0 if row["severity"] else 30.0
        stored += [(row["text"], loss + rng.random()), (row["ref"], 30.0 + rng.random())]
    path.write_text("".join(rows), encoding="utf-8")
    folder = store(tmp_path / "likely", stored)
    grader = Grader.fit(tmp_path, SCORES, Likelihoods.read(folder))
    assert grader is not None
    assert grader.likelihood_auc is not None
    assert grader.plain_auc is not None
    assert grader.likelihood_auc > 0.95 > 0.7 > grader.plain_auc
    system = ("2030", "xx-en", "system1")
    known = Compared(system, *(stored[0][0], stored[1][0]))
    unknown = Compared(system, "never scored by anyone", stored[1][0])
    assert np.isfinite(grader.holds([known, unknown, known])).all()
    assert grader.holds([known, unknown])[1] == grader.holds([unknown])[0]


def test_too_few_likelihoods_change_nothing(tmp_path: Path) -> None:
    write(tmp_path, graded.FEWEST)
    folder = store(tmp_path / "likely", [("never seen", 3.0)])
    grader = Grader.fit(tmp_path, SCORES, Likelihoods.read(folder))
    plain = Grader.fit(tmp_path, SCORES)
    assert grader is not None
    assert plain is not None
    assert grader.likelihood_auc is None
    assert grader.auc == plain.auc


@pytest.mark.parametrize("count", [0, graded.FEWEST - 1])
def test_too_few_judged_rows_teach_nothing(tmp_path: Path, count: int) -> None:
    assert Grader.fit(write(tmp_path, count), SCORES) is None
