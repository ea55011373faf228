"""From verdicts to the rows of metrics.json: every figure beside its trivial rivals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from babelproof.labels import ANY
from babelproof.verdict import DocumentVerdict, Verdict
from eval.baselines import majority_figures, word_counts
from eval.bootstrap import aucs, cluster_weights
from eval.goals import ENOUGH, ORIGINS, WHOLE, compared_on
from eval.metrics import (
    LENGTH_EDGES,
    Figure,
    Floats,
    Ints,
    Rows,
    Settings,
    auc,
    integer_codes,
    length_bins,
    ranking_figures,
    verdict_figures,
    with_interval,
)
from eval.scoring import Judged
from eval.sets import DocumentSet, Task, TextSet
from eval.spans import SpanCount, count_characters, span_f1s, total

Record = dict[str, Any]

AGGREGATES: dict[str, Callable[[Floats], float]] = {
    "max": lambda scores: float(scores.max(initial=0.0)),
    "mean": lambda scores: float(scores.mean()) if len(scores) else 0.0,
    "mean of the highest 3": lambda scores: (
        float(np.sort(scores)[-3:].mean()) if len(scores) else 0.0
    ),
    "median": lambda scores: float(np.median(scores)) if len(scores) else 0.0,
}
"""Ways from sentences to a document's score; a record's `score` is the maximum."""


def task_record(
    texts: TextSet, task: Task, judged: Judged, ngrams: Floats | None, settings: Settings
) -> Record:
    """Return the figures of one task: the detector's, and length, n-grams and majority."""
    chosen = np.array(task.rows, dtype=np.int64)
    own = [texts.texts[i] for i in task.rows]
    rows = Rows(
        np.array(task.truth, dtype=np.int64),
        length_bins(own),
        integer_codes([texts.groups[i] for i in task.rows]),
    )
    record = _record(
        {"set": texts.name, "part": task.part, "setting": texts.setting, "channel": task.channel},
        rows,
        judged.probabilities(task.channel)[chosen],
        {"length": word_counts(own), "ngrams": None if ngrams is None else ngrams[chosen]},
        settings,
    )
    held = judged.held[chosen]
    record["skipped"] = int(judged.skipped[chosen].sum())
    record["detector"].update(_listed(verdict_figures(rows, held, settings)))
    if texts.spans and task.part == "hold":
        marked = [i for i in task.rows if texts.spans[i]]
        record["spans"] = span_record(
            [judged.verdicts[i] for i in marked],
            [texts.spans[i] or () for i in marked],
            [texts.groups[i] for i in marked],
            settings,
        )
    return record


def mean_records(
    texts: TextSet, judged: Judged, ngrams: Floats | None, settings: Settings
) -> list[Record]:
    """Return the mean AUC over the origins that it is asked of, where a set has them all.

    The rows of all of them are drawn together, so one resample gives one mean.
    """
    by_part = {task.part: task for task in texts.tasks}
    tasks = [by_part[part] for name in ORIGINS if (part := f"origin {name}") in by_part]
    if len(tasks) < len(ORIGINS):
        return []
    chosen = np.array(sorted({row for task in tasks for row in task.rows}), dtype=np.int64)
    place = {row: number for number, row in enumerate(chosen.tolist())}
    groups = integer_codes([texts.groups[row] for row in chosen])
    weights = cluster_weights(groups, settings.resamples, settings.seed)
    columns = {
        "detector": judged.probabilities(ANY),
        "length": word_counts(texts.texts),
        "ngrams": ngrams,
    }

    def mean(scores: Floats) -> dict[str, list[float | None]]:
        points, draws = [], []
        for task in tasks:
            truth = np.array(task.truth, dtype=np.int64)
            own = scores[np.array(task.rows, dtype=np.int64)]
            points.append(auc(truth, own))
            drawn = weights[:, [place[row] for row in task.rows]]
            draws.append(aucs(truth, own, drawn))
        known = [point for point in points if point is not None]
        value = float(np.mean(known)) if len(known) == len(points) else None
        return {"auc": with_interval(value, np.mean(draws, axis=0)).as_list()}

    found = {name: None if own is None else mean(own) for name, own in columns.items()}
    return [{"set": texts.name, "setting": texts.setting, "parts": list(ORIGINS), **found}]


def document_records(
    documents: DocumentSet,
    verdicts: Sequence[DocumentVerdict],
    ngrams: Sequence[Floats] | None,
    settings: Settings,
) -> list[Record]:
    """Return the figures of whole documents, one record for each way to a document's score.

    `ngrams` holds the rival's scores of each document's sentences. A document's length is the
    mean of its sentences'.
    """
    truth = np.array(documents.truth, dtype=np.int64)
    lengths = np.array([word_counts(d.sentences).mean() for d in documents.documents])
    bins = np.digitize(lengths, LENGTH_EDGES).astype(np.int64)
    kinds = [document.kind for document in documents.documents]
    parts = {"all": np.arange(len(truth)), **_against_each_clean_kind(truth, kinds)}
    scores = {
        name: np.array([aggregate(sentence_scores(verdict)) for verdict in verdicts])
        for name, aggregate in AGGREGATES.items()
    }
    scores[WHOLE] = np.array([verdict.document_score or 0.0 for verdict in verdicts])
    rivals = {
        name: np.array([aggregate(own) for own in ngrams or ()])
        for name, aggregate in AGGREGATES.items()
    }
    rivals[WHOLE] = rivals["mean"]
    records = []
    for part, members in parts.items():
        for name, scored in scores.items():
            rows = Rows(truth[members], bins[members], members)
            record = _record(
                {
                    "set": documents.name,
                    "part": f"{part}, {name}",
                    "setting": "context",
                    "channel": "any",
                },
                rows,
                scored[members],
                {
                    "length": lengths[members],
                    "ngrams": None if ngrams is None else rivals[name][members],
                },
                settings,
            )
            if name == "max":
                held = np.array([verdicts[i].held for i in members], dtype=bool)
                record["detector"].update(_listed(verdict_figures(rows, held, settings)))
            records.append(record)
    return records


