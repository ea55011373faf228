"""Articles before countries: which take "the", and which "a" or "an"."""

from __future__ import annotations

import pytest

from babelproof.facts.judge import Judge
from babelproof.facts.store import FactStore
from babelproof.labels import Label

JUDGE = Judge(FactStore.load())


def contradicted(sentence: str) -> list[tuple[str, str]]:
    """Give the words, and what is said against them."""
    found = JUDGE.judge([sentence])
    assert all(e.label is Label.COUNTRY and e.source == "countries" for e in found)
    return [(sentence[e.start : e.end], e.fact.partition(":")[0]) for e in found]


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        ("The Norway has lent them two ships.", "Norway"),
        ("Two ships came from the Norway.", "Norway"),
        ('"We shall write to the Norway," she said.', "Norway"),
        ("The minister thanked the North Korea, which had sent rice.", "North Korea"),
        ("Nothing is known of plans by the Kenya", "Kenya"),
        ("Who will pay the Latvia?", "Latvia"),
        ("The Cyprus was named in the letter.", "Cyprus"),
        ("The Netherlands and the Belgium signed it.", "Belgium"),
        ("They quarrelled in the Norway on Friday.", "Norway"),
        ("She left the Norway because of the cold.", "Norway"),
    ],
)
def test_a_country_with_an_article_that_it_does_not_take_is_found(
    sentence: str, country: str
) -> None:
    assert contradicted(sentence) == [(country, f'{country} is written without "the"')]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Netherlands has lent them two ships.",
        "The Gambia is small.",
        "Ships came from the Philippines.",
        "The Ukraine was mentioned, as older books have it.",
        "The Congo is a river.",
        "They sailed up the Niger.",
        "The Norway captain is hurt.",
        "The Norway we knew is gone.",
        "The Norway of the 1930s was poor.",
        "The Norway before the war, and the Norway for which they fought, are gone.",
        "The Norway that signed it is gone.",
        "The Norway, Sweden and Finland desks were closed.",
        "Read more on the Norway.example site.",
        "The Norwegian has lent them two ships.",
        "The Norwegians have lent them two ships.",
        "Bathe Norway has lent them two ships.",
        "NATO and the Czech Republic agreed.",
        "The Turkey was dry.",
        "The Seychelles was quiet.",
        "The Comoros was quiet.",
    ],
)
def test_other_articles_pass(sentence: str) -> None:
    assert contradicted(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "word", "fact"),
    [
        ("They boarded a Iranian ship.", "Iranian", '"a Iranian" should be "an Iranian"'),
        ("An Danish choir sang.", "Danish", '"An Danish" should be "a Danish"'),
        ("It was an Polish ship.", "Polish", '"an Polish" should be "a Polish"'),
        ("“A Austrian town,” he wrote.", "Austrian", '"A Austrian" should be "an Austrian"'),
    ],
)
def test_a_where_an_belongs_is_found(sentence: str, word: str, fact: str) -> None:
    assert contradicted(sentence) == [(word, fact)]


@pytest.mark.parametrize(
    "sentence",
    [
        "They boarded an Iranian ship.",
        "A Danish choir sang.",
        "It was a Ukrainian ship.",
        "He met a US envoy, a UK envoy and a United States senator.",
        "An Uzbek poet and a Uzbek singer came.",
        "It was an Ukrainian ship, and an U.S. one.",  # slips of careful writers, too
        "He spoke on behalf of the Chile's oldest union.",
        "It was an Hungarian dance, and a Hungarian song.",
        "Vitamin A Ireland Ltd was sold.",
        "An ROK ship and a ROK ship met.",
        "Team A Austria won.",
        "An EU envoy met an African Union envoy.",
    ],
)
def test_articles_that_some_write_pass(sentence: str) -> None:
    assert contradicted(sentence) == []
