"""The labels: one word per idea, used as enum value, JSON key and channel name."""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """What is wrong with a sentence; `data/LABELING.md` says when each applies."""

    MT = "mt"
    GARBLE = "garble"
    NAME = "name"
    ROLE = "role"
    COUNTRY = "country"


LABELS: tuple[Label, ...] = tuple(Label)

ANY = "any"
"""The channel that says "an editor would hold this sentence", whatever the label."""

CHANNELS: tuple[str, ...] = (ANY, *LABELS)
"""The six channels of a sentence, in the order of the encoder's outputs."""

OUTPUTS: tuple[str, ...] = tuple(
    [f"sentence_{channel}" for channel in CHANNELS] + [f"span_{channel}" for channel in CHANNELS]
)
"""The twelve outputs of a token: six sentence channels, then six span channels."""
