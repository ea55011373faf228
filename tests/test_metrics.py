"""The figures agree with scikit-learn, and the bootstrap with figures of repeated rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    matthews_corrcoef,
    roc_auc_score,
    roc_curve,
)

from eval import bootstrap
from eval.metrics import (
    Figure,
    MetricsError,
    Rows,
    Settings,
    auc,
    integer_codes,
    length_bins,
    ranking_figures,
    recall_at,
    stratified_auc,
    verdict_figures,
)
from eval.spans import SpanCount, count_characters, total

SETTINGS = Settings(resamples=50, seed=3)


def sample(n: int = 400, seed: int = 1) -> tuple[Rows, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.3).astype(np.int64)
    # Rounded, so that many scores tie.
    scores = np.round(rng.normal(size=n) + truth, 1)
    rows = Rows(truth, rng.integers(0, 5, n), rng.integers(0, 60, n))
    return rows, scores


def test_length_bins_begin_at_the_documented_words() -> None:
    words = [0, 14, 15, 24, 25, 39, 40, 59, 60, 200]
    assert length_bins(["word " * n for n in words]).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_codes_are_equal_for_equal_names_only() -> None:
    codes = integer_codes(["b", "a", "b", "c"])
    assert codes[0] == codes[2]
    assert len(set(codes.tolist())) == 3


def test_weighted_figures_equal_scikit_learn_with_sample_weight() -> None:
    rows, scores = sample()
    weights = bootstrap.cluster_weights(rows.groups, 7, seed=5)
    aucs = bootstrap.aucs(rows.truth, scores, weights)
    precisions = bootstrap.average_precisions(rows.truth, scores, weights)
    held = scores > 1.0
    verdicts = bootstrap.verdicts(rows.truth, held, weights)
    for i, weight in enumerate(weights):
        assert aucs[i] == pytest.approx(roc_auc_score(rows.truth, scores, sample_weight=weight))
        assert precisions[i] == pytest.approx(
            average_precision_score(rows.truth, scores, sample_weight=weight)
        )
        assert verdicts["mcc"][i] == pytest.approx(
            matthews_corrcoef(rows.truth, held, sample_weight=weight)
        )
        assert verdicts["f1"][i] == pytest.approx(f1_score(rows.truth, held, sample_weight=weight))


def test_recall_at_a_rate_is_the_last_point_of_the_roc_curve_within_it() -> None:
    rows, scores = sample()
    false, true, _ = roc_curve(rows.truth, scores, drop_intermediate=False)
    for rate in (0.0, 0.01, 0.05, 0.5, 1.0):
        assert recall_at(rows.truth, scores, rate) == pytest.approx(true[false <= rate].max())


def test_recall_counts_one_row_in_fifty_as_two_per_cent() -> None:
    truth = np.r_[np.zeros(50, dtype=np.int64), 1]
    scores = np.r_[9.0, np.zeros(49), 5.0]
    assert recall_at(truth, scores, 0.02) == 1.0
    assert recall_at(truth, scores, 0.019) == 0.0


def test_clusters_are_drawn_whole_and_as_many_as_there_are() -> None:
    groups = np.array([0, 0, 1, 2, 2, 2])
    weights = bootstrap.cluster_weights(groups, 40, seed=0)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 3] == weights[:, 5]).all()
    assert (weights[:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_stratified_auc_compares_pairs_of_one_stratum_only() -> None:
    truth = np.array([1, 0, 1, 0])
    strata = np.array([0, 0, 1, 1])
    scores = np.array([10.0, 11.0, 1.0, 0.0])
    assert auc(truth, scores) == 0.5
    assert stratified_auc(truth, scores, strata) == 0.5
    # A score that only tells the strata apart wins nothing within them.
    assert (
        stratified_auc(
            np.array([1, 1, 0, 1, 0, 0]),
            np.array([1.0, 1, 1, 0, 0, 0]),
            np.array([1, 1, 1, 0, 0, 0]),
        )
        == 0.5
    )
    assert stratified_auc(np.array([1, 0]), np.array([1.0, 0.0]), np.array([0, 1])) is None


def test_stratified_bootstrap_with_unit_weights_is_the_point_value() -> None:
    rows, scores = sample()
    ones = np.ones((1, len(scores)))
    assert bootstrap.stratified_aucs(rows.truth, scores, ones, rows.bins)[0] == pytest.approx(
        stratified_auc(rows.truth, scores, rows.bins)
    )


def test_intervals_hold_the_value_and_repeat_for_a_seed() -> None:
    rows, scores = sample()
    figures = ranking_figures(rows, scores, SETTINGS)
    assert figures == ranking_figures(rows, scores, SETTINGS)
    for name in ("auc", "auc_binned", "ap", "recall_at_1", "recall_at_5"):
        figure = figures[name]
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
    assert figures["auc"] != ranking_figures(rows, scores, Settings(50, seed=4))["auc"]


def test_clusters_of_copies_widen_the_interval() -> None:
    rows, scores = sample(60)
    copies = 10
    truth, bins = np.tile(rows.truth, copies), np.tile(rows.bins, copies)
    alone = Rows(truth, bins, np.arange(60 * copies))
    together = Rows(truth, bins, np.tile(np.arange(60), copies))
    many = np.tile(scores, copies)

    def width(figure: Figure) -> float:
        assert figure.low is not None
        assert figure.high is not None
        return figure.high - figure.low

    narrow = width(ranking_figures(alone, many, SETTINGS)["auc"])
    assert width(ranking_figures(together, many, SETTINGS)["auc"]) > 2 * narrow


def test_one_class_gives_no_ranking_but_a_share_held() -> None:
    rows = Rows(np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64), np.arange(4))
    assert ranking_figures(rows, np.arange(4.0), SETTINGS)["auc"] == Figure(None)
    held = verdict_figures(rows, np.array([True, False, False, False]), SETTINGS)
    assert held["held_negative"].value == 0.25
    assert held["held_positive"].value is None
    assert held["mcc"].value is None


def test_refuses_columns_that_disagree() -> None:
    zeros = np.zeros(2, dtype=np.int64)
    with pytest.raises(MetricsError, match="one length"):
        Rows(zeros, zeros, np.zeros(3, dtype=np.int64))
    with pytest.raises(MetricsError, match="0 and 1"):
        Rows(np.array([0, 2]), zeros, zeros)
    rows = Rows(np.array([0, 1]), zeros, zeros)
    with pytest.raises(MetricsError, match="finite"):
        ranking_figures(rows, np.array([0.0, np.nan]), SETTINGS)
    with pytest.raises(MetricsError, match="verdicts"):
        verdict_figures(rows, np.array([True]), SETTINGS)
    with pytest.raises(MetricsError, match="resample"):
        Settings(resamples=0)


def test_character_counts() -> None:
    count = count_characters([(0, 4), (2, 6)], [(4, 10)])
    assert (count.right, count.marked, count.damaged) == (2, 6, 6)
    assert count.f1 == pytest.approx(1 / 3)
    assert total([count, SpanCount()]) == count
    assert total([]).f1 is None
    assert count_characters([], [(0, 2)]).f1 == 0.0
