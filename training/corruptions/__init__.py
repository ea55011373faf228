"""Corruptions: how machine translation, spinning and garbling damage clean text."""