def held_sentences(
    documents: DocumentSet, verdicts: Sequence[DocumentVerdict], settings: Settings
) -> list[Record]:
    """Return the share of sentences held in the documents of each kind."""
    records = []
    for kind in sorted({document.kind for document in documents.documents}):
        members = [i for i, document in enumerate(documents.documents) if document.kind == kind]
        held = [(i, sentence.held) for i in members for sentence in verdicts[i].sentences]
        rows = Rows(
            np.zeros(len(held), dtype=np.int64),
            np.zeros(len(held), dtype=np.int64),
            np.array([i for i, _ in held], dtype=np.int64),
        )
        figures = verdict_figures(rows, np.array([flag for _, flag in held], dtype=bool), settings)
        records.append(
            {"kind": kind, "sentences": len(held), "held": figures["held_negative"].as_list()}
        )
    return records


def span_record(
    verdicts: Sequence[Verdict],
    spans: Sequence[Sequence[tuple[int, int]]],
    groups: Sequence[str],
    settings: Settings,
) -> Record:
    """Return character figures of damaged sentences with marked spans, drawn by `groups` [n].

    `all` counts a sentence that was not held as one without marks; `held` leaves it out. The
    trivial rival marks the whole of every sentence.
    """
    found = [
        (
            count_characters([(f.start, f.end) for f in verdict.findings], truth),
            count_characters([(0, len(verdict.text))], truth),
            group,
        )
        for verdict, truth, group in zip(verdicts, spans, groups, strict=True)
    ]
    held = [row for row, verdict in zip(found, verdicts, strict=True) if verdict.held]
    return {name: _span_figures(rows, settings) for name, rows in (("all", found), ("held", held))}


def score_distribution(scores: Floats, held: NDArray[np.bool_]) -> Record:
    """Return how probabilities of rows outside every yes/no task lie, and the share held."""
    if not len(scores):
        return {"rows": 0}
    cuts = np.quantile(scores, (0.1, 0.25, 0.5, 0.75, 0.9))
    return {
        "rows": len(scores),
        "quantiles_10_25_50_75_90": [round(float(cut), 4) for cut in cuts],
        "held": round(float(held.mean()), 4),
    }


def _record(
    names: Record,
    rows: Rows,
    scores: Floats,
    rivals: Mapping[str, Floats | None],
    settings: Settings,
) -> Record:
    record: Record = {
        **names,
        "positives": rows.positives,
        "negatives": rows.negatives,
        "clusters": len(np.unique(rows.groups)),
        "detector": _listed(ranking_figures(rows, scores, settings)),
    }
    for name, column in rivals.items():
        record[name] = None if column is None else _listed(ranking_figures(rows, column, settings))
    record["majority"] = {k: round(v, 4) for k, v in majority_figures(rows.truth).items()}
    record["beats_ngrams"] = beats_ngrams(record)
    return record


def beats_ngrams(record: Record) -> bool | None:
    """Say whether the detector's AUC is above the n-gram rival's; None where it is not asked.

    Asked from 30 rows of each class.
    """
    if record["ngrams"] is None or min(record["positives"], record["negatives"]) < ENOUGH:
        return None
    name = compared_on(record["part"])
    own, rival = record["detector"][name][0], record["ngrams"][name][0]
    return None if own is None or rival is None else bool(own > rival)


def _against_each_clean_kind(truth: Ints, kinds: Sequence[str]) -> dict[str, Ints]:
    clean = sorted({kind for kind, damaged in zip(kinds, truth, strict=True) if not damaged})
    return {
        f"against {kind}": np.array(
            [i for i, other in enumerate(kinds) if truth[i] or other == kind], dtype=np.int64
        )
        for kind in clean
    }


def sentence_scores(document: DocumentVerdict) -> Floats:
    """Return P(hold) of a document's judged sentences, in order."""
    return np.array([s.score for s in document.sentences if s.score is not None], dtype=np.float64)


def _span_figures(rows: Sequence[tuple[SpanCount, SpanCount, str]], settings: Settings) -> Record:
    """Return the figures of rows: what was marked, what marking everything gives, the group."""
    counts = [own for own, _, _ in rows]
    summed, whole = total(counts), total([whole for _, whole, _ in rows])
    weights = cluster_weights(
        integer_codes([group for _, _, group in rows]), settings.resamples, settings.seed
    )
    interval = with_interval(summed.f1, span_f1s(counts, weights)).as_list()[1:]
    figures = {
        "precision": summed.precision,
        "recall": summed.recall,
        "f1": summed.f1,
        "f1_of_whole_sentences": whole.f1,
    }
    return {
        "rows": len(counts),
        **{name: None if value is None else round(value, 4) for name, value in figures.items()},
        "f1_interval": interval,
    }


def _listed(figures: Mapping[str, Figure]) -> dict[str, list[float | None]]:
    return {name: figure.as_list() for name, figure in figures.items()}
