"""metrics.json as tables to read: Markdown, for the terminal and for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.sets import POOLED

Metrics = Mapping[str, Any]

HEADINGS = {
    "cases": "Our own cases (in context)",
    "bench_dev": "Public sets (each sentence alone)",
    "docs_dev": "Whole documents",
    "desk_dev": "Desk sentences (each alone)",
    "swaps_dev": "Articles with exchanged facts",
    "articles_dev": "Three articles on one event",
    POOLED: "Labels over desk, swaps and articles together",
}

COLUMNS = (
    "part", "by", "setting", "n+", "n-", "skipped", "AUC [95%]", "binned [95%]", "grouped", "AP",
    "R@1%", "R@2%", "R@5%", "MCC", "F1", "held+", "held-", "length: AUC", "binned",
    "n-grams: AUC", "binned", "",
)  # fmt: skip

GOALS = ("goal", "asked", "found [95%]", "rivals", "")

SPANS = (
    "set", "setting", "sentences", "n", "precision", "recall", "F1 [95%]",
    "F1 of marking whole sentences",
)  # fmt: skip

CALIBRATION = (
    "set", "setting", "part", "by", "rows", "as shipped", "unseen [95%]", "isotonic [95%]",
    "Brier", "isotonic", "constant",
)  # fmt: skip

BOTH = ("auc", "auc_binned")

SHORT = (
    "part", "setting", "n+", "n-", "AUC [95%]", "binned", "R@1%", "held+", "held-", "length: AUC",
    "binned", "n-grams: AUC", "binned", "",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A heading over columns and rows of text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
        """Make a table of any rows."""
        return cls(heading, tuple(columns), tuple(map(tuple, rows)))


def render_table(metrics: Metrics) -> str:
    """Return every figure of metrics.json as Markdown."""
    parts = [f"# Figures of {metrics['bundle']['name']}, {metrics['created']}", legend(metrics)]
    parts += [
        f"## {table.heading}\n\n{markdown(table.columns, table.rows)}" for table in tables(metrics)
    ]
    return "\n\n".join(parts) + "\n"


def tables(metrics: Metrics) -> Iterator[Table]:
    """Give every figure of metrics.json as tables, those asked for most first."""
    yield Table.of("Goals", GOALS, map(goal_row, metrics["goals"]))
    for name in dict.fromkeys(record["set"] for record in metrics["tasks"]):
        records = [record for record in metrics["tasks"] if record["set"] == name]
        yield Table.of(f"{HEADINGS[name]}: {name}", COLUMNS, map(_cells, records))
    yield Table.of(
        "Characters of findings against hand-marked spans",
        SPANS,
        span_rows(metrics["tasks"]),
    )
    yield Table.of(
        "Sentences held in whole documents",
        ("kind", "sentences", "held [95%]"),
        ((r["kind"], str(r["sentences"]), interval(r["held"])) for r in metrics["documents"]),
    )
    if metrics.get("slices"):
        yield Table.of(
            "Clean sentences held, by kind (each alone)",
            ("kind", "sentences", "documents", "unseen", "skipped", "held [95%]", "labels"),
            map(_slice, metrics["slices"]),
        )
    yield Table.of(
        "Our own cases judged rightly",
        ("file", "right", "wrong", "failing, or to be moved"),
        _cases(metrics["cases"]),
    )
    if metrics.get("robustness"):
        yield Table.of(
            "Verdicts that small changes of the text flip",
            ("change", "sentences", "flipped", "share", "mean shift of P"),
            map(_robustness, metrics["robustness"]),
        )
    if metrics.get("calibration"):
        yield Table.of(
            "Expected calibration error: as shipped on the rows fitted to, and of fits to four "
            "fifths on the others",
            CALIBRATION,
            map(calibration_cells, metrics["calibration"]),
        )  # fmt: skip
    yield Table.of(
        "P(hold) of rows outside the yes/no question",
        ("set", "setting", "rows", "n", "decile 1", "q1", "median", "q3", "decile 9", "held"),
        _others(metrics["others"]),
    )


def render_short(metrics: Metrics) -> str:
    """Return the figures that fit a terminal: no channels but `any`, fewer columns."""
    parts = [f"# Figures of {metrics['bundle']['name']}, {metrics['created']}", legend(metrics)]
    for name in dict.fromkeys(record["set"] for record in metrics["tasks"]):
        records = [
            record
            for record in metrics["tasks"]
            if record["set"] == name and record["channel"] == "any"
        ]
        if records:
            parts.append(
                f"## {HEADINGS[name]}: {name}\n\n" + markdown(SHORT, map(_short_cells, records))
            )
    parts.append("## Goals\n\n" + markdown(GOALS, map(goal_row, metrics["goals"])))
    return "\n\n".join(parts) + "\n"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table whose columns line up when read as plain text."""
    table = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(columns))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
             for row in table]  # fmt: skip
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def number(value: float | None) -> str:
    """Return a figure with three digits, or a dash where there is none."""
    return "-" if value is None else f"{value:.3f}"


def interval(figure: Sequence[float | None] | None) -> str:
    """Return 'value [low, high]'."""
    if figure is None or figure[0] is None:
        return "-"
    if figure[1] is None or figure[2] is None:
        return number(figure[0])
    return f"{figure[0]:.3f} [{figure[1]:.2f}, {figure[2]:.2f}]"


