"""Scars change the look and not the words, and carry spans along."""

from __future__ import annotations

from random import Random

import pytest
from corruption_checks import SENTENCES
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.labels import Label
from training.corruptions.base import Span
from training.corruptions.scars import SCARS, apply_scar, scar, scar_with_spans

texts = st.one_of(
    st.sampled_from(SENTENCES), st.text(min_size=1, max_size=60).map(str.strip).filter(bool)
)


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).casefold()


@settings(max_examples=150, deadline=None)
@given(text=texts, seed=st.integers(0, 10**6), data=st.data())
def test_spans_stay_on_their_words(text, seed, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span(3, start, end, Label.NAME)
    name = data.draw(st.sampled_from(sorted(SCARS)))
    new, (moved,) = apply_scar(name, text, [span], Random(seed))
    assert (moved.sentence, moved.label) == (3, Label.NAME)
    assert 0 <= moved.start < moved.end <= len(new)
    assert new == new.strip()
    if name != "dateline":
        assert letters(new) == letters(text)
        assert letters(new[moved.start : moved.end]) == letters(text[start:end])


@settings(max_examples=100, deadline=None)
@given(text=texts, seed=st.integers(0, 10**6))
def test_one_seed_one_scar(text, seed):
    assert scar(text, Random(seed)) == scar(text, Random(seed))
    assert scar(text, Random(seed)) == scar_with_spans(text, (), Random(seed))[0]


@pytest.mark.parametrize("name", sorted(SCARS))
def test_every_scar_applies_somewhere(name):
    texts = [*SENTENCES, '"Stop," he said.', "Wait -- no.", "Fire in old town"]
    assert any(apply_scar(name, t, (), Random(n))[0] != t for t in texts for n in range(5))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("space_before_punctuation", "So, he said.", "So , he said ."),
        ("space_before_possessive", "The mayor's car.", "The mayor 's car."),
        ("straight_quotes", "“It’s late”", '"It\'s late"'),
        ("curly_quotes", '"It\'s late"', "“It’s late”"),
        ("latex_quotes", '"Late," he said.', "``Late,'' he said."),
        ("lost_full_stop", "He left.", "He left"),
        ("lost_full_stop", "He left?", "He left?"),
        ("gained_full_stop", "Fire in old town", "Fire in old town."),
        ("gained_full_stop", "He said “no”", "He said “no”."),
        ("gained_full_stop", "He left.", "He left."),
        ("gained_full_stop", "Why?", "Why?"),
        ("title_case", "The fire in the old town", "The Fire in the Old Town"),
        ("upper_case", "The fire", "THE FIRE"),
        ("lower_start", "The fire", "the fire"),
        ("lower_start", "Paris burns", "Paris burns"),
        ("lower_start", "I burn", "I burn"),
    ],
)
def test_hand_cases(name, text, expected):
    assert apply_scar(name, text, (), Random(0))[0] == expected


def test_span_at_the_end_survives_a_lost_full_stop():
    text, (span,) = apply_scar("lost_full_stop", "He left.", [Span(0, 3, 8, Label.MT)], Random(0))
    assert text[span.start : span.end] == "left"


def test_span_behind_a_dateline_moves():
    text, (span,) = apply_scar("dateline", "Rain fell.", [Span(0, 0, 4, Label.MT)], Random(0))
    assert text[span.start : span.end] == "Rain"
    assert span.start > 0


def test_a_span_of_one_lost_character_refuses_the_scar():
    span = Span(0, 7, 8, Label.MT)
    assert apply_scar("lost_full_stop", "He left.", [span], Random(0)) == ("He left.", (span,))
