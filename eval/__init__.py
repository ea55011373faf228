"""Metrics, baselines and the evaluation of a bundle. Needs the `train` extra."""