def legend(metrics: Metrics) -> str:
    """Say what was measured and what the columns mean."""
    rival = metrics["ngrams"]
    taught = (
        f"taught by {rival['sentences']} of our training sentences"
        if rival
        else "left out: no training set was given"
    )
    return (
        f"Bundle model {metrics['bundle']['model_sha256'][:12]}; intervals from "
        f"{metrics['resamples']} resamples of whole clusters, seed {metrics['seed']}.\n"
        "`binned`: only rows of like length (in words) are compared; `grouped`: only rows of "
        "one pair or source segment; R@x%: recall when x% of the clean rows are flagged; held+ "
        "and held-: share of damaged and of clean rows held at the operating point; `length` "
        f"and `n-grams`: AUC of trivial rivals (character n-grams {taught}). "
        "**<**: the n-gram rival is not beaten."
    )


def goal_row(goal: Mapping[str, Any]) -> Sequence[str]:
    """Return a goal as a row of `GOALS`: asked, found, what rivals have, reached or missed."""
    rivals = ", ".join(
        f"{name} {number(value)}" for name, value in goal["rivals"].items() if value is not None
    )
    return *goal_cells(goal), rivals, "reached" if goal["reached"] else "**missed**"


def goal_cells(goal: Mapping[str, Any]) -> Sequence[str]:
    """Return a goal, what is asked and what was found, with its interval where it has one."""
    found = interval([goal["found"], *(goal["interval"] or (None, None))])
    return goal["goal"], f"{goal['relation']} {goal['bound']:g}", found


def calibration_cells(record: Mapping[str, Any]) -> Sequence[str]:
    """Return a record of calibration as a row of `CALIBRATION`."""
    brier = record["brier"] or {}
    return (
        record["set"],
        record["setting"],
        record["part"],
        record["channel"],
        str(record["rows"]),
        number(record["error"]),
        interval(record["unseen"]),
        interval(record["isotonic"]),
        *(number(brier.get(name)) for name in ("platt", "isotonic", "share")),
    )


def _value(figures: Mapping[str, Any] | None, name: str) -> str:
    return number((figures or {}).get(name, [None])[0])


def _cells(record: Mapping[str, Any]) -> Sequence[str]:
    detector = record["detector"]
    names = ("auc_grouped", "ap", "recall_at_1", "recall_at_2", "recall_at_5")
    return (
        record["part"],
        record["channel"],
        record["setting"],
        str(record["positives"]),
        str(record["negatives"]),
        str(record.get("skipped", "")),
        interval(detector["auc"]),
        interval(detector["auc_binned"]),
        *(_value(detector, name) for name in names),
        *(_value(detector, name) for name in ("mcc", "f1", "held_positive", "held_negative")),
        *(_value(record[rival], name) for rival in ("length", "ngrams") for name in BOTH),
        "**<**" if record["beats_ngrams"] is False else "",
    )


def _short_cells(record: Mapping[str, Any]) -> Sequence[str]:
    detector = record["detector"]
    return (
        record["part"],
        record["setting"],
        str(record["positives"]),
        str(record["negatives"]),
        interval(detector["auc"]),
        *(_value(detector, name) for name in ("auc_binned", "recall_at_1")),
        *(_value(detector, name) for name in ("held_positive", "held_negative")),
        *(_value(record[rival], name) for rival in ("length", "ngrams") for name in BOTH),
        "**<**" if record["beats_ngrams"] is False else "",
    )


def span_rows(records: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """Give rows of `SPANS`: of all damaged rows, and of those that the detector holds."""
    for record in records:
        for name, which in (("all", "all damaged"), ("held", "of those, held by the detector")):
            if "spans" in record:
                found = record["spans"][name]
                yield (
                    record["set"],
                    record["setting"],
                    which,
                    str(found["rows"]),
                    number(found["precision"]),
                    number(found["recall"]),
                    interval([found["f1"], *found["f1_interval"]]),
                    number(found["f1_of_whole_sentences"]),
                )


def _cases(records: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for record in records:
        named = ", ".join(record.get("failing", record.get("to_move", [])))
        yield record["file"], str(record["right"]), str(record["wrong"]), named


def _slice(record: Mapping[str, Any]) -> Sequence[str]:
    few = "" if record["enough"] else " (few)"
    return (
        record["slice"],
        f"{record['sentences']}{few}",
        str(record["documents"]),
        "-" if record["unseen"] is None else str(record["unseen"]),
        str(record["skipped"]),
        interval(record["held"]),
        ", ".join(f"{label} {count}" for label, count in record["labels"].items()),
    )


def _robustness(record: Mapping[str, Any]) -> Sequence[str]:
    return (
        record["change"],
        str(record["sentences"]),
        str(record["flipped"]),
        f"{record['share']:.2%}",
        number(record["mean_shift"]),
    )


def _others(records: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for record in records:
        cuts = record.get("quantiles_10_25_50_75_90", [None] * 5)
        yield (
            record["set"], record["setting"], record["kind"], str(record["rows"]),
            *(number(cut) for cut in cuts), number(record.get("held")),
        )  # fmt: skip
