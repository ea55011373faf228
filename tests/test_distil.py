"""A student that follows its teacher: which layers, which targets, and what it comes to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_run import CLEAN_PASSAGES, WINDOW, log_of, tiny_settings, train_tiny

from training.batches import Batch
from training.distil import (
    DistilError,
    Teacher,
    followed,
    logit_loss,
    read_states,
    soften,
    state_loss,
)
from training.encoders import load_base, origin, save_model
from training.export import export
from training.predict import sentence_logits
from training.settings import TrainSettings
from training.shrink import keep_layers
from training.train import Trainer

DOCUMENTS = list(map(list, CLEAN_PASSAGES))


@pytest.fixture(scope="module")
def trained(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_tiny(inputs, tmp_path_factory.mktemp("teacher"))


@pytest.fixture(scope="module")
def student(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the trained model with its first layer only."""
    small = keep_layers(load_base(str(trained)), [0])
    folder = tmp_path_factory.mktemp("student")
    save_model(folder, small.model, small.tokenizer, small.history[-1] | {"history": []})
    return folder


def batch(targets: list[float], tokens: list[float]) -> Batch:
    """One window of four tokens, the middle two of one sentence."""
    return Batch(
        input_ids=torch.tensor([[1, 2, 3, 0]]),
        attention_mask=torch.tensor([[1, 1, 1, 0]]),
        sentence_ids=torch.tensor([[-1, 0, 0, -1]]),
        targets=torch.tensor([[targets]]),
        token_targets=torch.tensor([[[-1.0] * 6, tokens, tokens, [-1.0] * 6]]),
        weights=torch.ones(1, 1),
        tokens=3,
    )


@pytest.mark.parametrize(
    ("student", "teacher", "expected"),
    [(1, 6, (5,)), (2, 6, (2, 5)), (6, 6, (0, 1, 2, 3, 4, 5)), (5, 6, (0, 1, 3, 4, 5))],
)
def test_layers_are_followed_at_the_same_depth(
    student: int, teacher: int, expected: tuple[int, ...]
) -> None:
    assert followed(student, teacher) == expected


@pytest.mark.parametrize("student", [0, 7])
def test_a_student_is_not_deeper_than_its_teacher(student: int) -> None:
    with pytest.raises(DistilError, match=f"the student's {student} layers, found 6"):
        followed(student, 6)


def test_targets_move_towards_the_teacher_and_unknown_ones_are_its_own() -> None:
    logits = torch.zeros(1, 4, 12)
    logits[..., 6] = 20.0  # the highest token says any, surely; the others one half
    soft = soften(batch([0, 1, -1, -1, 1, 0], [0, 1, -1, 0, 0, 0]), logits, 0.8, "mean+max")
    expected = torch.tensor([0.8, 0.6, 0.5, 0.5, 0.6, 0.4])
    torch.testing.assert_close(soft.targets[0, 0], expected)
    tokens = torch.tensor([0.8, 0.6, 0.5, 0.4, 0.4, 0.4])
    torch.testing.assert_close(soft.token_targets[0, 1], tokens)
    assert (soft.token_targets[0, [0, 3]] == -1).all()  # no token of a sentence


def test_states_are_compared_where_there_is_text() -> None:
    torch.manual_seed(3)
    theirs = [torch.randn(2, 50, 8) for _ in range(2)]
    mask = torch.ones(2, 50)
    mask[:, 40:] = 0
    assert float(state_loss(theirs, theirs, mask)) == 0
    spoilt = [states.clone() for states in theirs]
    for states in spoilt:
        states[:, 40:] += 100
    assert float(state_loss(spoilt, theirs, mask)) == 0
    mean = [states[:, :40].mean(dim=(0, 1)).expand_as(states) for states in theirs]
    assert float(state_loss(mean, theirs, mask)) == pytest.approx(1, abs=0.05)
    # Of twice the size both, the same share is missed.
    twice = [2 * states for states in theirs]
    assert float(state_loss([2 * states for states in mean], twice, mask)) == pytest.approx(
        float(state_loss(mean, theirs, mask)), rel=1e-4
    )


