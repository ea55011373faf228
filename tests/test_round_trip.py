"""Round trips: what is undone, what is marked, what is dropped, and the translator itself."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corruptions import round_trip
from training.corruptions.round_trip import (
    CHAINS,
    RoundTrip,
    RoundTripError,
    changed_spans,
    main,
    read_round_trips,
    round_trips,
    tidy,
    translate,
)

needs_apertium = pytest.mark.skipif(shutil.which("apertium") is None, reason="no apertium")


@pytest.mark.parametrize(
    ("text", "original", "expected"),
    [
        ("the house , red ", "The house, red.", "The house, red."),
        ("He came at 9 p.M. .", "He came at 9 p.m.", "He came at 9 p.m."),
        ("Ana 's car ( old )", "Ana's car (old)", "Ana's car (old)"),
        ("is it late", "Is it late?", "Is it late?"),
    ],
)
def test_tidy(text, original, expected):
    assert tidy(text, original) == expected


def test_changed_words_are_marked():
    old, new = "The old red house burned.", "The house red burned bitterly."
    change, spans = changed_spans(old, new)
    assert 0 < change < 1
    marked = " ".join(new[a:b] for a, b in spans)
    assert "bitterly" in marked
    assert "The" not in marked.split()


def test_same_words_are_no_change():
    assert changed_spans("He left.", "he left") == (0.0, ())


@given(st.text(max_size=60), st.text(max_size=60))
def test_spans_lie_in_the_new_text(old, new):
    change, spans = changed_spans(old, new)
    assert 0 <= change <= 1
    assert all(0 <= a < b <= len(new) for a, b in spans)
    assert all(x[1] < y[0] for x, y in pairwise(spans))


def trip(change: float) -> RoundTrip:
    return RoundTrip("s", "d", 0, "a", "b", "es", change, ((0, 1),))


def test_hold_grows_with_change():
    holds = [trip(c / 10).hold for c in range(11)]
    assert holds == sorted(holds)
    assert holds[0] < 0.5 < holds[3]


def test_clean_returns_are_dropped(monkeypatch):
    monkeypatch.setattr(round_trip, "_come_back", lambda lines, chain: ["he left .", "She lefts."])
    rows = [("s", "d", 0, "He left."), ("s", "d", 1, "She left.")]
    found = list(round_trips(rows, "es"))
    assert [(r.index, r.round_trip) for r in found] == [(1, "She lefts.")]
    assert found[0].round_trip[slice(*found[0].spans[0])] == "lefts"


def test_rows_come_back_as_written(tmp_path):
    row = {
        "source": "s", "doc_id": "d", "index": 4, "text": "a b", "round_trip": "a c",
        "chain": "es", "change": 0.5, "spans": [[2, 3]],
    }  # fmt: skip
    (tmp_path / "round_trips.jsonl").write_text(json.dumps(row) + "\n")
    (found,) = read_round_trips(tmp_path)
    assert found == RoundTrip("s", "d", 4, "a b", "a c", "es", 0.5, ((2, 3),))


@pytest.mark.parametrize("line", ["no json", '{"source": "s"}', '{"spans": 3}'])
def test_malformed_rows_say_where(tmp_path, line):
    (tmp_path / "round_trips.jsonl").write_text(line + "\n")
    with pytest.raises(RoundTripError, match="line 1"):
        list(read_round_trips(tmp_path))


def test_absent_rows_say_what_to_run(tmp_path):
    with pytest.raises(RoundTripError, match=r"python -m training\.corruptions\.round_trip"):
        list(read_round_trips(tmp_path))


def test_absent_translator_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RoundTripError, match="apt-get install apertium"):
        translate(["Hello."], "eng-spa")


@needs_apertium
def test_a_line_out_for_every_line_in():
    lines = ["The old house burned.", "", "He said: “No.”", "It costs $5.3m (10:30)."]
    for step in CHAINS["es"]:
        assert len(translate(lines, step)) == len(lines)


@needs_apertium
def test_line_breaks_and_unknown_pairs_are_refused():
    with pytest.raises(RoundTripError, match="line break"):
        translate(["a\nb"], "eng-spa")
    with pytest.raises(RoundTripError, match="apertium -l"):
        translate(["a"], "xx-yy")


@needs_apertium
def test_main_writes_damaged_rows(tmp_path, monkeypatch):
    text = "The minister of defence told reporters that the talks with the unions had broken down."
    columns = {
        "source": ["own"] * 2,
        "doc_id": ["d"] * 2,
        "text": [text, "The government of the republic will not pay the workers of the old mine."],
    }
    clean = tmp_path / "clean"
    clean.mkdir()
    pq.write_table(pa.table(columns), clean / "news.parquet")
    monkeypatch.setattr(round_trip, "SOURCES", {"news": 1.0})
    out = tmp_path / "out"
    main(["--out", str(out), "--clean", str(clean), "--sentences", "2", "--batch", "1"])
    found = list(read_round_trips(out))
    assert found
    assert all(r.text in columns["text"] and r.round_trip != r.text for r in found)


def test_main_says_which_corpus_is_missing(tmp_path):
    with pytest.raises(RoundTripError, match="--clean"):
        main(["--out", str(tmp_path / "out"), "--clean", str(tmp_path)])
