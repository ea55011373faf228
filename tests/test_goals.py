"""Goals: each is asked of the figure it names, at its bound, and only where it was measured."""

from __future__ import annotations

from typing import Any

import pytest

from eval.figures import render_figures
from eval.goals import goals


def record(name: str, part: str, setting: str, **figures: float | None) -> dict[str, Any]:
    return {
        "set": name,
        "part": part,
        "setting": setting,
        "channel": "any",
        "beats_ngrams": None,
        "length": {"auc_binned": [None, None, None]},
        "ngrams": None,
        "detector": {figure: [value, None, None] for figure, value in figures.items()},
    }


@pytest.mark.parametrize(
    ("name", "part", "setting", "figure", "bound", "at_least"),
    [
        ("desk_dev", "hold", "alone", "auc", 0.95, True),
        ("desk_dev", "hold", "alone", "recall_at_1", 0.6, True),
        ("swaps_dev", "hold", "context", "recall_at_2", 0.6, True),
        ("articles_dev", "label country", "context", "held_positive", 1.0, True),
        ("articles_dev", "boilerplate", "context", "held_negative", 0.0, False),
        ("bench_dev", "d_garbled mlqe-ro-en", "alone", "auc", 0.87, True),
        ("bench_dev", "e_false_alarm", "alone", "held_negative", 0.01, False),
    ],
)
def test_a_goal_is_reached_at_its_bound_and_missed_beyond_it(
    name: str, part: str, setting: str, figure: str, bound: float, at_least: bool
) -> None:
    for beyond in (False, True):
        found = bound + (0.001 if at_least != beyond else -0.001) if beyond else bound
        (goal,) = [
            goal
            for goal in goals([record(name, part, setting, **{**NOTHING, figure: found})])
            if goal["goal"] == f"{name}, {part} {setting}: {figure}"
        ]
        assert (goal["bound"], goal["reached"]) == (bound, not beyond)


NOTHING: dict[str, float | None] = dict.fromkeys(
    ("auc", "auc_binned", "recall_at_1", "recall_at_2", "recall_at_5", "held_positive",
     "held_negative")
)  # fmt: skip


def test_controls_must_lie_near_chance_on_either_side() -> None:
    def reached(auc: float) -> list[bool]:
        part = "c_swap_control paws-samebag"
        return [goal["reached"] for goal in goals([record("bench_dev", part, "alone", auc=auc)])]

    assert reached(0.5) == [True, True]
    assert reached(0.44) == [False, True]
    assert reached(0.56) == [True, False]


def test_the_mean_over_origins_is_asked_with_its_interval_and_rivals() -> None:
    mean = {
        "set": "desk_dev",
        "setting": "alone",
        "parts": ["one", "other"],
        "detector": {"auc": [0.91, 0.85, 0.95]},
        "length": {"auc": [0.6, 0.5, 0.7]},
        "ngrams": None,
    }
    (goal,) = goals([], means=[mean])
    assert (goal["goal"], goal["found"]) == ("desk_dev, mean over one, other: auc", 0.91)
    assert (goal["interval"], goal["rivals"]) == ([0.85, 0.95], {"length": 0.6})


def test_spans_and_calibration_are_asked_of() -> None:
    spans = {"f1": 0.49, "f1_interval": [0.4, 0.6], "f1_of_whole_sentences": 0.2}
    desk = record("desk_dev", "hold", "alone", **NOTHING) | {"spans": {"held": spans}}
    about = {"set": "desk_dev", "part": "hold", "channel": "any", "setting": "alone"}
    errors = [
        about | {"unseen": [0.05, 0.02, 0.08]},
        about | {"part": "label mt", "unseen": [0.5, 0.4, 0.6]},
    ]
    found = goals([desk], calibration=errors)
    assert [(goal["found"], goal["reached"]) for goal in found] == [(0.49, False), (0.05, True)]
    assert [goal["interval"] for goal in found] == [[0.4, 0.6], [0.02, 0.08]]
    assert found[0]["rivals"] == {"whole sentence": 0.2}
    assert goals([], calibration=[about | {"unseen": None}]) == []


def test_length_must_be_beaten_where_it_goes_far() -> None:
    part = "a_mt_error mqm2020 visible"
    own = record("bench_dev", part, "alone", auc_binned=0.75)
    for length, reached in ((0.6, True), (0.8, False)):
        rival = {"length": {"auc_binned": [length, None, None]}, "ngrams": None}
        bound, against = goals([own | rival])
        assert (bound["bound"], bound["reached"]) == (0.7, True)
        assert (against["bound"], against["reached"]) == (length, reached)
        assert against["goal"].endswith("against length")


def test_context_must_beat_its_absence() -> None:
    found = goals(
        [
            record("swaps_dev", "hold", "context", **NOTHING | {"auc": 0.8}),
            record("swaps_dev", "hold", "alone", auc=0.8),
        ]
    )
    assert [goal["reached"] for goal in found] == [False, False]


def test_what_was_not_measured_is_not_asked() -> None:
    assert goals([]) == []


def test_the_readme_lists_what_is_missed() -> None:
    metrics = {
        "created": "2025-01-02", "tasks": [], "documents": [],
        "bundle": {"name": "tiny", "version": "1", "model_sha256": "0" * 64},
    }  # fmt: skip
    good = {
        "goal": "one: auc",
        "relation": "at least",
        "bound": 0.5,
        "found": 0.61,
        "interval": [0.4, 0.7],
        "rivals": {"length": 0.5},
        "reached": True,
    }
    bad = {**good, "goal": "two: auc", "bound": 0.95, "reached": False}
    shown = render_figures(metrics | {"goals": [good, bad]})
    assert "Of 2 goals 1 are reached" in shown
    assert "two: auc" in shown
    assert "at least 0.95" in shown
    assert "one: auc" not in shown
    assert "All 1 goals are reached." in render_figures(metrics | {"goals": [good]})
