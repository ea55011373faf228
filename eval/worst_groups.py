"""The worst rows as they are read: false alarms and misses of one set or kind together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.figures import FiguresError


@dataclass(frozen=True)
class Row:
    """A row to read: its id, what was said of it, and its text."""

    id: str
    score: str
    labels: str
    held: bool
    findings: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True)
class Group:
    """The rows of one set, or of one kind of clean sentences, worst first."""

    title: str
    alarms: list[Row] = field(default_factory=list)
    misses: list[Row] = field(default_factory=list)


def read_worst(path: Path) -> list[dict[str, Any]]:
    """Read what `eval.run` listed; refuses a missing or damaged file."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise FiguresError(
            f"{path}: expected the rows that an evaluation lists, found {error}; "
            "run `python -m eval.run`"
        ) from None
    return rows


def worst_groups(rows: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Return the groups in the order of the rows; parts of a set by origin are left out."""
    groups: dict[str, Group] = {}
    for row in rows:
        title = _title(row)
        error = _error(row)
        if title is None or error is None:
            continue
        group = groups.setdefault(title, Group(title))
        (group.alarms if error == "false alarm" else group.misses).append(_row(row))
    return list(groups.values())


def _title(row: Mapping[str, Any]) -> str | None:
    name, part, setting = row["set"], row["part"], row["setting"]
    if name == "docs_dev":
        return "docs_dev: documents by their highest sentence"
    if name == "slices":
        return f"clean sentences: {part}"
    if " " in part or part == "boilerplate":  # other views of the rows of the whole set
        return None
    return f"{name}, {part}, {setting}"


def _error(row: Mapping[str, Any]) -> str | None:
    """Say what is wrong; rows that are listed rightly or wrongly say only which."""
    if "error" in row:
        return str(row["error"])
    if row["right"]:
        return None
    return "miss" if row["damaged"] else "false alarm"


def _row(row: Mapping[str, Any]) -> Row:
    score = row.get("score")
    return Row(
        str(row["id"]),
        "-" if score is None else f"{score:.3f}",
        ", ".join(_likely(row.get("labels", {}))),
        bool(row.get("held")),
        tuple((label, text) for label, text in row.get("findings", ())),
        str(row.get("text", "")),
    )


def _likely(labels: Mapping[str, float]) -> Iterator[str]:
    for label, value in sorted(labels.items(), key=lambda item: -item[1]):
        if value >= 0.1:
            yield f"{label} {value:.2f}"
