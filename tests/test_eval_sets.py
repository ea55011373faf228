"""Hand-labelled rows become the right yes/no tasks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from babelproof.labels import Label
from data.handlabels import BenchRow, HandRow, HandSpan
from eval.sets import bench_set, judged_set, load_document_set, load_text_sets

SHARED = Path(os.environ.get("BABELPROOF_SHARED", Path(__file__).parents[2] / "shared"))


def row(number: int, severity: int | None, **changes: object) -> HandRow:
    values: dict[str, object] = {
        "id": f"r{number}",
        "text": f"Our own sentence number {number}.",
        "severity": severity,
        "labels": (),
        "spans": (),
        "document": "",
        "origin": "",
        "source": "",
    }
    return HandRow(**{**values, **changes})  # type: ignore[arg-type]


def bench(number: int, label: int, **changes: object) -> BenchRow:
    values: dict[str, object] = {
        "id": f"b{number}",
        "task": "a_mt_error",
        "origin": "one",
        "text": f"Our own sentence number {number}.",
        "label": label,
        "group": f"g{number}",
        "reference": None,
        "human_reference": None,
        "visible": None,
    }
    return BenchRow(**{**values, **changes})  # type: ignore[arg-type]


def test_hold_is_two_against_zero_and_the_rest_is_described() -> None:
    texts = judged_set("desk", "alone", [row(0, 0), row(1, 2), row(2, 1), row(3, None)])
    (task,) = texts.tasks
    assert (task.part, task.rows, task.truth) == ("hold", (1, 0), (1, 0))
    assert texts.others == {"awkward": (2,), "disagreed": (3,)}


def test_ambiguous_rows_are_context_but_never_counted() -> None:
    rows = [
        row(0, 2, document="a", note="ambiguous"),
        row(1, 0, document="a", note="boilerplate"),
        row(2, 2, document="a"),
    ]
    texts = judged_set("articles", "context", rows)
    parts = {task.part: task for task in texts.tasks}
    assert parts["hold"].rows == (2, 1)
    assert parts["boilerplate"].rows == (1,)
    assert parts["boilerplate"].truth == (0,)
    assert texts.runs() == [[0, 1, 2]]


def test_labels_are_read_on_their_channel_and_on_any() -> None:
    rows = [row(0, 0), row(1, 2, labels=(Label.NAME,)), row(2, 2, labels=(Label.MT,))]
    tasks = {task.part: task for task in judged_set("desk", "alone", rows).tasks}
    assert tasks["label name"].channel == "name"
    assert tasks["label name by any"].channel == "any"
    assert tasks["label name"].rows == (1, 0)
    assert "label role" not in tasks


def test_origins_are_parts() -> None:
    rows = [row(0, 0, origin="x"), row(1, 2, origin="y"), row(2, 2, origin="x")]
    tasks = {task.part: task for task in judged_set("desk", "alone", rows).tasks}
    assert tasks["origin x"].rows == (2, 0)
    assert tasks["origin y"].rows == (1,)


def test_context_runs_are_documents_and_alone_runs_single_rows() -> None:
    rows = [row(0, 0, document="a"), row(1, 2, document="a"), row(2, 0, document="b")]
    assert judged_set("swaps", "context", rows).runs() == [[0, 1], [2]]
    assert judged_set("swaps", "alone", rows).runs() == [[0], [1], [2]]


def test_spans_keep_their_characters() -> None:
    rows = [row(0, 2, spans=(HandSpan("name", 4, 7), HandSpan("any", 0, 3)))]
    assert judged_set("desk", "alone", rows).spans == (((4, 7), (0, 3)),)


def test_human_translations_are_left_out_and_visible_errors_are_a_part() -> None:
    rows = [
        bench(0, 0),
        bench(1, 1, visible=True),
        bench(2, 1, visible=False),
        bench(3, 1, human_reference=True),
        bench(4, 0, human_reference=False),
    ]
    texts = bench_set(rows)
    assert texts.ids == ("b0", "b1", "b2", "b4")
    tasks = {task.part: task for task in texts.tasks}
    assert len(tasks["a_mt_error one"].rows) == 4
    visible = tasks["a_mt_error one visible"]
    assert [texts.ids[i] for i in visible.rows] == ["b1", "b0", "b4"]
    assert tasks["a_mt_error by mt"].channel == "mt"


def test_equal_group_names_of_different_tasks_are_different_clusters() -> None:
    texts = bench_set([bench(0, 0, group="g"), bench(1, 1, group="g", task="b_role")])
    assert len(set(texts.groups)) == 2


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder is absent")
def test_the_shared_sets_have_the_documented_sizes() -> None:
    sets = {(texts.name, texts.setting): texts for texts in load_text_sets(SHARED)}
    desk = sets["desk_dev", "alone"].tasks[0]
    assert (sum(desk.truth), len(desk.truth) - sum(desk.truth)) == (152, 261)
    swaps = sets["swaps_dev", "context"]
    assert (sum(swaps.tasks[0].truth), len(swaps.runs())) == (76, 68)
    assert swaps.ids == sets["swaps_dev", "alone"].ids
    alarms = next(t for t in sets["bench_dev", "alone"].tasks if t.part == "e_false_alarm")
    assert (len(alarms.rows), sum(alarms.truth)) == (2128, 0)
    assert sum(load_document_set(SHARED).truth) == 60
