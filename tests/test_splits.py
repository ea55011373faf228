"""Splits: stable, by document, near-duplicates together."""

from __future__ import annotations

import pytest

from data.corpora import Translation
from data.documents import Document
from data.splits import document_key, judged_key, share, split_of, translation_key


def document(identity: str, source: str = "re3d") -> Document:
    return Document(identity, ("A dog barked.",), source)


def test_shares_are_stable_and_even() -> None:
    # Written down once: a change here moves documents between train and dev.
    assert share("re3d|one", "split") == pytest.approx(0.0516716262419116)
    shares = [share(f"document {number}") for number in range(4000)]
    assert all(0.0 <= value < 1.0 for value in shares)
    assert sum(value < 0.25 for value in shares) == pytest.approx(1000, abs=120)
    assert share("a", "one") != share("a", "two")


def test_the_dev_share_is_kept() -> None:
    dev = sum(split_of(f"document {number}", 0.1) == "dev" for number in range(4000))
    assert dev == pytest.approx(400, abs=80)
    assert split_of("x", 0.0) == "train"
    assert split_of("x", 1.0) == "dev"


def test_a_larger_share_keeps_what_was_dev() -> None:
    names = [f"document {number}" for number in range(2000)]
    small = {name for name in names if split_of(name, 0.05) == "dev"}
    large = {name for name in names if split_of(name, 0.2) == "dev"}
    assert small < large


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_shares_outside_the_range_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="dev_share"):
        split_of("x", wrong)


def test_years_of_one_country_stay_together() -> None:
    reports = "state_human_rights_reports"
    keys = {document_key(document(f"{year}/ruritania", reports)) for year in (2016, 2018, 2024)}
    assert len(keys) == 1
    assert document_key(document("2016/graustark", reports)) not in keys


def test_sections_go_with_their_text() -> None:
    assert document_key(document("day#Sport")) == document_key(document("day"))
    assert document_key(document("day", "ud_ewt")) != document_key(document("day"))


def test_judged_rows_go_with_their_document() -> None:
    assert judged_key("re3d|one") == document_key(document("one#Sport"))
    assert judged_key("eng-cat|re3d|one") == judged_key("re3d|one")
    assert judged_key("12345-a-headline") == "12345-a-headline"


def translation(system: str, name: str, segment: int = 3) -> Translation:
    return Translation("2022", "uk-en", system, segment, name, "It rains.", "It is raining.")


def test_all_systems_of_a_document_stay_together() -> None:
    assert translation_key(translation("A", "doc", 1)) == translation_key(
        translation("B", "doc", 2)
    )
    assert translation_key(translation("A", "", 1)) == translation_key(translation("B", "", 1))
    assert translation_key(translation("A", "", 1)) != translation_key(translation("A", "", 2))
