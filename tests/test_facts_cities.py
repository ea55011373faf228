"""Cities beside a country that they are not in."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof.errors import FactsError
from babelproof.facts.cities import CITIES, Cities, read_cities
from babelproof.facts.judge import Judge
from babelproof.facts.mentions import Finder
from babelproof.facts.store import FOLDER, FactStore
from babelproof.labels import Label
from data.build_cities import Place, cities

STORE = FactStore.load()
JUDGE = Judge(STORE)


def contradicted(*sentences: str) -> list[tuple[int, str, str]]:
    """Give the number of the sentence, the words, and the fact against them."""
    return [
        (e.sentence, sentences[e.sentence][e.start : e.end], e.fact)
        for e in JUDGE.judge(sentences)
        if e.label is Label.COUNTRY
    ]


@pytest.mark.parametrize(
    ("sentence", "country", "fact"),
    [
        (
            "She was born in Kharkiv, Uzbekistan.",
            "Uzbekistan",
            "Kharkiv is in Ukraine; the text says Uzbekistan",
        ),
        (
            "Police in Mombasa, Norway, arrested nine men.",
            "Norway",
            "Mombasa is in Kenya; the text says Norway",
        ),
        (
            "A train from Osaka, Portugal on Monday was late.",
            "Portugal",
            "Osaka is in Japan; the text says Portugal",
        ),
        (
            "The fair moved to Lahore in eastern Finland.",
            "Finland",
            "Lahore is in Pakistan; the text says Finland",
        ),
        (
            "He left Mariupol, a battered port city in the south-east of Kenya, in May.",
            "Kenya",
            "Mariupol is in Ukraine; the text says Kenya",
        ),
        (
            "Traders in the Chilean port city of Mombasa closed their stalls.",
            "Chilean",
            "Mombasa is in Kenya; the text says Chile",
        ),
        (
            "Traders in Osaka, Peru's second-largest city, are worried.",
            "Peru",
            "Osaka is in Japan; the text says Peru",
        ),
        (
            "Floods in Lahore and Karachi, Kenya, have killed six people.",
            "Kenya",
            "Karachi is in Azerbaijan or Pakistan; the text says Kenya",
        ),
        (
            "NAIROBI, Peru (Reuters) - Rain fell for a week.",
            "Peru",
            "Nairobi is in Kenya; the text says Peru",
        ),
        (
            "NAIROBI, Peru — Rain fell for a week.",
            "Peru",
            "Nairobi is in Kenya; the text says Peru",
        ),
        (
            "They sang in Rio de Janeiro, Denmark.",
            "Denmark",
            "Rio de Janeiro is in Brazil; the text says Denmark",
        ),
    ],
)
def test_a_city_of_another_country_is_found(sentence: str, country: str, fact: str) -> None:
    assert contradicted(sentence) == [(0, country, fact)]


@pytest.mark.parametrize(
    "sentence",
    [
        "She was born in Kharkiv, Ukraine.",
        "She was born in Tripoli, Lebanon, and grew up in Hamilton, New Zealand.",
        "They flew to Athens, Georgia.",
        "Talks in Osaka, Portugal and Spain began.",  # a list
        "Talks in Osaka, Portugal, and Spain began.",
        "Talks in Osaka, Portugal, Spain and Norway began.",
        "In Moscow, Ukraine, backed by Poland, refused.",  # no address
        "In Mombasa, Norway won by two goals.",
        "Moscow, Kenya and Peru signed.",
        "The Japanese attacked the city of Shanghai.",
        "The British held the port of Aden for a century.",
        "The Norwegian embassy in Kharkiv is shut.",
        "He was born in Lviv, Poland, in 1921.",  # as it was then
        "A flat in Sevastopol, Russia, was sold.",
        "During the visit to Baghdad, U.S. officials were silent.",
        "Rallies in Victoria Falls, Zimbabwe, were banned.",  # no such city in the list
        "They sang in Little Whistling, Denmark.",
        "They sang in England, Norway.",
        "They met in Belfast, Ireland.",
        "They met in Osaka, Peru's president said.",
        "After Moscow, Kenya's coastal towns looked bright.",
        "They met in Manchester, England.",
        "They met in Tashkent, Soviet Union.",
        "A branch of Osaka in NATO.",
    ],
)
def test_sound_places_pass(sentence: str) -> None:
    assert contradicted(sentence) == []


def test_a_country_that_a_city_contradicts_is_followed_through_the_document() -> None:
    found = contradicted(
        "Ukraine asks for more air defence after a raid.",
        "Eleven people died in Kharkiv, Uzbekistan, on Sunday.",
        "Ukraine has said that it needs more.",
        "Allies of Uzbekistan promised help.",
    )
    assert [number for number, *_ in found] == [1, 3]
    assert "stands for Ukraine" in found[1][2]


def test_every_code_is_one_of_the_store_or_of_a_small_territory() -> None:
    codes = {code for own in read_cities(FOLDER).values() for code in own}
    assert len(read_cities(FOLDER)) > 5000
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert len(codes - STORE.countries.keys()) < 10


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    mentions = Finder(STORE).find("She was born in Kharkiv, Uzbekistan.")
    with pytest.raises(FactsError, match=f"{CITIES}: expected names of cities"):
        list(Cities(STORE, tmp_path).judge(0, mentions))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / CITIES).write_bytes(b"no gzip")
    with pytest.raises(FactsError, match="build_cities"):
        read_cities(tmp_path / "other")


def test_the_build_counts_every_place_of_a_name() -> None:
    places = [
        Place("Vårby", ("Varby",), "SE", 200_000),
        Place("Varby", (), "US", 600),
        Place("Old Harbour", ("Newport",), "JM", 900),
        Place("Newport", (), "GB", 150_000),
        Place("Small", (), "FR", 99_999),
        Place("Ho", (), "GH", 200_000),
        Place("Norway", (), "US", 300_000),
        Place("Surrely", (), "CA", 300_000),
    ]
    assert cities(places, [("Surrely", "GB")], ["Norway"]) == {
        "Vårby": ["SE", "US"],
        "Varby": ["SE", "US"],
        "Newport": ["GB", "JM"],
        "Surrely": ["CA", "GB"],
    }
