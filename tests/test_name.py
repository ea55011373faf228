"""Corruptions of names: every variant on own documents, and properties on made-up ones."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted
from training.corruptions.name import CORRUPTIONS
from training.corruptions.name_translit import drift, inflect, is_usual_spelling, noise

STORY = Document(
    "story",
    (
        "President Emmanuel Macron flew from Paris to Moscow on Tuesday with Karen Brown.",
        "The harvest in the north of France was poor, Macron said after the flight.",
        "Secretary of State Antony Blinken told the United Nations Security Council about it.",
        "In Washington, Blinken met Osama bin Rashid and the governor of Texas, Mary Bush.",
        "The Department of Homeland Security and the World Bank sent Macron a report.",
        "The mayor of London thanked Emmanuel Macron and Antony Blinken for their visit.",
    ),
)
PLAIN = Document("plain", ("it rained all day and nothing else happened.", "we stayed in bed."))

KINDS = sorted(CORRUPTIONS)


def results(kind: str, document: Document, tries: int = 60) -> list[Corrupted]:
    found = (CORRUPTIONS[kind](document, Random(seed)) for seed in range(tries))
    return [corrupted for corrupted in found if corrupted is not None]


@pytest.mark.parametrize("kind", KINDS)
def test_every_variant_applies_to_a_story_with_names(kind: str) -> None:
    found = results(kind, STORY)
    assert found
    for corrupted in found:
        assert corrupted.kind == f"name.{kind}"
        assert corrupted.original == STORY
        assert {span.label for span in corrupted.spans} == {Label.NAME}


@pytest.mark.parametrize("kind", KINDS)
def test_none_where_there_is_no_name(kind: str) -> None:
    assert results(kind, PLAIN) == []


@pytest.mark.parametrize("kind", KINDS)
def test_spans_cover_what_changed(kind: str) -> None:
    for corrupted in results(kind, STORY):
        for number, (old, new) in enumerate(
            zip(STORY.sentences, corrupted.document.sentences, strict=True)
        ):
            spans = [span for span in corrupted.spans if span.sentence == number]
            kept = _without(new, [(span.start, span.end) for span in spans])
            # What stays outside the spans stands in the old sentence in the same order.
            at = 0
            for piece in kept:
                found = old.find(piece, at)
                # Only the article may follow a changed word ("an" before a vowel).
                if found < 0 and (" a" in piece or piece.startswith(("A", "a"))):
                    continue
                assert found >= 0, (kind, piece, new)
                at = found + len(piece)


def _without(text: str, spans: list[tuple[int, int]]) -> list[str]:
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces.append(text[at:start])
        at = end
    return [piece for piece in [*pieces, text[at:]] if piece]


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_result(kind: str) -> None:
    for seed in range(10):
        assert CORRUPTIONS[kind](STORY, Random(seed)) == CORRUPTIONS[kind](STORY, Random(seed))


def test_drift_throughout_spells_a_name_one_way() -> None:
    for corrupted in results("drift_throughout", STORY):
        words = {
            corrupted.document.sentences[span.sentence][span.start : span.end]
            for span in corrupted.spans
        }
        assert len(words) == 1


def test_spellings_differ_within_the_document() -> None:
    found = results("spellings", STORY)
    for corrupted in found:
        words = [
            corrupted.document.sentences[span.sentence][span.start : span.end]
            for span in corrupted.spans
        ]
        assert len(set(words)) == len(words) >= 2


def test_a_wrong_given_name_keeps_the_surname() -> None:
    for corrupted in results("given", STORY):
        for span in corrupted.spans:
            text = corrupted.document.sentences[span.sentence][span.start : span.end]
            assert text.split()[-1] in {"Macron", "Blinken", "Bush", "Brown"}
            assert text not in " ".join(STORY.sentences)


def test_a_known_meaning_replaces_the_name() -> None:
    texts = {
        corrupted.document.sentences[span.sentence][span.start : span.end].lower()
        for corrupted in results("translated", STORY, 300)
        for span in corrupted.spans
    }
    assert any("shrub" in text or "thicket" in text for text in texts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Zelensky", "Zelenskyy"),
        ("Kyiv", "Kiev"),
        ("Sergey", "Sergei"),
        ("Mohammed", "Muhammad"),
        ("Berlin", "Berlin"),
        ("Sobolevsky", "Sobolevskiy"),
    ],
)
def test_usual_spellings_are_known(old: str, new: str) -> None:
    assert is_usual_spelling(old, new)


def test_unusual_spellings_are_not() -> None:
    assert not is_usual_spelling("Blinken", "Brinken")
    assert not is_usual_spelling("Harvard", "Hervard")


WORDS = st.text("abcdefghijklmnoprstuvwyz", min_size=1, max_size=12).map(str.capitalize)


@given(WORDS, st.integers(0, 10**6))
def test_misspelling_changes_a_word_or_declines(word: str, seed: int) -> None:
    for change in (drift, noise, inflect):
        new = change(word, Random(seed))
        assert new is None or (not is_usual_spelling(word, new) and new[:1].isupper())
        if len(word) < 4:
            assert new is None


@pytest.mark.parametrize("word", ["Rio", "NATO", "paris"])
def test_drift_declines_short_words_acronyms_and_small_letters(word: str) -> None:
    assert all(drift(word, Random(seed)) is None for seed in range(20))


SENTENCES = st.lists(
    st.lists(
        st.one_of(
            WORDS,
            WORDS.map(str.lower),
            st.sampled_from(
                [
                    "Paris",
                    "Angela Merkel",
                    "said",
                    "the",
                    "of",
                    "World Bank",
                    "President",
                    "al-Assad",
                ]
            ),
        ),
        min_size=1,
        max_size=10,
    ).map(lambda words: " ".join(words) + "."),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, st.integers(0, 10**6), st.sampled_from(KINDS))
def test_any_document_is_changed_where_marked_or_declined(
    sentences: list[str], seed: int, kind: str
) -> None:
    document = Document("made", tuple(sentences))
    corrupted = CORRUPTIONS[kind](document, Random(seed))
    # `Corrupted` itself refuses an unchanged document and spans that do not fit.
    if corrupted is not None:
        assert corrupted.original == document
        assert corrupted.document.sentences != document.sentences
