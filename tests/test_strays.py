"""Pieces of headlines that stray into sentences, and capitals that are no strays."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof import strays as module
from babelproof.errors import BundleError
from babelproof.strays import lower_words, strays
from data import build_lower
from data.build_lower import lower_words as build
from data.build_lower import main

HEADLINE = "Harbour Workers Walked Off as Talks Failed"
BODY = "The workers of the harbour want a raise."


@pytest.mark.parametrize(
    "sentence",
    [
        "Workers Walked Off said on Monday that they wanted a raise.",
        "A spokesman for Walked Off did not answer.",
        "The city of Bergen, And Oslo pays as well.",
        "Harbour Workers Then Really Walked Without Agreement crew left the ship.",
    ],
)
def test_a_piece_of_a_headline_inside_a_sentence_is_found(sentence: str) -> None:
    assert strays([HEADLINE, BODY, sentence]) == [False, False, True]


@pytest.mark.parametrize(
    "sentence",
    [
        "Harbour Union Workers, a union, said no.",  # capitals that the headline has not
        "The workers walked off on Monday.",
        'The paper had "Walked Off" on its front page.',
        "Talks failed.",
        "But Bergen pays.",
        "Bergen, Oslo and Stavanger pay.",
        "Bergen, but not Oslo, pays.",
        HEADLINE,
        "",
    ],
)
def test_other_capitals_are_not(sentence: str) -> None:
    assert strays([HEADLINE, BODY, sentence]) == [False, False, False]


def test_without_the_headline_a_short_piece_may_be_a_name() -> None:
    assert strays([BODY, "A spokesman for Walked Off did not answer."]) == [False, False]


def test_of_nothing_nothing_is_found() -> None:
    assert strays([]) == []


def test_a_lost_list_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lower_words.cache_clear()
    monkeypatch.setattr(module, "LOWER", tmp_path / "none.gz")
    with pytest.raises(BundleError, match="expected the list of words"):
        lower_words()
    lower_words.cache_clear()


def test_words_are_told_by_how_sentences_write_them() -> None:
    sentences = [
        *["It walked to the Bank of the river, and then walked on."] * 40,
        *["Then the Bank said no.", "He Walked Then As Workers Talked Again"] * 3,
    ]
    assert build(sentences) == ["and", "of", "on", "river", "the", "then", "to", "walked"]
    assert build(sentences, fewest=41) == ["the", "walked"]


def test_the_list_is_built_from_the_clean_corpora(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Corpus:
        sentences = ("It walked on.",) * 30

    monkeypatch.setattr(build_lower, "CLEAN", ["one"])
    monkeypatch.setattr(build_lower, "read_clean", lambda shared, name: [Corpus()])
    monkeypatch.setattr(build_lower, "shared_path", lambda given: tmp_path)
    main([], tmp_path / "lower.txt.gz")
    assert "2 words" in capsys.readouterr().out
    lower_words.cache_clear()
    monkeypatch.setattr(module, "LOWER", tmp_path / "lower.txt.gz")
    assert lower_words() == {"walked", "on"}
    lower_words.cache_clear()
