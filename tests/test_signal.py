"""The signal to hold: channels joined, and the rest of a document counted in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import tiny_manifest, write_tiny_bundle

from babelproof import Detector
from babelproof.bundle import load_bundle, write_manifest
from babelproof.labels import CHANNELS
from babelproof.signal import ANY_ALONE, Background, DocumentSignal, Signal

MT = CHANNELS.index("mt")
BACKGROUND = Background("mt", usual=-5.0, weight=1.0, start=-4.0, slope=2.0, most=3.0)


def rows(*mt: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    logits = np.full((len(mt), len(CHANNELS)), -3.0)
    logits[:, MT] = mt
    return logits


def test_one_sure_channel_is_as_good_as_another() -> None:
    logits = np.array([[9.0, *[-9.0] * 5], [-9.0, -9.0, -9.0, 3.0, -9.0, -9.0], [0.0] * 6])
    assert Signal().combine(logits) == pytest.approx([9.0, 3.0, np.log(6)], abs=1e-3)
    assert ANY_ALONE.combine(logits).tolist() == [9.0, -9.0, 0.0]


def test_offsets_move_a_channel_and_none_leaves_it_out() -> None:
    logits = np.array([[5.0, 0.0, -9.0, -9.0, -9.0, -9.0]])
    signal = Signal(offsets={**Signal().offsets, "any": None, "mt": 2.0})
    assert signal.combine(logits) == pytest.approx([2.0], abs=1e-3)


def test_a_higher_temperature_lets_several_likely_channels_count_for_more() -> None:
    several, one = np.zeros((1, 6)), np.array([[2.0, *[-20.0] * 5]])
    gap = [
        float(Signal(temperature=t).combine(several)[0] - Signal(temperature=t).combine(one)[0])
        for t in (1.0, 2.0)
    ]
    assert gap[0] < 0 < gap[1]


def test_a_sentence_does_not_count_among_its_own_neighbours() -> None:
    levels = BACKGROUND.levels(rows(6.0, -5.0, -5.0))
    assert levels == pytest.approx([-5.0, -4 / 3, -4 / 3])


def test_alone_a_sentence_has_the_usual_level_and_no_lift() -> None:
    assert BACKGROUND.levels(rows(9.0)).tolist() == [-5.0]
    assert replace(BACKGROUND, weight=0.0).levels(rows(9.0)).tolist() == [-5.0]
    assert BACKGROUND.lift(BACKGROUND.levels(rows(9.0))).tolist() == [0.0]
    assert BACKGROUND.levels(rows()).shape == (0,)


@pytest.mark.parametrize(
    ("level", "lift"), [(-9.0, 0.0), (-4.0, 0.0), (-3.0, 2.0), (-2.5, 3.0), (9.0, 3.0)]
)
def test_the_lift_begins_at_start_and_ends_at_most(level: float, lift: float) -> None:
    assert BACKGROUND.lift(np.array([level])).tolist() == [lift]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": 0}, "temperature: expected above 0, found 0"),
        ({"temperature": "warm"}, "temperature: expected a finite number"),
        ({"offsets": {"any": 0}}, "offsets: expected the keys any, mt"),
        ({"offsets": dict.fromkeys(CHANNELS, float("nan"))}, "offset of any: expected a finite"),
        ({"offsets": dict.fromkeys(CHANNELS)}, "offsets: expected a number for one channel"),
        ({"background": {"channel": "mt"}}, "expected temperature, offsets, background"),
        ({"background": 1}, "background: expected an object or null"),
        ({"background": {**vars(BACKGROUND), "channel": "x"}}, "background channel: expected one"),
        ({"background": {**vars(BACKGROUND), "slope": -1}}, "background slope: expected at least"),
        ({"background": {**vars(BACKGROUND), "start": None}}, "background start: expected a fin"),
        ({"marks": {"mt": 1.0}}, "marks: expected keys among country_alone, .*, found 'mt'"),
        ({"marks": {"name_alone": "much"}}, "mark name_alone: expected a finite number"),
        ({"marks": 2.0}, "marks: expected an object, found 2.0"),
        ({"other": 1}, "expected temperature, offsets, background and marks"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Signal.of(values)


def test_a_signal_comes_back_from_a_bundle(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    offsets = {**Signal().offsets, "any": None, "mt": 1.0}
    hold = Signal(2.0, offsets, BACKGROUND, {"country_alone": 3.0})
    write_manifest(folder, replace(tiny_manifest(), hold=hold))
    assert load_bundle(folder).manifest.hold == hold


def test_damaged_neighbours_raise_a_sentence_and_sound_ones_do_not(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    sentences = ["The minister met Antony Brinken in Kyiv.", "Talks on Uzbekistan followed."]
    plain = Detector.load(folder)
    (mine,) = plain.logits([sentences])
    level = float(mine[1, MT])
    alone = plain.score_documents([sentences])[0]
    lifted = replace(BACKGROUND, usual=level - 1, start=level - 1, weight=0.5)
    write_manifest(folder, replace(tiny_manifest(), hold=replace(ANY_ALONE, background=lifted)))
    raised = Detector.load(folder)
    # The first sentence sees the level of the second, above the start.
    verdict = raised.score_documents([sentences])[0]
    assert (verdict.sentences[0].score or 0) > (alone.sentences[0].score or 0)
    assert verdict.sentences[0].labels == alone.sentences[0].labels
    # Other documents of the same call, and sentences alone, do not move it.
    again = raised.score_documents([["Nothing to see here."], sentences, ["More of it."] * 5])[1]
    assert again == verdict
    assert raised.score(sentences)[0].score == plain.score(sentences)[0].score


def test_a_document_is_judged_by_the_mean_of_its_sentences(tmp_path: Path) -> None:
    signal = DocumentSignal({"any": 2.0, "mt": 1.0}, 3.0)
    logits = np.zeros((2, len(CHANNELS)))
    assert signal.probability(logits) == pytest.approx(1 / (1 + np.exp(-3.0)))
    logits[:, 0], logits[:, MT] = (-1.0, 0.0), (-4.0, 0.0)
    assert signal.probability(logits) == 0.5
    assert signal.probability(logits - 1e6) == pytest.approx(0, abs=1e-20)
    logits[:, 2:] = 9.0  # the other channels do not count
    assert signal.probability(logits) == 0.5


@pytest.mark.parametrize(
    ("weights", "intercept", "message"),
    [
        ({}, 0.0, "expected one channel at least"),
        ({"noise": 1.0}, 0.0, "expected channels of any, mt"),
        ({"any": -0.1}, 0.0, "expected at least 0, found -0.1"),
        ({"any": float("nan")}, 0.0, "weight of any"),
        ({"any": 1.0}, float("inf"), "document intercept"),
    ],
)
def test_a_document_signal_that_cannot_be_is_refused(
    weights: dict[str, float], intercept: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        DocumentSignal(weights, intercept)


def test_documents_get_a_score_of_their_own_where_they_are_long_enough(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path)
    write_manifest(folder, replace(tiny_manifest(), document=DocumentSignal({"name": 0.3}, 0.0)))
    detector = Detector.load(folder, facts=False)
    assert load_bundle(folder).manifest.document == DocumentSignal({"name": 0.3}, 0.0)
    name, clean = "The minister met Antony Brinken in Kyiv.", "The minister said talks go on."
    texts = [[name] * 4, [clean, name, clean, name], [clean] * 4, [name] * 3, ["12:30"] * 5]
    damaged, mixed, sound, short, silent = detector.score_documents(texts)
    scores = [one.document_score for one in (damaged, mixed, sound)]
    assert None not in scores
    assert scores == sorted(scores, reverse=True)
    assert scores[0] != scores[1] != scores[2]
    assert short.document_score is silent.document_score is None
    assert damaged.to_dict()["document_score"] == round(scores[0] or 0.0, 6)
    # What cannot be judged is read beside the others, and does not count itself.
    (among,) = detector.score_documents([[*texts[0], "12:30", ""]])
    assert among.document_score == pytest.approx(scores[0], abs=0.02)
    assert short.to_dict()["document_score"] is None
