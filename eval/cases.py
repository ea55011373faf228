"""The repository's own hand-written cases as a set to measure, and which of them pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babelproof.labels import ANY, LABELS
from data.cases import Case, CaseKind, load_cases
from eval.scoring import Judged
from eval.sets import AWKWARD, Task, TextSet

NAME = "cases"


def load_case_set(folder: Path | None = None) -> tuple[TextSet, tuple[Case, ...]]:
    """Return the cases as a text set in context, and the cases in file order."""
    cases = tuple(case for kind in CaseKind for case in load_cases(kind, folder))
    return case_set(cases), cases


def case_set(cases: Sequence[Case]) -> TextSet:
    """Return a text set whose tasks count only the judged sentence of each case.

    Its neighbours are read as context. Known failures are a task of their own: with them
    in, the figures would fall whenever someone finds one more.
    """
    first: list[int] = []
    texts: list[str] = []
    documents: list[str] = []
    for case in cases:
        first.append(len(texts))
        texts.extend(case.sentences)
        documents.extend([case.id] * len(case.sentences))
    target = [start + case.target for start, case in zip(first, cases, strict=True)]
    spans: list[tuple[tuple[int, int], ...] | None] = [None] * len(texts)
    for row, case in zip(target, cases, strict=True):
        spans[row] = tuple((span.start, span.end) for span in case.spans)

    def task(part: str, channel: str, chosen: Sequence[tuple[int, Case]]) -> Task:
        decided = [(row, case.hold) for row, case in chosen if case.hold is not None]
        return Task(
            part, tuple(row for row, _ in decided), tuple(int(bool(h)) for _, h in decided), channel
        )

    pairs = list(zip(target, cases, strict=True))
    known = [pair for pair in pairs if pair[1].kind is CaseKind.KNOWN_FAILURES]
    others = [pair for pair in pairs if pair[1].kind is not CaseKind.KNOWN_FAILURES]
    negative = [pair for pair in others if pair[1].kind is CaseKind.NEGATIVE]
    tasks = [task("hold", ANY, others)]
    for kind in (CaseKind.REAL_LIFE, CaseKind.SYNTHETIC):
        own = [pair for pair in others if pair[1].kind is kind]
        tasks.append(task(f"{kind.value} against negative", ANY, own + negative))
    for label in LABELS:
        labelled = [pair for pair in others if label in pair[1].labels]
        tasks.append(task(f"label {label.value}", label.value, labelled + negative))
        tasks.append(task(f"label {label.value} by any", ANY, labelled + negative))
    tasks.append(task("known failures", ANY, known))
    return TextSet(
        name=NAME,
        setting="context",
        ids=tuple(documents),
        texts=tuple(texts),
        documents=tuple(documents),
        groups=tuple(documents),
        tasks=tuple(tasks),
        spans=tuple(spans),
        others={AWKWARD: tuple(row for row, case in pairs if case.severity == 1)},
    )


def case_records(cases: Sequence[Case], judged: Judged) -> list[dict[str, Any]]:
    """Return, for each file, how many verdicts are right, and the ids of those that are not.

    For known failures the ids are those judged rightly after all: they must be moved.
    """
    right: dict[CaseKind, list[str]] = {kind: [] for kind in CaseKind}
    wrong: dict[CaseKind, list[str]] = {kind: [] for kind in CaseKind}
    row = 0
    for case in cases:
        held = judged.verdicts[row + case.target].held
        row += len(case.sentences)
        if case.hold is not None:
            (right if held == case.hold else wrong)[case.kind].append(case.id)
    return [
        {
            "file": kind.value,
            "right": len(right[kind]),
            "wrong": len(wrong[kind]),
            "to_move" if kind is CaseKind.KNOWN_FAILURES else "failing": (
                right[kind] if kind is CaseKind.KNOWN_FAILURES else wrong[kind]
            ),
        }
        for kind in CaseKind
    ]
