"""Fuzzing of the readers, the writers and the scorer: bounded in CI, by the hour by hand."""
