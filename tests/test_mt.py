"""Mt: every variant keeps the rules; WordNet is read from files of our own here."""

from __future__ import annotations

import csv
from random import Random

import pytest
from corruption_checks import (
    DOCUMENT,
    SENTENCES,
    assert_unmarked_kept,
    check,
    document,
    documents,
    outputs,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from babelproof.labels import Label
from training.corruptions import calques, spinning, wordnet
from training.corruptions.edits import Edit, apply_edits, words
from training.corruptions.english import gerund, past, plural, third
from training.corruptions.mt import AWKWARD, CORRUPTIONS

ALL = {**CORRUPTIONS, **AWKWARD}
NAMES = sorted(ALL)
HAVE_WORDNET = (wordnet.FOLDER / "index.noun").is_file()
needs_wordnet = pytest.mark.skipif(not HAVE_WORDNET, reason="wordnet-base is not installed")

INDEX = {
    "noun": ["strike n 2 0 2 1 00000010 00000020 "],
    "verb": ["strike v 1 0 1 1 00000030 ", "halt v 1 0 1 1 00000030 "],
    "adj": ["heavy a 1 0 1 1 00000040 "],
    "adv": [],
}
DATA = {
    "noun": [
        "00000010 04 n 02 strike 0 work_stoppage 0 000 | a stopping of work",
        "00000020 04 n 02 strike 0 bump 0 000 | a blow",
    ],
    "verb": ["00000030 30 v 02 strike 0 halt 1 000 | stop work"],
    "adj": ["00000040 00 a 01 heavy(p) 0 000 | of weight"],
    "adv": [],
}


@pytest.fixture
def tiny_wordnet(tmp_path):
    for name, lines in INDEX.items():
        (tmp_path / f"index.{name}").write_text("  1 licence\n" + "\n".join(lines) + "\n")
    for name, lines in DATA.items():
        (tmp_path / f"data.{name}").write_text("  1 licence\n" + "\n".join(lines) + "\n")
    (tmp_path / "verb.exc").write_text("struck strike\n")
    (tmp_path / "cntlist.rev").write_text("strike%1:04:00:: 1 40\nstrike%2:30:00:: 1 3\n")
    return tmp_path


@pytest.mark.filterwarnings("ignore:expected WordNet")
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(doc=documents(), seed=st.integers(0, 10**6))
def test_rules_hold(name, doc, seed):
    result = check(ALL[name], doc, seed, Label.MT)
    assert result is None or result.kind == f"mt.{name}"


@needs_wordnet
@pytest.mark.parametrize("name", NAMES)
def test_applies_to_news(name):
    assert outputs(ALL[name], DOCUMENT, 200), f"{name} never applied"


@pytest.mark.filterwarnings("ignore:expected WordNet")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["Yes.", "!?", "東京 2020"])
def test_leaves_text_without_english_words(name, text):
    assert outputs(ALL[name], document(text), 20) == []


def test_wordnet_reads_senses_and_forms(tiny_wordnet):
    net = wordnet.load(tiny_wordnet)
    assert net.wrong_senses("strike", "n") == ("bump",)
    assert net.wrong_senses("strike", "v") == ()
    assert net.likely("strikes") == wordnet.Reading("strike", "n", "plural")
    assert wordnet.Reading("strike", "v", "past") in net.readings("struck")
    assert net.knows("heavy", "a")
    assert net.likely("unheard") is None


def test_wordnet_says_what_is_missing(tmp_path):
    with pytest.raises(wordnet.WordnetMissing, match="apt-get install wordnet-base"):
        wordnet.load(tmp_path)


def test_empty_wordnet_knows_nothing():
    net = wordnet.Wordnet()
    assert net.readings("strike") == []
    assert net.wrong_senses("strike", "n") == ()


@pytest.mark.parametrize(
    ("make", "word", "form"),
    [
        (plural, "party", "parties"),
        (plural, "day", "days"),
        (plural, "box", "boxes"),
        (past, "stop", "stopped"),
        (past, "put down", "put down"),
        (past, "carry", "carried"),
        (past, "admit", "admitted"),
        (past, "open", "opened"),
        (gerund, "take", "taking"),
        (gerund, "run", "running"),
        (gerund, "see", "seeing"),
        (gerund, "die", "dying"),
        (third, "go", "goes"),
        (third, "call off", "calls off"),
    ],
)
def test_inflection(make, word, form):
    assert make(word) == form


