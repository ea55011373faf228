"""Backends: what is told of them is what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from babelproof.bundle import load_bundle
from babelproof.labels import CHANNELS
from eval.backends import compare, table


def row(worst: float) -> dict[str, Any]:
    there = {"mean_difference": 0.0025, "max_difference": worst, "changed_verdicts": 0.002}
    return {
        "engine": {"version": "9.1", "device": "cuda:0"},
        "to_graph": there,
        "to_fp32": there,
        "company": 0.0007,
        "reference": 0.03,
    }


def test_differences_are_of_all_channels_and_verdicts_of_thresholds(tiny_bundle: Path) -> None:
    bundle = load_bundle(tiny_bundle)  # which holds from one half
    expected = np.full((4, len(CHANNELS)), 0.2)
    found = expected.copy()
    found[0, 0] += 0.04
    found[1, 3] += 0.35
    assert compare(bundle, found, expected) == {
        "mean_difference": 0.01,
        "max_difference": 0.35,
        "changed_verdicts": 0.25,
    }


def test_the_table_tells_every_precision_and_what_the_check_does_not_see() -> None:
    result = {
        "sentences": 512,
        "tolerance": 0.06,
        "precisions": {"fp32": row(0.034), "bf16": row(0.041)},
        "breakages": {"two layers exchanged": 0.7, "no biases": 0.3, "scales": 0.05},
    }
    told = table(result)
    for wanted in ("fp32", "0.034", "bf16", "0.041", "0.2%", "7e-04", "512", "torch 9.1 on cuda:0"):
        assert wanted in told
    assert "up to 0.06 passes" in told
    assert "it refuses: two layers exchanged (0.70), no biases (0.30)." in told
    assert "It does not see: scales (0.05)." in told
