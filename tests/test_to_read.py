"""Sentences drawn for a reader, and what is taken of the answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from babelproof.verdict import Status, Verdict
from data.read_labels import COLUMNS, digest
from training.to_read import (
    LINES,
    AnswerError,
    Item,
    add_labels,
    agreement,
    answer,
    app,
    chosen,
    read_key,
    write_parts,
)

ITEMS = [
    Item("The mayor has given the bridge a green street.", "ru1tv", "ru1tv|2001-02-03"),
    Item("Nobody fell in.", "wmt-ref", "2019|de-en|4"),
    Item("A known one has fallen into.", "wmt-any", "2019|de-en|5|S", 2),
]


class Sure:
    """Unsure of the sentences that say so, sure of the others; does not judge short ones."""

    def score(self, texts: Iterable[str]) -> list[Verdict]:
        return [
            Verdict(text, 0, len(text), Status.SKIPPED)
            if "short" in text
            else Verdict(text, 0, len(text), Status.OK, score=0.5 if "unsure" in text else 0.001)
            for text in texts
        ]


def test_unsure_sentences_are_drawn_more_often_and_unjudged_ones_never() -> None:
    items = [
        Item(f"{word} {n}", "wmt", "x")
        for word in ("unsure", "settled", "short")
        for n in range(400)
    ]
    drawn = chosen(items, Sure(), 300, 1)
    assert drawn == chosen(items, Sure(), 300, 1) != chosen(items, Sure(), 300, 2)
    words = [item.text.split()[0] for item in drawn]
    assert len(set(drawn)) == 300
    assert words.count("unsure") > 4 * words.count("settled") > 0
    assert "short" not in words
    assert len(chosen(items, Sure(), 5000, 1)) == 800


def test_files_and_key_hold_every_sentence_in_order(tmp_path: Path) -> None:
    items = [Item(f"Sentence {n} of the lot.", "wmt", "x") for n in range(LINES + 5)]
    assert write_parts(items, tmp_path) == 2
    lines = [
        line.split("\t")
        for path in sorted(tmp_path.glob("in_*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert [(int(number), text) for number, text in lines] == [
        (n, item.text) for n, item in enumerate(items)
    ]
    assert read_key(tmp_path) == items


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1\t0\t", (1, 0, [])),
        ("1\t0", (1, 0, [])),
        ("0\t2\tmt: green street", (0, 2, ["mt:33-45"])),
        ("0\t2\tmt: green street || name: The mayor", (0, 2, ["mt:33-45", "name:0-9"])),
        ("1\t1\tgarble: *", (1, 1, ["garble:0-15"])),
    ],
)
def test_answers_are_read(line: str, expected: tuple[int, int, list[str]]) -> None:
    assert answer(line, ITEMS) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("3\t0\t", "a number below 3"),
        ("x\t0\t", "a number below 3"),
        ("0 2 mt: green street", "a number below 3"),
        ("0\t3\tmt: green street", "severity 0, 1 or 2"),
        ("0\t2\t", "findings where the severity is not 0"),
        ("0\t0\tmt: green street", "findings where the severity is not 0"),
        ("0\t2\tstyle: green street", "`label: words`"),
        ("0\t2\tgreen street", "`label: words`"),
        ("0\t2\tmt: red street", "words of the sentence"),
        ("0\t2\tmt:", "words of the sentence"),
    ],
)
def test_answers_that_cannot_be_used_say_why(line: str, message: str) -> None:
    with pytest.raises(AnswerError, match=message):
        answer(line, ITEMS)


def test_agreement_counts_hold_and_clean() -> None:
    found = agreement([(2, 2), (2, 2), (0, 0), (0, 0), (1, 2), (0, 2)])
    assert found["controls"] == 6
    assert found["kappa_hold_clean"] == pytest.approx(0.615, abs=0.001)
    assert found["table"]["1 read as 2"] == 1
    assert agreement([])["kappa_hold"] is None
    assert agreement([(0, 0)])["kappa_hold_clean"] is None


def test_labels_are_added_once_and_sorted(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    assert add_labels([("b", "wmt", "s", "0", ""), ("a", "wmt", "s", "2", "mt:0-3")], path) == 2
    assert add_labels([("b", "wmt", "s", "1", "mt:0-1"), ("c", "ru1tv", "s", "0", "")], path) == 1
    assert path.read_text(encoding="utf-8").splitlines() == [
        "\t".join(COLUMNS),
        "a\twmt\ts\t2\tmt:0-3",
        "b\twmt\ts\t0\t",
        "c\tru1tv\ts\t0\t",
    ]


def test_take_keeps_controls_apart_and_refuses_bad_lines(tmp_path: Path) -> None:
    folder, path = tmp_path / "read", tmp_path / "labels.tsv"
    write_parts(ITEMS, folder)
    answers = "0\t2\tmt: green street\n\n1\t2\tmt: nothing\n2\t2\tgarble: fallen into\n"
    (folder / "out_000.txt").write_text(answers, encoding="utf-8")
    done = CliRunner().invoke(app, ["take", str(folder), "--labels", str(path)])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["added"], found["refused"], found["controls"]) == (1, 1, 1)
    assert found["table"] == {"2 read as 2": 1}
    _, row = path.read_text(encoding="utf-8").splitlines()
    assert row.split("\t") == [digest(ITEMS[0].text), "ru1tv", ITEMS[0].source, "2", "mt:33-45"]


def test_take_wants_the_key(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["take", str(tmp_path), "--labels", str(tmp_path / "l.tsv")])
    assert done.exit_code == 2
