"""Plots as inline SVG: curves over damage and false alarms, reliability, and releases."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.kept import Scores
from eval.reliability import Bin, calibration_error

SIZE = (5.6, 4.0)
"""Inches; the page scales them."""

LEAST_ALARMS = 0.001
"""Where the axis of false alarms begins."""

_STYLES = ("-", "--", "-.", ":")
_COLOURS = ("#0b4f8a", "#b3261e", "#1a6b34", "#7a5200", "#5b2a86", "#00707a", "#8a3a6b", "#444444")
"""Dark enough to read on white; lines differ in style too, so that colour alone says nothing."""


def precision_recall(named: Mapping[str, Scores], name: str) -> str:
    """Draw precision over recall, a line for each task; no two figures of a page share a `name`."""
    figure, axes = _figure("recall: share of the damaged rows found", "precision")
    for (label, scores), style in zip(named.items(), _line_styles(), strict=False):
        found, flagged = _counts(scores)
        damaged = sum(scores.truth)
        precision, recall = found / flagged, found / damaged
        average = float(np.sum(np.diff(np.r_[0.0, recall]) * precision))
        axes.step(
            np.r_[0.0, recall], np.r_[precision[:1], precision], where="pre",
            label=f"{label} ({average:.2f}; {damaged} of {len(scores.truth)})", **style,
        )  # fmt: skip
    return _svg(figure, axes, name, "lower left")


def found_over_alarms(named: Mapping[str, Scores], name: str) -> str:
    """Draw the damage found over the share of clean rows flagged, on a logarithmic axis."""
    figure, axes = _figure("false alarms: share of the clean rows flagged", "damaged rows found")
    for (label, scores), style in zip(named.items(), _line_styles(), strict=False):
        found, flagged = _counts(scores)
        damaged = sum(scores.truth)
        alarms = (flagged - found) / (len(scores.truth) - damaged)
        axes.step(
            np.r_[LEAST_ALARMS / 10, np.maximum(alarms, LEAST_ALARMS / 10)],
            np.r_[0.0, found / damaged], where="post", label=label, **style,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(LEAST_ALARMS, 1)
    axes.axvline(0.01, color="#888888", linewidth=0.8)
    return _svg(figure, axes, name, "upper left")


def reliability_plot(named: Mapping[str, Sequence[Bin]], name: str) -> str:
    """Draw the share damaged over the probability given, with intervals, beside the diagonal."""
    figure, axes = _figure("mean probability of a bin of rows", "share of them damaged")
    axes.plot([0, 1], [0, 1], color="#888888", linewidth=0.8)
    for (label, bins), style in zip(named.items(), _line_styles(), strict=False):
        error = calibration_error(bins)
        shares = np.array([one.share for one in bins])
        reach = [
            shares - [one.low for one in bins],
            np.array([one.high for one in bins]) - shares,
        ]
        axes.errorbar(
            [one.mean for one in bins], shares, yerr=np.maximum(reach, 0), marker="o",
            markersize=3, capsize=2, label=f"{label} (error {error:.3f})", **style,
        )  # fmt: skip
    axes.set_xlim(0, 1)
    return _svg(figure, axes, name, "upper left")


def slices_plot(records: Sequence[Mapping[str, Any]], limit: float, name: str) -> str:
    """Draw the share held of clean sentences by kind, with intervals and the limit."""
    figure, axes = _figure("share of clean sentences held", "")
    measured = [record for record in records if record["held"][0] is not None]
    places = np.arange(len(measured))[::-1]
    held = np.array([record["held"] for record in measured], dtype=float).reshape(-1, 3)
    reach = np.maximum([held[:, 0] - held[:, 1], held[:, 2] - held[:, 0]], 0)
    axes.errorbar(
        held[:, 0], places, xerr=reach, fmt="o", markersize=3, capsize=2, color=_COLOURS[0]
    )
    axes.axvline(limit, color=_COLOURS[1], linewidth=0.8)
    axes.set_yticks(places, [record["slice"] for record in measured], fontsize=7)
    axes.set_ylim(-0.7, max(len(measured) - 0.3, 0.7))
    axes.set_xlim(0, max(1.2 * limit, 1.05 * float(held[:, 2].max(initial=0.0))))
    return _svg(figure, axes, name, "lower right")


def releases_plot(
    names: Sequence[str], lines: Mapping[str, Sequence[float | None]], name: str
) -> str:
    """Draw figures from release to release; a figure that was not measured leaves a gap."""
    figure, axes = _figure("", "AUC")
    places = np.arange(len(names))
    for (label, values), style in zip(lines.items(), _line_styles(), strict=False):
        drawn = np.array([np.nan if value is None else value for value in values])
        axes.plot(places, drawn, marker="o", markersize=3, label=label, **style)
    axes.set_xticks(places, names, fontsize=7)
    axes.set_xlim(-0.3, max(len(names) - 0.7, 0.7))
    axes.set_ylim(0.5, 1.0)
    return _svg(figure, axes, name, "lower right")


def _counts(scores: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Return how many damaged rows, and rows, are flagged at each distinct score, falling."""
    values = np.asarray(scores.scores)
    order = np.argsort(-values, kind="stable")
    found = np.cumsum(np.asarray(scores.truth)[order])
    last = np.flatnonzero(np.r_[np.diff(values[order]) != 0, True])
    return found[last], last + 1


def _line_styles() -> cycle[dict[str, Any]]:
    return cycle(
        {"color": colour, "linestyle": _STYLES[number % len(_STYLES)], "linewidth": 1.4}
        for number, colour in enumerate(_COLOURS)
    )


def _figure(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x, fontsize=8)
    axes.set_ylabel(y, fontsize=8)
    axes.tick_params(labelsize=7)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.grid(linewidth=0.3)
    return figure, axes


def _svg(figure: Figure, axes: Axes, name: str, place: str) -> str:
    """Give a figure as an element for a page: text as text, ids that no other figure has."""
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=6.5, loc=place)
    stream = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    drawn = stream.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'\bid="', f'id="{name}-', drawn)
    drawn = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", drawn)
    return re.sub(r' (?:width|height)="[^"]*pt"', "", drawn, count=2)
