"""The choice of a signal: what parts the sets is found, noise is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from babelproof.labels import CHANNELS
from babelproof.marks import MARKS, Mark
from babelproof.readings import Reading
from babelproof.signal import Signal
from training.combine import MARKED, choose
from training.devrows import DevRow, ReadDocument, raised_documents, raised_rows

Logits = np.ndarray[Any, np.dtype[np.float64]]
MT, NAME = CHANNELS.index("mt"), CHANNELS.index("name")


def row(name: str, number: int, logits: Logits, held: bool, mates: Logits, place: int) -> DevRow:
    none = np.zeros(0, dtype=np.int32)
    found = Reading(logits.astype(np.float32), none, none, np.zeros((0, 6), np.float32))
    return DevRow(name, f"{name}{number}", "text", found, held, (), (), mates, place)


def noise(rng: np.random.Generator, n: int) -> Logits:
    logits = rng.normal(-4, 0.5, (n, len(CHANNELS)))
    logits[:, 0] = rng.normal(-1, 1.5, n)  # `any` knows nothing here and is loud
    return logits


def dev(rng: np.random.Generator) -> tuple[list[DevRow], list[ReadDocument]]:
    rows = []
    for article in range(40):
        mates = noise(rng, 6)
        mates[0, NAME] += 4  # one damaged sentence in a sound article
        for place in range(6):
            rows.append(row("swaps_dev", article, mates[place], place == 0, mates, place))
    for number in range(120):
        logits = noise(rng, 1)
        logits[0, NAME] += 4 * (number % 2)
        rows.append(row("desk_dev", number, logits[0], number % 2 == 1, logits, 0))
    documents = []
    for number in range(80):
        logits = noise(rng, 8)
        # Every sentence of a damaged document is a little damaged, none of them much.
        logits[:, MT] += 2 * (number % 2)
        # A sentence of a sound one looks as if it were.
        logits[0, MT] += 3 * (1 - number % 2)
        documents.append(ReadDocument(f"d{number}", "native", number % 2 == 1, logits))
    return rows, documents


def test_a_loud_channel_that_knows_nothing_is_quietened_and_neighbours_count() -> None:
    rows, documents = dev(np.random.default_rng(3))
    signal, report = choose(rows, documents)
    assert (signal.offsets["any"] or 0.0) < 0.0
    assert signal.background is not None
    assert signal.background.channel == "mt"
    assert signal.background.usual == pytest.approx(-4 + 3 / 8, abs=0.1)
    for name in ("desk_dev", "swaps_dev", "docs_dev"):
        assert report["auc"][name] > report["auc_before"][name] + 0.1
        # The promise holds on rows that the choice did not see.
        assert report["auc_unseen"][name] > 0.85


def test_nothing_to_choose_on_leaves_the_plain_signal() -> None:
    signal, report = choose([], [])
    assert signal == Signal()
    assert report == {"auc": {}, "auc_before": {}, "auc_unseen": {}}


def test_clean_documents_of_other_kinds_that_read_like_damage_stop_the_lift() -> None:
    rows, documents = dev(np.random.default_rng(3))
    rng = np.random.default_rng(4)
    others = []
    for number in range(80):
        # Every sentence of them is as high on `mt` as those of damaged articles.
        logits = noise(rng, 8)
        logits[:, MT] += 2
        others.append(ReadDocument(f"o{number}", "manual", False, logits))
    signal, report = choose(rows, documents)
    careful, guarded = choose(rows, documents, others)
    assert set(guarded["auc"]) == {*report["auc"], "other_kinds"}

    def lift(chosen: Signal) -> float:
        background = chosen.background
        return 0.0 if background is None else float(background.lift(np.array([-2.0]))[0])

    # Nothing parts them from damaged articles, so the choice may not get better by them; it
    # must count them, though, and never gain on articles what it loses on them.
    assert lift(careful) <= lift(signal)
    assert sum(guarded["auc"].values()) >= sum(report["auc"].values())


def test_marks_count_where_documents_have_them() -> None:
    rng = np.random.default_rng(5)
    country = CHANNELS.index("country")
    rows = []
    for article in range(40):
        mates, marks = noise(rng, 6), np.zeros((6, len(MARKS)))
        damaged = article % 6
        mates[damaged, country] += 1.0  # hardly to be seen
        marks[damaged, MARKS.index(Mark.COUNTRY_ALONE)] = 1.0
        for place in range(6):
            own = row("swaps_dev", article, mates[place], place == damaged, mates, place)
            rows.append(replace(own, marks=marks[place]))
    signal, report = choose(rows, [])
    assert signal.marks == {"country_alone": MARKED[Mark.COUNTRY_ALONE]}
    assert report["auc"]["swaps_dev"] > report["auc_before"]["swaps_dev"]
    raised = raised_rows(rows, signal)
    added = [
        after.reading.pooled - before.reading.pooled
        for after, before in zip(raised, rows, strict=True)
    ]
    assert np.allclose(np.array(added)[:, :country], 0)
    assert np.allclose(np.max(added), signal.marks["country_alone"], atol=1e-5)
    assert all(one.marks is None for one in raised)
    unmarked, _ = choose([replace(one, marks=None) for one in rows], [])
    assert unmarked.marks == {}


def test_documents_are_raised_by_their_marks() -> None:
    logits, marks = np.zeros((2, len(CHANNELS))), np.zeros((2, len(MARKS)))
    marks[1, MARKS.index(Mark.NAME_ALONE)] = 1.0
    hold = Signal(marks={"name_alone": 2.0})
    marked = ReadDocument("a", "native", False, logits, marks)
    short = ReadDocument("b", "native", False, logits)
    one, other = raised_documents([marked, short], hold)
    assert one.logits[:, NAME].tolist() == [0.0, 2.0]
    assert one.logits.sum() == 2.0
    assert not other.logits.any()
