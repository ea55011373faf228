"""Calibration finds probabilities that are true, and thresholds that spare clean news."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import write_tiny_bundle
from scipy.special import expit

from babelproof.bundle import load_bundle
from babelproof.detector import Detector
from babelproof.labels import CHANNELS, LABELS, Label
from babelproof.readings import Reading
from babelproof.verdict import Setting
from training import operating
from training.calibrate import Calibrated, calibrate, main, write
from training.devrows import DevRow, Sentences, damaged_sentences
from training.platt import CalibrationError, Platt, Rows, calibration_error, cross_fitted, fit
from training.span_thresholds import character_f1, fit_span_thresholds


def drawn(slope: float, intercept: float, n: int = 4000, seed: int = 0) -> Rows:
    """Rows whose true probability is sigmoid(slope * logit + intercept)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, n)
    truth = (rng.random(n) < expit(slope * logits + intercept)).astype(np.int64)
    return Rows(logits, truth, np.ones(n), np.arange(n) // 3)


def test_the_fit_recovers_slope_and_intercept() -> None:
    platt = fit(drawn(0.7, -1.2))
    assert platt.slope == pytest.approx(0.7, abs=0.07)
    assert platt.intercept == pytest.approx(-1.2, abs=0.15)


def test_weights_count_as_repeated_rows() -> None:
    rows = drawn(0.7, 0.0, n=300)
    twice = np.r_[np.arange(300), np.arange(150)]
    weighted = Rows(rows.logits, rows.truth, np.r_[np.full(150, 2.0), np.ones(150)], rows.groups)
    one, other = fit(weighted), fit(rows.part(twice))
    assert one.slope == pytest.approx(other.slope, rel=1e-3)
    assert one.intercept == pytest.approx(other.intercept, abs=1e-3)


def test_few_positives_keep_the_given_slope_and_the_right_share() -> None:
    rows = drawn(0.7, 0.0, n=400)
    truth = np.zeros(400, dtype=np.int64)
    truth[np.argsort(rows.logits)[-8:]] = 1
    few = Rows(rows.logits, truth, rows.weights, rows.groups)
    platt = fit(few, slope=0.9)
    assert platt.slope == 0.9
    assert platt(few.logits).mean() == pytest.approx(8 / 400, rel=1e-6)


def test_a_channel_that_ranks_backwards_never_gets_a_falling_calibration() -> None:
    rows = drawn(-0.7, 0.0)
    assert fit(rows, slope=0.5).slope == 0.5
    with pytest.raises(CalibrationError, match="rise with damage"):
        fit(rows)
    with pytest.raises(CalibrationError, match="both classes"):
        fit(Rows(np.ones(3), np.ones(3, dtype=np.int64), np.ones(3), np.arange(3)))


def test_calibration_error_of_true_and_of_boastful_probabilities() -> None:
    rows = drawn(0.7, -1.2, n=20_000)
    true = Platt(0.7, -1.2)(rows.logits)
    boastful = Platt(2.5, -1.2)(rows.logits)
    assert calibration_error(true, rows.truth, rows.weights) < 0.015
    assert calibration_error(boastful, rows.truth, rows.weights) > 0.05
    one = np.array([1, 0])
    assert calibration_error(np.array([0.9, 0.9]), one, np.ones(2), bins=1) == pytest.approx(0.4)


def test_cross_fitting_covers_every_row_without_its_cluster() -> None:
    rows = drawn(0.7, -1.2, n=600)
    unseen = cross_fitted(rows)
    assert np.isfinite(unseen).all()
    assert calibration_error(unseen, rows.truth, rows.weights) < 0.1
    assert not np.array_equal(unseen, fit(rows)(rows.logits))


def probabilities(n: int, channels: int, seed: int, shift: float) -> np.ndarray:
    logits = np.random.default_rng(seed).normal(shift - 3, 1.5, (n, channels))
    return np.asarray(expit(logits))


def test_the_union_of_channels_keeps_to_the_budget() -> None:
    clean = probabilities(1000, 6, 1, 0.0)
    damaged = probabilities(200, 6, 2, 1.5)
    for budget in (0.002, 0.01, 0.1):
        thresholds = operating.choose(clean, damaged, np.ones(200), budget)
        assert operating.held(clean, thresholds).mean() <= budget
        assert ((thresholds > 0) & (thresholds <= 1)).all()
    loose = operating.choose(clean, damaged, np.ones(200), 0.1)
    tight = operating.choose(clean, damaged, np.ones(200), 0.01)
    assert operating.held(damaged, loose).sum() > operating.held(damaged, tight).sum()


def test_false_alarms_go_to_the_channel_that_finds_damage() -> None:
    rng = np.random.default_rng(3)
    clean = rng.uniform(0, 0.5, (1000, 2))
    damaged = np.c_[rng.uniform(0.4, 0.52, 200), rng.uniform(0, 0.5, 200)]
    thresholds = operating.choose(clean, damaged, np.ones(200), 0.04)
    alarms = (clean >= thresholds).sum(axis=0)
    assert alarms[0] > alarms[1] > 0
    even = np.sort(clean, axis=0)[-20]
    assert operating.held(damaged, thresholds).sum() > operating.held(damaged, even).sum()


@pytest.mark.parametrize(("rows", "capped"), [(operating.FEWEST_OF_SET, True), (99, False)])
def test_one_set_does_not_bear_the_false_alarms_of_all(rows: int, capped: bool) -> None:
    rng = np.random.default_rng(4)
    news, chat = rng.uniform(0, 0.5, 1000), rng.uniform(0, 1, rows)
    clean = np.r_[news, chat][:, None]
    damaged = rng.uniform(0.5, 1, (50, 1))
    sets = ["news"] * 1000 + ["chat"] * rows
    budget = 0.02

    def chat_held(*names: list[str]) -> int:
        thresholds = operating.choose(clean, damaged, np.ones(50), budget, *names)
        return int(operating.held(clean[1000:], thresholds).sum())

    allowed = int(operating.SET_SHARE * budget * rows)
    assert chat_held() > allowed
    assert (chat_held(sets) == allowed) is capped
    # Of one name, the budget of all is the tighter one.
    assert chat_held(["news"] * (1000 + rows)) == chat_held()


def test_tied_clean_rows_are_held_together_or_not_at_all() -> None:
    clean = np.r_[np.full((30, 1), 0.9), np.full((970, 1), 0.1)]
    thresholds = operating.choose(clean, np.array([[0.95]]), np.ones(1), 0.01)
    assert thresholds[0] > 0.9
    assert operating.held(clean, thresholds).sum() == 0


def test_refuses_too_few_clean_rows_for_the_budget() -> None:
    with pytest.raises(CalibrationError, match="enough clean rows"):
        operating.choose(np.zeros((50, 6)), np.ones((5, 6)), np.ones(5), 0.01)


TEXT = "the plan met somehow war talks"
WORDS = [(0, 3), (4, 8), (9, 12), (13, 20), (21, 24), (25, 30)]


def reading(pooled: float, telling: int | None = None, loud: float = 3.0) -> Reading:
    spans = np.full((len(WORDS), len(CHANNELS)), -2.0, dtype=np.float32)
    if telling is not None:
        spans[telling] = loud
    starts, ends = (np.array(side, dtype=np.int32) for side in zip(*WORDS, strict=True))
    return Reading(np.full(len(CHANNELS), pooled, dtype=np.float32), starts, ends, spans)


def dev_rows(n: int = 240) -> list[DevRow]:
    rng = np.random.default_rng(5)
    rows = []
    for i in range(n):
        held = i % 3 == 0
        found = reading(rng.normal(2 if held else -2, 2), 3 if held else None)
        rows.append(
            DevRow(
                set=("desk_dev", "swaps_dev", "articles_dev")[i % 4 % 3],
                group=f"g{i // 2}",
                text=TEXT,
                reading=found,
                held=held,
                labels=(LABELS[i // 3 % 5],) if held else (),
                spans=((LABELS[i // 3 % 5].value, 13, 20),) if held else (),
                mates=np.full((5, len(CHANNELS)), -3.0) if i % 4 % 3 else None,
            )
        )
    return rows


def clean(n: int = 600, strange: float = 0.0, share: float = 0.2) -> Sentences:
    """Sentences alone, and those of documents of five; a share of the first are strange."""
    rng = np.random.default_rng(6)
    alone = rng.normal(-3, 1.5, (n, len(CHANNELS)))
    odd = int(share * n)
    alone[:odd] += strange
    documents = rng.normal(-5, 1.5, (n // 5, 5, len(CHANNELS)))
    return Sentences.of(
        [
            *(
                (logits, "kept back chat" if i < odd else "alone", f"g{i // 4}", None, 0)
                for i, logits in enumerate(alone)
            ),
            *(
                (logits, "context", f"d{number}", document, place)
                for number, document in enumerate(documents)
                for place, logits in enumerate(document)
            ),
        ]
    )


def calibrated(given: Sentences, limit: float = 0.01) -> Calibrated:
    rows = dev_rows()
    return calibrate(rows, given, damaged_sentences(rows, []), limit)


def test_span_thresholds_lie_between_quiet_and_telling_tokens() -> None:
    fitted = fit_span_thresholds(dev_rows())
    for label in LABELS:
        assert -2.0 <= fitted[label].threshold < 3.0
        assert fitted[label].f1 == 1.0
        assert fitted[label].rows == 16


def test_character_f1_falls_when_everything_is_marked() -> None:
    # The telling word stands out by less than `FAR_BELOW`.
    row = replace(dev_rows()[0], reading=reading(2.0, 3, loud=0.3))
    marked = [(Label.MT, row, set(range(13, 20)))]
    assert character_f1(marked, 0.0) == 1.0
    assert character_f1(marked, -5.0) == pytest.approx(2 * 7 / (30 + 7))


def test_spans_without_a_label_of_their_own_count_for_each_label() -> None:
    row = dev_rows()[0]
    several = DevRow(**{**vars(row), "labels": (Label.MT, Label.NAME), "spans": (("any", 13, 20),)})
    fitted = fit_span_thresholds([several])
    assert (fitted[Label.MT].rows, fitted[Label.NAME].rows, fitted[Label.ROLE].rows) == (1, 1, 0)
    assert fitted[Label.ROLE].f1 is None


def test_a_bundle_is_calibrated_and_says_on_what(tmp_path: Path) -> None:
    found = calibrated(clean())
    assert set(found.report["expected_calibration_error"]) == set(Setting)
    folder = write_tiny_bundle(tmp_path / "bundle")
    write(folder, found, "2025-03-04")
    assert load_bundle(folder).manifest.version == "1"
    write(folder, found, "2025-03-04", "2.0.0")
    manifest = load_bundle(folder).manifest
    assert manifest.version == "2.0.0"
    assert manifest.calibrated_on["date"] == "2025-03-04"
    assert manifest.calibrated_on["rows"]["desk_dev"]["held"] > 0
    assert manifest.calibration["any"].slope == found.calibration[Setting.ALONE]["any"].slope
    within = manifest.calibration_in_context
    assert within is not None
    assert within["any"].slope == found.calibration[Setting.IN_CONTEXT]["any"].slope
    assert manifest.operating_point == found.operating_points[Setting.ALONE]
    assert manifest.operating_point_in_context == found.operating_points[Setting.IN_CONTEXT]
    for setting in Setting:
        told = manifest.calibrated_on[setting]
        assert told["clean"]["all"]["held"] <= 0.01
        assert told["unseen"]["news_held"] <= 0.01
        # The detector's own arithmetic keeps the promise made on clean sentences.
        own = [number for number, each in enumerate(clean().settings()) if each is setting]
        thresholds = Detector(load_bundle(folder)).operating_points[setting]
        logits = clean().logits[own].astype(np.float32)
        held = manifest.probabilities(logits, setting=setting) >= np.array(
            [thresholds[channel] for channel in CHANNELS]
        )
        assert held.any(axis=1).mean() <= 0.0101
    # Clean sentences are quieter in documents here, so less is asked of damage there.
    assert manifest.operating_point_in_context["any"] < manifest.operating_point["any"]
    assert json.dumps(calibrated(clean()).report) == json.dumps(found.report)


def test_each_setting_has_a_calibration_of_its_own_where_rows_allow() -> None:
    rows = []
    for number, row in enumerate(dev_rows(600)):
        shift = 0.0 if row.mates is None else 4.0
        label = LABELS[number % 2] if row.mates is None else LABELS[0]
        logits = (row.reading.pooled - shift).astype(np.float32)
        rows.append(
            replace(
                row,
                reading=replace(row.reading, pooled=logits),
                labels=(label,) if row.held else (),
            )
        )
    few = [LABELS[number % 3 + 2] for number in range(9)]
    held = [number for number, row in enumerate(rows) if row.held][:9]
    for number, label in zip(held, few, strict=True):
        rows[number] = replace(rows[number], labels=(label,))
    found = calibrate(rows, clean(), damaged_sentences(rows, []), 0.01)
    alone, within = (found.calibration[setting] for setting in Setting)
    # Four logits lower in context, and as often damaged.
    even = -alone["any"].intercept / alone["any"].slope
    lower = -within["any"].intercept / within["any"].slope
    assert even - lower == pytest.approx(4.0, abs=1.5)
    errors = found.report["expected_calibration_error"]
    assert max(errors[setting]["any"] for setting in Setting) < 0.1
    # Three rows of a label: both settings together, so the same share.
    assert LABELS[2] not in errors["alone"]


def test_no_kind_of_clean_text_pays_for_the_others() -> None:
    even, uneven = (calibrated(clean(strange=by), 0.03) for by in (0.0, 2.0))
    told = uneven.report["alone"]
    assert told["unseen"]["worst_set"] == "kept back chat"
    assert told["unseen"]["worst_set_held"] <= told["set_limit"] < 0.03
    assert told["budget"] < even.report["alone"]["budget"]


def test_refuses_rows_without_one_of_the_labels() -> None:
    rows = [row for row in dev_rows() if Label.ROLE not in row.labels]
    with pytest.raises(CalibrationError, match="role"):
        calibrate(rows, clean(), damaged_sentences(rows, []))


def test_a_missing_bundle_or_shared_folder_is_exit_code_2(
    tmp_path: Path, tiny_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--bundle", str(tiny_bundle), "--shared", str(tmp_path / "none")]) == 2
    assert "--shared" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["--bundle", str(tmp_path / "empty"), "--shared", str(tmp_path)]) == 2
    assert "bundle" in capsys.readouterr().err
