"""Slices: which clean sentences are of which kind, and what is said of those held."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from slice_samples import write_corpora

from babelproof.facts.store import FactStore
from babelproof.labels import LABELS, Label
from babelproof.verdict import DocumentVerdict, Finding, Status, Verdict
from data.shared import DataError, shared_path
from data.splits import split_of
from eval.figures import render_figures
from eval.goals import goals
from eval.slice_names import ORIGINS, NameList
from eval.slice_records import slice_records
from eval.slices import (
    DEV_SHARE,
    ENOUGH,
    MOST_ALIKE,
    Candidate,
    Slice,
    candidates,
    choose,
    load_slices,
    rules,
)
from training.recipe import Recipe

NAMES = NameList.of(FactStore.load(), ["tax", "freedom", "day"])


def kinds(text: str, place: str = "news", date: str = "") -> set[str]:
    one = Candidate(text, "d", place, date)
    return {name for name, rule in rules(NAMES).items() if rule(one) is not None}


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("Ferry operator cancels winter crossings", "news", "headlines"),
        ("The ferry operator cancelled its crossings.", "news", ""),
        ("Ferry operator cancels winter crossings", "release", ""),
        ("Senators Ng, Ruiz, Holm and Adeyemi left Oslo for Lima.", "release", "many names"),
        ('She said "we will rebuild the harbour wall by May" and left.', "release", "quotes"),
        ('She said "no" to the plan for the harbour.', "release", ""),
        ("Norway beats Chile 3–1 in the final in Bergen.", "news", "sports results"),
        ("The road was shut in 2011–12 for works on a bridge.", "news", ""),
        ("For more information call 555-0101 on weekdays.", "release", "boilerplate"),
        ("For more information the court asked both sides.", "news", ""),
        ("Well, I mean, we'll look at it next week.", "briefing", "speech"),
        ("The wharf will be widened with federal funds.", "Australian release", "World Englishes"),
        ("The wharf was widened with funds of the region.", "translation", "good translations"),
        ("Does anyone know if the cafe is still open?", "ud_ewt", "informal writing"),
        ("The option overrides what the file says.", "package_readmes", "technical prose"),
        ("The statement binds a name in its block.", "python_reference_manual", "technical prose"),
    ],
)
def test_each_kind_knows_its_own(text: str, place: str, expected: str) -> None:
    assert kinds(text, place) == ({expected} if expected else set())


def test_old_prose_goes_by_the_year_of_the_speech() -> None:
    text = "We shall bear this burden, and gladly, to its end."
    assert kinds(text, "presidential speech", "1953-01-20") == {"old prose"}
    assert kinds(text, "presidential speech", "1962-01-01") == set()
    assert kinds(text, "presidential speech") == set()


@pytest.mark.parametrize(
    ("text", "origin", "name"),
    [
        ("On Monday Uhuru Kenyatta's aides flew to Lima.", "African", "Uhuru Kenyatta"),
        ("The visit of Premier Wen Jiabao was put off.", "Chinese", "Wen Jiabao"),
        ("An unknown poet, Zhou Xiaoming, was freed.", "Chinese", "Zhou Xiaoming"),
        ("A letter by Volodymyr Zelenskyy was read out.", "Slavic", "Volodymyr Zelenskyy"),
        ("Leave for Maithripala Sirisena was granted.", "South Asian", "Maithripala Sirisena"),
        ("A speech of Hosni Mubarak was broadcast.", "Arabic", "Hosni Mubarak"),
    ],
)
def test_names_are_told_by_the_people_of_the_facts(text: str, origin: str, name: str) -> None:
    assert NAMES.find(text) == (origin, name)
    assert f"{origin} names" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "The minister met John Smith and Angela Merkel in Bonn.",
        "Saudi Arabia and Addis Ababa agreed on fees.",
        "What is Tax Freedom Day?",
        "A raid by Boko Haram was repelled.",
        "uhuru kenyatta said so in a note.",
        "",
    ],
)
def test_places_ordinary_words_and_other_names_have_no_origin(text: str) -> None:
    assert NAMES.find(text) is None


def test_a_slice_takes_unseen_sentences_first_and_few_of_one_document() -> None:
    rule = rules(NAMES)["headlines"]
    unseen = [Candidate(f"Storm closes road {n} again", f"u{n}", "news") for n in range(20)]
    seen = [
        Candidate(f"Frost shuts school {n} early", f"s{n}", "news", unseen=False) for n in range(90)
    ]
    alike = [Candidate(f"Fair opens gate {n} late", "one", "news") for n in range(50)]
    found = [*seen, *alike, *unseen, *unseen]
    chosen = choose("headlines", found, rule, 40)
    assert len(chosen.texts) == len(set(chosen.texts)) == 40
    assert chosen.unseen == 20 + MOST_ALIKE
    assert chosen.documents.count("one") == MOST_ALIKE
    assert {one.text for one in unseen} < set(chosen.texts)
    assert choose("headlines", found[::-1], rule, 40).texts == chosen.texts
    few = choose("headlines", found, rule, 20)
    assert few.unseen == 20
    none = choose("headlines", [], rule, 40)
    assert (none.texts, none.unseen) == ((), 0)


class EveryOther:
    """Holds texts with an exclamation mark; skips those without letters."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def score(self, texts: Sequence[str]) -> list[Verdict]:
        self.given += texts
        return [self._verdict(text) for text in texts]

    def score_documents(self, documents: Sequence[str | Sequence[str]]) -> list[DocumentVerdict]:
        raise AssertionError("slices are judged sentence by sentence")

    @staticmethod
    def _verdict(text: str) -> Verdict:
        if text.isdecimal():
            return Verdict(text, 0, len(text), Status.SKIPPED, "too short to judge")
        held = "!" in text
        findings = (Finding(Label.NAME, 0, 2, text[:2], 0.8),) if held else ()
        labels = dict.fromkeys(LABELS, 0.0)
        return Verdict(
            text, 0, len(text), Status.OK, None, 0.9 if held else 0.1, labels, findings, held,
            findings,
        )  # fmt: skip


