"""The signal to hold a sentence: six channels, and how the rest of the document reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from babelproof.labels import ANY, CHANNELS
from babelproof.marks import COLUMN_OF, MARKS, Mark

Floats: TypeAlias = NDArray[np.float64]


def _finite(name: str, found: object) -> None:
    if not isinstance(found, (int, float)) or isinstance(found, bool) or not isfinite(found):
        raise ValueError(f"{name}: expected a finite number, found {found!r}")


@dataclass(frozen=True)
class Background:
    """How far the other sentences of a document raise the signal of each.

    In a document that reads as machine translation throughout, a sentence is likelier to be
    damaged than the same sentence in a sound article. The level of a sentence is the mean
    logit of `channel` over the other sentences of its document, with `weight` sentences of
    the level `usual` counted in, so that a few neighbours say little. What lies above
    `start` raises the signal by `slope` times as much, by `most` at most: one damaged
    sentence in a sound article neither gains nor loses.
    """

    channel: str
    usual: float
    weight: float
    start: float
    slope: float
    most: float

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError(
                f"background channel: expected one of {', '.join(CHANNELS)}, found {self.channel!r}"
            )
        for name in ("usual", "start"):
            _finite(f"background {name}", getattr(self, name))
        for name in ("weight", "slope", "most"):
            value = getattr(self, name)
            _finite(f"background {name}", value)
            if value < 0:
                raise ValueError(f"background {name}: expected at least 0, found {value}")

    def levels(self, logits: NDArray[np.floating]) -> Floats:
        """Give the level [n] of each of a document's sentences from their logits [n, 6]."""
        own = np.asarray(logits, dtype=np.float64)[:, CHANNELS.index(self.channel)]
        total = own.sum() - own + self.weight * self.usual
        count = len(own) - 1 + self.weight
        return total / count if count else np.full(len(own), self.usual)

    def lift(self, levels: Floats) -> Floats:
        """Give by how much levels [n] raise signals [n]."""
        return np.clip(self.slope * (levels - self.start), 0.0, self.most)


def _every_channel() -> dict[str, float | None]:
    return dict.fromkeys(map(str, CHANNELS), 0.0)


@dataclass(frozen=True)
class Signal:
    """How one signal comes from six logits: the logarithm of their summed exponentials.

    It is large where one channel is sure or several are likely. `offsets` are added to the
    channels first, None leaves one out; `temperature` above 1 lets several likely channels
    count for more beside a sure one. `background` None: each sentence by itself.
    `marks`: logits that a mark of a sentence in its document (`babelproof.marks`) adds to its
    channel, or takes from it.
    """

    temperature: float = 1.0
    offsets: Mapping[str, float | None] = field(default_factory=_every_channel)
    background: Background | None = None
    marks: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _finite("temperature", self.temperature)
        if self.temperature <= 0:
            raise ValueError(f"temperature: expected above 0, found {self.temperature}")
        if set(self.offsets) != set(CHANNELS):
            raise ValueError(
                f"offsets: expected the keys {', '.join(CHANNELS)}, found {sorted(self.offsets)}"
            )
        for channel, offset in self.offsets.items():
            if offset is not None:
                _finite(f"offset of {channel}", offset)
        if all(offset is None for offset in self.offsets.values()):
            raise ValueError("offsets: expected a number for one channel at least, found none")
        if not isinstance(self.marks, Mapping):
            raise ValueError(f"marks: expected an object, found {self.marks!r}")
        for mark, added in self.marks.items():
            if mark not in MARKS:
                raise ValueError(f"marks: expected keys among {', '.join(MARKS)}, found {mark!r}")
            _finite(f"mark {mark}", added)

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Signal:
        """Read a signal from JSON values; raises `ValueError` where they do not fit."""
        values = dict(values)
        background = values.pop("background", None)
        try:
            if isinstance(background, Mapping):
                return cls(**values, background=Background(**background))  # type: ignore[arg-type]
            if background is not None:
                raise ValueError(f"background: expected an object or null, found {background!r}")
            return cls(**values)  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError(
                f"expected temperature, offsets, background and marks; {error}"
            ) from error

    def raised(self, logits: NDArray[np.floating], marks: Floats | None) -> Floats:
        """Add to logits [.., 6] what `marks` [.., 8] of `babelproof.marker` are worth."""
        found = np.array(logits, dtype=np.float64)
        if marks is not None:
            for mark, added in self.marks.items():
                seen = marks[..., MARKS.index(Mark(mark))]
                found[..., COLUMN_OF[Mark(mark)]] += added * seen
        return found

    def levels(self, logits: NDArray[np.floating]) -> Floats | None:
        """Give the level [n] of one document's sentences, in any order; None without background."""
        return None if self.background is None else self.background.levels(logits)

    def combine(self, logits: NDArray[np.floating], levels: Floats | None = None) -> Floats:
        """Turn logits [n, 6] into signals [n]; without levels, each sentence by itself."""
        used = [channel for channel in CHANNELS if self.offsets[channel] is not None]
        columns = [CHANNELS.index(channel) for channel in used]
        moved = np.asarray(logits, dtype=np.float64)[:, columns] + np.array(
            [self.offsets[channel] for channel in used], dtype=np.float64
        )
        joined = self.temperature * np.logaddexp.reduce(moved / self.temperature, axis=1)
        if levels is not None and self.background is not None:
            joined = joined + self.background.lift(levels)
        return np.asarray(joined, dtype=np.float64)


def sigmoid(signals: NDArray[np.float64] | np.float64) -> Floats:
    """Turn signals [...] into probabilities [...]."""
    # Beyond 60 the sigmoid is 0 or 1 to the last digit; exp must not overflow before.
    return np.asarray(1 / (1 + np.exp(-np.clip(signals, -60, 60))))


@dataclass(frozen=True)
class DocumentSignal:
    """P(a document as a whole is damaged), from the mean logits of its sentences.

    What a weak machine translated is a little odd in nearly every sentence, which the mean
    sees where no single one is sure: sigmoid(intercept + sum of weight x mean logit), over
    the channels in `weights`. No weight is negative: more damage never makes a document
    sounder.
    """

    weights: Mapping[str, float]
    intercept: float

    def __post_init__(self) -> None:
        _finite("document intercept", self.intercept)
        if not self.weights:
            raise ValueError("document weights: expected one channel at least, found none")
        for channel, weight in self.weights.items():
            if channel not in CHANNELS:
                raise ValueError(
                    f"document weights: expected channels of {', '.join(CHANNELS)}, found "
                    f"{channel!r}"
                )
            _finite(f"document weight of {channel}", weight)
            if weight < 0:
                raise ValueError(
                    f"document weight of {channel}: expected at least 0, found {weight}"
                )

    @classmethod
    def of(cls, values: Mapping[str, object]) -> DocumentSignal:
        """Read it from JSON values; raises `ValueError` where they do not fit."""
        try:
            return cls(**values)  # type: ignore[arg-type]
        except (TypeError, AttributeError) as error:
            raise ValueError(f"document: expected weights and an intercept; {error}") from error

    def probability(self, logits: NDArray[np.floating]) -> float:
        """Give the probability from the pooled logits [n, 6] of n >= 1 sentences."""
        means = np.asarray(logits, dtype=np.float64).mean(axis=0)
        signal = self.intercept + sum(
            weight * means[CHANNELS.index(channel)] for channel, weight in self.weights.items()
        )
        return float(sigmoid(np.float64(signal)))


ANY_ALONE = Signal(offsets={str(channel): 0.0 if channel == ANY else None for channel in CHANNELS})
"""The channel `any` and nothing else: what training begins with."""
