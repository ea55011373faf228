"""Users' own facts: CSV with line numbers in every complaint, and the configuration file."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from facts_samples import tiny_store

from babelproof.errors import FactsError
from babelproof.facts.desk import read_desk
from babelproof.facts.judge import Judge

HEADER = "name,aliases,office,country,start,end\n"


def desk(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "desk.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_of_one_name_are_one_person(tmp_path: Path) -> None:
    path = desk(
        tmp_path,
        HEADER
        + "Nia Okello,N. Okello|Nia A. Okello,Foreign Minister,Uganda,2026-02-01,\n"
        + '"Nia Okello",,"Minister of Trade, Industry",Ugandan,2019,2021-05\n',
    )
    (person,) = read_desk(path, tiny_store())
    assert person.aliases == ("N. Okello", "Nia A. Okello")
    assert [(t.role, t.country, t.source) for t in person.tenures] == [
        ("foreign", "UG", "desk.csv:2"),
        ("other", "UG", "desk.csv:3"),
    ]


def test_a_listed_person_there_overrides_ours(tmp_path: Path) -> None:
    store = tiny_store()
    sentence = ["Polish Foreign Minister Oleh Marchuk left."]
    assert Judge(store).judge(sentence)
    path = desk(tmp_path, HEADER + "Oleh Marchuk,,Foreign Minister,PL,2026,\n")
    own = Judge(store.with_people(read_desk(path, store)))
    assert own.judge(sentence) == []
    (item,) = own.judge(["Ukrainian Foreign Minister Oleh Marchuk left."])
    assert item.source == "desk.csv:2"


def test_near_misses_of_own_people_are_found_whatever_their_office(tmp_path: Path) -> None:
    store = tiny_store()
    first = desk(tmp_path, HEADER + "Nia Okello,,Harbour Master,UG,2026,\n")
    own = store.with_people(read_desk(first, store))
    second = desk(tmp_path, HEADER + "Piet Vanderveld,,Harbour Master,NL,2026,\n")
    both = pickle.loads(pickle.dumps(own.with_people(read_desk(second, own))))
    sentence = "Nia Okella called Piet Vandreveld, Oleh Marchak and Nia Okello."
    told = [sentence[item.start : item.end] for item in Judge(both).judge([sentence])]
    assert told == ["Okella", "Vandreveld"]
    assert Judge(store).judge([sentence]) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,office\nA B,C\n", r"line 1: expected the columns .* aliases, country, end, start"),
        (HEADER + "A B,,Minister,Atlantis,,\n", r"line 2: expected a country .*'Atlantis'"),
        (HEADER + "A B,,Minister,UA,,\nC D,,,UA,,\n", r"line 3: expected a value for office"),
        (HEADER + "Plato,,Minister,GR,,\n", r"line 2: expected a full name, found 'Plato'"),
        (HEADER + "A B,,Minister,UA,2021-13,\n", r"line 2: expected a start like .*'2021-13'"),
        (HEADER + "A B,,Minister,UA,2021,2020\n", r"line 2: expected an end on or after"),
        (HEADER + "A B,,Minister,UA,2021\n", r"line 2: expected 6 fields"),
        (HEADER + "A B,,Minister of X, Y,UA,2021,\n", r"line 2: expected 6 fields"),
    ],
)
def test_mistakes_are_named_by_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FactsError, match=message):
        read_desk(desk(tmp_path, text), tiny_store())


def test_no_file_and_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="expected a CSV file"):
        read_desk(tmp_path / "none.csv", tiny_store())
    path = tmp_path / "bytes.csv"
    path.write_bytes(HEADER.encode() + b"\xff\xfe,,x,UA,,\n")
    with pytest.raises(FactsError, match="UTF-8"):
        read_desk(path, tiny_store())
