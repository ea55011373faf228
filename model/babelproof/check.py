"""The self-check: a bundle scores its reference sentences before it scores anything else.

8-bit arithmetic differs between processor families, and torch computes in floats. A machine
where the scores differ from those stored by more than its engine may must say so rather than
hold other sentences.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from babelproof.bundle import REFERENCE, Bundle
from babelproof.engine import Engine
from babelproof.errors import BundleError, CheckError
from babelproof.labels import CHANNELS

Logits = Callable[[list[list[str]]], list[NDArray[np.float32]]]
"""Sentence logits [sentences, 6] of each document, as `Detector.logits` gives them."""


def check_once(bundle: Bundle, logits: Logits, engine: Engine) -> None:
    """Compare the reference scores unless this kind of machine has passed already.

    Raises `CheckError` where they differ; a pass is remembered in the user's cache, and
    checked each time where that cannot be written.
    """
    mark = _mark(bundle, engine)
    if mark is not None and mark.is_file():
        return
    check(bundle, logits, engine)
    if mark is None:
        return
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        return  # a read-only home: check again next time


def check(bundle: Bundle, logits: Logits, engine: Engine) -> float:
    """Compare the reference scores now and give the largest difference of probabilities."""
    tolerance = _reference(bundle)[0] if engine.tolerance is None else engine.tolerance
    worst = difference(bundle, logits)
    if not worst <= tolerance:  # NaN is no pass
        raise CheckError(
            f"{bundle.folder}: expected its reference scores within {tolerance}, found a "
            f"difference of {worst:.4f} with {engine} ({engine.processor[:80]}); its verdicts "
            f"would differ from the measured ones: {engine.advice}"
        )
    return worst


def difference(bundle: Bundle, logits: Logits) -> float:
    """Give the largest difference of probabilities to the reference scores, however large."""
    _, documents, expected = _reference(bundle)
    calibrate = bundle.manifest.probabilities
    found = np.concatenate(logits(documents))
    return float(np.max(np.abs(calibrate(found) - calibrate(expected))))


def _reference(bundle: Bundle) -> tuple[float, list[list[str]], NDArray[np.float64]]:
    path = bundle.folder / REFERENCE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        tolerance = float(content["tolerance"])
        documents = [[str(text) for text in case["sentences"]] for case in content["cases"]]
        rows = [row for case in content["cases"] for row in case["logits"]]
        expected = np.asarray(rows, dtype=np.float64)
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path}: {_expected()}, found: {error!r}; export again") from error
    size = (sum(map(len, documents)), len(CHANNELS))
    if not documents or expected.shape != size or not np.isfinite(expected).all():
        raise BundleError(
            f"{path}: {_expected()}, found {size[0]} sentences beside logits of shape "
            f"{expected.shape}; export again"
        )
    return tolerance, documents, expected


def _expected() -> str:
    return f"expected a tolerance and cases of sentences with {len(CHANNELS)} finite logits each"


def _mark(bundle: Bundle, engine: Engine) -> Path | None:
    """Name the file that remembers a pass of this bundle on this kind of machine."""
    key = "\n".join((bundle.digest, engine.processor, engine.sameness))
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    home = os.environ.get("XDG_CACHE_HOME", "")
    try:
        cache = Path(home) if os.path.isabs(home) else Path.home() / ".cache"
    except RuntimeError:  # no home folder at all
        return None
    return cache / "babelproof" / f"checked-{name}"