def test_records_count_what_is_held_and_judge_a_shared_sentence_once() -> None:
    plain = tuple(f"Sentence {n}" for n in range(ENOUGH))
    judge = EveryOther()
    records, worst = slice_records(
        judge,
        [
            Slice("large", (*plain[1:], "Stop!"), tuple(f"d{n}" for n in range(ENOUGH)), 250),
            Slice("small", ("Stop!", "Sentence 3", "1234", "Go!"), ("a", "a", "b", "c"), 0),
        ],
    )
    large, small, both = records
    assert len(judge.given) == len(set(judge.given)) == ENOUGH + 2
    assert large["held"][0] == pytest.approx(1 / ENOUGH, abs=1e-4)
    assert large["held"][1] < large["held"][0] < large["held"][2] < 0.02
    assert (large["enough"], large["unseen"], large["labels"]) == (True, 250, {"name": 1})
    assert (small["enough"], small["skipped"], small["documents"]) == (False, 1, 3)
    assert small["held"][0] == 0.5
    assert (both["slice"], both["sentences"], both["unseen"]) == ("all", ENOUGH + 2, None)
    assert [row["text"] for row in worst if row["part"] == "small"][:2] == ["Stop!", "Go!"]
    assert "Sentence" not in json.dumps(records)
    asked = {goal["goal"]: goal for goal in goals([], records)}
    assert asked["clean sentences, large: share held"]["reached"]
    assert asked["clean sentences, small: share held"]["bound"] == 0.03
    assert asked["clean sentences, all: share held"]["bound"] == 0.01
    shown = render_figures(
        {
            "created": "2025-01-02", "tasks": [], "documents": [], "slices": records,
            "bundle": {"name": "tiny", "version": "1", "model_sha256": "0" * 64},
        }
    )  # fmt: skip
    assert "| small (fewer than 300)" in shown
    assert "| 50.0% [" in shown
    assert slice_records(EveryOther(), []) == ([], [])


def write_shared(shared: Path) -> None:
    """A shared folder with a handful of sentences of our own in every file that is read."""
    write_corpora(shared)
    labels = shared / "handlabels"
    labels.mkdir()
    bench = {"id": "1", "origin": "o", "label": 0, "group": "g", "ref": None, "visible": None}
    lines = [
        {
            **bench,
            "task": "e_false_alarm",
            "text": "Harbour reopens after storm",
            "human_ref": None,
        },
        {**bench, "task": "a_mt_error", "text": "The hall was opened.", "human_ref": True},
        {**bench, "task": "a_mt_error", "text": "The hall it opened.", "human_ref": False},
    ]
    (labels / "bench_dev.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    document = {"id": "1", "source": "x", "damaged": False, "sentences": ["Fog closes the airport"]}
    documents = [
        {**document, "kind": "human-translation"},
        {**document, "id": "2", "kind": "weak-mt", "damaged": True},
    ]
    (labels / "docs_dev.jsonl").write_text("\n".join(map(json.dumps, documents)) + "\n")


def test_candidates_come_from_clean_rows_and_tell_what_training_may_see(tmp_path: Path) -> None:
    write_shared(tmp_path)
    found = list(candidates(tmp_path))
    by_text = {one.text: one for one in found}
    assert by_text["Harbour reopens after storm"].place == "news"
    assert by_text["The hall was opened."].place == "translation"
    assert "The hall it opened." not in by_text
    assert {one.place for one in found if "Fog" in one.text} == {"translation", "headline of news"}
    assert not by_text["Mayor opens the new hall"].unseen
    assert sum(one.text == "Mayor opens the new hall" for one in found) == 1
    assert "The mayor has opened the hall." not in by_text
    assert "what time is it there" not in by_text
    news = [one for one in found if one.text.startswith("We opened the wikipedia")]
    assert len(news) == 60
    for one in news:
        assert one.unseen == (split_of(one.document, DEV_SHARE) == "dev")
    assert 0 < sum(one.unseen for one in found if one.place != "news") < len(found)
    assert load_slices(tmp_path) == load_slices(tmp_path)
    (clean,) = (tmp_path / "corpora" / "clean").glob("re3d*")
    clean.unlink()
    with pytest.raises(DataError, match="re3d"):
        load_slices(tmp_path)


def test_the_split_is_that_of_training() -> None:
    assert Recipe().dev_share == DEV_SHARE


@pytest.mark.shared
@pytest.mark.slow
def test_the_corpora_fill_every_slice() -> None:
    try:
        shared = shared_path()
    except DataError:
        pytest.skip("needs the shared corpora")
    slices = {one.name: one for one in load_slices(shared)}
    assert set(slices) >= {f"{origin} names" for origin in ORIGINS}
    assert {name for name, one in slices.items() if len(one.texts) < ENOUGH} == set()
