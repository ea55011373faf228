"""Corruptions of roles: every variant on own sentences, and properties on made-up ones."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted
from training.corruptions.proper import mentions
from training.corruptions.role import CORRUPTIONS
from training.corruptions.role_plain import mutual, plain, plain_pairs, plains
from training.corruptions.role_titles import like_case, same_office, titles

STORY = Document(
    "story",
    (
        "Russia attacked the United States with harsh words, and Vladimir Putin smiled.",
        "Polish President Andrzej Duda met German Chancellor Angela Merkel in Berlin.",
        "Agencies quoted Duda on the gas deal.",
        "Merkel said that the treaty was signed in Moscow by Vladimir Putin.",
        "According to the ministry, the flood destroyed a bridge near Hamburg.",
        "The police arrested three protesters in Berlin.",
        "The window was broken by a soldier.",
        "The mayor sent a letter to the president of Poland.",
        "The Blues won again, the foreign minister told reporters in Warsaw.",
        "The foreign minister then praised Angela Merkel and Andrzej Duda.",
    ),
)
PLAIN = Document("plain", ("it rained all day and nothing else happened.", "we stayed in bed."))

KINDS = sorted(CORRUPTIONS)


def results(kind: str, document: Document, tries: int = 60) -> list[Corrupted]:
    found = (CORRUPTIONS[kind](document, Random(seed)) for seed in range(tries))
    return [corrupted for corrupted in found if corrupted is not None]


def outputs(kind: str, *sentences: str) -> set[tuple[str, ...]]:
    return {c.document.sentences for c in results(kind, Document("own", sentences))}


@pytest.mark.parametrize("kind", KINDS)
def test_every_variant_applies_to_a_story(kind: str) -> None:
    found = results(kind, STORY)
    assert found
    for corrupted in found:
        assert corrupted.kind == f"role.{kind}"
        assert corrupted.original == STORY
        labels = {span.label for span in corrupted.spans}
        assert Label.ROLE in labels
        assert labels <= {Label.ROLE, Label.COUNTRY, Label.GARBLE}


@pytest.mark.parametrize("kind", KINDS)
def test_none_where_nobody_acts(kind: str) -> None:
    assert results(kind, PLAIN) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_result(kind: str) -> None:
    for seed in range(10):
        assert CORRUPTIONS[kind](STORY, Random(seed)) == CORRUPTIONS[kind](STORY, Random(seed))


def test_agent_and_patient_of_one_sentence() -> None:
    assert outputs("agents", "Norway sued the Netherlands over herring.") == {
        ("The Netherlands sued Norway over herring.",)
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway and Sweden signed a treaty.",
        "Norway met Sweden in the final round of talks.",
        "Norway talked with Sweden about fish.",
        "Norway, Sweden and Denmark were absent.",
    ],
)
def test_mutual_actions_are_left_alone(sentence: str) -> None:
    assert outputs("agents", sentence) == set()


def test_teller_and_told() -> None:
    assert outputs("teller", "Agencies quoted Sergei Shoigu.") == {
        ("Sergei Shoigu quoted agencies.",)
    }


def test_the_told_and_the_teller_in_the_passive() -> None:
    assert outputs("teller", "The governor was quoted by two newspapers.") == {
        ("Two newspapers were quoted by the governor.",)
    }
    assert outputs("teller", "Kenya warns two agencies.") == {("Two agencies warn Kenya.",)}


def test_source_and_subject() -> None:
    assert outputs("source", "According to the ministry, the storm has passed.") == {
        ("According to the storm, the ministry has passed.",)
    }


def test_doer_and_done_to() -> None:
    assert outputs("transitive", "The teacher bought a new laptop.") == {
        ("A new laptop bought the teacher.",)
    }
    assert outputs("passive_agent", "The tap was fixed by the plumber.") == {
        ("The plumber was fixed by the tap.",)
    }


def test_verb_agrees_with_its_new_subject() -> None:
    assert outputs("transitive", "A court fines three drivers.") == {
        ("Three drivers fine a court.",)
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "The manager fired the clerk.",
        "The dentist praised the nurse.",
        "The bill passed the senate.",
    ],
)
def test_exchanges_that_make_sense_are_not_made(sentence: str) -> None:
    for kind in ("transitive", "voice", "object_first"):
        assert outputs(kind, sentence) == set()


def test_voice_is_turned_and_names_stay() -> None:
    assert outputs("voice", "The police arrested two smugglers.") == {
        ("The police were arrested by two smugglers.",)
    }
    assert outputs("voice", "The safe was opened by a clerk.") == {("The safe opened a clerk.",)}


def test_object_first_brings_the_place_to_the_front() -> None:
    found = outputs("object_first", "Bad weather prevents the landing in Florida.")
    assert found == {
        ("In Florida, the landing prevents bad weather.",),
        ("In Florida the landing prevents bad weather.",),
    }


def test_offices_are_exchanged_with_their_names_left() -> None:
    found = outputs("offices_exchanged", "President Joe Biden met Foreign Minister Sergei Lavrov.")
    assert found == {("Foreign Minister Joe Biden met President Sergei Lavrov.",)}


def test_a_title_of_another_country_is_role_and_country() -> None:
    document = Document("own", ("French President Emmanuel Macron spoke.",))
    found = results("foreign_title", document)
    assert found
    for corrupted in found:
        text = corrupted.document.sentences[0]
        assert not text.startswith("French")
        assert text.endswith("President Emmanuel Macron spoke.")
        assert {span.label for span in corrupted.spans} == {Label.ROLE, Label.COUNTRY}


def test_a_wrong_office_is_never_the_same_office() -> None:
    for (text,) in outputs("wrong_office", "Secretary of State Antony Blinken left."):
        office = text.removesuffix(" Antony Blinken left.")
        assert office != "Secretary of State"
        assert not same_office(office.lower(), "secretary of state")


def test_the_article_agrees_with_the_new_office() -> None:
    sentences = ("A senator from Ohio spoke.", "Then a senator left.")
    for texts in outputs("wrong_office", *sentences):
        for text in texts:
            words = text.lower().split()
            for article, word in pairwise(words):
                if article in ("a", "an"):
                    assert (article == "an") == (word[0] in "aeio"), text


def test_exchanged_persons_keep_the_rest_of_the_document() -> None:
    document = Document(
        "own",
        (
            "The singer Maria Lopez sued Robert Brown in Madrid.",
            "Lopez had written the song, and Brown denied it.",
        ),
    )
    for corrupted in results("agents", document):
        assert corrupted.document.sentences[1] == document.sentences[1]


def test_names_are_found_without_titles_and_possessives() -> None:
    document = Document("own", ("Yesterday President Joe Biden's adviser left New York.",))
    assert [mention.text for mention in mentions(document)] == ["Joe Biden", "New York"]
    assert mentions(document)[0].kind == "person"


def test_headlines_name_nobody() -> None:
    assert (
        mentions(Document("own", ("Storm Leaves Thousands Without Power in Northern Towns",))) == ()
    )


def test_titles_need_a_name_where_the_word_is_common() -> None:
    assert [t.text for t in titles("The general election begins.")] == []
    assert [t.text for t in titles("Yesterday General Ruiz spoke to the foreign minister.")] == [
        "General",
        "foreign minister",
    ]


def test_titles_take_the_case_of_their_model() -> None:
    assert like_case("foreign minister", "Prime Minister") == "Foreign Minister"
    assert like_case("foreign minister", "prime minister") == "foreign minister"


def _words(sentence: str) -> list[str]:
    return sentence.lower().rstrip(".").split()


def test_plain_sentences_turn_round() -> None:
    seen = set()
    for corrupted in plain_pairs(300, Random(1)):
        old, new = corrupted.original.sentences[0], corrupted.document.sentences[0]
        assert old[0].isupper() == new[0].isupper()
        assert old != new
        if not {"a", "an"} & set(_words(old)):
            assert sorted(_words(old)) == sorted(_words(new))
        seen.add(old)
    assert len(seen) > 200


def test_plain_is_deterministic_and_mutual_is_clean() -> None:
    assert plain(Random(3)) == plain(Random(3))
    assert mutual(Random(3)) == mutual(Random(3))
    assert {row.sort for row in plains()} == {"thing", "person", "mutual", "into", "fact"}


def test_plain_facts_are_whole_rows_said_both_ways() -> None:
    facts = [row for row in plains() if row.sort == "fact"]
    ways = {
        (one, row.verb, other)
        for row in facts
        for one, other in zip(row.first, row.second, strict=True)
    }
    seen = 0
    for corrupted in plain_pairs(1500, Random(2)):
        old, new = (
            text.sentences[0].rstrip(".") for text in (corrupted.original, corrupted.document)
        )
        for one, verb, other in ways:
            if old.lower() == f"{one} {verb} {other}".lower():
                assert new.lower() == f"{other} {verb} {one}".lower()
                seen += 1
    assert seen > 50


NAMES = [
    "Russia", "the United States", "Angela Merkel", "President", "Foreign Minister", "Kofi Annan",
    "World Bank", "Berlin", "the court", "a bridge", "three protesters", "police", "Polish", "But",
]  # fmt: skip
VERBS = ["arrested", "told", "said that", "destroyed", "quoted", "is", "was built by", "and", "in"]
SENTENCES = st.lists(
    st.lists(st.sampled_from(NAMES + VERBS), min_size=2, max_size=9).map(
        lambda words: (" ".join(words))[:1].upper() + (" ".join(words))[1:] + "."
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
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
        assert any(span.label is Label.ROLE for span in corrupted.spans)
