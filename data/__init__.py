"""Readers of the corpora, lexicons and hand-written cases: everything that is data."""
