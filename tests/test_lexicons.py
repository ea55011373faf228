"""The shipped word lists: complete, consistent, and the same when built again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data import build_lexicons, lexicons
from data.shared import MissingData, shared_path


def codes() -> set[str]:
    return {country.iso2 for country in lexicons.countries()}


@pytest.mark.parametrize(
    ("iso2", "name", "adjective", "person", "people", "capital"),
    [
        ("ES", "Spain", "Spanish", "Spaniard", "Spaniards", "Madrid"),
        ("PL", "Poland", "Polish", "Pole", "Poles", "Warsaw"),
        ("PH", "Philippines", "Philippine", "Filipino", "Filipinos", "Manila"),
        ("UZ", "Uzbekistan", "Uzbek", "Uzbek", "Uzbeks", "Tashkent"),
        ("FR", "France", "French", "Frenchman", "French", "Paris"),
        ("NZ", "New Zealand", "New Zealand", "New Zealander", "New Zealanders", "Wellington"),
        ("CN", "China", "Chinese", "Chinese", "Chinese", "Beijing"),
        ("TR", "Turkey", "Turkish", "Turk", "Turks", "Ankara"),
        ("GB-SCT", "Scotland", "Scottish", "Scot", "Scots", "Edinburgh"),
    ],
)
def test_country_words(
    iso2: str, name: str, adjective: str, person: str, people: str, capital: str
) -> None:
    country = lexicons.country_by_code()[iso2]
    found = (country.name, country.adjective, country.person, country.people, country.capital)
    assert found == (name, adjective, person, people, capital)


def test_every_un_member_has_its_words() -> None:
    members = [country for country in lexicons.countries() if country.un_member]
    assert len(members) == 193
    for country in members:
        assert country.prominence > 0, country.name
        assert "" not in (country.adjective, country.person, country.people), country.name


def test_neighbours_exist_and_are_mutual() -> None:
    by_code = lexicons.country_by_code()
    for country in lexicons.countries():
        for code in country.neighbours:
            assert code in by_code, (country.iso2, code)
    assert "UA" in by_code["RU"].neighbours
    assert "RU" in by_code["UA"].neighbours


def test_articles() -> None:
    the = {country.iso2 for country in lexicons.countries() if country.article}
    assert {"US", "GB", "NL", "PH", "AE"} <= the
    assert not the & {"FR", "UA", "SD", "LB"}


@pytest.mark.parametrize(
    "pair",
    [("AT", "AU"), ("NE", "NG"), ("KP", "KR"), ("SI", "SK"), ("IQ", "IR"), ("UA", "UZ"),
     ("UA", "UY"), ("UA", "UG")],
)  # fmt: skip
def test_known_confusables_weigh_more_than_noise(pair: tuple[str, str]) -> None:
    weights = {(c.iso_a, c.iso_b): c.weight for c in lexicons.confusables()}
    assert weights[pair] > 5 * weights["CA", "PA"]


def test_confusables_are_pairs_of_known_countries_once() -> None:
    known = codes()
    seen: set[frozenset[str]] = set()
    for pair in lexicons.confusables():
        assert pair.iso_a in known
        assert pair.iso_b in known
        assert 0 < pair.weight <= 1
        assert pair.kinds
        key = frozenset({pair.iso_a, pair.iso_b})
        assert len(key) == 2
        assert key not in seen
        seen.add(key)


def test_offices() -> None:
    offices = {office.title: office for office in lexicons.offices()}
    assert len(offices) == len(lexicons.offices()) >= 120
    assert offices["Foreign Minister"].kind == "minister"
    assert offices["Foreign Minister"].before_name
    assert not offices["resident"].before_name


def test_reporting_verbs() -> None:
    verbs = {verb.base: verb for verb in lexicons.reporting_verbs()}
    assert (verbs["say"].past, verbs["say"].third, verbs["say"].gerund) == (
        "said",
        "says",
        "saying",
    )
    assert verbs["quote"].object == "person"
    assert {verb.object for verb in verbs.values()} == {"person", "clause", "thing"}


def test_places_and_names() -> None:
    known = codes()
    assert all(place.country in known for place in lexicons.places())
    # All fifty but Georgia, which is a country too.
    assert sum(place.kind == "state" for place in lexicons.places()) == 49
    assert "Mohamed" in lexicons.given_names()
    assert len(set(lexicons.surnames())) == len(lexicons.surnames()) > 500


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lexicons"
    shutil.copytree(lexicons.FOLDER, folder)
    monkeypatch.setattr(build_lexicons, "FOLDER", folder)
    return folder


@pytest.mark.shared
def test_building_again_gives_the_shipped_files(copied: Path) -> None:
    try:
        shared = shared_path()
    except MissingData:
        pytest.skip("the shared folder is absent")
    counts = build_lexicons.build(shared)
    for name in counts:
        assert (copied / name).read_bytes() == (lexicons.FOLDER / name).read_bytes(), name


def test_building_without_the_facts_says_what_is_missing(copied: Path, tmp_path: Path) -> None:
    with pytest.raises(lexicons.LexiconError, match=r"countries\.tsv: expected"):
        build_lexicons.build(tmp_path)


def test_a_ragged_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("one\ttwo\n1\t2\n3\n", encoding="utf-8")
    with pytest.raises(lexicons.LexiconError, match=r"line 3: expected 2 fields, found 1"):
        build_lexicons.read_table(path)
