"""Fitting P(a document as a whole is damaged) from the mean logits of its sentences.

Two channels are enough: `any` and `mt` are what a weak translation raises in every sentence
(measured: the others add nothing, and `garble` would speak against informal writing).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from babelproof.errors import CalibrationError
from babelproof.labels import ANY, CHANNELS, Label
from babelproof.signal import DocumentSignal
from babelproof.verdict import IN_CONTEXT_FROM
from training.devrows import ReadDocument
from training.platt import Floats, calibration_error

CHANNELS_USED = (ANY, Label.MT)
FOLDS = 5
INVERSE_REGULARISATION = 1.0
"""scikit-learn's C: 300 documents leave little to choose."""


def fit_document(
    documents: Sequence[ReadDocument], others: Sequence[ReadDocument] = ()
) -> tuple[DocumentSignal, dict[str, Any]]:
    """Fit on damaged and clean documents, and on `others`, clean ones of other kinds.

    Damaged and clean ones count evenly. Gives what was fitted, and what it is worth on
    documents that the fit did not see. Raises `CalibrationError` where there are too few, or
    where damage lowers a channel.
    """
    every = [item for item in (*documents, *others) if len(item.logits) >= IN_CONTEXT_FROM]
    truth = np.array([item.damaged for item in every], dtype=bool)
    if min(truth.sum(), (~truth).sum()) < FOLDS:
        raise CalibrationError(
            f"expected at least {FOLDS} damaged and {FOLDS} clean documents of "
            f"{IN_CONTEXT_FROM} sentences or more, found {truth.sum()} and {(~truth).sum()}"
        )
    columns = [CHANNELS.index(channel) for channel in CHANNELS_USED]
    means = np.array([item.logits.mean(axis=0)[columns] for item in every])
    model = LogisticRegression(C=INVERSE_REGULARISATION, class_weight="balanced")
    parts = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    unseen = cross_val_predict(model, means, truth, cv=parts, method="predict_proba")[:, 1]
    model.fit(means, truth)
    weights = dict(zip(map(str, CHANNELS_USED), model.coef_[0].tolist(), strict=True))
    if min(weights.values()) < 0:
        raise CalibrationError(
            f"expected logits that rise with damage, found {weights}; train further"
        )
    return DocumentSignal(weights, float(model.intercept_[0])), _report(every, truth, unseen)


def _report(
    documents: Sequence[ReadDocument], truth: NDArray[np.bool_], unseen: Floats
) -> dict[str, Any]:
    weights = np.where(truth, 0.5 / truth.mean(), 0.5 / (~truth).mean())
    kinds = np.array([item.kind for item in documents])
    return {
        "damaged": int(truth.sum()),
        "clean": int((~truth).sum()),
        "auc_unseen": round(float(roc_auc_score(truth, unseen)), 4),
        "calibration_error_unseen": round(
            calibration_error(unseen, truth.astype(np.int64), weights), 4
        ),
        "beyond_one_half_unseen": {
            kind: [int((unseen[kinds == kind] >= 0.5).sum()), int((kinds == kind).sum())]
            for kind in dict.fromkeys(kinds.tolist())
        },
    }
