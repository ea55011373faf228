"""The files that an evaluation leaves: figures, tables, scores and the rows to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.kept import Scores, write_scores
from eval.table import render_short, render_table

METRICS, TABLE, WORST, SCORES = "metrics.json", "table.md", "worst.jsonl", "scores.jsonl"


def write_reports(
    folder: Path,
    metrics: dict[str, Any],
    worst: Sequence[dict[str, Any]],
    scores: Sequence[Scores],
) -> str:
    """Write the four files into `folder` and return what fits a terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    write_metrics(folder / METRICS, metrics)
    (folder / TABLE).write_text(render_table(metrics), encoding="utf-8")
    with (folder / WORST).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in worst)
    write_scores(folder / SCORES, metrics, scores)
    return render_short(metrics)


def write_metrics(path: Path, metrics: dict[str, Any]) -> None:
    """Write metrics.json, a task a line, so that two versions can be compared by eye."""
    lines = []
    for name, value in metrics.items():
        if isinstance(value, list) and value:
            inner = ",\n    ".join(json.dumps(item, allow_nan=False) for item in value)
            lines.append(f"  {json.dumps(name)}: [\n    {inner}\n  ]")
        else:
            lines.append(f"  {json.dumps(name)}: {json.dumps(value, allow_nan=False)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
