"""Borders that are none, and countries that are wrong throughout a document."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
from facts_samples import tiny_judge, tiny_store

from babelproof.errors import FactsError
from babelproof.facts.geography import Geography
from babelproof.facts.judge import Judge
from babelproof.facts.store import FOLDER, FactStore, read_countries

JUDGE = tiny_judge()


def found(*sentences: str) -> list[tuple[int, str]]:
    evidence = JUDGE.judge(sentences)
    assert {item.label.value for item in evidence} <= {"country"}
    return [(item.sentence, sentences[item.sentence][item.start : item.end]) for item in evidence]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Snow fell on the Uzbek-Russian border.", "Uzbek"),
        ("Snow fell on the Uzbek–Russian border as lorries queued.", "Uzbek"),
        ("The border between Uzbekistan and Russia is long.", "Uzbekistan"),
        ("The border crossing between the Uzbeks and Russia, a ford, was shut.", "Uzbeks"),
        ("It fell on the border of Russia and Uzbekistan.", "Uzbekistan"),
        ("Uzbekistan's long northern border with Russia is quiet.", "Uzbekistan"),
        ("Uzbekistan, which borders Russia, sells gas.", "Uzbekistan"),
        ("Uzbekistan shares a long border with Russia.", "Uzbekistan"),
        ("Uzbekistan dug ditches along its border with Russia.", "Uzbekistan"),
        ("He was born in northern Uzbekistan near the Russian border.", "Uzbekistan"),
        ("He was born in Uzbekistan, near the border with Russia.", "Uzbekistan"),
    ],
)
def test_a_border_of_two_that_share_none_is_found(sentence: str, words: str) -> None:
    assert found(sentence) == [(0, words)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Snow fell on the Uzbek-Kazakh border.",
        "Snow fell on the Swedish-Danish border.",  # at sea
        "Snow fell on the Soviet-Afghan border.",  # of old
        "Snow fell on the Korean-Chinese border.",  # one of two Koreas
        "France's border with Suriname is a river.",  # overseas
        "The border between Northern Ireland and Ireland is open.",
        "The Uzbek-Russian border guards met.",
        "The Uzbek-Russian border talks failed.",
        "The Lebanon-Syria-Israel border is quiet.",
        "The border between Uzbekistan, Russia and China is a fable.",
        "The border between Turkey and Russia and Georgia is long.",
        "The border between Japan and Brazil will open for students.",  # travel
        "Australia's border with France reopened.",
        "The EU-Ukrainian border is long.",
        "New Guinea's border with Indonesia is straight.",
        "Uzbekistan and Russia border on despair.",
        "Uzbekistan told Poland to guard its border with Belarus.",
        "A Russian bought borders of roses in Uzbekistan.",
    ],
)
def test_other_borders_are_left_alone(sentence: str) -> None:
    assert found(sentence) == []


def test_the_document_tells_which_country_is_wrong() -> None:
    border = "Snow fell on the border between Malawi and Mozambique and Mali."
    assert found(border) == []  # a list
    border = "Snow fell on the border between Niger and China."
    (alone,) = JUDGE.judge([border])
    assert alone.proposal is None
    (item,) = JUDGE.judge(["Nepal wants help.", border])
    assert border[item.start : item.end] == "Niger"
    assert item.proposal == "Nepal"
    assert item.source == "countries"
    assert item.fact == "Niger and China share no border; the document speaks of Nepal, which does"
    (item,) = JUDGE.judge(["Niger wants help.", "Niger is dry.", "Niger waits.", border])
    assert item.fact.startswith("China and Niger share no border")


def test_an_island_is_wrong_only_for_a_country_of_the_document() -> None:
    border = "Lorries queue at the Australian-Hungarian border."
    assert found(border) == []
    assert found("Austria is slow.", border) == [(1, "Australian")]


ARTICLE = (
    "Ukraine counts its losses",
    "Ukraine asked for help.",
    "Snow fell all day.",
    "Tanks stood on the Uzbek-Russian border.",
    "Roads in eastern Uzbekistan are closed.",
)


def test_a_contradicted_country_is_followed_through_its_document() -> None:
    assert found(*ARTICLE) == [(3, "Uzbek"), (4, "Uzbekistan")]
    item = JUDGE.judge(ARTICLE)[-1]
    assert item.proposal == "Ukraine"
    assert item.fact == (
        "Uzbekistan stands for Ukraine in sentence 4: Uzbekistan and Russia share no border; "
        "the document speaks of Ukraine, which does"
    )


@pytest.mark.parametrize(
    "anchor",
    [
        "The Uzbek president, Viktor Zelinsky, came.",
        "Crowds met in the Uzbek capital, Kyiv.",
    ],
)
def test_offices_and_capitals_anchor_as_well(anchor: str) -> None:
    assert (4, "Uzbekistan") in found(*ARTICLE[:3], anchor, ARTICLE[4])


@pytest.mark.parametrize(
    "support",
    [
        "The envoy flew on to Tashkent.",
        "Ukraine sold wheat to Uzbekistan.",
        "Uzbekistan and Tajikistan sent tents.",
        "Uzbekistan, Peru and Chad sent tents.",
    ],
)
def test_a_country_that_something_speaks_for_is_not_followed(support: str) -> None:
    assert [number for number, _ in found(*ARTICLE, support)] == [3]


def test_nothing_is_followed_without_a_contradiction_or_a_subject() -> None:
    assert found(*ARTICLE[:3], ARTICLE[4]) == []
    # Not the subject of the text: named in passing, so the other may be as well.
    assert found("Snow", "Snow fell.", "It fell on.", ARTICLE[3], *ARTICLE[1:2], ARTICLE[4]) == [
        (3, "Uzbek")
    ]


def test_one_slip_does_not_follow_a_neighbour() -> None:
    article = ("Niger is dry", "Niger prays for rain.", "Wells fail.", "", "Nigeria will help.")
    slip = "The Nigerian capital, Niamey, is dusty."
    assert [number for number, _ in found(*article[:3], slip, article[4])] == [3]


def test_neighbours_are_known_countries_both_ways() -> None:
    countries = FactStore.load().countries
    geography = Geography(FactStore.load())
    assert sum(bool(country.neighbours) for country in countries.values()) > 150
    for code, country in countries.items():
        for neighbour in country.neighbours:
            assert geography.border(code, neighbour)
            assert geography.border(neighbour, code)
            assert neighbour in countries
    rows = (FOLDER / "borders.tsv").read_text(encoding="utf-8").splitlines()[1:]
    named = {code for row in rows for part in row.split("\t")[1:] for code in part.split("|")}
    assert named - {""} <= countries.keys()
    assert geography.may_border("SE", "DK")
    assert geography.may_border("RU", "NATO")
    assert not geography.may_border("UZ", "RU")
    assert geography.alike("UZ")["UA"] == geography.alike("UA")["UZ"] == 1.0
    assert geography.alike("NATO") == {}


def test_stores_without_neighbours_are_read_and_say_nothing_of_borders(tmp_path: Path) -> None:
    lines = (FOLDER / "countries.tsv").read_text(encoding="utf-8").splitlines()
    old = "\n".join(line.rpartition("\t")[0] for line in lines)
    (tmp_path / "countries.tsv").write_text(old, encoding="utf-8")
    countries = read_countries(tmp_path)
    assert [c.capitals for c in countries] == [c.capitals for c in read_countries(FOLDER)]
    judge = Judge(FactStore([], countries, tiny_store().about))
    assert judge.judge(["Snow fell on the Uzbek-Russian border."]) == []


@pytest.mark.parametrize("file", ["borders.tsv", "confusables.tsv"])
def test_damaged_geography_is_refused(tmp_path: Path, file: str) -> None:
    for name in ("borders.tsv", "confusables.tsv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    assert Geography(tiny_store(), tmp_path).may_border("SE", "DK")
    (tmp_path / file).write_text("header\na\tb\tc\td\n", encoding="utf-8")
    with pytest.raises(FactsError, match="line 2: expected 3 fields, found 4"):
        Geography(tiny_store(), tmp_path)
    (tmp_path / file).unlink()
    with pytest.raises(FactsError, match="install the package again"):
        Geography(tiny_store(), tmp_path)


def test_a_weight_is_a_number(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "borders.tsv", tmp_path / "borders.tsv")
    (tmp_path / "confusables.tsv").write_text("h\nUA\tUZ\tmuch\n", encoding="utf-8")
    with pytest.raises(FactsError, match="expected a number as weight, found 'much'"):
        Geography(tiny_store(), tmp_path)


def test_a_judge_of_borders_travels_to_other_processes() -> None:
    copy = pickle.loads(pickle.dumps(JUDGE))
    assert copy.judge(ARTICLE) == JUDGE.judge(ARTICLE)
