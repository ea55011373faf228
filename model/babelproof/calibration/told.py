"""What is told of a fit, on the terminal and in the policy file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from babelproof import __version__
from babelproof.calibration.fit import Fitted, rows_of
from babelproof.calibration.interval import Interval, percent, share_interval
from babelproof.calibration.read import Read
from babelproof.calibration.units import Of
from babelproof.detector import Detector
from babelproof.labels import CHANNELS
from babelproof.verdict import Thresholds


def notes(fitted: Fitted, read: Read, inputs: Sequence[str], detector: Detector) -> list[str]:
    """Say in lines what was fitted, on what, and what it holds; no text of the inputs."""
    bundle = detector.bundle
    rows = rows_of(read.text, fitted.of)
    documents = read.text.documents
    held = read.held
    if fitted.of is Of.ARTICLES:
        held = np.isin(rows.documents, documents[held])
    before = share_interval(held, rows.documents)
    others = f", {read.skipped:,} not judged" if read.skipped else ""
    others += f"; {read.failed:,} records could not be read" if read.failed else ""
    shown = ", ".join(map(repr, inputs[:3])) + (" and more" if len(inputs) > 3 else "")
    unseen = f"{with_interval(fitted.unseen)} of the {fitted.of}"
    if fitted.of is Of.SENTENCES:
        unseen += f"; {with_interval(fitted.articles)} of the articles have one"
    return [
        f"{datetime.date.today().isoformat()}, babelproof {__version__}, bundle {bundle.name} "
        f"{bundle.version} (model {bundle.files['model.onnx'][:12]}): calibrate again for another "
        "model.",
        f"Clean text: {len(read.text.documents):,} sentences in {read.text.document_count:,} "
        f"articles of {shown}{others}.",
        f"Held of its {fitted.of}: {fitted.seen:,} ({percent(fitted.seen / len(rows.documents))}; "
        f"asked: at most {percent(fitted.asked)}); the bundle's own thresholds hold "
        f"{with_interval(before)}.",
        f"Held where thresholds were fitted on other articles: {unseen}.",
        "Intervals are at 95%, over articles. Text unlike this may be held more or less often.",
    ]


def channels(fitted: Fitted, own: Thresholds) -> str:
    """Say where each channel holds instead of the bundle's own, and what it alone holds."""
    width = max(map(len, CHANNELS))
    return "\n".join(
        f"{channel:<{width}}  from {fitted.thresholds[channel]:.6f} (the bundle's own "
        f"{own[channel]:.6f}), alone holds {fitted.by_channel[channel]:,} "
        f"of the {fitted.of}"
        for channel in CHANNELS
    )


def with_interval(figure: Interval) -> str:
    """Write a share with its interval.

    >>> with_interval((0.004, 0.002, 0.00714))
    '0.4% [0.2%, 0.714%]'
    """
    value, low, high = map(percent, figure)
    return f"{value} [{low}, {high}]"
