"""Windows: every sentence scored, nothing cut off, offsets into the original."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from babelproof.windows import (
    POOLINGS,
    EncodedSentence,
    SpecialIds,
    Window,
    WindowSettings,
    encode,
    normalise,
    pack,
    pool,
    stopped,
)

SPECIAL = SpecialIds(cls=2, sep=3, pad=0)
SETTINGS = WindowSettings(max_tokens=16, stride=4, context_tokens=6)


@pytest.fixture(scope="module")
def tokenizer(tiny_bundle: Path) -> Tokenizer:
    loaded = Tokenizer.from_file(str(tiny_bundle / "tokenizer.json"))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


def sentence(size: int, first: int = 10) -> EncodedSentence:
    ids = np.arange(first, first + size, dtype=np.int32)
    starts = np.arange(0, 2 * size, 2, dtype=np.int32)
    return EncodedSentence(ids, starts, starts + 1)


@given(st.text(max_size=60))
def test_normalising_keeps_every_character_in_its_place(text: str) -> None:
    plain = normalise(text)
    assert len(plain) == len(text)
    assert normalise(plain) == plain
    plain.encode("utf-8")  # nothing is left that a tokenizer would refuse


def test_typographic_variants_become_alike() -> None:
    assert normalise("‘It’s”\u00a0a\u2011b\x07") == "'It's\" a-b "
    assert normalise("Łódź, 会谈 😀 – …") == "Łódź, 会谈 😀 – …"


def test_encoding_gives_offsets_into_the_original(tokenizer: Tokenizer) -> None:
    text = "“Antony\u00a0Brinken” 😀 met"
    (encoded,) = encode(tokenizer, [text])
    words = [text[a:b] for a, b in zip(encoded.starts, encoded.ends, strict=True)]
    # The last token is the full stop that the text lacks: it lies beyond the text.
    assert words == ["“", "Antony", "Brin", "ken", "”", "😀", "met", ""]
    assert (encoded.starts[-1], encoded.ends[-1]) == (len(text), len(text) + 1)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Talks met", "Talks met."),
        ("Talks met ", "Talks met."),
        ("Talks (met)", "Talks (met)."),
        ('"met', '"met.'),
        ("Talks met?", "Talks met?"),
        ('"Talks met."', '"Talks met."'),
        ("to the", "to the."),
        (" ", " "),
        ("", ""),
    ],
)
def test_a_text_is_read_with_a_full_stop(tokenizer: Tokenizer, text: str, read: str) -> None:
    assert stopped(text) == read
    ours, theirs = encode(tokenizer, [text, read])
    np.testing.assert_array_equal(ours.ids, theirs.ids)


@given(st.text(max_size=40))
def test_a_full_stop_given_to_a_text_without_a_mark_changes_nothing(text: str) -> None:
    plain = normalise(text)
    assert stopped(stopped(plain)) == stopped(plain)
    assert stopped(plain).startswith(plain.rstrip())


def test_a_sentence_without_tokens_has_empty_arrays(tokenizer: Tokenizer) -> None:
    (encoded,) = encode(tokenizer, [""])
    assert encoded.ids.shape == encoded.starts.shape == encoded.ends.shape == (0,)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_every_sentence_is_scored_and_fits(sizes: list[int]) -> None:
    encoded = [sentence(size) for size in sizes]
    windows = pack(encoded, SPECIAL, SETTINGS)
    assert all(len(window) <= SETTINGS.max_tokens for window in windows)
    scored = Counter(number for window in windows for number in window.scored)
    assert set(scored) == {number for number, size in enumerate(sizes) if size}
    for number, size in enumerate(sizes):
        if 0 < size <= SETTINGS.max_tokens - 2:
            assert scored[number] == 1
        covered: set[int] = set()
        for window in windows:
            if number in window.scored:
                covered.update(window.input_ids[window.sentence_ids == number].tolist())
        assert covered == set(encoded[number].ids.tolist())


def test_pieces_of_a_long_sentence_overlap() -> None:
    windows = pack([sentence(30)], SPECIAL, SETTINGS)
    runs = [set(window.input_ids[window.sentence_ids == 0].tolist()) for window in windows]
    assert all(len(one & two) >= SETTINGS.stride for one, two in pairwise(runs))
    assert {len(window) for window in windows} == {SETTINGS.max_tokens}


def test_a_window_is_framed_and_separated() -> None:
    (window,) = pack([sentence(2), sentence(3, 20)], SPECIAL, SETTINGS)
    assert window.input_ids.tolist() == [2, 10, 11, 3, 20, 21, 22, 3]
    assert window.sentence_ids.tolist() == [-1, 0, 0, -1, 1, 1, 1, -1]
    assert window.scored == {0, 1}


def test_a_later_window_begins_with_context_that_it_does_not_score() -> None:
    windows = pack([sentence(8), sentence(4, 20), sentence(6, 30)], SPECIAL, SETTINGS)
    assert [set(window.scored) for window in windows] == [{0, 1}, {2}]
    assert windows[1].sentence_ids.tolist()[1] == 1
    without = WindowSettings(max_tokens=16, stride=4, context_tokens=0)
    alone = pack([sentence(8), sentence(4, 20), sentence(6, 30)], SPECIAL, without)
    assert set(alone[1].sentence_ids.tolist()) == {-1, 2}


def test_a_later_window_begins_with_the_lead_and_then_what_stands_before() -> None:
    settings = WindowSettings(max_tokens=16, stride=4, context_tokens=5, lead_tokens=4)
    document = [sentence(2), sentence(9, 20), sentence(3, 30), sentence(4, 40), sentence(5, 50)]
    windows = pack(document, SPECIAL, settings)
    assert [set(window.scored) for window in windows] == [{0, 1}, {2, 3}, {4}]
    # The headline, of three tokens with its separator, then what fits of the sentences before.
    assert windows[1].sentence_ids.tolist() == [-1, 0, 0, -1, 2, 2, 2, -1, 3, 3, 3, 3, -1]
    assert windows[2].sentence_ids.tolist() == [-1, 0, 0, -1, 3, 3, 3, 3, -1, 4, 4, 4, 4, 4, -1]


def test_a_lead_that_is_also_the_context_is_read_once() -> None:
    settings = WindowSettings(max_tokens=16, stride=4, context_tokens=8, lead_tokens=8)
    windows = pack([sentence(3), sentence(3, 20), sentence(12, 30)], SPECIAL, settings)
    last = windows[-1]
    assert len(last) <= settings.max_tokens
    for number in set(last.sentence_ids.tolist()) - {-1}:
        places = np.flatnonzero(last.sentence_ids == number)
        assert (np.diff(places) == 1).all()


def test_the_lead_gives_way_to_what_is_scored() -> None:
    settings = WindowSettings(max_tokens=16, stride=4, context_tokens=0, lead_tokens=8)
    windows = pack([sentence(5), sentence(13, 20)], SPECIAL, settings)
    assert set(windows[1].sentence_ids.tolist()) == {-1, 1}


def window_of(*numbers: int) -> Window:
    size = len(numbers)
    zeros = np.zeros(size, dtype=np.int32)
    ids = np.array(numbers, dtype=np.int32)
    return Window(zeros, ids, zeros, zeros, frozenset(number for number in numbers if number > 0))


def test_pooling_reads_only_a_sentences_own_tokens() -> None:
    window = window_of(-1, 0, 1, 1, -1, 2, -1)  # sentence 0 is context here
    logits = np.full((7, 12), 100, dtype=np.float32)
    logits[2], logits[3], logits[5] = 1, 3, 7
    pooled = {pooling: pool(logits, window, pooling) for pooling in POOLINGS}
    assert set(pooled["mean"]) == {1, 2}
    assert pooled["mean"][1].tolist() == [2] * 6
    assert pooled["max"][1].tolist() == [3] * 6
    assert pooled["mean+max"][1].tolist() == [5] * 6
    assert pooled["mean+max"][2].tolist() == [14] * 6


@pytest.mark.parametrize(
    "settings",
    [
        {"max_tokens": 7},
        {"stride": -1},
        {"max_tokens": 64, "stride": 62},
        {"context_tokens": -1},
        {"max_tokens": 64, "stride": 8, "context_tokens": 33},
        {"lead_tokens": -1},
        {"max_tokens": 64, "stride": 8, "lead_tokens": 33},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        WindowSettings(**settings)


def test_a_tokenizer_without_special_tokens_is_refused() -> None:
    from tokenizers import models

    with pytest.raises(ValueError, match=r"\[CLS\]"):
        SpecialIds.of(Tokenizer(models.WordLevel({"a": 0}, unk_token="a")))
