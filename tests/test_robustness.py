"""Small changes of a text, and what they do to verdicts."""

from __future__ import annotations

from babelproof.detector import Detector
from eval.robustness import CHANGES, robustness


def test_changes_do_what_their_names_say() -> None:
    text = '"It\'s over," she said.'
    assert CHANGES["curly quotes"](text) == "“It’s over,” she said."
    assert CHANGES["straight quotes"]("“It’s over,” she said.") == text
    assert CHANGES["no-break spaces"]("a b") == "a\u00a0b"
    assert CHANGES["trailing spaces"]("a") == "a  "
    assert CHANGES["final full stop"]("The end.") == "The end"
    assert CHANGES["final full stop"]("The end") == "The end."
    assert CHANGES["final full stop"]("Well...") == "Well..."


def test_only_changed_texts_count(detector: Detector) -> None:
    records = robustness(detector, ["The talks ended early on Monday", "Rain fell in the north."])
    by_name = {record["change"]: record for record in records}
    assert "curly quotes" not in by_name
    assert by_name["final full stop"]["sentences"] == 2
    for record in records:
        assert record["share"] == record["flipped"] / record["sentences"]


def test_quotes_and_spaces_flip_nothing_at_all(detector: Detector) -> None:
    texts = ['"Brinken" spoke of the harbour.', "He backed 'Uzbekistan' twice."]
    for record in robustness(detector, texts):
        if record["change"] in ("curly quotes", "no-break spaces", "trailing spaces"):
            assert record["flipped"] == 0
            assert record["mean_shift"] < 1e-6
