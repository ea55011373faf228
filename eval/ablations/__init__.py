"""Ablations: what each part of the training is worth, one left out at a time."""
