"""The recipe, and the targets of real translations."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from babelproof.labels import LABELS, Label
from data.corpora import Translation
from training.corruptions.registry import load_registry
from training.corruptions.round_trip import RoundTrip
from training.passages import UNKNOWN, Mark, Passage, Target
from training.real_mt import LONGEST, document_names, judged_places
from training.recipe import Recipe, RecipeError, read_recipe
from training.tripped import target_of


def row_of(segment: int, reference: str, document: str = "") -> Translation:
    return Translation("2019", "fi-en", "Best", segment, document, "It is.", reference)


def test_documents_are_guessed_by_their_headlines() -> None:
    texts = ("Ferries late", "All were late.", "He said: “Yes.”", "New mayor", "She won.")
    names = document_names(row_of(number, text) for number, text in enumerate(texts, start=7))
    found = [names["2019", "fi-en", number] for number in range(7, 12)]
    assert found == ["~2019~fi-en~7"] * 3 + ["~2019~fi-en~10"] * 2
    given = document_names([row_of(1, "Ferries late", "paper.3"), row_of(2, "No.", "paper.3")])
    assert set(given.values()) == {"paper.3"}
    long = document_names(row_of(number, "It rained.") for number in range(1, 100))
    assert max(Counter(long.values()).values()) == LONGEST


def test_tortured_phrases_are_a_kind_where_their_file_is(tmp_path: Path) -> None:
    assert "mt.tortured" not in load_registry().corruptions
    assert "mt.tortured" not in load_registry(tmp_path).corruptions
    path = tmp_path / "corpora" / "mt" / "tortured_phrases.tsv"
    path.parent.mkdir(parents=True)
    path.write_text("tortured\texpected\nboat repair\tship mending\n", encoding="utf-8")
    assert "mt.tortured" in load_registry(tmp_path).corruptions


def test_judged_sources_name_places() -> None:
    places = judged_places(
        ["newstest2021-zhen|hyp.X|paper.12|7", "2022|ru-en|lenta.1|Sys", "an-article-name", ""]
    )
    assert ("2021", "zh-en", "paper.12") in places
    assert ("2022", "ru-en", "lenta.1") in places
    assert not [place for place in places if "article" in place[2]]


def test_more_change_is_held_more_often() -> None:
    targets = [
        target_of(RoundTrip("re3d", "d", 0, "One two.", "Two one.", "eo", change, ((0, 7),)))
        for change in (0.0, 0.05, 0.15, 0.25, 0.6, 1.0)
    ]
    holds = [target.hold for target in targets]
    assert holds == sorted(holds)
    assert 0 < holds[0] < holds[-1] < 1
    for target in targets:
        labels = dict(zip(LABELS, target.labels, strict=True))
        assert labels[Label.GARBLE] == UNKNOWN
        assert 0 < labels[Label.MT] < target.hold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dev_share = 2.0", "dev_share"),
        ("documents = -1", "documents"),
        ("documents = 'many'", "documents"),
        ("nothing = 1", "nothing"),
        ("[corpora]\nelsewhere = 1.0", "elsewhere"),
        ("[families]\nrole = 0", "families"),
        ("= 3", "TOML"),
    ],
)
def test_recipes_are_checked(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=expected):
        read_recipe(path)


def test_recipes_are_read_and_scaled(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("documents = 100\nsilver_copies = 1\n[families]\nrole = 1.0\n")
    recipe = read_recipe(path).scaled(0.5)
    assert (recipe.documents, recipe.silver_copies) == (50, 0.5)
    assert recipe.families == {"role": 1.0}
    assert recipe.garbled == Recipe().garbled // 2


RECIPES = sorted(Path(__file__).parents[1].glob("training/recipes/*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_our_own_recipes_are_sound(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe != Recipe()
    assert recipe.documents > 0


@pytest.mark.parametrize("hold", [-0.5, 1.5])
def test_targets_and_passages_refuse_nonsense(hold: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        Target(hold, (0.0,) * 5)
    with pytest.raises(ValueError, match="labels"):
        Target(0.0, ())
    with pytest.raises(ValueError, match="as many targets"):
        Passage("p", "s", "k", "key", ("One.",), ())
    outside = Target(1.0, (1.0,) * 5, (Mark("mt", 0, 99),))
    with pytest.raises(ValueError, match="outside"):
        Passage("p", "s", "k", "key", ("One.",), (outside,))
