"""Persons with other names: all places alike, nobody famous, nothing else touched."""

from __future__ import annotations

from random import Random

from data.documents import Document
from training.hard_names import Holder, Officeholders
from training.renamed import rare_surnames, renamed

SURNAMES = ("Nzapayeke", "Touadera", "Akhannouch", "Zourabichvili")


def document(*sentences: str) -> Document:
    return Document("d", sentences, "re3d")


def test_every_place_of_a_surname_changes_alike() -> None:
    text = document(
        "The judge Mary Quillan closed the inquiry.", "Ms Quillan said so.", "Quillan's car left."
    )
    for seed in range(10):
        made = renamed(text, SURNAMES, Random(seed))
        assert made is not None
        names = {name for name in SURNAMES if name in " ".join(made.sentences)}
        assert len(names) == 1
        (name,) = names
        assert made.sentences == tuple(s.replace("Quillan", name) for s in text.sentences)
        assert (made.id, made.source) == (text.id, text.source)


def test_two_persons_get_two_names() -> None:
    made = renamed(
        document("The judge Mary Quillan met Robert Marden of the bank."), SURNAMES, Random(1)
    )
    assert made is not None
    assert sum(name in made.sentences[0] for name in SURNAMES) == 2
    assert "Mary" in made.sentences[0]
    assert "Robert" in made.sentences[0]


def test_nobody_famous_and_nothing_but_persons() -> None:
    for text in (
        "President Vladimir Putin met Angela Merkel in Berlin.",
        "The town of New London flooded.",
        "it rained all day.",
        "Mary Touadera spoke.",
    ):
        assert renamed(document(text), SURNAMES, Random(1)) is None
    assert renamed(document("The judge Mary Quillan spoke."), (), Random(1)) is None


def test_rare_surnames_come_from_full_names() -> None:
    people = Officeholders(
        {
            (2001, "foreign"): tuple(
                Holder(name, "Minister", None)  # type: ignore[arg-type]
                for name in ("Ana Nzapayeke", "Mononym", "Li Wu", "Jo O'Brien")
            )
        }
    )
    assert rare_surnames(people) == ("Nzapayeke",)
