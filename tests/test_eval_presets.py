"""Choosing presets: within the cap, most damage first, and by the rule that the gate applies."""

from __future__ import annotations

from random import Random

import numpy as np
from gate_samples import judged

from babelproof.verdict import DocumentVerdict
from eval.presets import (
    Judged,
    choose,
    elsewhere,
    held,
    measured,
    policies,
    sure_thresholds,
    table,
    unseen,
)


def documents(seed: int, size: int = 12) -> Judged:
    rng = Random(seed)
    verdicts: list[DocumentVerdict] = []
    for number in range(size):
        damaged = number % 3 == 0
        sentences = [
            (
                f"Line {n} of the report on the bridge.",
                min(0.99, rng.random() * (0.9 if damaged else 0.45) + (rng.random() < 0.02) * 0.5),
                {"name": (rng.random() * 0.9, "bridge")},
            )
            for n in range(rng.randint(1, 9))
        ]
        verdicts.append(judged(*sentences)[1])
    truth = np.array([number % 3 == 0 for number in range(size)])
    return Judged(tuple(verdicts), truth, tuple("weak-mt" if d else "native" for d in truth))


def clean_rows() -> np.ndarray:
    return np.random.default_rng(1).random((400, 6)) * 0.7


def test_the_quick_table_says_what_the_gate_says() -> None:
    sample = documents(3)
    tried = list(policies(clean_rows()))[::97]
    flags = table(sample, tried)
    for row, policy in zip(flags, tried, strict=True):
        assert (row == held(sample, policy)).all()


def test_sure_thresholds_rise_as_fewer_clean_rows_may_reach_them() -> None:
    rows = clean_rows()
    few, many = sure_thresholds(rows, 0.001), sure_thresholds(rows, 0.2)
    assert all(few[channel] >= many[channel] >= 0.5 for channel in few)
    shares = [(rows[:, c] >= few[name]).mean() for c, name in enumerate(few)]
    assert max(shares) <= 0.005


def test_the_cap_on_clean_articles_comes_first() -> None:
    truth = np.array([True, True, False, False])
    flags = np.array(
        [
            [True, True, True, True],
            [True, True, True, False],
            [True, False, False, False],
            [False, False, False, False],
        ]
    )
    none = np.zeros(4)
    assert choose(flags, truth, 1.0, none, none) == 1
    assert choose(flags, truth, 0.5, none, none) == 1
    assert choose(flags, truth, 0.05, none, none) == 2
    # None keeps to it: the one that comes nearest.
    assert choose(flags[:2], truth, 0.05, none[:2], none[:2]) == 1


def test_the_cap_is_on_clean_documents_of_other_kinds_too() -> None:
    truth = np.array([True, True, False])
    flags = np.array([[True, True, False], [True, False, False]])
    assert choose(flags, truth, 0.05, np.array([0.04, 0.0]), np.zeros(2)) == 0
    assert choose(flags, truth, 0.05, np.array([0.06, 0.0]), np.zeros(2)) == 1


def test_articles_with_an_exchange_count_as_much_as_those_damaged_throughout() -> None:
    truth = np.array([True, True, False])
    flags = np.array([[True, True, False], [True, False, False]])
    none = np.zeros(2)
    assert choose(flags, truth, 0.05, none, np.array([0.2, 0.6])) == 0
    assert choose(flags, truth, 0.05, none, np.array([0.2, 0.8])) == 1


def test_kinds_of_clean_documents_are_told_apart_where_there_are_enough() -> None:
    sample = documents(5, 60)
    kinds = ("speech",) * 25 + ("chat",) * 35
    spared = Judged(sample.verdicts, np.zeros(60, dtype=bool), kinds)
    policy = next(iter(policies(clean_rows())))
    found = elsewhere(spared, policy)
    assert found["clean documents held, speech"][4] == 25
    assert found["clean documents of other kinds held"][3] == sum(
        found[f"clean documents held, {kind}"][3] for kind in ("speech", "chat")
    )
    few = Judged(sample.verdicts[:3], np.zeros(3, dtype=bool), ("speech",) * 3)
    assert list(elsewhere(few, policy)) == ["clean documents of other kinds held"]


def test_figures_count_documents() -> None:
    sample = documents(5)
    tried = list(policies(clean_rows()))[::40]
    flags = table(sample, tried)
    none = np.zeros(len(tried))
    best = choose(flags, sample.truth, 0.2, none, none)
    figures = measured(sample, tried[best])
    assert figures["damaged articles held"][4] == 4
    assert figures["clean articles held"][4] == figures["clean articles held, native"][4] == 8
    total = figures["damaged articles held"][3] + figures["clean articles held"][3]
    assert figures["held articles that are damaged"][4] == total
    others = unseen(flags, sample.truth, 0.2, none, none, 0)
    assert others["damaged articles held, chosen on others"][4] == 4
    assert sample.part(np.array([0, 1])).kinds == ("weak-mt", "native")
