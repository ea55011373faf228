"""Sentences: exact offsets, whatever the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelproof.sentences import split


def texts(text: str) -> list[str]:
    return [span.text for span in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam held. The town did not.", ["The dam held.", "The town did not."]),
        (
            "They flew back to their bases. U.S. Secretary of State Lee Moss agreed.",
            ["They flew back to their bases.", "U.S. Secretary of State Lee Moss agreed."],
        ),
        ("Mr. Low met Dr. Ray at No. 10 on Friday.", ["Mr. Low met Dr. Ray at No. 10 on Friday."]),
        (
            "Storm hits coast\nIt came at noon.",
            ["Storm hits coast", "It came at noon."],
        ),
        ("One day.\r\n\r\nTwo days.\rThree days.", ["One day.", "Two days.", "Three days."]),
        ("First part.\u2028Second part.\x85Third.", ["First part.", "Second part.", "Third."]),
        ("   Led by spaces.  And\u00a0followed. \u200b", ["Led by spaces.", "And\u00a0followed."]),
        ("“Stay here. Wait,” she said. He left.", ["“Stay here. Wait,” she said.", "He left."]),
        ("He went on. “And now? Nothing came.", ["He went on.", "“And now?", "Nothing came."]),
    ],
)
def test_splits_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_text_wrapped_to_a_width_is_one_paragraph() -> None:
    wrapped = (
        "The committee met on Tuesday to hear what the two\n"
        "engineers had found under the bridge. Nobody from\n"
        "the ministry came."
    )
    assert [text.replace("\n", " ") for text in texts(wrapped)] == [
        "The committee met on Tuesday to hear what the two engineers had found under the bridge.",
        "Nobody from the ministry came.",
    ]


def test_a_list_of_headlines_is_not_a_wrapped_paragraph() -> None:
    lines = [
        "Bridge closed after engineers find new cracks below",
        "Ministry silent as drivers wait for hours on Tuesday",
        "Committee to hear two witnesses before end of the week",
    ]
    assert texts("\n".join(lines)) == lines


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t", "\u00a0\u200b\ufeff\n"])
def test_blank_text_has_no_sentences(text: str) -> None:
    assert split(text) == ()


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u202f", "\u3000"])
def test_a_wide_blank_between_a_capital_and_a_full_stop_ends_nothing(blank: str) -> None:
    text = f"He met B{blank}. (She left.{blank}They{blank}stayed."
    places = [(span.start, span.end) for span in split(text)]
    assert places == [(span.start, span.end) for span in split(text.replace(blank, " "))]


def test_a_panic_of_the_library_leaves_the_block_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """Named as the library's, which is no `Exception` either."""

    def refuse(error: BaseException) -> None:
        def broken(language: str, text: str) -> list[dict[str, int]]:
            raise error

        monkeypatch.setattr("sentencex.get_sentence_boundaries", broken)

    refuse(PanicException("end byte index 2 is not a char boundary"))
    assert [span.text for span in split("One. Two.\n\nThree.")] == ["One. Two.", "Three."]
    refuse(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        split("One. Two.")


@given(st.text(st.sampled_from("aB .!?“”\"'\n\r\t\u00a0\ud83d😀é(1"), max_size=80))
def test_offsets_are_exact_and_nothing_is_lost(text: str) -> None:
    at = 0
    for span in split(text):
        assert text[span.start : span.end] == span.text
        assert span.text == span.text.strip() != ""
        assert text[at : span.start].strip() == ""
        at = span.end
    assert text[at:].strip() == ""


def test_offsets_count_code_points_beyond_the_basic_plane() -> None:
    text = "😀😀 A smile came. 𝔘𝔫𝔦 did not. Lone \ud800 half here."
    assert texts(text) == ["😀😀 A smile came.", "𝔘𝔫𝔦 did not.", "Lone \ud800 half here."]


def test_very_long_texts_are_split_fast() -> None:
    began = time.perf_counter()
    assert len(split("word " * 100_000)) == 1
    assert len(split("It rained. " * 20_000)) == 20_000
    assert len(split("It rained\n" * 20_000)) == 20_000
    assert time.perf_counter() - began < 5
