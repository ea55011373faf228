"""Verdicts: what the detector says of a sentence and of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import isfinite
from types import MappingProxyType
from typing import Any, Self

from babelproof.errors import ThresholdError
from babelproof.labels import ANY, CHANNELS, LABELS, Label

DIGITS = 6
"""Decimal places of the probabilities that leave the package as JSON."""


class Status(StrEnum):
    """Whether a sentence or document was judged."""

    OK = "ok"
    SKIPPED = "skipped"
    ERROR = "error"


class Reason(StrEnum):
    """Why something was skipped; an error's reason is a message of its own."""

    EMPTY = "empty"
    NOT_ENGLISH = "not English"
    TOO_SHORT = "too short to judge"


@dataclass(frozen=True)
class Finding:
    """Characters `[start, end)` that show a label, and how sure the detector is.

    Offsets count code points of what came in: the document when it came as one text, else
    the list item. `score` is a probability; `source` is `model`, `facts` or `both`.
    """

    label: Label
    start: int
    end: int
    text: str
    score: float
    source: str = "model"
    evidence: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as JSON-ready values."""
        return {
            "label": self.label.value,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "score": round(self.score, DIGITS),
            "source": self.source,
            "evidence": self.evidence,
        }


@dataclass(frozen=True)
class Thresholds:
    """The probability, in (0, 1], from which each channel holds a sentence."""

    values: Mapping[str, float]

    def __post_init__(self) -> None:
        given = {str(channel): value for channel, value in self.values.items()}
        if set(given) != set(CHANNELS):
            raise ThresholdError(
                f"thresholds: expected exactly {', '.join(CHANNELS)}, found "
                f"{', '.join(sorted(given)) or 'none'}; give one threshold per channel"
            )
        for channel, value in given.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not isfinite(value) or not 0 < value <= 1:
                raise ThresholdError(
                    f"threshold of {channel}: expected a probability above 0 and at most 1, "
                    f"found {value!r}"
                )
        ordered = {channel: float(given[channel]) for channel in CHANNELS}
        object.__setattr__(self, "values", MappingProxyType(ordered))

    def __getitem__(self, channel: str) -> float:
        return self.values[channel]

    def __reduce__(self) -> tuple[type[Thresholds], tuple[dict[str, float]]]:
        return Thresholds, (dict(self.values),)  # a mapping proxy cannot be pickled

    def replace(self, **changes: float) -> Thresholds:
        """Give a copy with some channels changed: `thresholds.replace(any=0.4)`."""
        return Thresholds({**self.values, **changes})

    def reached(self, channel: str, probability: float) -> bool:
        """Say whether this probability holds a sentence through this channel."""
        return probability >= self.values[channel]


IN_CONTEXT_FROM = 4
"""Judged sentences from which a document is context enough (measured: two are read like one)."""


class Setting(StrEnum):
    """How a sentence is read: by itself, or among the other sentences of its document."""

    ALONE = "alone"
    IN_CONTEXT = "in_context"

    @classmethod
    def of(cls, judged: int) -> Setting:
        """Give the setting of a document of which `judged` sentences were judged."""
        return cls.ALONE if judged < IN_CONTEXT_FROM else cls.IN_CONTEXT


@dataclass(frozen=True)
class OperatingPoints:
    """The thresholds of sentences that stand alone or nearly so, and of those in documents.

    The model is less sure of a good sentence that it reads alone, so one threshold for both
    would find less in documents than it may.
    """

    alone: Thresholds
    in_context: Thresholds

    def __getitem__(self, setting: Setting) -> Thresholds:
        return self.alone if setting is Setting.ALONE else self.in_context

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Give both as JSON-ready values."""
        return {str(setting): dict(self[setting].values) for setting in Setting}


def _no_labels() -> dict[Label, float]:
    return dict.fromkeys(LABELS, 0.0)


