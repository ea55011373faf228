"""`python -m training.calibrate`: probabilities, operating point and span thresholds of a bundle.

Everything is fitted on the development hand labels, which never enter training, and
written into the bundle's `bundle.json` beside what it was fitted on.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from babelproof.bundle import Calibration, load_bundle, write_manifest
from babelproof.detector import Detector
from babelproof.errors import BundleError, CalibrationError
from babelproof.labels import ANY, CHANNELS, LABELS
from data.shared import DataError, shared_path
from training import operating
from training.combine import choose
from training.devrows import (
    CleanNews,
    DevRow,
    clean_news,
    judged_rows,
    read_dev_documents,
    read_kept_back,
    signalled,
)
from training.platt import (
    FEWEST,
    Floats,
    Platt,
    Rows,
    calibration_error,
    cross_fitted,
    fit,
    folds,
)
from training.span_thresholds import SpanThreshold, fit_span_thresholds

LIMIT = 0.009
"""Share of clean news, unseen when the thresholds were chosen, that the union may hold.

The promise is 1%; thresholds that are chosen to spare some rows spare others less well.
"""

BUDGETS = (0.009, 0.008, 0.007, 0.006, 0.005, 0.004, 0.003)
"""Shares of the clean news seen that thresholds are tried at, most to least."""


@dataclass(frozen=True)
class Calibrated:
    """What calibration found, and on what."""

    calibration: Mapping[str, Platt]
    operating_point: Mapping[str, float]
    spans: Mapping[str, SpanThreshold]
    report: Mapping[str, Any]


def calibrate(rows: Sequence[DevRow], news: CleanNews, limit: float = LIMIT) -> Calibrated:
    """Fit probabilities, thresholds and spans; raises `CalibrationError` where rows are too few."""
    platt, errors = _fit_channels(rows)
    clean = _probabilities(news.logits, platt)
    damage = [row for row in rows if row.held]
    damaged = _probabilities(_logits(damage), platt)
    worth = _even([row.set for row in damage])
    budget, unseen = _budget(
        clean, damaged, worth, (news.groups, [row.group for row in damage]), limit
    )
    thresholds = operating.choose(clean, damaged, worth, budget)
    spans = fit_span_thresholds(rows)
    held_clean = operating.held(clean, thresholds)
    held_damage = operating.held(damaged, thresholds)
    counts = Counter((row.set, row.held) for row in rows)
    report = {
        "rows": {
            name: {"held": counts[name, True], "clean": counts[name, False]}
            for name in dict.fromkeys(row.set for row in rows)
        },
        "labels": {label.value: sum(label in row.labels for row in damage) for label in LABELS},
        "expected_calibration_error": errors,
        "limit": limit,
        "budget": budget,
        "clean_news": _shares(news.sets, held_clean),
        "recall": _shares([row.set for row in damage], held_damage),
        "by_channel": {
            str(channel): {
                "clean": round(float((clean[:, c] >= thresholds[c]).mean()), 5),
                "damaged": round(float((damaged[:, c] >= thresholds[c]).mean()), 4),
            }
            for c, channel in enumerate(CHANNELS)
        },
        "unseen": unseen,
        "spans": {
            label.value: {"rows": span.rows, "f1": _rounded(span.f1)}
            for label, span in spans.items()
        },
    }
    points = dict(zip(map(str, CHANNELS), thresholds.tolist(), strict=True))
    return Calibrated(platt, points, {k.value: v for k, v in spans.items()}, report)


def _fit_channels(rows: Sequence[DevRow]) -> tuple[dict[str, Platt], dict[str, float]]:
    """Return each channel's calibration, and its error on rows that the fit did not see.

    `any` parts held from clean; a label parts the rows it was given to from clean ones.
    """
    logits = _logits(rows)
    # Sentences alone and sentences in context count evenly, whatever their numbers.
    weights = _even(["alone" if row.set == "desk_dev" else "context" for row in rows])
    groups = np.unique([row.group for row in rows], return_inverse=True)[1].astype(np.int64)
    fitted: dict[str, Platt] = {}
    errors: dict[str, float] = {}
    for c, channel in enumerate(CHANNELS):
        truth = np.array(
            [row.held if channel == ANY else channel in row.labels for row in rows],
            dtype=np.int64,
        )
        chosen = np.array(
            [i for i, row in enumerate(rows) if truth[i] or not row.held], dtype=np.int64
        )
        own = Rows(logits[:, c], truth, weights, groups).part(chosen)
        slope = fitted[ANY].slope if channel != ANY else None
        if not own.truth.any():
            raise CalibrationError(f"{channel}: expected rows with this label, found none")
        fitted[str(channel)] = fit(own, slope)
        if own.truth.sum() >= FEWEST:
            unseen = cross_fitted(own, slope)
            errors[str(channel)] = round(calibration_error(unseen, own.truth, own.weights), 4)
    return fitted, errors


def _budget(
    clean: Floats,
    damaged: Floats,
    worth: Floats,
    groups: tuple[Sequence[str], Sequence[str]],
    limit: float,
) -> tuple[float, dict[str, float]]:
    """Return the largest budget that keeps to the limit on rows not chosen on, and its shares."""
    unseen: dict[str, float] = {}
    for budget in (limit, *(share for share in BUDGETS if share < limit)):
        unseen = _unseen(clean, damaged, worth, groups, budget)
        if unseen["clean_held"] <= limit:
            return budget, unseen
    raise CalibrationError(
        f"expected thresholds that hold at most {limit:.1%} of unseen clean news, found "
        f"{unseen['clean_held']:.2%} at the smallest budget; raise --limit or train further"
    )


def _unseen(
    clean: Floats,
    damaged: Floats,
    worth: Floats,
    groups: tuple[Sequence[str], Sequence[str]],
    budget: float,
) -> dict[str, float]:
    """Return what thresholds hold of rows they were not chosen on, over folds of both."""
    parts = [
        folds(np.arange(len(names)) % 2, np.unique(names, return_inverse=True)[1].astype(np.int64))
        for names in groups
    ]
    alarms = np.zeros(len(clean), dtype=bool)
    found = np.zeros(len(damaged), dtype=bool)
    for (kept, left), (kept_damage, left_damage) in zip(*parts, strict=True):
        thresholds = operating.choose(clean[kept], damaged[kept_damage], worth[kept_damage], budget)
        alarms[left] = operating.held(clean[left], thresholds)
        found[left_damage] = operating.held(damaged[left_damage], thresholds)
    return {
        "clean_held": round(float(alarms.mean()), 5),
        "damage_held": round(float(np.average(found, weights=worth)), 4),
    }


def _logits(rows: Sequence[DevRow]) -> Floats:
    return np.array([row.reading.pooled for row in rows], dtype=np.float64)


def _probabilities(logits: Floats, platt: Mapping[str, Platt]) -> Floats:
    return np.stack([platt[name](logits[:, c]) for c, name in enumerate(CHANNELS)], axis=1)


def _even(names: Sequence[str]) -> Floats:
    """Return weights [n] of mean 1 under which every name counts the same in sum."""
    counts = Counter(names)
    return np.array([len(names) / len(counts) / counts[name] for name in names])


def _shares(names: Sequence[str], held: operating.Bools) -> dict[str, dict[str, float]]:
    column = np.array(names)
    return {
        name: {
            "rows": int((column == name).sum()),
            "held": round(float(held[column == name].mean()), 5),
        }
        for name in dict.fromkeys(names)
    } | {"all": {"rows": len(names), "held": round(float(held.mean()), 5)}}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def write(folder: Path, found: Calibrated, date: str) -> None:
    """Write what was found into the bundle's manifest, which checks it."""
    manifest = load_bundle(folder).manifest
    write_manifest(
        folder,
        replace(
            manifest,
            calibration={
                channel: Calibration(platt.slope, platt.intercept)
                for channel, platt in found.calibration.items()
            },
            operating_point=dict(found.operating_point),
            span_threshold={label: span.threshold for label, span in found.spans.items()},
            calibrated_on={"date": date, **found.report},
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Calibrate a bundle in place; exit code 2 when the bundle or the sets cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m training.calibrate", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="bundle folder to calibrate")
    parser.add_argument("--shared", help="folder with the hand labels (default: ../shared)")
    parser.add_argument(
        "--limit", type=float, default=LIMIT, help="share of unseen clean news held at most"
    )
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args(arguments)
    try:
        shared = shared_path(options.shared)
        detector = Detector.load(options.bundle)
        rows = judged_rows(detector, shared)
        documents = read_dev_documents(detector, shared)
        news = clean_news(detector, shared, rows, documents)
        others = read_kept_back(detector, shared)
        hold, worth = choose(rows, documents, others)
        manifest = write_manifest(options.bundle, replace(detector.bundle, hold=hold))
        found = calibrate(*signalled(rows, news, manifest), options.limit)
        found = replace(found, report={"signal": worth, **found.report})
        write(options.bundle, found, options.date)
    except (BundleError, DataError, CalibrationError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for channel in CHANNELS:
        platt, threshold = found.calibration[channel], found.operating_point[channel]
        print(
            f"{channel:8} slope {platt.slope:.3f} intercept {platt.intercept:+.3f} "
            f"holds from {threshold:.3f}"
        )
    for name, value in found.report.items():
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
