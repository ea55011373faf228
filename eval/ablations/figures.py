"""Figures: AUCs of every variant, and how far from the whole, with intervals over documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from babelproof.labels import ANY, CHANNELS
from eval.ablations.runs import DOCUMENTS, Run, key_of
from eval.ablations.variants import VARIANTS, WHOLE
from eval.baselines import NgramBaseline, word_counts
from eval.bootstrap import aucs, cluster_weights
from eval.metrics import Floats, Ints, integer_codes
from eval.scoring import as_read
from eval.sets import DocumentSet, Task, TextSet

RESAMPLES = 1000

ASKED: Mapping[str, tuple[str, str]] = {
    "desk": ("desk_dev alone", "hold"),
    "swaps": ("swaps_dev context", "hold"),
    "swaps alone": ("swaps_dev alone", "hold"),
    "`mt`": ("desk_dev alone", "label mt"),
    "`garble`": ("desk_dev alone", "label garble"),
    "`name`": ("swaps_dev context", "label name"),
    "`role`": ("swaps_dev context", "label role"),
    "`country`": ("swaps_dev context", "label country"),
}
"""Each question's set, as `key_of` names it, and the part of it that asks."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """Rows to be told apart: truth [n] of 0/1, weights [resamples, n], and how to score them.

    `of` gives the rows' scores [n] of a run, `lengths` [n] and `ngrams` [n] are the rivals'.
    """

    truth: Ints
    weights: Floats
    of: Callable[[Run], Floats]
    lengths: Floats
    ngrams: Floats | None


def questions(
    texts: Sequence[TextSet],
    documents: DocumentSet,
    ngrams: NgramBaseline | None,
    seed: int,
) -> dict[str, Question]:
    """Return what is asked of every run; parts that no set has are not asked.

    `DOCUMENTS` asks whether a whole document is damaged, by the mean of its sentences.
    """
    tasks = {(key_of(own), task.part): (own, task) for own in texts for task in own.tasks}
    asked = {
        name: _of_sentences(*tasks[part], ngrams, seed)
        for name, part in ASKED.items()
        if part in tasks
    }
    return asked | {DOCUMENTS: _of_documents(documents, ngrams, seed)}


def _of_sentences(texts: TextSet, task: Task, ngrams: NgramBaseline | None, seed: int) -> Question:
    # A set in context is read document by document; its rows are in that order already.
    rows = np.array(task.rows)
    own = [texts.texts[row] for row in rows]
    column = CHANNELS.index(task.channel)
    groups = integer_codes([texts.groups[row] for row in rows])

    def of(run: Run) -> Floats:
        logits: Floats = as_read(run.scores[key_of(texts)])[rows, column]
        return logits

    return Question(
        np.array(task.truth, dtype=np.int64),
        cluster_weights(groups, RESAMPLES, seed),
        of,
        word_counts(own),
        None if ngrams is None else ngrams.scores(own),
    )


def _of_documents(documents: DocumentSet, ngrams: NgramBaseline | None, seed: int) -> Question:
    sizes = [len(document.sentences) for document in documents.documents]
    ends = np.cumsum(sizes)[:-1]
    column = CHANNELS.index(ANY)

    def means(values: Floats) -> Floats:
        return np.array([part.mean() for part in np.split(values, ends)])

    sentences = [s for document in documents.documents for s in document.sentences]
    return Question(
        np.array(documents.truth, dtype=np.int64),
        cluster_weights(np.arange(len(sizes)), RESAMPLES, seed),
        lambda run: means(expit(as_read(run.scores[DOCUMENTS])[:, column])),
        means(word_counts(sentences)),
        None if ngrams is None else means(ngrams.scores(sentences)),
    )


def records(runs: Iterable[Run], asked: Mapping[str, Question]) -> list[Record]:
    """Return a record for each variant, in their order: AUCs and differences from the whole.

    A variant's AUC is the mean over its seeds. A difference is over the seeds that both have,
    each resample drawn alike for both; None for the whole and where no seed is shared.
    """
    by_variant: dict[str, dict[int, Run]] = defaultdict(dict)
    for run in runs:
        by_variant[run.about["variant"]][run.about["seed"]] = run
    whole = by_variant.get(WHOLE, {})
    return [
        {
            "variant": variant.name,
            "what": variant.what,
            "seeds": sorted(own),
            "tokens": [own[seed].about["tokens"] for seed in sorted(own)],
            "processors": sorted({run.about["processor"] for run in own.values()}),
            "auc": {name: _interval(question, [own.values()]) for name, question in asked.items()},
            "difference": None
            if variant.name == WHOLE or not (shared := sorted(set(own) & set(whole)))
            else {
                name: _interval(question, [[own[s] for s in shared], [whole[s] for s in shared]])
                for name, question in asked.items()
            },
        }
        for variant in VARIANTS
        if (own := by_variant.get(variant.name))
    ]


def rivals(asked: Mapping[str, Question]) -> dict[str, dict[str, list[float]]]:
    """Return the AUCs of length and, where they were fitted, of n-grams."""
    found: dict[str, dict[str, list[float]]] = {"length": {}, "ngrams": {}}
    for name, question in asked.items():
        found["length"][name] = _figure(question, question.lengths)
        if question.ngrams is not None:
            found["ngrams"][name] = _figure(question, question.ngrams)
    return {rival: figures for rival, figures in found.items() if figures}


def _interval(question: Question, sides: Sequence[Iterable[Run]]) -> list[float]:
    """Give the mean AUC of the first runs, less that of the second, with its interval."""
    means = [np.mean([_aucs(question, question.of(run)) for run in runs], axis=0) for runs in sides]
    return _with_bounds(means[0] if len(means) == 1 else means[0] - means[1])


def _figure(question: Question, scores: Floats) -> list[float]:
    return _with_bounds(_aucs(question, scores))


def _aucs(question: Question, scores: Floats) -> Floats:
    """Give the AUC of the rows as they are, then of every resample."""
    once = np.ones((1, len(scores)))
    return np.concatenate(
        [
            aucs(question.truth, scores, once),
            aucs(question.truth, scores, question.weights),
        ]
    )


def _with_bounds(values: Floats) -> list[float]:
    low, high = np.nanpercentile(values[1:], (2.5, 97.5))
    return [round(float(value), 4) for value in (values[0], low, high)]
