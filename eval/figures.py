"""The figures that the README and the model card show: few rows, every one from metrics.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from babelproof.labels import LABELS
from eval.goals import ENOUGH, WHOLE, by_task
from eval.sets import POOLED
from eval.slices import ENOUGH as SLICE_ENOUGH
from eval.table import goal_cells, interval, markdown, number

Metrics = Mapping[str, Any]
Key = tuple[str, str, str]

SHOWN: tuple[tuple[Key, str], ...] = (
    (("desk_dev", "hold", "alone"), "real sentences of a news desk, each alone"),
    (("swaps_dev", "hold", "context"), "news articles with a fact exchanged, in context"),
    (("swaps_dev", "hold", "alone"), "the same sentences without their context"),
    (("articles_dev", "hold", "context"), "three machine-translated articles"),
    (("docs_dev", "all, max", "context"), "whole documents by their highest sentence"),
    (("docs_dev", f"all, {WHOLE}", "context"), "whole documents by their `document_score`"),
    (("cases", "hold", "context"), "our own hand-written cases"),
)
"""The sets of readers' judgements, in plain words."""

PUBLIC = ("a_mt_error", "b_role", "c_", "d_")


class FiguresError(ValueError):
    """metrics.json is missing, of another format, or of another model."""


def read_metrics(path: Path) -> dict[str, Any]:
    """Read metrics.json; refuses a file that `eval.run` did not write."""
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FiguresError(
            f"{path}: expected the metrics.json of an evaluation, found {error}; "
            "run `python -m eval.run`"
        ) from error
    if not isinstance(metrics, dict) or metrics.get("format") != 1 or "tasks" not in metrics:
        raise FiguresError(
            f"{path}: expected metrics.json of format 1, found another file; "
            "run `python -m eval.run`"
        )
    return metrics


def render_figures(metrics: Metrics) -> str:
    """Return the figures block as Markdown: what was measured, how well, beside what rivals."""
    records = by_task(metrics["tasks"])
    bundle = metrics["bundle"]
    parts = [
        f"Measured on {metrics['created']} on the development sets, which calibrate the "
        f"detector but never train it; bundle {bundle['name']} {bundle['version']} (model "
        f"{bundle['model_sha256'][:12]}). AUC: how often a damaged row scores above a clean one "
        "(0.5 is chance), with the 95% interval of a bootstrap over whole documents or source "
        "segments. *Like length*: only rows of like length are compared. Length in words and "
        "character n-grams taught by our own training rows are the trivial rivals."
    ]
    columns = (
        "what", "damaged / clean", "AUC [95%]", "like length", "recall at 1% false alarms",
        "length", "n-grams",
    )  # fmt: skip
    shown = [_row(what, records[key]) for key, what in SHOWN if key in records]
    parts.append(markdown(columns, shown))
    labels = list(_label_rows(records))
    if labels:
        parts.append("By label, each by its own channel:\n\n" + markdown(columns, labels))
    public = [
        _row(record["part"], record)
        for record in metrics["tasks"]
        if record["set"] == "bench_dev"
        and record["channel"] == "any"
        and record["part"].startswith(PUBLIC)
        and min(record["positives"], record["negatives"]) >= ENOUGH
    ]
    if public:
        parts.append(
            "Public sets, each sentence alone (`_control` rows are exchanges that people find "
            "fine: 0.5 is right there; most `c_` rows cannot be seen from the English alone):"
            "\n\n" + markdown(columns, public)
        )
    if metrics.get("slices"):
        parts.append(_slices(metrics["slices"]))
    parts.append(_alarms(records, metrics))
    parts.append(_goals(metrics.get("goals", ())))
    return "\n\n".join(part for part in parts if part)


def _goals(goals: Sequence[Mapping[str, Any]]) -> str:
    """Say how many goals are reached, and which are not; nothing where none is asked."""
    missed = [goal_cells(goal) for goal in goals if not goal["reached"]]
    if not missed:
        return f"All {len(goals)} goals are reached." if goals else ""
    reached = f"Of {len(goals)} goals {len(goals) - len(missed)} are reached. Missed:\n\n"
    return reached + markdown(("goal", "asked", "found"), missed)


def _row(what: str, record: Mapping[str, Any]) -> Sequence[str]:
    detector = record["detector"]
    return (
        what,
        f"{record['positives']} / {record['negatives']}",
        interval(detector["auc"]),
        number(detector["auc_binned"][0]),
        number(detector["recall_at_1"][0]),
        number(record["length"]["auc"][0]),
        number(record["ngrams"]["auc"][0]) if record["ngrams"] else "-",
    )


def _label_rows(records: Mapping[Key, Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    for label in LABELS:
        for name, setting, where in (
            (POOLED, "as read", "desk, exchanged facts and articles together"),
            ("desk_dev", "alone", "desk sentences"),
            ("swaps_dev", "context", "exchanged facts"),
        ):
            record = records.get((name, f"label {label.value}", setting))
            if record and record["positives"] >= 10:
                yield _row(f"{label.value}, {where}", record)


def _alarms(records: Mapping[Key, Mapping[str, Any]], metrics: Metrics) -> str:
    """Return sentences on what is held at the operating point."""
    lines = []
    clean = records.get(("bench_dev", "e_false_alarm", "alone"))
    if clean:
        share = percent(clean["detector"]["held_negative"])
        lines.append(f"native news sentences held, {clean['negatives']} of them alone: {share}")
    for record in metrics["documents"]:
        lines.append(
            f"sentences held in {record['kind']} documents, {record['sentences']} in context: "
            f"{percent(record['held'])}"
        )
    for name, setting in (("desk_dev", "alone"), ("swaps_dev", "context")):
        held = records.get((name, "hold", setting))
        if held:
            lines.append(
                f"{name}: {percent(held['detector']['held_positive'])} of the damaged and "
                f"{percent(held['detector']['held_negative'])} of the clean sentences held"
            )
    for record in metrics.get("robustness", []):
        lines.append(
            f"verdicts flipped by changing the {record['change']} of {record['sentences']} "
            f"sentences: {record['share']:.1%}"
        )
    if not lines:
        return ""
    return "At the operating point:\n\n" + "\n".join(f"- {line}" for line in lines)


def _slices(records: Sequence[Mapping[str, Any]]) -> str:
    """Return what is held of clean sentences by kind, the smaller kinds marked."""
    rows = [
        (
            record["slice"] + ("" if record["enough"] else f" (fewer than {SLICE_ENOUGH})"),
            str(record["sentences"]),
            "-" if record["unseen"] is None else str(record["unseen"]),
            percent(record["held"]),
        )
        for record in records
    ]
    return (
        "Clean sentences held by mistake, by kind, each alone (`unseen`: from documents kept out "
        "of training; the others are from those that it draws a few in a hundred sentences "
        "from; World Englishes are Australian releases and speeches, sports are sentences of "
        "news that tell a score):\n\n"
        + markdown(("kind", "sentences", "unseen", "held [95%]"), rows)
    )


def percent(figure: Sequence[float | None]) -> str:
    """Write a share with its interval: `94.3% [90.5%, 97.0%]`."""
    value, low, high = figure
    if value is None:
        return "-"
    if low is None or high is None:
        return f"{value:.1%}"
    return f"{value:.1%} [{low:.1%}, {high:.1%}]"
