"""Outcomes: what the gate says of an article and of a run, for reports to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from babelproof.gate.article import Position, place_name
from babelproof.labels import Label
from babelproof.verdict import Finding


class Decision(StrEnum):
    """What becomes of an article, mildest first."""

    PASS = "pass"
    WARN = "warn"
    HOLD = "hold"
    ERROR = "error"


@dataclass(frozen=True)
class Mark:
    """A finding with its place in the source. `finding` counts offsets in the article's text."""

    finding: Finding
    start: Position
    end: Position


@dataclass(frozen=True)
class Flag:
    """A sentence that is held or warned of, with its place and what is wrong in it.

    `number` counts the article's sentences from 0; `fingerprint` stays the same while the
    sentence and its labels do, wherever it moves. `named`: the labels it is flagged for, none
    where no label is likely enough to be named. `note` says in plain words why no place is
    marked where none is.
    """

    number: int
    level: Decision
    text: str
    score: float
    labels: Mapping[Label, float]
    marks: tuple[Mark, ...]
    start: Position
    end: Position
    fingerprint: str
    named: tuple[Label, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What the gate says of one article.

    `reasons` say in plain words why the decision is what it is; `error` why there is none.
    `allowances` count what was let through: `words` (the word list), `marked` (in the
    source), `baseline` (accepted before). `document_score`: that the article as a whole is
    damaged, None where too few sentences were judged. `alone`: sentences that the detector
    holds by its own thresholds, as `babelproof check` shows them, and the gate does not.
    """

    name: str
    decision: Decision
    record: int | None = None
    reasons: tuple[str, ...] = ()
    error: str | None = None
    score: float | None = None
    document_score: float | None = None
    sentences: int = 0
    judged: int = 0
    alone: int = 0
    flags: tuple[Flag, ...] = ()
    allowances: Mapping[str, int] = field(default_factory=dict)
    text: str = ""
    """The article as it was judged, for reports that show all of it."""
    spans: tuple[tuple[int, int, float | None], ...] = ()
    """Start, end and score of every sentence in `text`."""

    @property
    def place(self) -> str:
        """Name the article: its file, and its line where a file holds several."""
        return place_name(self.name, self.record)

    @property
    def held(self) -> int:
        """How many sentences are held."""
        return sum(flag.level is Decision.HOLD for flag in self.flags)


@dataclass(frozen=True)
class Run:
    """All outcomes of one call of the gate, and under which policy, by which versions."""

    outcomes: tuple[Outcome, ...]
    policy: Mapping[str, Any]
    versions: Mapping[str, str]
    created: str

    @property
    def decision(self) -> Decision:
        """The gravest decision: an error goes before a hold, a hold before a pass."""
        order = list(Decision)
        return max((o.decision for o in self.outcomes), key=order.index, default=Decision.PASS)

    @property
    def counts(self) -> dict[str, int]:
        """How many articles came out how."""
        return {
            decision.value: sum(o.decision is decision for o in self.outcomes)
            for decision in Decision
        }
