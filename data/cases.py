"""The repository's own hand-written cases: sentences and short documents with their labels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from babelproof.labels import LABELS, Label
from data.documents import Document

CASES_FOLDER = Path(__file__).parent / "cases"
FIELDS = ("id", "sentences", "target", "severity", "labels", "spans", "comment")


class CaseError(ValueError):
    """A case that cannot be used; the message says file, line, expected and found."""


class CaseKind(StrEnum):
    """The four files; `data/cases/README.md` says what belongs in each."""

    REAL_LIFE = "real_life"
    SYNTHETIC = "synthetic"
    NEGATIVE = "negative"
    KNOWN_FAILURES = "known_failures"


SEVERITIES: Mapping[CaseKind, frozenset[int]] = {
    CaseKind.REAL_LIFE: frozenset({1, 2}),
    CaseKind.SYNTHETIC: frozenset({1, 2}),
    CaseKind.NEGATIVE: frozenset({0}),
    # 1 is neither right nor wrong to hold, so nobody could say that it fails.
    CaseKind.KNOWN_FAILURES: frozenset({0, 2}),
}


@dataclass(frozen=True)
class CaseSpan:
    """Characters `start` to `end` (code points of the judged sentence) that show `label`."""

    label: Label
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Case:
    """A sentence to judge, alone or among the sentences of its document."""

    id: str
    kind: CaseKind
    sentences: tuple[str, ...]
    target: int
    severity: int
    labels: tuple[Label, ...]
    spans: tuple[CaseSpan, ...]
    comment: str

    @property
    def text(self) -> str:
        """The judged sentence."""
        return self.sentences[self.target]

    @property
    def hold(self) -> bool | None:
        """Whether an editor would hold the sentence; None where either is acceptable."""
        return None if self.severity == 1 else self.severity == 2

    @property
    def document(self) -> Document:
        """The sentences as a document, the form that the detector judges in context."""
        return Document(id=self.id, sentences=self.sentences, source=f"cases.{self.kind}")


def load_cases(kind: CaseKind | str, folder: Path | None = None) -> tuple[Case, ...]:
    """Read one file of cases, in its order.

    Refuses (`CaseError`) an unknown kind, a missing file, a row that is no JSON object or has
    missing or extra fields, a repeated id or text, a severity that the file may not hold, and a
    span that is not found exactly once in the judged sentence.
    """
    try:
        kind = CaseKind(kind)
    except ValueError:
        expected = ", ".join(CaseKind)
        raise CaseError(f"cases: expected a kind of {expected}; found {kind!r}") from None
    path = (folder or CASES_FOLDER) / f"{kind}.jsonl"
    if not path.is_file():
        raise CaseError(f"cases: expected the file {path}, found none; restore it from git")
    cases: list[Case] = []
    ids: set[str] = set()
    texts: set[tuple[tuple[str, ...], int]] = set()
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        case = _case(line, kind, f"{path.name}, line {number}")
        key = (case.sentences, case.target)
        if case.id in ids or key in texts:
            raise CaseError(
                f"{path.name}, line {number}: expected an id and sentences of its own, found "
                f"{case.id!r} a second time; change or remove one of the two"
            )
        ids.add(case.id)
        texts.add(key)
        cases.append(case)
    return tuple(cases)


def _case(line: str, kind: CaseKind, where: str) -> Case:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CaseError(f"{where}: expected JSON, found {line[:40]!r} ({error})") from error
    if not isinstance(row, dict) or set(row) != set(FIELDS):
        found = ", ".join(row) if isinstance(row, dict) else type(row).__name__
        raise CaseError(f"{where}: expected the fields {', '.join(FIELDS)}; found {found}")
    for field in ("id", "comment"):
        if not isinstance(row[field], str) or not row[field].strip():
            raise CaseError(f"{where}: expected text in {field!r}, found {row[field]!r}")
    sentences = _strings(row["sentences"], "sentences", where)
    target, severity = row["target"], row["severity"]
    if type(target) is not int or not 0 <= target < len(sentences):
        raise CaseError(
            f"{where}: expected a target from 0 to {len(sentences) - 1}, found {target!r}"
        )
    if type(severity) is not int or severity not in SEVERITIES[kind]:
        allowed = " or ".join(map(str, sorted(SEVERITIES[kind])))
        raise CaseError(f"{where}: expected severity {allowed} in {kind}, found {severity!r}")
    named = tuple(_label(name, where) for name in _strings(row["labels"], "labels", where, True))
    spans = _spans(row["spans"], sentences[target], where)
    labels = tuple(label for label in LABELS if label in named)
    if len(labels) != len(named) or set(labels) != {span.label for span in spans}:
        raise CaseError(
            f"{where}: expected each label once and with at least one span, found labels "
            f"{row['labels']!r} and spans {row['spans']!r}"
        )
    if bool(labels) != (severity > 0):
        raise CaseError(
            f"{where}: expected labels for severity 1 and 2 and none for 0, found severity "
            f"{severity} with {row['labels']!r}"
        )
    return Case(row["id"], kind, sentences, target, severity, labels, spans, row["comment"])


def _strings(value: object, field: str, where: str, may_be_empty: bool = False) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or not (value or may_be_empty)
        or not all(isinstance(item, str) and item and item == item.strip() for item in value)
    ):
        raise CaseError(
            f"{where}: expected a list of text without surrounding white space in {field!r}, "
            f"found {value!r}"
        )
    return tuple(cast("list[str]", value))


def _label(name: str, where: str) -> Label:
    try:
        return Label(name)
    except ValueError:
        raise CaseError(
            f"{where}: expected a label of {', '.join(LABELS)}; found {name!r}"
        ) from None


def _spans(value: object, sentence: str, where: str) -> tuple[CaseSpan, ...]:
    if not isinstance(value, list):
        raise CaseError(
            f"{where}: expected a list of [label, substring] in 'spans', found {value!r}"
        )
    spans: list[CaseSpan] = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise CaseError(f"{where}: expected a span as [label, substring], found {pair!r}")
        name, text = _strings(pair, "spans", where)
        count = sentence.count(text)
        if count != 1:
            raise CaseError(
                f"{where}: expected the span {text!r} exactly once in the judged sentence, found "
                f"it {count} times; copy more or fewer of its words"
            )
        start = sentence.index(text)
        spans.append(CaseSpan(_label(name, where), start, start + len(text), text))
    return tuple(spans)


def summary(folder: Path | None = None) -> str:
    """A line for each file: cases, documents, severities and labels."""
    lines = []
    for kind in CaseKind:
        cases = load_cases(kind, folder)
        documents = sum(len(case.sentences) > 1 for case in cases)
        severities = Counter(case.severity for case in cases)
        labels = Counter(label for case in cases for label in case.labels)
        parts = [f"severity {level}: {severities[level]}" for level in sorted(severities)]
        parts += [f"{label} {labels[label]}" for label in LABELS if labels[label]]
        lines.append(
            f"{kind}: {len(cases)} cases, {documents} of them documents; {', '.join(parts)}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(summary())
