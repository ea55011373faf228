"""What the figures must reach, checked by code and listed with what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babelproof.labels import Label

Record = Mapping[str, Any]

ALL = "all"
"""The name of the record of all slices together."""

WHOLE = "document score"
"""Documents by the probability that they are damaged as a whole; 0 where too short to say."""

SLICE_LIMIT = 0.03
"""The share of one kind of clean sentences that may be held at most."""

ENOUGH = 30
"""Rows of each class from which beating the n-gram rival is asked for."""


def goals(records: Sequence[Record], slices: Sequence[Record] = ()) -> list[dict[str, Any]]:
    """Return each goal with its bound, what was found, and whether it is reached.

    `records` are of tasks, `slices` of clean sentences by kind.

    A goal whose set was not measured is left out; a task too small to ask is too.
    """
    found: list[dict[str, Any]] = []

    def value(name: str, part: str, setting: str, figure: str) -> float | None:
        for record in records:
            if (record["set"], record["part"], record["setting"]) == (name, part, setting):
                number: float | None = record["detector"][figure][0]
                return number
        return None

    def ask(goal: str, number: float | None, relation: str, bound: float) -> None:
        if number is None:
            return
        reached = {
            "at least": number >= bound,
            "above": number > bound,
            "at most": number <= bound,
        }[relation]
        found.append(
            {
                "goal": goal,
                "relation": relation,
                "bound": bound,
                "found": number,
                "reached": reached,
            }
        )

    context = value("swaps_dev", "hold", "context", "auc")
    alone = value("swaps_dev", "hold", "alone", "auc")
    desk = value("desk_dev", "hold", "alone", "auc")
    ask("desk_dev, hold against clean: AUC", desk, "at least", 0.85)
    ask("swaps_dev in context: AUC", context, "at least", 0.85)
    if alone is not None:
        ask("swaps_dev in context: AUC, against alone", context, "above", alone)
    documents = value("docs_dev", "all, max", "context", "auc")
    ask("docs_dev, highest sentence: AUC", documents, "at least", 0.85)
    whole = f"all, {WHOLE}"
    documents = value("docs_dev", whole, "context", "auc")
    ask("docs_dev, document score: AUC", documents, "at least", 0.95)
    recall = value("docs_dev", whole, "context", "recall_at_5")
    ask("docs_dev, document score: recall at 5% false alarms", recall, "at least", 0.8)
    for label in (Label.COUNTRY, Label.ROLE, Label.NAME):
        share = value("articles_dev", f"label {label}", "context", "held_positive")
        ask(f"articles_dev, sentences with a wrong {label}: share held", share, "at least", 1.0)
    for part, name in (("hold", "clean sentences"), ("boilerplate", "boilerplate")):
        share = value("articles_dev", part, "context", "held_negative")
        ask(f"articles_dev, {name}: share held", share, "at most", 0.0)
    alarms = value("bench_dev", "e_false_alarm", "alone", "held_negative")
    ask("e_false_alarm: share held", alarms, "at most", 0.02)
    for record in slices:
        bound = 0.01 if record["slice"] == ALL else SLICE_LIMIT
        ask(f"clean sentences, {record['slice']}: share held", record["held"][0], "at most", bound)
    for record in records:
        part = record["part"]
        asked = part.startswith(("a_", "d_", "b_role")) and not part.startswith("b_role_control")
        if asked and record["channel"] == "any" and record["beats_ngrams"] is not None:
            figure = compared_on(part)
            rival = record["ngrams"][figure][0]
            ask(f"{part}: {figure}, against n-grams", record["detector"][figure][0], "above", rival)
    return found


def compared_on(part: str) -> str:
    """Return the figure that a part is compared with the n-gram rival on.

    Machine-translation errors are compared within length bins, since length alone goes far
    there.
    """
    return "auc_binned" if part.startswith("a_") else "auc"
