"""False alarms by slice: what is held of clean sentences of each kind, each judged alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from babelproof.calibration.interval import share_interval
from babelproof.labels import ANY
from babelproof.verdict import Status, Verdict
from eval.goals import ALL
from eval.metrics import Figure, integer_codes
from eval.scoring import Judge, judge_sentences
from eval.slices import ENOUGH, Slice
from eval.worst import said

Record = dict[str, Any]

WORST = 15
"""Sentences of a slice that are listed to be read."""


def slice_records(judge: Judge, slices: Sequence[Slice]) -> tuple[list[Record], list[Record]]:
    """Return the figures of each slice and of all, and each slice's worst rows, with text.

    A sentence of several slices is judged once. Intervals are Wilson's, over documents.
    """
    texts = list(dict.fromkeys(text for one in slices for text in one.texts))
    verdicts = dict(zip(texts, judge_sentences(judge, texts, "slices"), strict=True))
    records, worst = [], []
    for one in slices:
        own = [verdicts[text] for text in one.texts]
        records.append(_record(one.name, own, one.documents, one.unseen))
        worst += _worst(one, own)
    documents = {
        text: name for one in slices for text, name in zip(one.texts, one.documents, strict=True)
    }
    if texts:
        records.append(
            _record(ALL, list(verdicts.values()), [documents[text] for text in texts], None)
        )
    return records, worst


def _record(
    name: str, verdicts: Sequence[Verdict], documents: Sequence[str], unseen: int | None
) -> Record:
    held = np.array([verdict.held for verdict in verdicts], dtype=bool)
    figure = Figure(None)
    if len(held):
        figure = Figure(*share_interval(held, integer_codes(documents)))
    shown: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.held:
            shown.update({finding.label.value for finding in verdict.findings} or {ANY})
    return {
        "slice": name,
        "sentences": len(verdicts),
        "documents": len(set(documents)),
        "unseen": unseen,
        "enough": len(verdicts) >= ENOUGH,
        "skipped": sum(verdict.status is not Status.OK for verdict in verdicts),
        "held": figure.as_list(),
        "labels": dict(sorted(shown.items())),
    }


def _worst(one: Slice, verdicts: Sequence[Verdict]) -> list[Record]:
    """Return the sentences scored highest; the document stands for an id."""
    falling = sorted(range(len(verdicts)), key=lambda i: -(verdicts[i].score or 0.0))[:WORST]
    return [
        {
            "set": "slices",
            "part": one.name,
            "setting": "alone",
            "error": "false alarm",
            "id": one.documents[i],
            **said(verdicts[i]),
        }
        for i in falling
    ]
