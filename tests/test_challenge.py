"""The facts challenge: its size and rules, and that the shipped facts still pass it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from babelproof.facts.judge import Judge
from babelproof.facts.store import FactStore
from data.cases import CASES_FOLDER, CaseError
from data.challenge import FILE, OF_COUNTRIES, OF_ONE_COUNTRY, TWO_SPELLINGS, WRONG, load_challenge
from eval.facts import challenge_figures, found_in, misspelt_in_news, reliability, share


def test_it_is_as_large_and_wide_as_was_asked() -> None:
    cases = load_challenge()
    wrong = [case for case in cases if case.wrong]
    assert len(wrong) >= 200
    assert len(cases) - len(wrong) >= 200
    assert {case.kind for case in wrong} == set(WRONG)
    assert len({name for case in cases for name in case.people}) >= 120
    assert len({code for case in cases for code in case.countries}) >= 80
    assert len({case.sentences for case in cases}) == len(cases)


def test_the_wrong_people_are_listed() -> None:
    store = FactStore.load()
    for case in load_challenge():
        if case.wrong and case.kind not in (*OF_COUNTRIES, TWO_SPELLINGS):
            assert any(store.named(name) for name in case.people), case.id


def test_cases_of_countries_name_the_wrong_one_and_another() -> None:
    store = FactStore.load()
    for case in load_challenge():
        if case.kind in OF_COUNTRIES:
            least = 1 if case.kind in OF_ONE_COUNTRY else 2
            assert len(case.countries) >= least, case.id
            assert set(case.countries) <= store.countries.keys(), case.id
            forms = {form for code in case.countries for form in store.countries[code].forms}
            assert case.damaged in forms, case.id


def test_facts_alone_pass_it() -> None:
    cases = load_challenge()
    found = found_in(Judge(FactStore.load()), cases)
    labels = [[item.label.value for item in items] for items in found]
    figures = challenge_figures(cases, [bool(items) for items in found], labels)
    assert figures["wrong_held"][0] >= 0.9
    assert figures["right_held"][0] <= 0.01
    assert figures["right_label"][0] >= 0.9


def test_shares_carry_exact_intervals() -> None:
    assert share(3, 0) == [0.0, 0.0, 1.0, 0, 0]
    assert share(10, 10)[:3] == [1.0, 0.6915, 1.0]


def test_reliability_falls_with_false_alarms() -> None:
    cases = load_challenge()
    found = found_in(Judge(FactStore.load()), cases)
    items = [item for several in found for item in several if item.label.value == "role"]
    none = reliability(cases, found, 10_000, [])["labels"]["role"]["p"]
    some = reliability(cases, found, 10_000, items[:20])["labels"]["role"]["p"]
    assert 0 < some < none < 1


def test_likenesses_have_a_reliability_of_their_own() -> None:
    cases = load_challenge()
    found = found_in(Judge(FactStore.load()), cases)
    alike = [item for several in found for item in several if item.likeness]
    assert alike
    none, some = (reliability(cases, found, 10_000, items) for items in ([], alike[:5]))
    assert 0 < some["likeness"]["p"] < none["likeness"]["p"] < 1
    assert some["labels"] == none["labels"]
    assert some["likeness"]["false_alarms"] == 5


def test_misspellings_of_the_news_were_read_once_each() -> None:
    lines = (CASES_FOLDER / "misspelt_in_news.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == sorted(set(lines[1:]))
    assert ("Georian", "Georgian") in misspelt_in_news()
    assert all(written != meant for written, meant in misspelt_in_news())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "maybe"}, "expected the fields"),
        ({"kind": "plain"}, "expected a kind that goes"),
        ({"damaged": "no such words"}, "in the judged sentence"),
        ({"judge": 9}, "expected a case"),
        ({"label": "odd"}, "expected a case"),
        ({"more": 1}, "expected the fields"),
    ],
)
def test_rows_that_break_the_rules_are_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    lines = (CASES_FOLDER / FILE).read_text(encoding="utf-8").splitlines()
    row = next(row for row in map(json.loads, lines) if row["kind"] == "wrong_country")
    (tmp_path / FILE).write_text(json.dumps(row | change) + "\n", encoding="utf-8")
    with pytest.raises(CaseError, match=message):
        load_challenge(tmp_path)


def test_ids_stand_once(tmp_path: Path) -> None:
    line = (CASES_FOLDER / FILE).read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / FILE).write_text(f"{line}\n{line}\n", encoding="utf-8")
    with pytest.raises(CaseError, match="an id of its own"):
        load_challenge(tmp_path)
    with pytest.raises(CaseError, match="restore it"):
        load_challenge(tmp_path / "none")
