"""What a document shows of its sentences: marked, and counted by the detector."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import tiny_manifest, write_tiny_bundle

from babelproof import Detector
from babelproof.bundle import write_manifest
from babelproof.labels import LABELS, Label
from babelproof.marker import Marker
from babelproof.marks import MARKS, Mark
from babelproof.signal import ANY_ALONE

MARKER = Marker.load()
ARTICLE = [
    "Ministers met in Kyiv to speak of grain.",
    "Ukraine sells wheat, and Ukraine needs ships.",
    "The ships of Ukraine wait in Odesa.",
    "Talks on the ships followed.",
]


def marked(sentences: list[str], mark: Mark) -> list[int]:
    """Give the numbers of the sentences that have a mark."""
    column = MARKER.marks(sentences)[:, MARKS.index(mark)]
    return [number for number, value in enumerate(column) if value]


def test_a_country_that_no_other_sentence_names_is_marked() -> None:
    assert marked(ARTICLE, Mark.COUNTRY_ALONE) == []
    swapped = [*ARTICLE, "They spoke of firm support for Uzbekistan's independence."]
    assert marked(swapped, Mark.COUNTRY_ALONE) == [4]
    # By whatever word: the adjective is the country's too.
    assert marked([*swapped, "An Uzbek ship came."], Mark.COUNTRY_ALONE) == []
    # Twice in one sentence is still alone.
    assert marked([*ARTICLE, "Uzbekistan and the Uzbek army."], Mark.COUNTRY_ALONE) == [4]


def test_a_word_for_two_countries_is_alone_where_neither_is_named_elsewhere() -> None:
    korean = [*ARTICLE, "A Korean ship came."]
    assert marked(korean, Mark.COUNTRY_ALONE) == [4]
    assert marked([*korean, "It came from South Korea."], Mark.COUNTRY_ALONE) == []


def test_an_unfamiliar_name_is_marked_and_a_familiar_one_is_not() -> None:
    assert marked([*ARTICLE, "Then Qworvexin spoke."], Mark.NAME_ALONE) == [4]
    assert (
        marked([*ARTICLE, "Then Qworvexin spoke.", "Qworvexin's ship left."], Mark.NAME_ALONE) == []
    )
    assert marked([*ARTICLE, "Then Johnson spoke of Washington."], Mark.NAME_ALONE) == []
    assert marked([*ARTICLE, "Then Qwo spoke."], Mark.NAME_ALONE) == []  # too short to tell


def test_an_office_that_no_other_sentence_names_is_marked() -> None:
    assert marked([*ARTICLE, "The prime minister left."], Mark.OFFICE_ALONE) == [4]
    both = [*ARTICLE, "The prime minister left.", "A prime minister seldom does."]
    assert marked(both, Mark.OFFICE_ALONE) == []


def test_where_most_sentences_name_their_own_nothing_is_marked() -> None:
    digest = ["Peru votes.", "Chad mourns.", "Laos trades.", "A storm comes."]
    assert marked(digest, Mark.COUNTRY_ALONE) == []
    assert marked([*digest, "It rains.", "It snows."], Mark.COUNTRY_ALONE) == [0, 1, 2]


def test_a_title_before_a_name_is_marked_where_no_other_sentence_has_it() -> None:
    captain = [*ARTICLE, "They asked Captain Harris."]
    assert marked(captain, Mark.TITLE_ALONE) == [4]
    assert marked([*captain, "Captain Harris knew."], Mark.TITLE_ALONE) == []
    assert marked([*ARTICLE, "They asked a captain."], Mark.TITLE_ALONE) == []


def test_names_that_several_sentences_have_are_shared() -> None:
    twice = [*ARTICLE, "Then Qworvexin spoke.", "Qworvexin's ship left."]
    assert marked(twice, Mark.NAMES_SHARED) == []
    assert marked([*twice, "No ship followed Qworvexin."], Mark.NAMES_SHARED) == [4, 5, 6]
    with_another = [*twice, "No ship followed Qworvexin to Zlubrand."]
    assert marked(with_another, Mark.NAMES_SHARED) == [4, 5]


def test_a_full_name_given_again_is_marked() -> None:
    again = [*ARTICLE, "The ship of Anna Pereira left.", "They asked Anna Pereira's crew."]
    assert marked(again, Mark.NAME_AGAIN) == [5]
    assert marked(again, Mark.OPENS_WITH_NAME_AGAIN) == []
    opening = [*again, "Anna Pereira said no."]
    assert marked(opening, Mark.NAME_AGAIN) == [5, 6]
    assert marked(opening, Mark.OPENS_WITH_NAME_AGAIN) == [6]
    assert marked([*ARTICLE, "Anna Pereira left.", "Pereira said no."], Mark.NAME_AGAIN) == []
    assert marked([*ARTICLE, "The Red Cross came.", "Red Cross aid came."], Mark.NAME_AGAIN) == [5]


@pytest.mark.parametrize("sentences", [[], [""], ["", "One."]])
def test_of_nothing_nothing_is_marked(sentences: list[str]) -> None:
    marks = MARKER.marks(sentences)
    assert marks.shape == (len(sentences), len(MARKS))
    assert not marks.any()


def test_the_detector_counts_it_in_documents_of_some_length(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    document = ["The minister met the president in Peru.", *["Talks followed on the plan."] * 3]
    plain = Detector.load(folder, facts=False)
    hold = replace(ANY_ALONE, marks={"country_alone": 3.0})
    write_manifest(folder, replace(tiny_manifest(), hold=hold))
    for facts in (True, False):
        counting = Detector.load(folder, facts=facts)
        (before,), (after,) = (d.score_documents([document]) for d in (plain, counting))
        first, *rest = zip(before.sentences, after.sentences, strict=True)
        assert first[1].labels[Label.COUNTRY] > first[0].labels[Label.COUNTRY]
        for label in set(LABELS) - {Label.COUNTRY}:
            assert first[1].labels[label] == first[0].labels[label]
        assert all(one.labels == other.labels for one, other in rest)
        # Too few sentences to tell, and sentences alone, are read as before.
        short = document[:3]
        assert counting.score_documents([short]) == plain.score_documents([short])
        assert counting.score(document) == plain.score(document)
        again = pickle.loads(pickle.dumps(counting)).score_documents([document])
        assert again == [after]


@pytest.mark.parametrize(
    "sentence",
    [
        "U.S. Secretary of State Antony Blinken came late.",
        "Peru's foreign minister sent a letter.",
        "Antony Blinken, the Swiss Secretary of State, came late.",
    ],
)
def test_what_the_facts_bear_out_is_no_reason_for_doubt(sentence: str) -> None:
    borne_out = sentence.startswith("U.S.")
    article = [*ARTICLE, sentence]
    for mark in (Mark.COUNTRY_ALONE, Mark.OFFICE_ALONE):
        assert marked(article, mark) == ([] if borne_out else [4])


def test_a_title_that_the_facts_bear_out_is_not_marked() -> None:
    assert marked([*ARTICLE, "President Vladimir Putin came late."], Mark.TITLE_ALONE) == []
    assert marked([*ARTICLE, "President Vernon Quilligan came late."], Mark.TITLE_ALONE) == [4]


def test_what_is_borne_out_still_names_its_country() -> None:
    article = [*ARTICLE, "U.S. Secretary of State Antony Blinken came.", "The U.S. ships left."]
    assert marked(article, Mark.COUNTRY_ALONE) == []


@pytest.mark.parametrize(
    ("other", "alone"),
    [
        ("The talks began in Lima.", False),  # its capital
        ("Ollanta Humala was not asked.", False),  # who held an office there, by the full name
        ("The talks began in Quito.", True),
        ("Alberto Vandersloot was not asked.", True),
        ("Limassol is near.", True),
    ],
)
def test_a_country_with_another_reason_to_be_named_is_no_stranger(other: str, alone: bool) -> None:
    article = [*ARTICLE, "A ship from Peru came.", other]
    assert marked(article, Mark.COUNTRY_ALONE) == ([4] if alone else [])
