"""Finds the sentences that machine translation, spinning or garbling damaged.

>>> from babelproof import Detector
>>> detector = Detector.load()  # doctest: +SKIP
>>> detector.score(["He gave the plan a green street."])  # doctest: +SKIP
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from babelproof.detector import Detector
from babelproof.errors import BundleError, CheckError, ThresholdError
from babelproof.labels import Label
from babelproof.verdict import DocumentVerdict, Finding, Reason, Status, Thresholds, Verdict

try:
    __version__ = version("babelproof")
except PackageNotFoundError:  # a checkout that is not installed
    __version__ = "0+checkout"

__all__ = [
    "BundleError",
    "CheckError",
    "Detector",
    "DocumentVerdict",
    "Finding",
    "Label",
    "Reason",
    "Status",
    "ThresholdError",
    "Thresholds",
    "Verdict",
    "__version__",
]
