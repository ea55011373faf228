"""The leakage check: no sentence of a hand-labelled set may be trained on.

Only `data.handlabels.TRAINABLE` may. A sentence leaks when it equals a judged one (case,
punctuation and spacing aside) or when they share at least half of their word pairs, found
by MinHash and confirmed exactly. Fewer than `SHORT` words leak only when equal, and not
even then when several judged rows share them: such lines are boilerplate.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from datasketch import MinHash, MinHashLSH

from data.handlabels import TRAINABLE, handlabel_paths, read_texts
from training.passages import Passage

SHORT = 5
"""Below this many words two sentences are alike by chance."""

SIMILARITY = 0.5
"""Share of common word pairs (Jaccard) from which two sentences are near-duplicates."""

_WORD = re.compile(r"\w+")
_PERMUTATIONS = 64
_RECALL = (0.1, 0.9)  # a false candidate costs an exact comparison, a missed one a leak


@dataclass
class LeakageReport:
    """What the check saw and dropped; examples name places, never quote."""

    judged: Counter[str] = field(default_factory=Counter)
    """Sentences to keep out, by file."""
    checked: int = 0
    passages: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    """Passages dropped, by source and reason."""
    matched: Counter[str] = field(default_factory=Counter)
    """Leaking sentences by the file that they leak from."""
    examples: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give the report for the manifest."""
        return {
            "judged_sentences": dict(sorted(self.judged.items())),
            "checked_sentences": self.checked,
            "checked_passages": self.passages,
            "dropped_passages": sum(self.dropped.values()),
            "dropped": dict(sorted(self.dropped.items())),
            "matched_files": dict(sorted(self.matched.items())),
            "examples": self.examples,
        }


def fold(text: str) -> str:
    """Fold what does not tell two sentences apart: case, punctuation, spacing.

    >>> fold("The  minister, he said, 'resigned'.")
    'the minister he said resigned'
    """
    return " ".join(_WORD.findall(text.lower()))


def word_pairs(folded: str) -> frozenset[str]:
    """Give the pairs of neighbouring words of a folded sentence."""
    words = folded.split()
    return frozenset(f"{one} {two}" for one, two in pairwise(words))


class LeakageCheck:
    """Compares sentences with every judged one; keeps a report."""

    def __init__(self, judged: Iterable[tuple[str, str]]) -> None:
        """Take judged sentences as (file name, sentence)."""
        self.report = LeakageReport()
        self._exact: dict[str, str] = {}
        self._pairs: list[tuple[frozenset[str], str]] = []
        self._common: set[str] = set()
        self._answers: dict[str, tuple[str, str] | None] = {}
        self._index = MinHashLSH(SIMILARITY, num_perm=_PERMUTATIONS, weights=_RECALL)
        seen: Counter[str] = Counter()
        for name, text in judged:
            self.report.judged[name] += 1
            folded = fold(text)
            seen[folded] += 1
            if not folded or folded in self._exact:
                continue
            self._exact[folded] = name
            pairs = word_pairs(folded)
            if len(pairs) >= SHORT - 1:
                self._index.insert(len(self._pairs), _signature(pairs))
                self._pairs.append((pairs, name))
                self._common.update(pairs)
        self._boilerplate = {
            folded for folded, count in seen.items() if count > 1 and _short(folded)
        }

    @classmethod
    def of(cls, shared: Path) -> LeakageCheck:
        """Read every hand-labelled file but the two made for training."""
        return cls(
            (path.stem, text)
            for path in handlabel_paths(shared)
            if path.stem not in TRAINABLE
            for text, _ in read_texts(path)
        )

    def leak(self, text: str) -> tuple[str, str] | None:
        """Say how a sentence leaks, "exact" or "near", and from which file; else `None`."""
        folded = fold(text)
        if folded not in self._answers:
            self._answers[folded] = self._find(folded)
        return self._answers[folded]

    def admit(self, passage: Passage) -> bool:
        """Say whether a passage may be trained on, and count it.

        Damage must not hide a leak, so the sentences before it are compared too.
        """
        self.report.passages += 1
        self.report.checked += len(passage.sentences)
        for text in dict.fromkeys((*passage.origins, *passage.sentences)):
            found = self.leak(text)
            if found is None:
                continue
            how, name = found
            self.report.dropped[f"{passage.source}: {how}"] += 1
            self.report.matched[name] += 1
            if len(self.report.examples) < 50:
                self.report.examples.append(f"{passage.id}: {how} match in {name}")
            return False
        return True

    def _find(self, folded: str) -> tuple[str, str] | None:
        if folded in self._exact and folded not in self._boilerplate:
            return "exact", self._exact[folded]
        pairs = word_pairs(folded)
        if len(pairs) < SHORT - 1:
            return None
        # With fewer pairs in common with all judged text together, no single judged
        # sentence can be alike: this spares most sentences their MinHash.
        if sum(pair in self._common for pair in pairs) < SIMILARITY * len(pairs):
            return None
        for number in self._index.query(_signature(pairs)):
            other, name = self._pairs[number]
            if len(pairs & other) >= SIMILARITY * len(pairs | other):
                return "near", name
        return None


def drop_leaks(
    passages: Iterable[Passage], check: LeakageCheck
) -> tuple[list[Passage], dict[str, int]]:
    """Give the passages that may be trained on, and how many were dropped by kind."""
    kept: list[Passage] = []
    dropped: defaultdict[str, int] = defaultdict(int)
    for passage in passages:
        if check.admit(passage):
            kept.append(passage)
        else:
            dropped[passage.kind] += 1
    return kept, dict(dropped)


def _short(folded: str) -> bool:
    return len(folded.split()) < SHORT


def _hash(value: bytes) -> int:
    return zlib.crc32(value)


def _signature(pairs: Sequence[str] | frozenset[str]) -> MinHash:
    signature = MinHash(num_perm=_PERMUTATIONS, hashfunc=_hash, seed=1)
    signature.update_batch([pair.encode() for pair in pairs])
    return signature
