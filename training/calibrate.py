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
from babelproof.verdict import Setting
from data.kept_back import kept_back
from data.shared import DataError, shared_path
from training import operating
from training.combine import choose
from training.devrows import (
    KEPT_BACK,
    DevRow,
    Sentences,
    clean_sentences,
    damaged_sentences,
    judged_rows,
    raised_documents,
    raised_rows,
    read_clean_documents,
    read_dev_documents,
    setting_of,
    signalled,
    signalled_rows,
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
from training.whole import fit_document

LIMIT = 0.01
"""Share of clean news, unseen when the thresholds were chosen, that the union may hold.

It is the promise, alone and in context: thresholds that are chosen to spare some rows spare
others less well, so of the rows seen fewer are held.
"""

SET_LIMIT = 0.02
"""What the union may hold of each set of clean sentences, unseen; 3% is the promise."""

BUDGETS = (0.01, 0.009, 0.008, 0.007, 0.006, 0.005, 0.004, 0.003, 0.002)
"""Shares of the clean sentences seen that thresholds are tried at, most to least."""


@dataclass(frozen=True)
class Calibrated:
    """What calibration found, and on what."""

    calibration: Mapping[Setting, Mapping[str, Platt]]
    operating_points: Mapping[Setting, Mapping[str, float]]
    spans: Mapping[str, SpanThreshold]
    report: Mapping[str, Any]


def calibrate(
    rows: Sequence[DevRow],
    clean: Sentences,
    damaged: Sentences,
    limit: float = LIMIT,
) -> Calibrated:
    """Fit probabilities, thresholds and spans; raises `CalibrationError` where rows are too few."""
    platt, errors = _fit_channels(rows)
    points, told = {}, {}
    for setting in Setting:
        points[setting], told[str(setting)] = _operating_point(
            _Scored.of(clean, platt[setting], setting),
            _Scored.of(damaged, platt[setting], setting),
            limit,
        )
    spans = fit_span_thresholds(rows)
    counts = Counter((row.set, row.held) for row in rows)
    report = {
        "rows": {
            name: {"held": counts[name, True], "clean": counts[name, False]}
            for name in dict.fromkeys(row.set for row in rows)
        },
        "labels": {
            label.value: sum(label in row.labels for row in rows if row.held) for label in LABELS
        },
        "expected_calibration_error": errors,
        **told,
        "spans": {
            label.value: {"rows": span.rows, "f1": _rounded(span.f1)}
            for label, span in spans.items()
        },
    }
    return Calibrated(platt, points, {k.value: v for k, v in spans.items()}, report)


@dataclass(frozen=True)
class _Scored:
    """Probabilities [n, 6] of sentences read in one setting, their sets and their groups [n]."""

    probabilities: Floats
    sets: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, sentences: Sentences, platt: Mapping[str, Platt], setting: Setting) -> _Scored:
        own = [number for number, each in enumerate(sentences.settings()) if each is setting]
        return cls(
            _probabilities(sentences.logits[own], platt),
            tuple(sentences.sets[number] for number in own),
            tuple(sentences.groups[number] for number in own),
        )


def _operating_point(
    clean: _Scored, damaged: _Scored, limit: float
) -> tuple[dict[str, float], dict[str, Any]]:
    """Return thresholds by channel that keep to the limit, and what they hold of what."""
    worth = _even(damaged.sets)
    budget, thresholds, unseen = _budget(clean, damaged, worth, limit)
    report = {
        "limit": limit,
        "set_limit": SET_LIMIT,
        "budget": budget,
        "clean": _shares(clean.sets, operating.held(clean.probabilities, thresholds)),
        "recall": _shares(damaged.sets, operating.held(damaged.probabilities, thresholds)),
        "by_channel": {
            str(channel): {
                "clean": round(float((clean.probabilities[:, c] >= thresholds[c]).mean()), 5),
                "damaged": round(float((damaged.probabilities[:, c] >= thresholds[c]).mean()), 4),
            }
            for c, channel in enumerate(CHANNELS)
        },
        "unseen": unseen,
    }
    return dict(zip(map(str, CHANNELS), thresholds.tolist(), strict=True)), report