@dataclass(frozen=True)
class Verdict:
    """What the detector says of one sentence.

    `score` is the calibrated P(an editor would hold it), null unless `status` is `ok`;
    `labels` always has all five labels, at 0 unless the sentence was judged. `candidates`
    are the findings of every label, likely or not, so that `judge` can apply other
    thresholds without scoring again; `findings` are those at or above threshold.
    """

    text: str
    start: int
    end: int
    status: Status
    reason: str | None = None
    score: float | None = None
    labels: Mapping[Label, float] = field(default_factory=_no_labels)
    candidates: Sequence[Finding] = ()
    held: bool = False
    findings: tuple[Finding, ...] = ()

    def judge(self, thresholds: Thresholds) -> Self:
        """Apply thresholds: set `held` and `findings` from the probabilities already here.

        A label at its threshold shows its findings that are themselves as sure: where facts
        alone bring it there, the model's guesses stay hidden. A sentence held through `any` alone
        shows the findings of its likeliest label, at the probability of `any`, and one
        that has none shows itself whole: a held sentence never lacks a finding.
        """
        if self.status is not Status.OK or self.score is None:
            return self
        reached = [label for label in LABELS if thresholds.reached(label, self.labels[label])]
        held = bool(reached) or thresholds.reached(ANY, self.score)
        if not held:
            return replace(self, held=False, findings=())
        shown = tuple(
            finding
            for finding in self.candidates
            if finding.label in reached and thresholds.reached(finding.label, finding.score)
        )
        if not shown:
            label = max(reached or LABELS, key=lambda label: self.labels[label])
            score = self.labels[label] if reached else self.score
            shown = tuple(
                replace(finding, score=score)
                for finding in self.candidates
                if finding.label is label
            ) or (Finding(label, self.start, self.end, self.text, score),)
        return replace(self, held=True, findings=shown)

    def to_dict(self) -> dict[str, Any]:
        """Give the sentence's record of the output format; `reason` only when not judged."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            **_standing(self.status, self.reason, self.score, self.held),
            "labels": {label.value: round(self.labels[label], DIGITS) for label in LABELS},
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True)
class DocumentVerdict:
    """What the detector says of a document: its sentences' verdicts in order.

    `score` is the highest sentence score, null when none was judged. `document_score` is
    the calibrated P(the document as a whole is damaged) where damaged and sound documents are
    as many; null where fewer than `IN_CONTEXT_FROM` sentences were judged, or by a bundle that
    judges no documents. `status` is `error` when any sentence is, so that
    a half-read document never passes for a read one.
    """

    status: Status
    reason: str | None = None
    score: float | None = None
    held: bool = False
    sentences: tuple[Verdict, ...] = ()
    document_score: float | None = None

    @classmethod
    def of(
        cls, sentences: tuple[Verdict, ...], document_score: float | None = None
    ) -> DocumentVerdict:
        """Sum up the verdicts on a document's sentences."""
        status, reason = _sum_up(sentences)
        scores = [verdict.score for verdict in sentences if verdict.score is not None]
        held = any(verdict.held for verdict in sentences)
        return cls(status, reason, max(scores, default=None), held, sentences, document_score)

    def judge(self, thresholds: Thresholds) -> Self:
        """Apply other thresholds to every sentence, without scoring again."""
        sentences = tuple(verdict.judge(thresholds) for verdict in self.sentences)
        held = any(verdict.held for verdict in sentences)
        return replace(self, held=held, sentences=sentences)

    def to_dict(self) -> dict[str, Any]:
        """Give the document's record of the output format; `reason` only when not judged."""
        return {
            **_standing(self.status, self.reason, self.score, self.held),
            "document_score": _rounded(self.document_score),
            "sentences": [verdict.to_dict() for verdict in self.sentences],
        }


def _standing(
    status: Status, reason: str | None, score: float | None, held: bool
) -> dict[str, Any]:
    """Give the fields that sentences and documents share."""
    return {
        "status": status.value,
        **({} if reason is None else {"reason": str(reason)}),
        "score": _rounded(score),
        "held": held,
    }


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, DIGITS)


def _sum_up(sentences: tuple[Verdict, ...]) -> tuple[Status, str | None]:
    for number, verdict in enumerate(sentences):
        if verdict.status is Status.ERROR:
            return Status.ERROR, f"sentence {number}: {verdict.reason}"
    if any(verdict.status is Status.OK for verdict in sentences):
        return Status.OK, None
    reasons = {verdict.reason for verdict in sentences}
    # The most telling reason speaks for all: a table in Chinese is not "too short".
    for reason in (Reason.NOT_ENGLISH, Reason.TOO_SHORT):
        if reason in reasons:
            return Status.SKIPPED, reason
    return Status.SKIPPED, Reason.EMPTY
