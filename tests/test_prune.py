"""Pruning: what goes is what the others speak for, and the rest makes up for it."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from student_samples import DOCUMENTS, MAKERS, RECORD, logits, teacher_of
from test_graph import mpnet

from training.encoders import Base, load_base, save_model
from training.layouts import Layout
from training.prune import ShrinkError, prune


@pytest.fixture(scope="module", params=MAKERS)
def teacher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Base:
    return teacher_of(request.param, tmp_path_factory.mktemp("teacher"))


def distance(one: Base, other: Base) -> float:
    return float(np.square(logits(one) - logits(other)).sum())


def fewest_heads(teacher: Base) -> int:
    """Say how many of two heads stay: both, where they share what they gain by distance."""
    return 1 if Layout.of(teacher.model.config).distances is None else 2


def unfitted(small: Base, whole: Base) -> Base:
    """Give `small` with the outer weights of the units that it kept as they were in `whole`."""
    cut = replace(small, model=copy.deepcopy(small.model))
    before, after = whole.model.state_dict(), dict(cut.model.named_parameters())
    with torch.no_grad():
        for names in Layout.of(whole.model.config).layers:
            rows = before[f"{names.inner}.bias"].tolist()
            kept = [rows.index(value) for value in after[f"{names.inner}.bias"].tolist()]
            after[f"{names.outer}.weight"].copy_(before[f"{names.outer}.weight"][:, kept])
            for name in (f"{names.outer}.bias", f"{names.attended}.weight"):
                after[name].copy_(before[name])
    return cut


def shape(base: Base, name: str) -> tuple[int, ...]:
    return tuple(base.model.state_dict()[f"{name}.weight"].shape)


def test_all_sizes_kept_is_the_model_itself(teacher: Base) -> None:
    assert prune(teacher, None, None, []) is teacher
    assert prune(teacher, 2, 32, []) is teacher


def test_every_layer_has_the_sizes_asked_for(teacher: Base) -> None:
    before = logits(teacher)
    heads = fewest_heads(teacher)
    small = prune(teacher, heads, 12, DOCUMENTS)
    for names in Layout.of(teacher.model.config).layers:
        for part in (names.query, names.key, names.value):
            assert shape(small, part) == (8 * heads, 16)
            assert shape(teacher, part) == (16, 16)
        assert shape(small, names.attended) == (16, 8 * heads)
        assert shape(small, names.inner) == (12, 16)
        assert shape(small, names.outer) == (16, 12)
    np.testing.assert_array_equal(logits(teacher), before)
    assert np.isfinite(logits(small)).all()


def test_what_says_nothing_goes_and_changes_nothing(teacher: Base) -> None:
    """Twenty units and a head are silenced, in two ways: unheard, or with nothing to say."""
    quiet = replace(teacher, model=copy.deepcopy(teacher.model))
    state = dict(quiet.model.named_parameters())
    with torch.no_grad():
        for names in Layout.of(quiet.model.config).layers:
            state[f"{names.outer}.weight"][:, :15] = 0
            state[f"{names.inner}.weight"][15:20] = 0
            state[f"{names.inner}.bias"][15:20] = 0
            state[f"{names.attended}.weight"][:, 8:] = 0
    heads = fewest_heads(quiet)
    small = prune(quiet, heads, 12, DOCUMENTS)
    first = Layout.of(quiet.model.config).layers[0]
    kept = small.model.state_dict()
    assert torch.equal(kept[f"{first.inner}.weight"], state[f"{first.inner}.weight"][20:])
    assert torch.equal(kept[f"{first.query}.bias"], state[f"{first.query}.bias"][: 8 * heads])
    np.testing.assert_allclose(logits(small), logits(quiet), atol=1e-3)


def test_a_twin_is_spoken_for_by_its_twin(teacher: Base) -> None:
    """Two units that say the same: one goes, and the other gives what both gave."""
    twins = replace(teacher, model=copy.deepcopy(teacher.model))
    state = dict(twins.model.named_parameters())
    with torch.no_grad():
        for names in Layout.of(twins.model.config).layers:
            for kind in ("weight", "bias"):
                state[f"{names.inner}.{kind}"][16:] = state[f"{names.inner}.{kind}"][:16]
    small = prune(twins, None, 16, DOCUMENTS)
    assert distance(small, twins) < 0.02 * distance(unfitted(small, twins), twins)


def test_fitted_weights_come_nearer_than_those_that_were_there(teacher: Base) -> None:
    small = prune(teacher, 2, 20, DOCUMENTS)
    assert distance(small, teacher) < distance(unfitted(small, teacher), teacher)


def test_a_pruned_model_is_kept_exported_and_read_again(teacher: Base, tmp_path: Path) -> None:
    small = prune(teacher, fewest_heads(teacher), 12, DOCUMENTS)
    record = {**RECORD, "base_encoder": "base", "cased": False, "history": []}
    save_model(tmp_path / "model", small.model, small.tokenizer, record)
    again = load_base(str(tmp_path / "model"))
    np.testing.assert_allclose(logits(again), logits(small), atol=1e-6)


@pytest.mark.parametrize(
    ("heads", "inner", "expected"),
    [
        (0, None, "heads: expected 1 to 2 heads, found 0"),
        (3, None, "heads: expected 1 to 2 heads, found 3"),
        (None, 0, "inner: expected 1 to 32 units, found 0"),
        (None, -3, "found -3"),
        (None, 33, "found 33"),
    ],
)
def test_sizes_that_are_not_there_are_refused(
    teacher: Base, heads: int | None, inner: int | None, expected: str
) -> None:
    with pytest.raises(ShrinkError, match=expected):
        prune(teacher, heads, inner, DOCUMENTS)


def test_without_text_there_is_nothing_to_fit_on(teacher: Base) -> None:
    with pytest.raises(ShrinkError, match="expected text to fit them on, found none"):
        prune(teacher, None, 12, [])


def test_heads_that_share_what_they_gain_by_distance_stay(tmp_path: Path) -> None:
    with pytest.raises(ShrinkError, match="heads: expected an encoder whose heads attend by"):
        prune(mpnet(tmp_path / "base"), 1, None, DOCUMENTS)
