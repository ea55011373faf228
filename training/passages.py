"""A passage: one row of the training set, with a target for each of its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from datasets import Features, List, Value

from babelproof.labels import ANY, LABELS
from data.splits import Split

UNKNOWN = -1.0
"""A target that nobody knows: it carries no loss."""

FEATURES = Features(
    {
        "id": Value("string"),
        "source": Value("string"),
        "kind": Value("string"),
        "split": Value("string"),
        "sentences": List(Value("string")),
        "hold": List(Value("float32")),
        "labels": List(List(Value("float32"), length=len(LABELS))),
        "spans": List(
            {
                "sentence": Value("int32"),
                "label": Value("string"),
                "start": Value("int32"),
                "end": Value("int32"),
            }
        ),
        "spans_known": List(Value("bool")),
        "weight": List(Value("float32")),
    }
)
"""The Arrow columns of the training set."""


@dataclass(frozen=True)
class Mark:
    """Damaged characters `[start, end)` of a sentence; label "any" where none is known."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Target:
    """What a sentence should score, each in [0, 1] or `UNKNOWN`.

    `labels` in the order of `LABELS`. `spans_known` says that `marks` are all there is to
    mark, so that characters outside them count as clean. `weight` scales the loss.
    """

    hold: float
    labels: tuple[float, ...]
    marks: tuple[Mark, ...] = ()
    spans_known: bool = True
    weight: float = 1.0

    def __post_init__(self) -> None:
        if len(self.labels) != len(LABELS):
            raise ValueError(f"target: expected {len(LABELS)} labels, found {len(self.labels)}")
        for value in (self.hold, *self.labels):
            if value != UNKNOWN and not 0.0 <= value <= 1.0:
                raise ValueError(f"target: expected 0 to 1 or {UNKNOWN}, found {value}")
        if self.weight < 0:
            raise ValueError(f"target: expected a weight of at least 0, found {self.weight}")


CLEAN = Target(0.0, (0.0,) * len(LABELS))
"""The target of a sentence that nobody should hold."""

UNLABELLED: tuple[float, ...] = (UNKNOWN,) * len(LABELS)
"""Label targets of a sentence known to be damaged or not, but not how."""


@dataclass(frozen=True)
class Passage:
    """Consecutive sentences of one document with their targets.

    `key` decides the split: twins and near-duplicates share one. `kind` says how the
    passage was made. `origins` are the sentences before any damage, for the leakage check.
    """

    id: str
    source: str
    kind: str
    key: str
    sentences: tuple[str, ...]
    targets: tuple[Target, ...]
    origins: tuple[str, ...] = ()
    split: Split = "train"
    kinds: tuple[str, ...] = field(default=())
    """Corruptions in the passage, one entry per use, for the manifest."""

    def __post_init__(self) -> None:
        if not self.sentences or len(self.sentences) != len(self.targets):
            raise ValueError(
                f"passage {self.id!r}: expected as many targets as sentences and at least one, "
                f"found {len(self.targets)} for {len(self.sentences)}"
            )
        for text, target in zip(self.sentences, self.targets, strict=True):
            for mark in target.marks:
                if not 0 <= mark.start < mark.end <= len(text):
                    raise ValueError(f"passage {self.id!r}: {mark} lies outside its sentence")
                if mark.label != ANY and mark.label not in LABELS:
                    raise ValueError(f"passage {self.id!r}: unknown label {mark.label!r}")

    def row(self) -> dict[str, Any]:
        """Give the passage as a row of the Arrow set."""
        return {
            "id": self.id,
            "source": self.source,
            "kind": self.kind,
            "split": self.split,
            "sentences": list(self.sentences),
            "hold": [target.hold for target in self.targets],
            "labels": [list(target.labels) for target in self.targets],
            "spans": [
                {
                    "sentence": number,
                    "label": str(mark.label),
                    "start": mark.start,
                    "end": mark.end,
                }
                for number, target in enumerate(self.targets)
                for mark in target.marks
            ],
            "spans_known": [target.spans_known for target in self.targets],
            "weight": [target.weight for target in self.targets],
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Make a passage of a row of the Arrow set, whose split is settled: its id is its key."""
        marks: list[list[Mark]] = [[] for _ in row["sentences"]]
        for span in row["spans"]:
            marks[span["sentence"]].append(Mark(span["label"], span["start"], span["end"]))
        columns = zip(
            row["hold"], row["labels"], marks, row["spans_known"], row["weight"], strict=True
        )
        targets = tuple(
            Target(hold, tuple(labels), tuple(own), known, weight)
            for hold, labels, own, known, weight in columns
        )
        names = {name: row[name] for name in ("id", "source", "kind", "split")}
        return cls(**names, key=row["id"], sentences=tuple(row["sentences"]), targets=targets)

    def copy(self, number: int) -> Passage:
        """Give the passage again under an id of its own, to be read more than once."""
        return replace(self, id=f"{self.id}~{number}")


def clean_passage(
    identity: str, source: str, key: str, sentences: Sequence[str], kind: str = "clean"
) -> Passage:
    """Give a passage that nobody should hold."""
    texts = tuple(sentences)
    return Passage(identity, source, kind, key, texts, (CLEAN,) * len(texts), texts)
