"""The fast bundle: a smaller model in a package of its own, for the option `--fast`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from babelproof.errors import BundleError

PACKAGE = "babelproof_fast"


def fast_bundle() -> Path:
    """Give the folder of the fast bundle: `Detector.load(fast_bundle())`.

    It comes as a package of its own, so that whoever does without it need not carry it.
    Raises `BundleError` where that package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BundleError(
            "--fast: expected the package babelproof-fast, which brings the smaller model, found "
            "none; pip install babelproof-fast, in a checkout pip install model/fast, or score "
            "without --fast"
        )
    return Path(spec.submodule_search_locations[0]) / "bundle"
