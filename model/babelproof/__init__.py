"""Finds the sentences that machine translation, spinning or garbling damaged.

>>> from babelproof import Detector
>>> detector = Detector.load()  # doctest: +SKIP
>>> detector.score(["He gave the plan a green street."])  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babelproof.detector import Detector
    from babelproof.errors import BundleError, CheckError, ThresholdError
    from babelproof.fast import fast_bundle
    from babelproof.labels import Label
    from babelproof.verdict import (
        DocumentVerdict,
        Finding,
        OperatingPoints,
        Reason,
        Setting,
        Status,
        Thresholds,
        Verdict,
    )

# Written here, and read from here by the build: asking the installed package takes longer.
__version__ = "0.11.0"

__all__ = [
    "BundleError",
    "CheckError",
    "Detector",
    "DocumentVerdict",
    "Finding",
    "Label",
    "OperatingPoints",
    "Reason",
    "Setting",
    "Status",
    "ThresholdError",
    "Thresholds",
    "Verdict",
    "__version__",
    "fast_bundle",
]

_MODULES = {
    "babelproof.detector": ("Detector",),
    "babelproof.errors": ("BundleError", "CheckError", "ThresholdError"),
    "babelproof.fast": ("fast_bundle",),
    "babelproof.labels": ("Label",),
    "babelproof.verdict": (
        *("DocumentVerdict", "Finding", "OperatingPoints", "Reason"),
        *("Setting", "Status", "Thresholds", "Verdict"),
    ),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    # Loaded when first asked for: `--help`, and whoever needs only the labels, should not
    # wait for the runtime.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
