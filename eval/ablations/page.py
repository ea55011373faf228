"""Page: the ablations as tables in Markdown, written from the JSON alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.table import interval, markdown

RIVALS = {"length": "length in words", "ngrams": "n-grams"}


def page(found: Mapping[str, Any]) -> str:
    """Give the page of what `eval/ablations.json` holds."""
    columns = list(found["rivals"]["length"])
    rows = found["variants"]
    about = found["about"]
    most = f" or {about['most_tokens']:,} tokens" if about["most_tokens"] else ""
    seen = sorted({processor for row in rows for processor in row["processors"]})
    parts = [
        "# What each part of the training is worth",
        "Written by `python -m eval.ablations` from `eval/ablations.json`; do not edit.",
        f"Every row is a training of its own from `{about['base']}` with `{about['config']}`: "
        f"{about['minutes']:g} minutes{most} at most on {' or '.join(seen)}, the learning rate "
        "falling to zero at the end. It differs from the whole in what its name says. AUC of the "
        "model alone (no facts, no marks) on the development sets; labels by their own channel.",
        "## The difference from the whole",
        "Over the seeds that both have, 95% intervals of a bootstrap over documents that draws "
        "both alike; **bold** where it does not hold zero. They are of the documents only: two "
        "trainings alike but for their seed can lie further apart than most rows here, and one "
        "unlucky whole raises every other row, so only what is large in both seeds is to be "
        "believed.",
        markdown(
            ("", "seeds", *columns),
            (
                (row["what"], _seeds(row), *(_apart(row["difference"][c]) for c in columns))
                for row in rows
                if row["difference"] is not None
            ),
        ),
        "## AUC",
        markdown(("", "seeds", "tokens", *columns), _all(found, columns)),
    ]
    return "\n\n".join(parts) + "\n"


def _all(found: Mapping[str, Any], columns: Sequence[str]) -> Iterator[Sequence[str]]:
    for row in found["variants"]:
        tokens = sum(row["tokens"]) / len(row["tokens"])
        yield (row["what"], _seeds(row), f"{tokens:,.0f}", *_cells(row["auc"], columns))
    for name, figures in found["rivals"].items():
        yield (RIVALS[name], "", "", *_cells(figures, columns))


def _cells(figures: Mapping[str, Any], columns: Sequence[str]) -> Iterator[str]:
    return (interval(figures[column]) for column in columns)


def _seeds(row: Mapping[str, Any]) -> str:
    return str(len(row["seeds"]))


def _apart(figure: Sequence[float]) -> str:
    value, low, high = figure
    text = f"{value:+.3f} [{low:+.2f}, {high:+.2f}]"
    return f"**{text}**" if low > 0 or high < 0 else text
