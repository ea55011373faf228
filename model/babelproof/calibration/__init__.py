"""Calibration: thresholds fitted to a user's own clean text, so that few of it is held."""
