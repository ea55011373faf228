"""Self-training: an earlier release's opinion beside other estimates."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from babelproof.verdict import Status, Verdict
from training.own_reading import SUREST, OwnReading


class Says:
    """Gives each text the probability that stands for it; None: it is not judged."""

    def __init__(self, said: dict[str, float | None]) -> None:
        self.said = said

    def score(self, texts: Iterable[str]) -> list[Verdict]:
        return [
            Verdict(text, 0, len(text), Status.OK if p is not None else Status.SKIPPED, score=p)
            for text, p in ((text, self.said[text]) for text in texts)
        ]


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, [0.2, 0.9]), (0.5, [0.5, 0.75]), (1.0, [0.8, 0.5])],
)
def test_opinions_meet_in_logits(share: float, expected: list[float]) -> None:
    own = OwnReading(Says({"one": 0.8, "two": 0.5}), share)
    assert own.blended(["one", "two"], [0.2, 0.9]) == pytest.approx(expected)


def test_what_is_not_judged_keeps_its_grade() -> None:
    assert OwnReading(Says({"Yes.": None}), 0.9).blended(["Yes."], [0.3]) == pytest.approx([0.3])


def test_nothing_is_blended_to_nothing() -> None:
    assert OwnReading(Says({}), 0.5).blended([], []) == []


def test_no_opinion_is_surer_than_the_other_can_answer() -> None:
    own = OwnReading(Says({"sure": 0.0, "as sure": SUREST}), 0.5)
    sure, limit = own.blended(["sure", "as sure"], [0.9, 0.9])
    assert sure == pytest.approx(limit)
    assert 0.2 < sure < 0.3
