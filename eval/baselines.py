"""Trivial rivals of the detector: sentence length, character n-grams, and the majority.

The n-gram rival learns from the detector's own training rows, so what it reaches is what
the letters of those rows give away without any understanding.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from eval.metrics import Floats, Ints


class BaselineError(ValueError):
    """The training rows cannot teach the baseline (missing, or of one class only)."""


@dataclass(frozen=True)
class NgramSettings:
    """What decides the fitted n-gram model; part of its cache's name."""

    sentences: int = 60_000
    damaged_from: float = 0.5
    clean_to: float = 0.1
    max_features: int = 200_000
    min_df: int = 3
    seed: int = 0


def word_counts(texts: Sequence[str]) -> Floats:
    """Return each text's length in words: damage is likelier in a long sentence."""
    return np.array([len(text.split()) for text in texts], dtype=np.float64)


def majority_figures(truth: Ints) -> dict[str, float]:
    """Return accuracy and F1 of giving every row the commoner class, for `truth` [n] of 0/1."""
    if not len(truth):
        raise BaselineError("expected at least one row, found none")
    share = float(np.mean(truth))
    f1 = 2 * share / (1 + share) if share > 0.5 else 0.0
    return {"accuracy": max(share, 1 - share), "f1": f1}


def sample_training_sentences(
    train_set: Path, settings: NgramSettings
) -> tuple[list[str], list[int]]:
    """Return distinct training sentences and their classes (1 damaged, 0 clean), by seed.

    Reads the Arrow set that `training.build` wrote: rows of split `train`, sentences with
    `hold` known and outside the band between `clean_to` and `damaged_from`.
    """
    import datasets

    if not train_set.exists():
        raise BaselineError(f"training set {train_set}: not found; run `python -m training.build`")
    loaded: Any = datasets.load_from_disk(str(train_set))
    if isinstance(loaded, datasets.DatasetDict):
        loaded = loaded["train"]
    columns = loaded.select_columns(["split", "sentences", "hold"])
    order = list(range(len(columns)))
    random.Random(settings.seed).shuffle(order)
    chosen: dict[str, int] = {}
    for start in range(0, len(order), 1000):
        batch = columns[order[start : start + 1000]]
        for split, sentences, holds in zip(
            batch["split"], batch["sentences"], batch["hold"], strict=True
        ):
            if split == "train":
                chosen.update(_classes(sentences, holds, settings))
        if len(chosen) >= settings.sentences:
            break
    texts = list(chosen)[: settings.sentences]
    return texts, [chosen[text] for text in texts]


def _classes(
    sentences: Iterable[str], holds: Iterable[float], settings: NgramSettings
) -> dict[str, int]:
    classes: dict[str, int] = {}
    for sentence, hold in zip(sentences, holds, strict=True):
        if hold >= settings.damaged_from:
            classes[sentence] = 1
        elif 0 <= hold <= settings.clean_to:
            classes[sentence] = 0
    return classes


class NgramBaseline:
    """TF-IDF of character n-grams (2-5, within words) and logistic regression."""

    def __init__(self, pipeline: Pipeline, sentences: int) -> None:
        self._pipeline = pipeline
        self.sentences = sentences

    @classmethod
    def fit(
        cls, texts: Sequence[str], classes: Sequence[int], settings: NgramSettings
    ) -> NgramBaseline:
        """Fit on sentences of both classes; refuses one class only."""
        if len(set(classes)) != 2:
            raise BaselineError(
                f"expected damaged and clean sentences, found classes {sorted(set(classes))} "
                f"among {len(classes)}; check the training set's `hold`"
            )
        pipeline = make_pipeline(
            TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=(2, 5),
                lowercase=False,
                sublinear_tf=True,
                min_df=settings.min_df,
                max_features=settings.max_features,
                dtype=np.float32,
            ),
            LogisticRegression(C=4.0, max_iter=200, class_weight="balanced"),
        )
        pipeline.fit(texts, classes)
        return cls(pipeline, len(texts))

    @classmethod
    def load_or_fit(
        cls, train_set: Path, cache: Path, settings: NgramSettings | None = None
    ) -> NgramBaseline:
        """Return the fitted model from `cache`, fitting it first where it is not there.

        The cache's name holds the settings and the training set's state, so another set or
        other settings never meet an old model.
        """
        settings = settings or NgramSettings()
        path = cache / f"tfidf-{_fingerprint(train_set, settings)}.pickle"
        if path.exists():
            model: NgramBaseline = pickle.loads(path.read_bytes())
            return model
        texts, classes = sample_training_sentences(train_set, settings)
        print(f"fitting the n-gram baseline on {len(texts)} sentences", file=sys.stderr)
        model = cls.fit(texts, classes, settings)
        cache.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(model))
        return model

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the log odds of damage of each text [n]."""
        if not texts:
            return np.zeros(0)
        return np.asarray(self._pipeline.decision_function(list(texts)), dtype=np.float64)


def _fingerprint(train_set: Path, settings: NgramSettings) -> str:
    digest = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    # datasets writes a content fingerprint into each saved split's state.json.
    states = sorted(train_set.rglob("state.json"))
    if not states:
        raise BaselineError(
            f"training set {train_set}: expected an Arrow set saved by training.build, found no "
            "state.json; run `python -m training.build`"
        )
    for state in states:
        digest.update(state.read_bytes())
    return digest.hexdigest()[:16]
