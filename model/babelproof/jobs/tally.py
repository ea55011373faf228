"""Tally: what a run counted, shard by shard, so that a run that goes on counts right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from babelproof.jobs.outcomes import Outcome
from babelproof.labels import LABELS
from babelproof.verdict import Status, Verdict

BINS = 20
"""Bins of equal width over [0, 1] in which scores are counted."""

MOST_ERRORS = 100
"""Errors kept with place and message; the others are only counted."""


class CountError(RuntimeError):
    """Counts that do not add up: a fault of ours, never of the input."""


def _no_labels() -> dict[str, int]:
    return {"any": 0, **{label.value: 0 for label in LABELS}}


@dataclass
class Tally:
    """Counts of records and sentences; tallies of shards add up to that of the run.

    `records` = `scored` + `skipped` + `failed` = `written` + `rejected`. `reasons`: skipped
    records by reason. `labels`: held sentences by the labels they show, `any` for those
    that show none. `scores`: judged sentences by score, in `BINS` bins.
    """

    records: int = 0
    scored: int = 0
    held: int = 0
    skipped: int = 0
    failed: int = 0
    written: int = 0
    rejected: int = 0
    sentences: int = 0
    judged: int = 0
    held_sentences: int = 0
    characters: int = 0
    seconds: float = 0.0
    windows: int = 0
    repeated_windows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=_no_labels)
    scores: list[int] = field(default_factory=lambda: [0] * BINS)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, outcome: Outcome, written: bool) -> None:
        """Count one outcome, written to the output or to the rejects."""
        self.records += 1
        if written:
            self.written += 1
        else:
            self.rejected += 1
        verdict = outcome.verdict
        if verdict is None:
            self.failed += 1
            if len(self.errors) < MOST_ERRORS:
                record = outcome.record
                place = {"file": record.file, "line": record.line}
                self.errors.append({**place, "error": outcome.error})
            return
        if verdict.status is Status.SKIPPED:
            self.skipped += 1
            reason = str(verdict.reason)
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        else:
            self.scored += 1
            self.held += verdict.held
        for sentence in verdict.sentences:
            self._count(sentence)

    def _count(self, sentence: Verdict) -> None:
        self.sentences += 1
        self.characters += len(sentence.text)
        if sentence.score is None:
            return
        self.judged += 1
        self.scores[min(int(sentence.score * BINS), BINS - 1)] += 1
        if sentence.held:
            self.held_sentences += 1
            shown = {finding.label.value for finding in sentence.findings} or {"any"}
            for label in shown:
                self.labels[label] += 1

    def include(self, other: Tally) -> None:
        """Add another tally to this one."""
        for item in fields(self):
            mine, theirs = getattr(self, item.name), getattr(other, item.name)
            if isinstance(mine, dict):
                for key, count in theirs.items():
                    mine[key] = mine.get(key, 0) + count
            elif item.name == "scores":
                self.scores = [a + b for a, b in zip(mine, theirs, strict=True)]
            elif item.name == "errors":
                self.errors = [*mine, *theirs][:MOST_ERRORS]
            else:
                setattr(self, item.name, mine + theirs)

    def check(self) -> None:
        """Refuse counts that do not add up: then a record was lost or doubled."""
        sums = {
            "scored + skipped + failed": self.scored + self.skipped + self.failed,
            "written + rejected": self.written + self.rejected,
        }
        for name, total in sums.items():
            if total != self.records:
                raise CountError(f"{name}: expected {self.records} records, counted {total}")
        if sum(self.scores) != self.judged:
            raise CountError(f"scores: expected {self.judged} sentences, found {sum(self.scores)}")

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON-ready values."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(**values)

    @property
    def held_share(self) -> float:
        """Give the share of scored records that are held."""
        return self.held / self.scored if self.scored else 0.0

    @property
    def hit_rate(self) -> float:
        """Give the share of windows that were read before, and so were not computed again."""
        return self.repeated_windows / self.windows if self.windows else 0.0

    def __str__(self) -> str:
        noun = "record" if self.records == 1 else "records"
        return (
            f"{self.records:,} {noun}: {self.scored:,} scored ({self.held:,} held), "
            f"{self.skipped:,} skipped, {self.failed:,} failed"
        )
