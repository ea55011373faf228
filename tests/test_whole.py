"""Whole documents: what is fitted from their sentences' mean logits, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from babelproof.errors import CalibrationError
from babelproof.labels import CHANNELS
from training.devrows import ReadDocument
from training.whole import fit_document


def documents(
    count: int, any_: float, mt: float, damaged: bool, size: int = 8, kind: str = "news"
) -> list[ReadDocument]:
    """Documents whose sentences' logits lie about these levels, with noise."""
    rng = np.random.default_rng(int(10 * (any_ - mt)) + damaged)
    found = []
    for number in range(count):
        logits = rng.normal(-6, 2, (size, len(CHANNELS)))
        logits[:, 0], logits[:, 1] = rng.normal(any_, 3, size), rng.normal(mt, 3, size)
        found.append(ReadDocument(f"{kind} {number}", kind, damaged, logits))
    return found


def test_documents_a_little_odd_throughout_are_told_from_sound_ones() -> None:
    news = [*documents(40, 1.0, -3.0, True), *documents(60, -2.0, -6.0, False)]
    speech = documents(30, -4.0, -6.0, False, kind="speech")
    signal, report = fit_document(news, speech)
    assert set(signal.weights) == {"any", "mt"}
    assert report["auc_unseen"] > 0.95
    assert report["calibration_error_unseen"] < 0.1
    assert (report["damaged"], report["clean"]) == (40, 90)
    assert report["beyond_one_half_unseen"]["speech"] == [0, 30]
    found = [signal.probability(item.logits) for item in news]
    assert np.mean(found[:40]) > 0.8
    assert np.mean(found[40:]) < 0.2
    assert fit_document(news, speech) == (signal, report)


def test_documents_too_short_to_judge_are_left_out() -> None:
    long = [*documents(9, 1.0, -3.0, True), *documents(9, -2.0, -6.0, False)]
    short = documents(50, 9.0, 9.0, False, size=3)
    assert fit_document([*long, *short]) == fit_document(long)


def test_too_few_documents_and_logits_that_fall_with_damage_are_refused() -> None:
    sound = documents(9, -2.0, -6.0, False)
    with pytest.raises(CalibrationError, match="at least 5 damaged and 5 clean"):
        fit_document([*documents(4, 1.0, -3.0, True), *sound])
    with pytest.raises(CalibrationError, match="rise with damage"):
        fit_document([*documents(9, 1.0, -12.0, True), *sound])