def _fit_channels(
    rows: Sequence[DevRow],
) -> tuple[dict[Setting, dict[str, Platt]], dict[str, dict[str, float]]]:
    """Return each channel's calibration by setting, and its error on rows that no fit saw.

    `any` parts held from clean; a label parts the rows it was given to from clean ones. A
    sentence alone and one in context with the same logit are not equally likely to be
    damaged. A channel with too few rows of one setting is fitted on both together, which
    count evenly there, whatever their numbers.
    """
    settings = [setting_of(row.mates) for row in rows]
    logits = _logits(rows)
    even = _even([str(setting) for setting in settings])
    groups = np.unique([row.group for row in rows], return_inverse=True)[1].astype(np.int64)
    fitted: dict[Setting, dict[str, Platt]] = {setting: {} for setting in Setting}
    errors: dict[str, dict[str, float]] = {str(setting): {} for setting in Setting}
    for c, channel in enumerate(CHANNELS):
        truth = np.array(
            [row.held if channel == ANY else channel in row.labels for row in rows],
            dtype=np.int64,
        )
        if not truth.any():
            raise CalibrationError(f"{channel}: expected rows with this label, found none")
        used = truth.astype(bool) | ~np.array([row.held for row in rows])
        both = Rows(logits[:, c], truth, even, groups)
        for setting in Setting:
            slope = None if channel == ANY else fitted[setting][ANY].slope
            here = used & np.array([each is setting for each in settings])
            enough = truth[here].sum() >= FEWEST and not truth[here].all()
            own = both.part(np.flatnonzero(here if enough else used))
            if enough:
                own = replace(own, weights=np.ones(len(own.truth)))
            fitted[setting][str(channel)] = fit(own, slope)
            if enough:
                unseen = cross_fitted(own, slope)
                error = calibration_error(unseen, own.truth, own.weights)
                errors[str(setting)][str(channel)] = round(error, 4)
    return fitted, errors


def _budget(
    clean: _Scored, damaged: _Scored, worth: Floats, limit: float
) -> tuple[float, Floats, dict[str, Any]]:
    """Return the largest budget that keeps to the limits on rows not chosen on.

    With it come its thresholds [6] and the shares of such rows. The news that was chosen on
    must keep to the limits too: its folds can be luckier than the whole.
    """
    unseen: dict[str, Any] = {}
    news = _news(clean.sets)
    for budget in (limit, *(share for share in BUDGETS if share < limit)):
        unseen = _unseen(clean, damaged, worth, budget)
        thresholds = operating.choose(
            clean.probabilities, damaged.probabilities, worth, budget, clean.sets
        )
        seen = operating.held(clean.probabilities[news], thresholds)
        held = max(unseen["news_held"], float(seen.mean()) if len(seen) else 0.0)
        if held <= limit and unseen["worst_set_held"] <= SET_LIMIT:
            return budget, thresholds, unseen
    raise CalibrationError(
        f"expected thresholds that hold at most {limit:.1%} of unseen clean news and "
        f"{SET_LIMIT:.1%} of each set, found {unseen['news_held']:.2%} and "
        f"{unseen['worst_set_held']:.2%} ({unseen['worst_set']}) at the smallest budget; raise "
        "--limit or train further"
    )


