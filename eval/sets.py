"""The hand-labelled sets as texts to score and yes/no tasks to measure on those scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from babelproof.labels import ANY, LABELS, Label
from data.handlabels import (
    BenchRow,
    HandDocument,
    HandRow,
    handlabel_path,
    read_bench,
    read_documents,
    read_rows,
)

Setting = Literal["context", "alone", "as read"]
"""How sentences are read; "as read" where sets that are read differently are pooled."""

POOLED = "pooled"
"""The set that desk, swaps and articles make together, for labels that are few in each."""

AWKWARD = "awkward"
DISAGREED = "disagreed"

BENCH_CHANNELS: dict[str, Label] = {
    "a_mt_error": Label.MT,
    "b_role": Label.ROLE,
    "c_entity": Label.NAME,
    "c_country": Label.COUNTRY,
    "c_country_knowledge": Label.COUNTRY,
    "c_country_real": Label.COUNTRY,
    "d_garbled": Label.GARBLE,
    "d_shuffle": Label.GARBLE,
}
"""The label a public task is about; control tasks and clean news have none."""


@dataclass(frozen=True)
class Task:
    """Rows of a text set that one question is asked of.

    `rows` are positions in the set's `texts`, `truth` is 1 where the row is damaged,
    `channel` names the detector's channel that answers.
    """

    part: str
    rows: tuple[int, ...]
    truth: tuple[int, ...]
    channel: str = ANY


@dataclass(frozen=True)
class TextSet:
    """Sentences that are scored in one go, and the tasks that read those scores.

    `documents` [n] names each sentence's document: neighbours of one name are scored
    together where `setting` is "context". `groups` [n] names what the bootstrap draws.
    `spans` [n] are hand-marked characters, None where nobody marked any. `others` are
    rows outside every yes/no task whose scores are described (awkward, disagreed).
    """

    name: str
    setting: Setting
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    documents: tuple[str, ...]
    groups: tuple[str, ...]
    tasks: tuple[Task, ...]
    spans: tuple[tuple[tuple[int, int], ...] | None, ...] = ()
    others: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def runs(self) -> list[list[int]]:
        """Return the positions scored together: documents in context, else single rows."""
        if self.setting == "alone":
            return [[i] for i in range(len(self.texts))]
        runs: list[list[int]] = []
        for i, document in enumerate(self.documents):
            if i and document == self.documents[i - 1]:
                runs[-1].append(i)
            else:
                runs.append([i])
        return runs


@dataclass(frozen=True)
class DocumentSet:
    """Whole documents, damaged (1) or not (0) by provenance, and their kinds."""

    name: str
    documents: tuple[HandDocument, ...]

    @property
    def truth(self) -> tuple[int, ...]:
        return tuple(int(document.damaged) for document in self.documents)


def load_text_sets(shared: Path) -> list[TextSet]:
    """Return every sentence-level development set; refuses a missing or malformed file."""
    swaps = read_rows(handlabel_path(shared, "swaps_dev"))
    articles = read_rows(handlabel_path(shared, "articles_dev"))
    return [
        judged_set("desk_dev", "alone", read_rows(handlabel_path(shared, "desk_dev"))),
        judged_set("swaps_dev", "context", swaps),
        judged_set("swaps_dev", "alone", swaps),
        judged_set("articles_dev", "context", articles),
        judged_set("articles_dev", "alone", articles),
        bench_set(read_bench(handlabel_path(shared, "bench_dev"))),
    ]


def load_document_set(shared: Path) -> DocumentSet:
    """Return the document-level development set."""
    return DocumentSet("docs_dev", tuple(read_documents(handlabel_path(shared, "docs_dev"))))


def judged_set(name: str, setting: Setting, rows: Sequence[HandRow]) -> TextSet:
    """Return a set that readers judged by severity: 2 against 0, also by label and origin.

    Rows noted as ambiguous stay in the text (they are their neighbours' context) but in
    no task. Awkward rows and those the readers disagreed on are described apart.
    """
    counted = [i for i, row in enumerate(rows) if row.note != "ambiguous"]
    clean = [i for i in counted if rows[i].severity == 0]
    held = [i for i in counted if rows[i].severity == 2]
    tasks = [_task("hold", held, clean)]
    for label in LABELS:
        labelled = [i for i in held if label in rows[i].labels]
        if labelled:
            tasks.append(_task(f"label {label.value}", labelled, clean, label.value))
            tasks.append(_task(f"label {label.value} by any", labelled, clean))
    boilerplate = [i for i in clean if rows[i].note == "boilerplate"]
    if boilerplate:
        tasks.append(_task("boilerplate", [], boilerplate))
    for origin, members in _by(counted, lambda i: rows[i].origin):
        tasks.append(
            _task(
                f"origin {origin}",
                [i for i in members if rows[i].severity == 2],
                [i for i in members if rows[i].severity == 0],
            )
        )
    return TextSet(
        name=name,
        setting=setting,
        ids=tuple(row.id for row in rows),
        texts=tuple(row.text for row in rows),
        documents=tuple(row.document or row.id for row in rows),
        groups=tuple(row.document or row.source or row.id for row in rows),
        tasks=tuple(tasks),
        spans=tuple(tuple((s.start, s.end) for s in row.spans) for row in rows),
        others={
            AWKWARD: tuple(i for i in counted if rows[i].severity == 1),
            DISAGREED: tuple(i for i in counted if rows[i].severity is None),
        },
    )


def is_pooled(texts: TextSet) -> bool:
    """Whether a set is one of those pooled, read as its users would read it."""
    return (texts.name, texts.setting) in (
        ("desk_dev", "alone"),
        ("swaps_dev", "context"),
        ("articles_dev", "context"),
    )


def pooled(sets: Sequence[TextSet]) -> TextSet:
    """Return the rows of several judged sets as one, asked by label only.

    The rows follow one another in the order of the sets, so their verdicts can be joined.
    """
    starts = [sum(len(texts.texts) for texts in sets[:n]) for n in range(len(sets))]
    held: dict[str, list[int]] = {label.value: [] for label in LABELS}
    clean: list[int] = []
    for start, texts in zip(starts, sets, strict=True):
        for task in texts.tasks:
            pairs = list(zip(task.rows, task.truth, strict=True))
            if task.part == "hold":
                clean += [start + row for row, truth in pairs if not truth]
            elif task.part == f"label {task.channel}":
                held[task.channel] += [start + row for row, truth in pairs if truth]
    return TextSet(
        name=POOLED,
        setting="as read",
        ids=tuple(f"{texts.name} {id}" for texts in sets for id in texts.ids),
        texts=tuple(text for texts in sets for text in texts.texts),
        documents=tuple(f"{texts.name} {name}" for texts in sets for name in texts.documents),
        groups=tuple(f"{texts.name} {name}" for texts in sets for name in texts.groups),
        tasks=tuple(
            _task(f"label {label}", rows, clean, label) for label, rows in held.items() if rows
        ),
    )


def bench_set(rows: Sequence[BenchRow]) -> TextSet:
    """Return the public sets: each task pooled, by its label's channel, and by origin.

    Human translations are left out (machine errors are the question); the rows whose
    errors can be seen from the English alone are a part of their own.
    """
    rows = [row for row in rows if not row.human_reference]
    tasks = []
    for name, members in _by(range(len(rows)), lambda i: rows[i].task):
        tasks.append(_bench_task(rows, name, members))
        if name in BENCH_CHANNELS:
            channel = BENCH_CHANNELS[name].value
            tasks.append(_bench_task(rows, f"{name} by {channel}", members, channel))
        for origin, part in _by(members, lambda i: rows[i].origin):
            tasks.append(_bench_task(rows, f"{name} {origin}", part))
            if any(rows[i].visible for i in part):
                seen = [i for i in part if rows[i].visible or not rows[i].label]
                tasks.append(_bench_task(rows, f"{name} {origin} visible", seen))
    return TextSet(
        name="bench_dev",
        setting="alone",
        ids=tuple(row.id for row in rows),
        texts=tuple(row.text for row in rows),
        documents=tuple(row.id for row in rows),
        groups=tuple(f"{row.task}|{row.origin}|{row.group}" for row in rows),
        tasks=tuple(tasks),
    )


def _bench_task(
    rows: Sequence[BenchRow], part: str, members: Sequence[int], channel: str = ANY
) -> Task:
    held = [i for i in members if rows[i].label]
    return _task(part, held, [i for i in members if not rows[i].label], channel)


def _task(part: str, held: Sequence[int], clean: Sequence[int], channel: str = ANY) -> Task:
    truth = (1,) * len(held) + (0,) * len(clean)
    return Task(part, (*held, *clean), truth, channel)


def _by(members: Iterable[int], key: Callable[[int], str]) -> list[tuple[str, list[int]]]:
    """Return the positions of each named part, sorted by name; the unnamed is no part."""
    parts: dict[str, list[int]] = defaultdict(list)
    for i in members:
        parts[key(i)].append(i)
    return [(name, parts[name]) for name in sorted(parts) if name]
