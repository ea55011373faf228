"""Carries the bundle of `babelproof score --fast`; `babelproof.fast_bundle()` finds it."""

__version__ = "0.11.0"
