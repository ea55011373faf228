"""Units: what a share of false alarms is counted in."""

from __future__ import annotations

from enum import StrEnum


class Of(StrEnum):
    """Sentences, or whole articles, each held by its surest sentence."""

    SENTENCES = "sentences"
    ARTICLES = "articles"
