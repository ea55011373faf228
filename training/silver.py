"""Passages of the two hand-labelled files made for training: real damage, read by a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from random import Random

from babelproof.labels import LABELS
from data.documents import Document
from data.handlabels import HandRow, handlabel_path, read_rows
from data.read_labels import read_labels
from training.corruptions.registry import Registry
from training.damage import damage
from training.passages import CLEAN, Mark, Passage, Target
from training.recipe import Recipe
from training.scarred import scarred

AWKWARD_HOLD = 0.25
"""Target of severity 1: an editor fixes it in passing and seldom holds it."""

WEIGHT_OF_RATES = 20
"""Rows a system needs before its share of held sentences is believed."""


def silver_passages(
    shared: Path, copies: float, rng: Random, key: Callable[[str], str], scar_share: float
) -> Iterator[Passage]:
    """Give every row of `silver_train` as a passage of one sentence, `copies` times.

    A fraction of a copy is a random choice of rows. `key` gives the split key of a row's
    source. Second and later copies are scarred with a chance of `scar_share`.
    """
    rows = read_rows(handlabel_path(shared, "silver_train"))
    yield from _judged_passages("silver", "silver_train", rows, copies, rng, key, scar_share)


def read_passages(
    shared: Path, copies: float, rng: Random, key: Callable[[str], str], scar_share: float
) -> Iterator[Passage]:
    """Give every sentence of `data.read_labels` in the way of `silver_passages`."""
    if copies:
        rows = read_labels(shared)
        yield from _judged_passages(
            "silver_read", "read_labels", rows, copies, rng, key, scar_share
        )


def _judged_passages(
    name: str,
    source: str,
    rows: Iterable[HandRow],
    copies: float,
    rng: Random,
    key: Callable[[str], str],
    scar_share: float,
) -> Iterator[Passage]:
    for row in rows:
        passage = Passage(
            id=f"{name}|{row.id}",
            source=source,
            kind=f"{name}.{row.origin}",
            key=key(row.source),
            sentences=(row.text,),
            targets=(judged(row),),
        )
        yield from _copies(passage, copies, rng, scar_share)


def damaged_silver(
    shared: Path,
    recipe: Recipe,
    registry: Registry,
    rng: Random,
    key: Callable[[str], str],
) -> Iterator[Passage]:
    """Give `recipe.silver_twins` passages of judged clean sentences that we damage.

    They stand beside their clean twins, so that what parts the two is the damage alone.
    Sentences that no corruption fits are passed over.
    """
    rows = [row for row in read_rows(handlabel_path(shared, "silver_train")) if row.severity == 0]
    rng.shuffle(rows)
    uses: Counter[str] = Counter()
    made = 0
    for row in rows:
        if made >= recipe.silver_twins:
            return
        document = Document(f"silver_damaged|{row.id}", (row.text,), "silver_train")
        passage = damage(document, key(row.source), recipe, registry, rng, uses)
        if passage is not None:
            made += 1
            yield replace(passage, kind=f"silver_damaged.{passage.kind}")


def article_passages(
    shared: Path, copies: float, size: int, rng: Random, key: Callable[[str], str]
) -> Iterator[Passage]:
    """Give the articles of `silver_articles_train` in runs of up to `size` sentences.

    Each copy is cut at other places.
    """
    rows = read_rows(handlabel_path(shared, "silver_articles_train"))
    whole, part = int(copies), copies - int(copies)
    for document, group in groupby(rows, key=lambda row: row.document):
        article = list(group)
        for copy in range(whole + (rng.random() < part)):
            first = size if copy == 0 else rng.randint(1, size)
            cuts = [0, *range(first, len(article), size), len(article)]
            for start, end in pairwise(cuts):
                if start < end:
                    place = f"{start}~{copy}" if copy else str(start)
                    yield _article(document, article[start:end], place, key)


def _article(
    document: str, rows: Sequence[HandRow], place: str, key: Callable[[str], str]
) -> Passage:
    return Passage(
        id=f"silver_article|{document}|{place}",
        source="silver_articles_train",
        kind=f"silver_article.{rows[0].origin}",
        key=key(rows[0].source),
        sentences=tuple(row.text for row in rows),
        targets=tuple(judged(row) for row in rows),
    )


def judged(row: HandRow) -> Target:
    """Give the target of a judged sentence; refuses one that its readers disagreed on.

    The spans of an awkward sentence are left open: they are no reason to hold it.
    """
    if row.severity is None:
        raise ValueError(f"{row.id}: expected severity 0, 1 or 2, found none")
    if row.severity == 0:
        return CLEAN
    value = 1.0 if row.severity == 2 else AWKWARD_HOLD
    labels = tuple(value if label in row.labels else 0.0 for label in LABELS)
    if row.severity == 1:
        return Target(value, labels, spans_known=False)
    marks = tuple(Mark(span.label, span.start, span.end) for span in row.spans)
    return Target(value, labels, marks, spans_known=bool(marks))


def hold_rates(shared: Path) -> dict[tuple[str, str, str], float]:
    """Give how much of a system's output a careful reader holds, from `silver_train`.

    By (year, direction, system), "" for human references; severity 1 counts as in
    `judged`. Systems with fewer than `WEIGHT_OF_RATES` rows are left out.
    """
    judgements: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in read_rows(handlabel_path(shared, "silver_train")):
        parts = row.source.split("|")
        if row.origin.startswith("wmt") and len(parts) in (3, 4):
            system = parts[3] if len(parts) == 4 else ""
            judgements[parts[0], parts[1], system].append(judged(row).hold)
    return {
        system: sum(holds) / len(holds)
        for system, holds in judgements.items()
        if len(holds) >= WEIGHT_OF_RATES
    }


def _copies(passage: Passage, copies: float, rng: Random, scar_share: float) -> Iterator[Passage]:
    whole, part = int(copies), copies - int(copies)
    for number in range(whole + (rng.random() < part)):
        yield scarred(passage.copy(number), scar_share, rng) if number else passage
