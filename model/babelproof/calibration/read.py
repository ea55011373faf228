"""Clean text as it was read: the probabilities of its sentences, and what was not judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from babelproof.batch import Scored
from babelproof.calibration.fit import CleanText
from babelproof.calibration.ladder import Bools
from babelproof.labels import CHANNELS, LABELS


@dataclass(frozen=True)
class Read:
    """What scoring the clean text gave; `held` [n]: by the bundle's own thresholds."""

    text: CleanText
    held: Bools
    skipped: int
    failed: int
    first_error: str | None


def collect(items: Iterable[Scored]) -> Read:
    """Keep the probabilities of every judged sentence, and count what was not judged.

    Documents that say the same are one: a copy is nothing that a fit did not see.
    """
    rows: list[list[float]] = []
    documents: list[int] = []
    held: list[bool] = []
    numbers: dict[bytes, int] = {}
    skipped = failed = 0
    first_error: str | None = None
    for item in items:
        if item.verdict is None:
            failed += 1
            first_error = first_error or f"{item.record.file}:{item.record.line}: {item.error}"
            continue
        said = "\n".join(sentence.text for sentence in item.verdict.sentences)
        key = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        number = numbers.setdefault(key, len(numbers))
        for sentence in item.verdict.sentences:
            if sentence.score is None:
                skipped += 1
                continue
            rows.append([sentence.score, *(sentence.labels[label] for label in LABELS)])
            documents.append(number)
            held.append(sentence.held)
    text = CleanText(
        np.array(rows, dtype=np.float64).reshape(-1, len(CHANNELS)),
        np.array(documents, dtype=np.int64),
    )
    return Read(text, np.array(held, dtype=bool), skipped, failed, first_error)
