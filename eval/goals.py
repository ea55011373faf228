"""What the figures must reach, checked by code and listed with what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]


def goals(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Return each goal with its limit, what was found, and whether it is reached.

    A goal whose set was not measured is left out; a task too small to ask is too.
    """
    found: list[dict[str, Any]] = []

    def value(name: str, part: str, setting: str, figure: str) -> float | None:
        for record in records:
            if (record["set"], record["part"], record["setting"]) == (name, part, setting):
                number: float | None = record["detector"][figure][0]
                return number
        return None

    def ask(goal: str, number: float | None, limit: float, at_least: bool = True) -> None:
        if number is not None:
            reached = number >= limit if at_least else number <= limit
            found.append({"goal": goal, "found": number, "limit": limit, "reached": reached})

    context = value("swaps_dev", "hold", "context", "auc")
    alone = value("swaps_dev", "hold", "alone", "auc")
    ask(
        "desk_dev, hold against clean: AUC at least",
        value("desk_dev", "hold", "alone", "auc"),
        0.85,
    )
    ask("swaps_dev in context: AUC at least", context, 0.85)
    if context is not None and alone is not None:
        ask("swaps_dev in context minus alone: AUC above", round(context - alone, 4), 0.0001)
    ask("docs_dev: AUC at least", value("docs_dev", "all, max", "context", "auc"), 0.85)
    ask(
        "e_false_alarm: share held at most",
        value("bench_dev", "e_false_alarm", "alone", "held_negative"),
        0.02,
        at_least=False,
    )
    for record in records:
        part = record["part"]
        asked = part.startswith(("a_", "d_", "b_role")) and not part.startswith("b_role_control")
        if asked and record["channel"] == "any" and record["beats_ngrams"] is not None:
            figure = "auc_binned" if part.startswith("a_") else "auc"
            own, rival = record["detector"][figure][0], record["ngrams"][figure][0]
            ask(f"{part}: {figure} minus that of n-grams above", round(own - rival, 4), 0.0001)
    return found
