"""Teachers, text and logits for the tests of students."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from test_graph import bert, distilbert, mpnet
from tiny_run import CLEAN_PASSAGES, WINDOW

from training.encoders import Base
from training.predict import sentence_logits

DOCUMENTS = [
    *map(list, CLEAN_PASSAGES),
    ["The minister met Brinken on Monday.", "Talks on Uzbekistan followed."],
]
RECORD: dict[str, Any] = {
    "settings": {"window": {"max_tokens": 48, "stride": 12, "context_tokens": 12}}
}
MAKERS = {"bert": bert, "distilbert": distilbert, "mpnet": mpnet}


def teacher_of(kind: str, folder: Path) -> Base:
    """Give a tiny encoder of a kind, as if a run had trained it."""
    return replace(MAKERS[kind](folder / "base"), history=(RECORD,))


def logits(base: Base) -> np.ndarray:
    return np.concatenate(sentence_logits(base.model, base.tokenizer, DOCUMENTS, WINDOW))
