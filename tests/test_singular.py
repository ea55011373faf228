"""What one sentence of a document names and no other: marked, and counted by the detector."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import tiny_manifest, write_tiny_bundle

from babelproof import Detector
from babelproof.bundle import write_manifest
from babelproof.labels import CHANNELS, LABELS, Label
from babelproof.signal import ANY_ALONE
from babelproof.singular import Singular

SINGULAR = Singular.load()
ARTICLE = [
    "Ministers met in Kyiv to speak of grain.",
    "Ukraine sells wheat, and Ukraine needs ships.",
    "The ships of Ukraine wait in Odesa.",
    "Talks on the ships followed.",
]


def marked(sentences: list[str], label: Label) -> list[int]:
    """Give the numbers of the sentences that are marked for a label."""
    column = SINGULAR.marks(sentences)[:, CHANNELS.index(label)]
    return [number for number, mark in enumerate(column) if mark]


def test_a_country_that_no_other_sentence_names_is_marked() -> None:
    assert marked(ARTICLE, Label.COUNTRY) == []
    swapped = [*ARTICLE, "They spoke of firm support for Uzbekistan's independence."]
    assert marked(swapped, Label.COUNTRY) == [4]
    # By whatever word: the adjective is the country's too.
    assert marked([*swapped, "An Uzbek ship came."], Label.COUNTRY) == []
    # Twice in one sentence is still alone.
    assert marked([*ARTICLE, "Uzbekistan and the Uzbek army."], Label.COUNTRY) == [4]


def test_a_word_for_two_countries_is_alone_where_neither_is_named_elsewhere() -> None:
    korean = [*ARTICLE, "A Korean ship came."]
    assert marked(korean, Label.COUNTRY) == [4]
    assert marked([*korean, "It came from South Korea."], Label.COUNTRY) == []


def test_an_unfamiliar_name_is_marked_and_a_familiar_one_is_not() -> None:
    assert marked([*ARTICLE, "Then Qworvexin spoke."], Label.NAME) == [4]
    assert marked([*ARTICLE, "Then Qworvexin spoke.", "Qworvexin's ship left."], Label.NAME) == []
    assert marked([*ARTICLE, "Then Johnson spoke of Washington."], Label.NAME) == []
    assert marked([*ARTICLE, "Then Qwo spoke."], Label.NAME) == []  # too short to tell


def test_an_office_that_no_other_sentence_names_is_marked() -> None:
    assert marked([*ARTICLE, "The prime minister left."], Label.ROLE) == [4]
    both = [*ARTICLE, "The prime minister left.", "A prime minister seldom does."]
    assert marked(both, Label.ROLE) == []


def test_where_most_sentences_name_their_own_nothing_is_marked() -> None:
    digest = ["Peru votes.", "Chad mourns.", "Laos trades.", "A storm comes."]
    assert marked(digest, Label.COUNTRY) == []
    assert marked([*digest, "It rains.", "It snows."], Label.COUNTRY) == [0, 1, 2]


@pytest.mark.parametrize("sentences", [[], [""], ["", "One."]])
def test_of_nothing_nothing_is_marked(sentences: list[str]) -> None:
    marks = SINGULAR.marks(sentences)
    assert marks.shape == (len(sentences), len(CHANNELS))
    assert not marks.any()


def test_the_detector_counts_it_in_documents_of_some_length(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    document = ["The minister met the president in Peru.", *["Talks followed on the plan."] * 3]
    plain = Detector.load(folder, facts=False)
    hold = replace(ANY_ALONE, singular={"country": 3.0})
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
