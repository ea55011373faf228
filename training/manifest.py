"""The manifest of a training set: what went in, how much of it, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from babelproof.bundle import file_hash
from babelproof.labels import ANY, LABELS
from training.passages import Passage

TOKENS_PER_WORD = 1.32
"""Word pieces and separators a word costs, measured with the MiniLM tokenizer."""

DAMAGED = 0.5
"""Targets from here on count as damaged."""


def fingerprint(passages: Iterable[Passage]) -> str:
    """Give a hash of every row, in order: two sets with the same one train the same model."""
    digest = hashlib.sha256()
    for passage in passages:
        digest.update(json.dumps(passage.row(), sort_keys=True, ensure_ascii=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def input_hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """Give the hash of each input by its path below `root` (by its name outside it)."""
    return {
        str(path.relative_to(root)) if path.is_relative_to(root) else path.name: file_hash(path)
        for path in sorted(paths)
    }


def counts(passages: Sequence[Passage]) -> dict[str, Any]:
    """Count passages, sentences and damaged sentences by source, kind, corruption and label."""
    sources: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    corruptions: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    holds: Counter[str] = Counter()
    spans: Counter[str] = Counter()
    sentences = words = 0
    for passage in passages:
        sources[passage.source] += 1
        kinds[passage.kind.partition(".")[0] if passage.kinds else passage.kind] += 1
        corruptions.update(passage.kinds)
        sentences += len(passage.sentences)
        words += sum(len(text.split()) for text in passage.sentences)
        for target in passage.targets:
            holds[_band(target.hold)] += 1
            if target.hold >= DAMAGED:
                labels[ANY] += 1
            for label, value in zip(LABELS, target.labels, strict=True):
                labels[label] += value >= DAMAGED
            spans.update(mark.label for mark in target.marks)
    return {
        "passages": len(passages),
        "sentences": sentences,
        "words": words,
        "tokens_estimate": round(words * TOKENS_PER_WORD),
        "damaged_sentences_by_label": dict(sorted(labels.items())),
        "spans_by_label": dict(sorted(spans.items())),
        "hold_targets": dict(sorted(holds.items())),
        "passages_by_source": dict(sources.most_common()),
        "passages_by_kind": dict(kinds.most_common()),
        "uses_by_corruption": dict(sorted(corruptions.items())),
    }


def _band(hold: float) -> str:
    if hold < 0:
        return "unknown"
    if hold in (0.0, 1.0):
        return f"{hold:.0f}"
    return "below 0.5" if hold < DAMAGED else "0.5 and above"