def test_article_agrees_with_the_spun_word():
    doc = document("The engineers asked for an official test of a bank near the river.")
    for text in outputs(CORRUPTIONS["wrong_sense"], doc):
        assert " a e" not in text
        assert " an b" not in text


@needs_wordnet
def test_spun_changes_several_words():
    for text in outputs(CORRUPTIONS["spun"], document(SENTENCES[9])):
        same = set(SENTENCES[9].split()) & set(text.split())
        assert len(same) <= len(set(SENTENCES[9].split())) - 2


@needs_wordnet
def test_spun_name_changes_a_word_of_a_name():
    found = outputs(CORRUPTIONS["spun_name"], document(SENTENCES[4]), 20)
    assert found
    assert all("Food and Drug Administration" not in text for text in found)


def test_tortured_pairs_are_aligned(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text(
        "tortured\texpected\nbrain plan\tneural plan (np)\nbosom peril\tbreast cancer\n"
    )
    assert spinning.word_pairs(path) == {
        "breast": ("bosom",),
        "cancer": ("peril",),
        "neural": ("brain",),
    }


def test_tortured_needs_two_words():
    corruption = spinning.tortured({"ruling": ["administering"], "party": ["gathering"]})
    assert outputs(corruption, document("A party was held."), 10) == []
    for seed in range(10):
        result = check(corruption, DOCUMENT, seed, Label.MT)
        assert result is not None
        assert result.kind == "mt.tortured"


def test_tortured_file_errors(tmp_path):
    with pytest.raises(spinning.TorturedPhrasesError, match="no such file"):
        spinning.word_pairs(tmp_path / "none.tsv")
    (tmp_path / "bad.tsv").write_text("a\tb\n")
    with pytest.raises(spinning.TorturedPhrasesError, match="expected columns"):
        spinning.word_pairs(tmp_path / "bad.tsv")


def test_calques_are_many_and_differ():
    assert len(calques.calques()) >= 150
    for phrase, renderings in calques.calques().items():
        assert phrase not in renderings
        assert all(text == text.strip() and text for text in renderings)


def test_collocation_keeps_a_capital():
    doc = document("As well as bread, they sold milk.")
    found = outputs(CORRUPTIONS["collocation"], doc, 10)
    assert found
    assert all(text[0].isupper() and not text.startswith("As well as") for text in found)


def test_time_is_calqued():
    found = outputs(CORRUPTIONS["time_and_place"], document("The fire began on May 3."), 20)
    assert found
    assert all("on May 3." not in text for text in found)


def test_lists_have_no_doubles():
    for path in (calques.CALQUES, spinning.WRONG_SENSES):
        with path.open(encoding="utf-8", newline="") as rows:
            keys = [tuple(row[:2]) for row in csv.reader(rows, delimiter="\t")]
        assert len(keys) == len(set(keys))


@pytest.mark.filterwarnings("ignore:expected WordNet")
def test_awkward_changes_one_place():
    for corruption in AWKWARD.values():
        result = corruption(document(SENTENCES[0]), Random(3))
        assert result is not None
        assert len(result.spans) <= 2


def test_deletion_marks_the_neighbours():
    text, marks = apply_edits("one two three", [Edit(3, 7, "")])
    assert text == "one three"
    assert [text[a:b] for a, b in marks] == ["one three"]


@pytest.mark.parametrize(
    ("old", "edit"),
    [("\x1bA:0", Edit(1, 2, "")), ("one (a): two", Edit(5, 6, "")), ("(a)", Edit(1, 2, ""))],
)
def test_what_a_deletion_joins_is_marked(old, edit):
    text, marks = apply_edits(old, [edit])
    assert text == old[: edit.start] + old[edit.end :]
    assert_unmarked_kept(old, text, marks)


def test_edits_that_overlap_are_dropped():
    text, marks = apply_edits("one two three", [Edit(0, 3, "1"), Edit(2, 7, "x")])
    assert text == "1 two three"
    assert marks == [(0, 1)]


def test_words_keep_numbers_and_names_whole():
    text = "The U.S. didn't pay Al-Asad 15,000 euros, or 2.5%, in May."
    assert [w.text for w in words(text)] == [
        "The", "U.S.", "didn't", "pay", "Al-Asad", "15,000", "euros", "or", "2.5%", "in", "May",
    ]  # fmt: skip
