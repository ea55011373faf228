"""Two spellings of a name, whosever it is: damage is found, likenesses of sound names are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof.errors import FactsError
from babelproof.facts.familiar import FAMILIAR, Familiar, read_familiar
from babelproof.facts.judge import Judge
from babelproof.facts.store import FactStore
from babelproof.labels import Label
from data.build_facts import OFTEN, write_familiar

JUDGE = Judge(FactStore.load())


def alike(*sentences: str) -> list[tuple[int, str, str | None]]:
    """Give the sentence, the words and the proposal of what only likeness speaks against."""
    return [
        (item.sentence, sentences[item.sentence][item.start : item.end], item.proposal)
        for item in JUDGE.judge(sentences)
        if item.likeness
    ]


def test_the_rarer_spelling_is_found_and_the_other_proposed() -> None:
    sentences = (
        "The Hargreaves brewery will close.",
        "Workers of Hargreaves went home.",
        "Hargraeves's lawyers said nothing.",
    )
    assert alike(*sentences) == [(2, "Hargraeves", "Hargreaves")]
    (item,) = JUDGE.judge(sentences)
    assert (item.label, item.source, item.person) == (Label.NAME, "document", "Hargreaves")
    assert item.fact == "two spellings in one text: Hargraeves here, Hargreaves in sentence 1"


def test_one_other_place_is_enough_where_the_same_word_stands_beside_both() -> None:
    assert alike("Fans of the Ryder Cup came.", "The Ryser Cup is gold.") == [(1, "Ryser", "Ryder")]
    assert alike("A vote in North Korea.", "North Korbea fired a rocket.") == [
        (1, "Korbea", "Korea")
    ]
    assert alike("Fans of the Ryder Cup came.", "The Ryser is gold.") == []


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mayor Hollander spoke.", "Hollander left.", "Jan Hollender, his rival, stayed."],
        ["Brogan scored.", "Brogan left.", "Coach Peter Brogden laughed."],
        ["The Lakota sang.", "The Lakota drum is old.", "A poet of the Nakota read."],
        ["Bosnian firms came.", "Bosnian timber sold.", "A Bosniak choir sang."],
        ["Uganda has a lake.", "Uganda spoke.", "The king of Buganda wrote."],
        ["The Seychelles voted.", "The Seychelles are far.", "Many Seychellois live abroad."],
        ["Volodymyr Zelensky spoke.", "Zelensky left.", "Zelenskyy came back."],
        ["Hargraeves left.", "Hargreaves stayed."],
        ["HARGREAVES TO CLOSE", "HARGREAVES IS SAD", "HARGRAEVES LEFT"],
        ["Airport staff struck.", "The Airport is shut.", "The Aéroport du Nord is open."],
        ["Austria won.", "Austria is glad.", "Australia lost."],
        ["Iran spoke.", "Iran left.", "Iraq stayed."],
        ["The harbour is old.", "A harbour is deep.", "The harbuor is wide."],
        [],
        [""],
    ],
    ids=lambda sentences: (sentences or ["nothing"])[-1],
)
def test_sound_names_that_are_alike_pass(sentences: list[str]) -> None:
    assert alike(*sentences) == []


def test_who_stands_there_tells_a_slip_from_another_name() -> None:
    twice = ("Clara Lindqvist spoke.", "Lindqvist left.")
    assert alike(*twice, "Then Clara Lidnqvist came.") == [(2, "Lidnqvist", "Lindqvist")]
    assert alike(*twice, "Then Mrs Lidnqvist came.") == [(2, "Lidnqvist", "Lindqvist")]
    assert alike(*twice, "Then Oskar Lindqvost came.") == []


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("The Lindqvist brewery closed.", "Doctors of Lidnqvist came.", "Lidnqvist"),
        ("The Lindqvist brewery closed.", "Doctors of Lindvqist came.", "Lindvqist"),
        ("The Lindqvist brewery closed.", "Doctors of Lindqvits came.", "Lindqvits"),
        ("The Marlov brewery closed.", "Doctors of Marvol came.", None),  # too short to be sure
    ],
)
def test_letters_of_a_long_name_in_another_order_are_enough(
    first: str, second: str, found: str | None
) -> None:
    sentences = (first, first.replace("closed", "opened"), second)
    assert [words for _, words, _ in alike(*sentences)] == ([found] if found else [])


def test_familiar_words_are_those_of_several_documents(tmp_path: Path) -> None:
    documents = [["Quorvex rose.", "Quorvex fell."], ["The quorvex is blue."], ["A zarnith."]]
    documents += [[f"Zarnith is number {number}."] for number in range(OFTEN - 1)]
    write_familiar(tmp_path / FAMILIAR, documents)
    familiar = Familiar(FactStore.load(), tmp_path)
    assert "zarnith" in familiar
    assert "quorvex" not in familiar
    for known in ("ukraine", "kyiv", "blinken", "the"):  # of the store, and of English
        assert known in familiar
    first = (tmp_path / FAMILIAR).read_bytes()
    write_familiar(tmp_path / FAMILIAR, documents)
    assert (tmp_path / FAMILIAR).read_bytes() == first


def test_without_the_words_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"familiar\.txt\.gz: expected the words .*build_facts"):
        read_familiar(tmp_path)
    (tmp_path / FAMILIAR).write_bytes(b"no gzip")
    with pytest.raises(FactsError, match="install the package again"):
        read_familiar(tmp_path)


def test_shipped_words_are_words() -> None:
    words = read_familiar(Path(__file__).parent.parent / "model/babelproof/facts/data")
    assert len(words) > 20_000
    assert all(len(word) >= 4 and word == word.lower() for word in words)
