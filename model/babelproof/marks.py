"""Marks: what a whole document shows of one of its sentences, and the channel that it speaks to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from babelproof.labels import CHANNELS, Label


class Mark(StrEnum):
    """What may be seen of a sentence in its document; `babelproof.marker` says when it is."""

    COUNTRY_ALONE = "country_alone"
    """It names a country that no other sentence names."""
    OFFICE_ALONE = "office_alone"
    """It names an office of state that no other sentence names."""
    TITLE_ALONE = "title_alone"
    """It has a title, capitalised as before a name, that no other sentence has so."""
    NAME_ALONE = "name_alone"
    """It has an unfamiliar name that no other sentence has."""
    NAMES_SHARED = "names_shared"
    """All its unfamiliar names stand in several other sentences."""
    NAME_AGAIN = "name_again"
    """It gives a full name that an earlier sentence gave in full."""
    OPENS_WITH_NAME_AGAIN = "opens_with_name_again"
    """It begins with such a name."""
    STRAY_HEADLINE = "stray_headline"
    """A piece of a headline, or the beginning of another sentence, stands in it."""


MARKS: tuple[Mark, ...] = tuple(Mark)

CHANNEL_OF: Mapping[Mark, Label] = {
    Mark.COUNTRY_ALONE: Label.COUNTRY,
    Mark.OFFICE_ALONE: Label.ROLE,
    Mark.TITLE_ALONE: Label.ROLE,
    Mark.NAME_ALONE: Label.NAME,
    Mark.NAMES_SHARED: Label.NAME,
    Mark.NAME_AGAIN: Label.ROLE,
    Mark.OPENS_WITH_NAME_AGAIN: Label.ROLE,
    # What strays into a sentence stands where somebody or something should.
    Mark.STRAY_HEADLINE: Label.ROLE,
}
"""The channel whose logit a mark raises, or lowers."""

COLUMN_OF: Mapping[Mark, int] = {mark: CHANNELS.index(CHANNEL_OF[mark]) for mark in MARKS}
"""The place of that channel among `CHANNELS`."""