def _unseen(clean: _Scored, damaged: _Scored, worth: Floats, budget: float) -> dict[str, Any]:
    """Return what thresholds hold of rows they were not chosen on, over folds of both."""
    parts = [
        folds(np.arange(len(names)) % 2, np.unique(names, return_inverse=True)[1].astype(np.int64))
        for names in (clean.groups, damaged.groups)
    ]
    alarms = np.zeros(len(clean.groups), dtype=bool)
    found = np.zeros(len(damaged.groups), dtype=bool)
    for (kept, left), (kept_damage, left_damage) in zip(*parts, strict=True):
        thresholds = operating.choose(
            clean.probabilities[kept],
            damaged.probabilities[kept_damage],
            worth[kept_damage],
            budget,
            [clean.sets[number] for number in kept],
        )
        alarms[left] = operating.held(clean.probabilities[left], thresholds)
        found[left_damage] = operating.held(damaged.probabilities[left_damage], thresholds)
    sizes = Counter(clean.sets)
    names = np.array(clean.sets)
    shares = {
        name: float(alarms[names == name].mean())
        for name, size in sizes.items()
        if size >= operating.FEWEST_OF_SET
    }
    worst = max(shares, key=shares.__getitem__, default="")
    news = _news(clean.sets)
    return {
        "news_held": round(float(alarms[news].mean()), 5) if news.any() else 0.0,
        "worst_set": worst,
        "worst_set_held": round(shares.get(worst, 0.0), 5),
        "damage_held": round(float(np.average(found, weights=worth)), 4),
    }


def _news(sets: Sequence[str]) -> operating.Bools:
    return np.array([not name.startswith(KEPT_BACK) for name in sets], dtype=bool)


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


def write(folder: Path, found: Calibrated, date: str, version: str | None = None) -> None:
    """Write what was found into the bundle's manifest, which checks it.

    `version`: the bundle's new one, where a calibration is a release of its own.
    """
    manifest = load_bundle(folder).manifest
    write_manifest(
        folder,
        replace(
            manifest,
            version=version or manifest.version,
            calibration=_written(found.calibration[Setting.ALONE]),
            calibration_in_context=_written(found.calibration[Setting.IN_CONTEXT]),
            operating_point=dict(found.operating_points[Setting.ALONE]),
            operating_point_in_context=dict(found.operating_points[Setting.IN_CONTEXT]),
            span_threshold={label: span.threshold for label, span in found.spans.items()},
            calibrated_on={"date": date, **found.report},
        ),
    )


def _written(fitted: Mapping[str, Platt]) -> dict[str, Calibration]:
    return {name: Calibration(platt.slope, platt.intercept) for name, platt in fitted.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Calibrate a bundle in place; exit code 2 when the bundle or the sets cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m training.calibrate", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="bundle folder to calibrate")
    parser.add_argument("--shared", help="folder with the hand labels (default: ../shared)")
    parser.add_argument(
        "--limit", type=float, default=LIMIT, help="share of unseen clean news held at most"
    )
    parser.add_argument("--version", help="the bundle's new version (default: as it was)")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args(arguments)
    try:
        shared = shared_path(options.shared)
        detector = Detector.load(options.bundle)
        rows = judged_rows(detector, shared)
        documents = read_dev_documents(detector, shared)
        kept = kept_back(shared)
        others = read_clean_documents(detector, kept)
        hold, worth = choose(rows, documents, others)
        rows = raised_rows(rows, hold)
        documents, others = (raised_documents(part, hold) for part in (documents, others))
        clean = clean_sentences(detector, shared, rows, documents, kept, others)
        whole, known = fit_document(documents, others)
        manifest = write_manifest(
            options.bundle, replace(detector.bundle, hold=hold, document=whole)
        )
        found = calibrate(
            signalled_rows(rows, manifest),
            signalled(clean, manifest),
            signalled(damaged_sentences(rows, documents), manifest),
            options.limit,
        )
        found = replace(found, report={"signal": worth, "document": known, **found.report})
        write(options.bundle, found, options.date, options.version)
    except (BundleError, DataError, CalibrationError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for setting, point in found.operating_points.items():
        for channel in CHANNELS:
            platt = found.calibration[setting][channel]
            print(
                f"{setting}: {channel:8} slope {platt.slope:.3f} intercept "
                f"{platt.intercept:+.3f} holds from {point[channel]:.3f}"
            )
    for name, value in found.report.items():
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
