"""Garble: every variant keeps the rules, and does what its name says."""

from __future__ import annotations

import pytest
from corruption_checks import DOCUMENT, SENTENCES, check, document, documents, outputs
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.labels import Label
from training.corruptions.edits import words
from training.corruptions.garble import AWKWARD, CORRUPTIONS
from training.corruptions.garble_tokens import foreign_words

ALL = {**CORRUPTIONS, **AWKWARD}
NAMES = sorted(ALL)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(doc=documents(), seed=st.integers(0, 10**6))
def test_rules_hold(name, doc, seed):
    result = check(ALL[name], doc, seed, Label.GARBLE)
    assert result is None or result.kind == f"garble.{name}"


@pytest.mark.parametrize("name", NAMES)
def test_applies_to_news(name):
    assert outputs(ALL[name], DOCUMENT), f"{name} never applied"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["Yes.", "!?", "—", "東京"])
def test_leaves_text_too_short_to_break(name, text):
    assert outputs(ALL[name], document(text), 20) == []


def test_dropped_loses_two_words_or_more():
    doc = document(SENTENCES[0])
    for text in outputs(CORRUPTIONS["dropped"], doc):
        assert len(words(text)) <= len(words(SENTENCES[0])) - 2


@pytest.mark.parametrize("name", ["shuffled", "scrambled"])
def test_order_changes_and_words_stay(name):
    for text in outputs(CORRUPTIONS[name], document(SENTENCES[9])):
        assert sorted(w.lower for w in words(text)) == sorted(w.lower for w in words(SENTENCES[9]))


def test_loop_repeats_a_phrase_twice_at_least():
    for text in outputs(CORRUPTIONS["loop"], document(SENTENCES[8])):
        assert len(words(text)) >= len(words(SENTENCES[8])) + 4


def test_fused_needs_a_second_sentence():
    assert outputs(CORRUPTIONS["fused"], document(SENTENCES[0]), 20) == []


def test_fused_joins_both():
    doc = document(SENTENCES[2], SENTENCES[8])
    for text in outputs(CORRUPTIONS["fused"], doc):
        ends = [s[-12:] for s in doc.sentences]
        starts = [s[:6] for s in doc.sentences]
        assert any(text.startswith(s) for s in starts)
        assert any(text.endswith(e) for e in ends)


def test_cut_off_ends_within_the_sentence():
    for text in outputs(CORRUPTIONS["cut_off"], document(SENTENCES[2])):
        assert len(words(text)) < len(words(SENTENCES[2]))


def test_cut_off_leaves_stumps_of_words_and_names_and_what_asks_for_more():
    text = (
        "Measures to support pensioners were discussed at a meeting with Governor Kristina "
        "Lindqvist and the head of the regional parliament on Tuesday evening."
    )
    ends = {
        found.rstrip(".").split(" ")[-1]
        for found in outputs(CORRUPTIONS["cut_off"], document(text))
    }
    assert ends & {"Lin", "Lind", "Lindq", "Kri", "Kris"}
    assert ends & {"disc", "discu", "meet", "parl", "parlia"}
    assert {"with", "the", "head"} <= ends
    assert not ends & {"Lindqvist", "Governor", "evening", "Tuesday"}


def test_untranslated_words_are_of_one_language():
    doc = document(SENTENCES[6])
    known = {w.lower for w in words(SENTENCES[6])}
    for text in outputs(CORRUPTIONS["untranslated"], doc):
        new = [w for w in text.rstrip(".").split() if w.lower() not in known]
        assert new
        assert any(
            all(any(w.startswith(f) for f in vocabulary) for w in new)
            for vocabulary in foreign_words().values()
        )


def test_foreign_words_are_many_and_in_several_scripts():
    vocabulary = foreign_words()
    assert len(vocabulary) >= 12
    assert all(len(w) >= 30 for w in vocabulary.values())
    assert sum(not w[0].isascii() and ord(w[0][0]) > 0x36F for w in vocabulary.values()) >= 6


def test_encoding_leaves_plain_text_alone():
    assert outputs(CORRUPTIONS["encoding"], document(SENTENCES[8]), 20) == []


def test_numbers_and_dates_need_some():
    doc = document(SENTENCES[8])
    assert outputs(CORRUPTIONS["numbers"], doc, 20) == []
    assert outputs(CORRUPTIONS["dates"], doc, 20) == []


def test_date_is_given_twice():
    for text in outputs(CORRUPTIONS["dates"], document(SENTENCES[1])):
        assert text.count("March") + text.count("6 March") >= 2


@pytest.mark.parametrize("name", ["refrain", "echoed_noun", "stammer"])
def test_a_loop_says_only_what_the_sentence_says(name):
    for number in range(len(SENTENCES)):
        said = {word.lower for word in words(SENTENCES[number])} | {
            "and",
            "as",
            "well",
            "which",
            "is",
        }
        for text in outputs(CORRUPTIONS[name], document(SENTENCES[number])):
            assert {word.lower for word in words(text)} <= said


def test_a_refrain_says_four_words_twice():
    found = outputs(CORRUPTIONS["refrain"], document(SENTENCES[8]))
    assert found
    for text in found:
        there = [word.lower for word in words(text)]
        fours = [tuple(there[at : at + 4]) for at in range(len(there) - 3)]
        assert len(set(fours)) < len(fours)


def test_a_stammer_says_one_word_three_times_or_more():
    for text in outputs(CORRUPTIONS["stammer"], document(SENTENCES[8])):
        there = [word.lower for word in words(text)]
        assert any(there[at] == there[at + 1] == there[at + 2] for at in range(len(there) - 2))


def test_a_sentence_broken_in_two_keeps_its_words():
    for text in outputs(CORRUPTIONS["broken_in_two"], document(SENTENCES[8])):
        assert ". " in text
        assert [w.lower for w in words(text)] == [w.lower for w in words(SENTENCES[8])]
