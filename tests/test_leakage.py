"""The leakage check: equal and nearly equal sentences never pass, others do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.leakage import LeakageCheck, drop_leaks, fold
from training.passages import CLEAN, Passage, clean_passage

JUDGED = (
    "The harbour master of Port Ellery refused to let the grain ship leave before Friday.",
    "Two foxes crossed the frozen lake behind the old customs house on Sunday night.",
    "Read more here",
    "Read more here",
    "Ships wait outside",
)


@pytest.fixture
def check() -> LeakageCheck:
    return LeakageCheck(("desk_dev", text) for text in JUDGED)


@pytest.mark.parametrize(
    "text",
    [
        JUDGED[0],
        JUDGED[0].upper(),
        "the harbour master of Port Ellery  refused to let the grain ship leave before Friday",
    ],
)
def test_equal_sentences_leak(check: LeakageCheck, text: str) -> None:
    assert check.leak(text) == ("exact", "desk_dev")


@pytest.mark.parametrize(
    "text",
    [
        # One word exchanged, as a corruption does; a word dropped; a clause added.
        "The harbour master of Port Ellery refused to let the coal ship leave before Friday.",
        "The harbour master of Port Ellery refused to let the ship leave before Friday.",
        "Reuters: The harbour master of Port Ellery refused to let the grain ship leave before "
        "Friday, he said.",
        "Two foxes crossed the frozen pond behind the old customs house on Sunday night.",
    ],
)
def test_near_duplicates_leak(check: LeakageCheck, text: str) -> None:
    assert check.leak(text) == ("near", "desk_dev")


@pytest.mark.parametrize(
    "text",
    [
        "The harbour was quiet and the grain ship left on Friday without a master.",
        "Two wolves were seen near the lake on Sunday.",
        "",
        "Ships wait",
    ],
)
def test_other_sentences_do_not(check: LeakageCheck, text: str) -> None:
    assert check.leak(text) is None


def test_short_lines_leak_only_when_equal_and_no_boilerplate(check: LeakageCheck) -> None:
    assert check.leak("Ships wait outside.") == ("exact", "desk_dev")
    assert check.leak("Ships wait outside today") is None
    assert check.leak("Read more here.") is None


def test_a_passage_goes_as_a_whole_and_is_reported(check: LeakageCheck) -> None:
    good = clean_passage("good", "re3d", "re3d|good", ["A dog barked all night.", "It rained."])
    bad = clean_passage("bad", "re3d", "re3d|bad", ["A dog barked all night.", JUDGED[1]])
    kept, dropped = drop_leaks([good, bad], check)
    assert kept == [good]
    assert dropped == {"clean": 1}
    report = check.report.as_dict()
    assert report["dropped"] == {"re3d: exact": 1}
    assert report["matched_files"] == {"desk_dev": 1}
    assert report["checked_sentences"] == 4
    assert JUDGED[1] not in json.dumps(report)


def test_damage_does_not_hide_a_leak(check: LeakageCheck) -> None:
    garbled = "night Sunday on house customs old the behind lake frozen the crossed foxes Two"
    assert check.leak(garbled) is None
    passage = Passage("x", "re3d", "garble.x", "k", (garbled,), (CLEAN,), (JUDGED[1],))
    assert not check.admit(passage)


def test_only_the_silver_files_may_be_trained_on(tmp_path: Path) -> None:
    folder = tmp_path / "handlabels"
    folder.mkdir()
    for name, text in (("silver_train", JUDGED[0]), ("swaps_dev", JUDGED[1])):
        (folder / f"{name}.jsonl").write_text(json.dumps({"text": text}) + "\n")
    check = LeakageCheck.of(tmp_path)
    assert check.leak(JUDGED[0]) is None
    assert check.leak(JUDGED[1]) == ("exact", "swaps_dev")
    assert check.report.as_dict()["judged_sentences"] == {"swaps_dev": 1}


def test_folding_keeps_words_of_any_script() -> None:
    assert fold("“Élan” — ПУТЬ, 3.5") == "élan путь 3 5"
