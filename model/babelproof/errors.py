"""The errors that this package raises on purpose; each says expected, found, what to do."""

from __future__ import annotations


class BundleError(ValueError):
    """A bundle that is missing, incomplete, changed, or made for another version."""


class CheckError(BundleError):
    """A sound bundle that gives other scores on this processor than where it was made."""


class BackendError(ValueError):
    """A backend, device or precision that is unknown, or that this machine does not have."""


class ThresholdError(ValueError):
    """Thresholds that lack a channel, name an unknown one, or lie outside (0, 1]."""


class FactsError(ValueError):
    """Facts that are missing or damaged, or a user's own that cannot be read."""


class ConfigError(ValueError):
    """A configuration file that cannot be read, or a setting in it that is unknown or wrong."""


class PolicyError(ValueError):
    """A policy that names an unknown channel or holds from no probability."""


class CalibrationError(ValueError):
    """Text that is too little, or too unlike what is asked, to fit probabilities or thresholds."""