def test_logits_are_compared_by_sentence_and_by_token() -> None:
    one = batch([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0])
    theirs = torch.zeros(1, 4, 12)
    assert float(logit_loss(theirs, theirs, one, "mean+max")) == 0
    ours = theirs.clone()
    ours[:, [0, 3]] = 50.0  # no token of a sentence
    assert float(logit_loss(ours, theirs, one, "mean+max")) == 0
    ours = theirs.clone()
    ours[:, 1, 6] = 3.0  # one of two tokens, one of twelve channels, the highest of any
    told = float(logit_loss(ours, theirs, one, "mean+max"))
    assert told == pytest.approx(9 / 6 + 9 / 24)
    # A difference far from the threshold counts as one at it.
    far = float(logit_loss(ours - 8, theirs - 8, one, "mean+max"))
    assert far == pytest.approx(told)


def test_a_student_comes_nearer_to_its_teacher(
    inputs: Path, trained: Path, student: Path, tmp_path: Path
) -> None:
    whole = load_base(str(trained))
    expected = np.concatenate(sentence_logits(whole.model, whole.tokenizer, DOCUMENTS, WINDOW))

    def apart(folder: Path) -> float:
        base = load_base(str(folder))
        found = np.concatenate(sentence_logits(base.model, base.tokenizer, DOCUMENTS, WINDOW))
        return float(np.abs(found - expected).mean())

    model = train_tiny(inputs, tmp_path, base=str(student), teacher=str(trained), teacher_share=1.0)
    assert apart(model) < apart(student)
    history = load_base(str(model)).history
    assert history[-1]["settings"]["teacher"] == str(trained)
    assert history[-1]["taught"] == origin(trained) | {"share": 1.0}
    training = [event for event in log_of(tmp_path) if event["event"] == "train"]
    assert training[-1]["loss"] < training[0]["loss"]


def test_the_teacher_itself_learns_nothing(
    inputs: Path, trained: Path, student: Path, tmp_path: Path
) -> None:
    settings = replace(tiny_settings(inputs, tmp_path), base=str(student), teacher=str(trained))
    trainer = Trainer(settings)
    assert trainer.teacher is not None
    before = {name: value.clone() for name, value in trainer.teacher.model.state_dict().items()}
    assert trainer.run()
    for name, value in trainer.teacher.model.state_dict().items():
        assert torch.equal(before[name], value)


def test_a_bundle_teaches_what_its_graph_says(trained: Path, tmp_path: Path) -> None:
    export(trained, tmp_path, "tiny", "1", "2026-01-01")
    whole = load_base(str(tmp_path))
    teacher = Teacher(str(tmp_path), whole, torch.device("cpu"))
    # Rows of several passes, the last one padded.
    ids = torch.arange(7 * 64).view(7, 64) % 50 + 5
    mask = torch.ones_like(ids)
    mask[-1, 40:] = 0
    given = replace(batch([0.0] * 6, [0.0] * 6), input_ids=ids, attention_mask=mask)
    lesson = teacher.read(given)
    with torch.no_grad():
        logits, states = read_states(whole.model, given)
    seen = mask.bool()
    assert len(lesson.states) == len(states)
    for found, expected in zip((lesson.logits, *lesson.states), (logits, *states), strict=True):
        assert found.shape == expected.shape
        apart = (found - expected)[seen].abs().mean()
        assert apart < 0.1 * expected[seen].std()
    assert not torch.equal(lesson.logits, logits)  # 8 bits, not torch


def test_another_tokenizer_or_width_is_refused(trained: Path, tmp_path: Path) -> None:
    device = torch.device("cpu")
    other = load_base(str(trained))
    other.tokenizer.add_tokens(["Kyiv"])
    with pytest.raises(DistilError, match="expected the student's tokenizer"):
        Teacher(str(trained), other, device)
    narrow = load_base(str(trained))
    narrow.model.config.hidden_size = 8
    with pytest.raises(DistilError, match="states of width 8 as the student has, found 16"):
        Teacher(str(trained), narrow, device)


@pytest.mark.parametrize(
    ("name", "value"),
    [("teacher_share", 0.0), ("teacher_share", 1.1), ("state_loss", -0.1), ("logit_loss", -1.0)],
)
def test_shares_and_weights_out_of_range_are_refused(name: str, value: float) -> None:
    values: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=rf"{name}: expected .*, found {value}"):
        TrainSettings(data=Path("d"), out=Path("o"), **values)
