"""Damage on excerpts: what is touched, how surely it is held, and what stays clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from training_samples import RECIPE, REGISTRY, blot, long_document, sentence

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted
from training.corruptions.english import gerund, past
from training.corruptions.registry import Registry
from training.damage import damage, damaged_passage
from training.excerpts import excerpts, is_sound
from training.passages import CLEAN, Mark, Passage, Target
from training.scarred import scarred


@pytest.mark.parametrize(
    ("kind", "size", "edits", "hold", "weight"),
    [
        ("country.any_throughout", 4, 1, 0.7, 0.5),
        ("country.any_one", 1, 1, 0.7, 0.5),
        ("country.any_one", 4, 1, 1.0, 1.0),
        ("mt.wrong_sense", 4, 1, 0.85, 1.0),
        ("mt.wrong_sense", 4, 2, 1.0, 1.0),
        ("garble.blot", 1, 1, 1.0, 1.0),
    ],
)
def test_damage_that_a_reader_may_not_see_is_held_less(
    kind: str, size: int, edits: int, hold: float, weight: float
) -> None:
    document = long_document(size)
    made = blot(document, Random(1))
    assert made is not None
    spans = made.spans + tuple(replace(made.spans[0], start=0, end=2) for _ in range(edits - 1))
    made = replace(made, spans=spans, kind=kind)
    passage = damaged_passage(document, [made], "k", RECIPE, REGISTRY)
    target = passage.targets[made.spans[0].sentence]
    assert (target.hold, target.weight) == (hold, weight)


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("open", "opened"),
        ("iron", "ironed"),
        ("edit", "edited"),
        ("visit", "visited"),
        ("scrub", "scrubbed"),
        ("plan", "planned"),
        ("admit", "admitted"),
        ("rain", "rained"),
        ("yap", "yapped"),
    ],
)
def test_only_short_verbs_double_their_last_letter(verb: str, form: str) -> None:
    assert past(verb) == form
    assert gerund(verb) == form[:-2] + "ing"


def test_kinds_that_seldom_fit_are_used_when_they_do() -> None:
    def picky(document: Document, rng: Random) -> Corrupted | None:
        made = blot(document, rng) if "library" in document.sentences[0] else None
        return made and replace(made, kind="garble.picky")

    registry = Registry({"garble.blot": blot, "garble.picky": picky}, frozenset())
    uses: Counter[str] = Counter()
    rng = Random(2)
    for number in range(400):
        document = Document("d", (sentence(number),), "re3d")
        damage(document, "k", RECIPE, registry, rng, uses)
    fitting = sum("library" in sentence(number) for number in range(400))
    assert uses.total() == 400
    assert uses["garble.picky"] > 0.6 * fitting


def test_damage_touches_each_sentence_once_and_no_more_than_asked() -> None:
    rng = Random(3)
    for _ in range(50):
        passage = damage(long_document(), "k", RECIPE, REGISTRY, rng, Counter())
        assert passage is not None
        changed = [
            n for n, text in enumerate(passage.sentences) if text != long_document().sentences[n]
        ]
        assert 1 <= len(changed) <= 0.4 * 12 + 1
        assert len(changed) == len(passage.kinds)
        assert [n for n, t in enumerate(passage.targets) if t is not CLEAN] == changed
        assert passage.origins == long_document().sentences


def test_no_damage_where_nothing_applies() -> None:
    plain = Document("d", ("A dog barked.", "It rained."), "re3d")
    assert damage(plain, "k", RECIPE, REGISTRY, Random(1), Counter()) is None
    assert damage(plain, "k", RECIPE, Registry({}, frozenset()), Random(1), Counter()) is None


def test_an_exchange_in_a_lone_sentence_weighs_less() -> None:
    def exchange(document: Document, rng: Random) -> Corrupted | None:
        made = blot(document, rng)
        spans = tuple(replace(span, label=Label.COUNTRY) for span in made.spans) if made else ()
        return made and replace(made, spans=spans, kind="country.any_one")

    registry = Registry({"country.any_one": exchange}, frozenset())
    alone = damage(long_document(1), "k", RECIPE, registry, Random(1), Counter())
    together = damage(long_document(8), "k", RECIPE, registry, Random(1), Counter())
    assert alone is not None
    assert together is not None
    assert alone.targets[0].weight == RECIPE.doubt_weight
    assert alone.targets[0].hold == RECIPE.holds_alone["country.any_one"]
    assert {target.weight for target in together.targets} == {1.0}


def pieces(count: int) -> Iterator[Document]:
    documents = [Document(f"d{n}", long_document(40).sentences, "re3d") for n in range(3)]
    return excerpts(documents, count, Random(5), 0.25, 12)


def test_excerpts_are_runs_that_overlap_only_when_the_corpus_is_used_up() -> None:
    first = list(pieces(12))
    places = [(piece.id.split("#")[0], text) for piece in first for text in piece.sentences]
    assert len(places) == len(set(places))
    assert {len(piece.sentences) for piece in first} <= {*range(1, 13)}
    many = list(pieces(200))
    assert len(many) == 200
    assert len({piece.id for piece in many}) == 200
    assert list(pieces(12)) == first


@pytest.mark.parametrize(
    ("text", "source", "sound"),
    [
        ("He left early.", "us_senate_press_releases", True),
        ('He left early," she said.', "us_senate_press_releases", False),
        ('He left early," she said.', "re3d", True),
        ("He left early.The rest stayed.", "re3d", False),
        ("WASHINGTON, D.C. Senator Marlow today said so.", "us_senate_press_releases", False),
        ("The U.S. Senate met.", "us_senate_press_releases", True),
        ("The accord was signed by the and two others.", "us_senate_press_releases", False),
        ("They arent ready for the ban that is on.", "us_senate_press_releases", False),
    ],
)
def test_unsound_sentences_are_not_shown_as_clean(text: str, source: str, sound: bool) -> None:
    assert is_sound(text, source) is sound


def test_scars_move_marks_and_change_no_target() -> None:
    made = damage(long_document(), "k", RECIPE, REGISTRY, Random(2), Counter())
    assert made is not None
    rng = Random(4)
    changed = 0
    for _ in range(40):
        marked = scarred(made, 0.5, rng)
        changed += sum(
            one != two for one, two in zip(made.sentences, marked.sentences, strict=True)
        )
        assert [target.hold for target in marked.targets] == [
            target.hold for target in made.targets
        ]
        assert marked.origins == made.origins
        for text, target in zip(marked.sentences, marked.targets, strict=True):
            for mark in target.marks:
                assert "zzz" in text[mark.start : mark.end].lower()
    assert changed > 40
    assert scarred(made, 0.0, rng).sentences == made.sentences


def test_a_mark_without_a_label_is_left_alone() -> None:
    target = Target(1.0, (1.0,) * 5, (Mark("any", 0, 4),))
    passage = Passage("p", "s", "k", "key", (sentence(1),), (target,))
    rng = Random(1)
    assert all(scarred(passage, 1.0, rng).sentences == passage.sentences for _ in range(20))


def test_sentences_that_were_damaged_before_stay_alone() -> None:
    held = Target(1.0, (1.0, 0.0, 0.0, 0.0, 0.0))
    base = [held if number < 3 else CLEAN for number in range(6)]
    for seed in range(20):
        made = damage(long_document(6), "k", RECIPE, REGISTRY, Random(seed), Counter(), base)
        assert made is not None
        assert made.targets[:3] == (held,) * 3
        assert made.sentences[:3] == long_document(6).sentences[:3]
    assert damage(long_document(2), "k", RECIPE, REGISTRY, Random(1), Counter(), [held] * 2) is None


def test_a_sentence_alone_is_damaged_by_its_own_families() -> None:
    none = replace(RECIPE, families_alone={"country": 1.0})
    assert damage(long_document(1), "k", none, REGISTRY, Random(1), Counter()) is None
    assert damage(long_document(2), "k", none, REGISTRY, Random(1), Counter()) is not None
