"""The rows the detector got most wrong, with their text, for reading (never committed)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from babelproof.labels import ANY
from babelproof.verdict import DocumentVerdict, Verdict
from eval.scoring import Judged
from eval.sets import DocumentSet, Task, TextSet


def worst_rows(texts: TextSet, task: Task, judged: Judged, count: int = 15) -> list[dict[str, Any]]:
    """Return the clean rows scored highest and the damaged rows scored lowest."""
    chosen = np.array(task.rows, dtype=np.int64)
    truth = np.array(task.truth, dtype=bool)
    scores = judged.probabilities(ANY)[chosen]
    rising = np.argsort(scores, kind="stable")
    alarms = [i for i in rising[::-1] if not truth[i]][:count]
    misses = [i for i in rising if truth[i]][:count]
    place = {"set": texts.name, "part": task.part, "setting": texts.setting}
    return [
        {
            **place,
            "error": error,
            "id": texts.ids[chosen[i]],
            **said(judged.verdicts[chosen[i]]),
        }
        for error, rows in (("false alarm", alarms), ("miss", misses))
        for i in rows
    ]


def list_rows(texts: TextSet, task: Task, judged: Judged) -> list[dict[str, Any]]:
    """Return every row of a small task with whether its verdict is right."""
    return [
        {
            "set": texts.name,
            "part": task.part,
            "setting": texts.setting,
            "right": judged.verdicts[i].held == bool(damaged),
            "damaged": bool(damaged),
            "id": texts.ids[i],
            **said(judged.verdicts[i]),
        }
        for i, damaged in sorted(zip(task.rows, task.truth, strict=True))
    ]


def worst_documents(
    documents: DocumentSet, verdicts: Sequence[DocumentVerdict], count: int = 10
) -> list[dict[str, Any]]:
    """Return sound documents scored highest and damaged ones scored lowest."""
    order = sorted(range(len(verdicts)), key=lambda i: verdicts[i].score or 0.0)
    alarms = [i for i in reversed(order) if not documents.documents[i].damaged][:count]
    misses = [i for i in order if documents.documents[i].damaged][:count]
    rows = []
    for error, members in (("false alarm", alarms), ("miss", misses)):
        for i in members:
            document = documents.documents[i]
            judged = [s for s in verdicts[i].sentences if s.score is not None]
            worst = max(judged, key=lambda s: s.score or 0.0, default=None)
            rows.append(
                {
                    "set": documents.name,
                    "part": document.kind,
                    "setting": "context",
                    "error": error,
                    "id": document.id,
                    "document_score": verdicts[i].score,
                    **(said(worst) if worst else {}),
                }
            )
    return rows


def said(verdict: Verdict) -> dict[str, Any]:
    """Return what a verdict says, with the text it is on."""
    return {
        "score": verdict.score,
        "held": verdict.held,
        "labels": {label.value: round(p, 4) for label, p in verdict.labels.items()},
        "findings": [[f.label.value, f.text] for f in verdict.findings],
        "status": verdict.status.value,
        "text": verdict.text,
    }
