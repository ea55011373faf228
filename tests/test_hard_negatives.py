"""Hard negatives: templates filled completely and consistently, headlines of plain leads."""

from __future__ import annotations

from random import Random

import pytest

from data.shared import shared_path
from training.hard_names import OfficeholdersError, officeholders
from training.hard_negatives import KINDS, hard_negatives, headline
from training.hard_templates import Filling, templates


def test_every_template_fills():
    for kind, texts in templates().items():
        for seed, template in enumerate(texts):
            for text in Filling(Random(seed)).fill(template):
                assert text, kind
                assert text == text.strip()
                assert not set("{}") & set(text)


def test_slots_of_one_number_agree():
    for seed in range(30):
        text = Filling(Random(seed)).fill("{name}|{surname}|{given}|{land}|{capital}|{land}")[0]
        name, surname, given, land, _, again = text.split("|")
        assert name == f"{given} {surname}"
        assert land == again


def test_countries_differ():
    for seed in range(30):
        text = Filling(Random(seed)).fill("{land}|{land2}|{land3}|{land4}")[0]
        assert len(set(text.split("|"))) == 4


@pytest.mark.parametrize(
    "lead",
    [
        "He was arrested on Monday in the old harbour.",
        '"We won," said the captain of the small team.',
        "Why did the old bridge fall into the river?",
        "It rained.",
    ],
)
def test_leads_that_make_no_headline(lead):
    assert headline(lead, Random(0)) is None


def test_headline_drops_articles_and_helpers():
    lead = "A former minister of Norland is arrested in the capital, according to the police."
    for seed in range(20):
        text = headline(lead, Random(seed))
        assert text is not None
        assert text.lower() == "former minister of norland arrested in capital"


def test_none_asked_none_given(tmp_path):
    assert list(hard_negatives(tmp_path, Random(0), 0)) == []


def test_missing_facts_say_where(tmp_path):
    with pytest.raises(OfficeholdersError, match="officeholders"):
        officeholders(tmp_path)


def test_kinds_are_templates_or_makers():
    made = {"officeholders", "corpus_headline", "headed", "wrapped", "old_prose", "corpus_dateline"}
    assert set(KINDS) - made <= set(templates())
    assert sum(KINDS.values()) == pytest.approx(1)


@pytest.mark.shared
def test_documents_from_the_shared_folder():
    try:
        shared = shared_path()
    except ValueError as error:
        pytest.skip(str(error))
    first = list(hard_negatives(shared, Random(1), 200))
    assert first == list(hard_negatives(shared, Random(1), 200))
    assert len(first) == 200
    assert len({document.id for document in first}) == 200
    assert len({document.section for document in first}) >= 12
