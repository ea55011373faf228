"""Kinds of countries: what is landlocked, African, an island, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof.errors import FactsError
from babelproof.facts.judge import Judge
from babelproof.facts.lands import LANDS, Lands
from babelproof.facts.mentions import Finder
from babelproof.facts.store import FOLDER, FactStore

STORE = FactStore.load()
JUDGE = Judge(STORE)


def contradicted(sentence: str) -> list[tuple[str, str]]:
    """Give the words, and the fact against them."""
    return [(sentence[e.start : e.end], e.fact) for e in JUDGE.judge([sentence])]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Farmers of landlocked Portugal sow early.", ("Portugal", "Portugal is not landlocked")),
        ("Landlocked Portugal sows early.", ("Portugal", "Portugal is not landlocked")),
        (
            "The West African nation of Peru sells cocoa.",
            ("Peru", "Peru is not a country called West African"),
        ),
        (
            "Denmark, a small Central Asian republic, sells gas.",
            ("Denmark", "Denmark is not a country called Central Asian"),
        ),
        (
            "In Kenya, a landlocked East African country, trains are late.",
            ("Kenya", "Kenya is not landlocked"),
        ),
        (
            "The Pacific island nation of Hungary fears the sea.",
            ("Hungary", "Hungary is not a country called Pacific"),
        ),
    ],
)
def test_a_country_of_another_kind_is_found(sentence: str, expected: tuple[str, str]) -> None:
    assert contradicted(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "Farmers of landlocked Paraguay sow early.",
        "The West African nation of Benin sells cocoa.",
        "Kyrgyzstan, a mountainous, landlocked Central Asian country, sells gold.",
        "The former Soviet republic of Georgia voted.",
        "The island nation of Sri Lanka voted.",
        "Great Britain, an island nation, voted.",
        "Congo, a Central African country, voted.",  # either of the two
        "Peru, a European nation and Mali signed.",  # a list
        "They came to Peru, an Asian country, Mali and Chad.",
        "The embassy of the African country in Norway is shut.",
        "The West African country has asked Norway for help.",
        "A landlocked Norway-bound ship waits.",
        "European Portugal is wet.",
        "Landlocked and poor, it asked Norway.",
        "The NATO nations of Europe met.",
    ],
)
def test_sound_sentences_pass(sentence: str) -> None:
    assert contradicted(sentence) == []


def test_all_codes_are_countries_of_the_store() -> None:
    rows = (FOLDER / LANDS).read_text(encoding="utf-8").splitlines()[1:]
    codes = {code for row in rows for code in row.partition("\t")[2].split()}
    assert codes <= STORE.countries.keys()


@pytest.mark.parametrize("text", ["words\tcodes\nlandlocked\n", "words\tcodes\n\tPE\n"])
def test_a_malformed_line_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / LANDS).write_text(text, encoding="utf-8")
    with pytest.raises(FactsError, match="line 2: expected words and codes"):
        Lands(STORE, tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="found none"):
        Lands(STORE, tmp_path)


def test_an_organisation_is_no_country() -> None:
    finder = Finder(STORE)
    assert list(Lands(STORE).judge(0, finder.find("The landlocked NATO met."))) == []
