"""How likely a careful reader holds a translation, told by its distance from a human reference.

Training may look where readers of the English alone cannot: an output far from its reference,
of a system that is often far, is usually damaged. A boosted classifier learns how often from
the outputs that `silver_train` judged by reading, and its estimate is the soft target of the
hundreds of thousands that nobody read. Distances are chrF++ (Popovic 2017, from sacrebleu) and
edits of words (from rapidfuzz); where `training.likelihood` scored both, how likely a language
model finds them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein
from sacrebleu.metrics import CHRF
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from data.handlabels import handlabel_path, read_rows
from training.likelihood import FEATURES, Likelihoods
from training.silver import judged

FEWEST = 500
"""Judged outputs with a reference that an estimate needs."""

FOLDS = 5
"""Parts by segment that the estimate is measured on, each unseen by its fit."""

SystemName = tuple[str, str, str]
"""Year, direction, system."""

_CHRF = CHRF(word_order=2)


@dataclass(frozen=True)
class Compared:
    """One system's output beside the human reference of the same segment."""

    system: SystemName
    text: str
    reference: str


class Grader:
    """Estimates P(hold) of outputs that have a reference; make one with `Grader.fit`.

    `auc`: of held against clean rows in `FOLDS` cross-fitted parts, so of rows unseen.
    `likelihood_auc`: the same of the rows that a language model scored, by an estimate that
    looks at its likelihoods too, and `plain_auc` theirs without; None where none was scored.
    """

    def __init__(
        self,
        scores: Mapping[SystemName, float],
        plain: _Estimate,
        likely: _Estimate | None,
        likelihoods: Likelihoods | None,
        plain_auc: float | None,
    ) -> None:
        self._scores = scores
        self._plain = plain
        self._likely = likely
        self._likelihoods = likelihoods
        self.auc = plain.auc
        self.plain_auc = plain_auc
        self.likelihood_auc = likely.auc if likely else None

    @classmethod
    def fit(
        cls,
        shared: Path,
        scores: Mapping[SystemName, float],
        likelihoods: Likelihoods | None = None,
    ) -> Grader | None:
        """Learn from `silver_train`; None where fewer than `FEWEST` of its rows can teach.

        `scores`: each system's human score, higher is better; a system may lack one.
        """
        compared, judgements, groups = [], [], []
        for row in read_rows(handlabel_path(shared, "silver_train")):
            parts = row.source.split("|")
            if row.origin.startswith("wmt") and len(parts) == 4 and row.reference:
                system = (parts[0], parts[1], parts[3])
                compared.append(Compared(system, row.text, row.reference))
                judgements.append(judged(row).hold)
                groups.append("|".join(parts[:3]))
        hold = np.array(judgements)
        if len(compared) < FEWEST or not 0 < hold.mean() < 1:
            return None
        features = _features(compared, scores)
        plain = _Estimate.fit(features, hold, groups)
        if likelihoods is None:
            return cls(scores, plain, None, None, None)
        more = _likelihood_features(compared, likelihoods)
        scored = ~np.isnan(more).any(axis=1)
        if scored.sum() < FEWEST or not 0 < hold[scored].mean() < 1:
            return cls(scores, plain, None, None, None)
        both = np.concatenate([features, more], axis=1)[scored]
        theirs = [groups[place] for place in np.flatnonzero(scored)]
        likely = _Estimate.fit(both, hold[scored], theirs)
        plain_auc = _auc(hold[scored], plain.unseen[scored])
        return cls(scores, plain, likely, likelihoods, plain_auc)

    def holds(self, compared: Sequence[Compared]) -> NDArray[np.float64]:
        """Give P(hold) [n] of outputs."""
        if not compared:
            return np.zeros(0)
        features = _features(compared, self._scores)
        holds = self._plain.holds(features)
        if self._likely is not None and self._likelihoods is not None:
            more = _likelihood_features(compared, self._likelihoods)
            scored = ~np.isnan(more).any(axis=1)
            if scored.any():
                both = np.concatenate([features, more], axis=1)[scored]
                holds[scored] = self._likely.holds(both)
        return holds


@dataclass(frozen=True)
class _Estimate:
    """A fitted classifier, and what it says of its own rows [n] where it has not seen them."""

    model: Any
    unseen: NDArray[np.float64]
    auc: float

    @classmethod
    def fit(
        cls, features: NDArray[np.float64], hold: NDArray[np.float64], groups: Sequence[str]
    ) -> _Estimate:
        # A row in between counts as both: so far as held, so far as clean.
        twice = np.concatenate([features, features])
        truth = np.repeat([1, 0], len(hold))
        weights = np.concatenate([hold, 1 - hold])
        used = weights > 0
        unseen = cross_val_predict(
            _classifier(),
            features,
            (hold > 0.5).astype(int),
            groups=groups,
            cv=GroupKFold(FOLDS),
            method="predict_proba",
        )[:, 1]
        model = _classifier().fit(twice[used], truth[used], sample_weight=weights[used])
        return cls(model, unseen, _auc(hold, unseen))

    def holds(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.asarray(self.model.predict_proba(features)[:, 1], dtype=np.float64)
        # Other processors add in another order: rounded, a set is the same everywhere.
        return found.round(3)


def _auc(hold: NDArray[np.float64], found: NDArray[np.float64]) -> float:
    """Of held rows against clean ones; 0 where one of them is missing."""
    sure = (hold == 0) | (hold == 1)
    return float(roc_auc_score(hold[sure] == 1, found[sure])) if len(set(hold[sure])) > 1 else 0.0


def _classifier() -> Any:
    return HistGradientBoostingClassifier(
        max_depth=4, learning_rate=0.06, max_iter=150, l2_regularization=1.0, random_state=0
    )


def _features(
    compared: Iterable[Compared], scores: Mapping[SystemName, float]
) -> NDArray[np.float64]:
    return np.array([_row(item, scores.get(item.system, math.nan)) for item in compared])


def _likelihood_features(
    compared: Iterable[Compared], likelihoods: Likelihoods
) -> NDArray[np.float64]:
    """Give [n, FEATURES], NaN in rows that were not scored."""
    unknown = [math.nan] * FEATURES
    rows = [likelihoods.compared(item.text, item.reference) or unknown for item in compared]
    return np.array(rows).reshape(-1, FEATURES)


def _row(item: Compared, score: float) -> list[float]:
    said, meant = item.text.lower().split(), item.reference.lower().split()
    known = set(meant)
    return [
        _CHRF.sentence_score(item.text, [item.reference]).score,
        Levenshtein.normalized_distance(said, meant),
        sum(word not in known for word in said) / max(len(said), 1),
        fuzz.token_sort_ratio(item.text, item.reference),
        len(said),
        len(said) / max(len(meant), 1),
        score,
    ]
