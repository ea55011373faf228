"""Building training data, fine-tuning, calibration and export. Needs the `train` extra."""
