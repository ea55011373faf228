"""The cache of windows: exact, bounded, and told apart by all their tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_runs import CLEAN, DAMAGED, jsonl, manifest, score

from babelproof.cache import Floats, StoppedError, WindowCache
from babelproof.detector import Detector
from babelproof.windows import Window

Ids = list[int]


def window(ids: Ids) -> Window:
    array = np.array(ids, dtype=np.int32)
    return Window(array, array, array, array, frozenset())


class Encode:
    """Gives logits that tell the ids, longest first, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Ids] = []

    def __call__(self, windows: Sequence[Window]) -> Iterator[tuple[int, Floats]]:
        for number in sorted(range(len(windows)), key=lambda number: -len(windows[number])):
            ids = windows[number].input_ids
            self.asked.append(ids.tolist())
            yield number, np.outer(ids, np.arange(12)).astype(np.float32)


@given(st.lists(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4))), st.integers(0, 1))
def test_every_window_gets_its_own_logits_once(calls: list[list[Ids]], megabytes: int) -> None:
    cache, encode = WindowCache(megabytes), Encode()
    for ids in calls:
        windows = [window(one) for one in ids]
        found = dict(cache.run(encode, windows))
        assert sorted(found) == list(range(len(ids)))
        for number, one in enumerate(ids):
            expected = np.outer(one, np.arange(12)).astype(np.float32)
            np.testing.assert_array_equal(found[number], expected)
    assert cache.asked == sum(map(len, calls))
    assert cache.found == cache.asked - len(encode.asked)
    if megabytes:
        assert len(encode.asked) == len({tuple(one) for ids in calls for one in ids})


def test_the_longest_unused_is_dropped_when_it_is_full() -> None:
    cache, encode = WindowCache(1), Encode()
    large = [[number] * 6000 for number in range(6)]  # some 310 kB each: three fit
    for number in (0, 1, 2, 0, 3):
        list(cache.run(encode, [window(large[number])]))
    encode.asked.clear()
    for number in (0, 3, 1):
        list(cache.run(encode, [window(large[number])]))
    assert [ids[0] for ids in encode.asked] == [1]


def test_nothing_larger_than_the_whole_is_kept() -> None:
    cache, encode = WindowCache(1), Encode()
    huge = window([1] * 30_000)
    for _ in range(2):
        list(cache.run(encode, [huge]))
    assert cache.found == 0


def test_what_it_keeps_no_caller_can_change() -> None:
    cache, encode = WindowCache(1), Encode()
    ((_, first),) = cache.run(encode, [window([1, 2])])
    first[:] = 9
    ((_, second),) = cache.run(encode, [window([1, 2])])
    assert second.max() == 22


def test_stopping_ends_a_call_under_way() -> None:
    cache, encode = WindowCache(1), Encode()
    results = cache.run(encode, [window([1]), window([2])])
    next(results)
    cache.stopped.set()
    with pytest.raises(StoppedError):
        next(results)


def test_threads_compute_no_window_twice_and_wait_for_no_other_in_vain() -> None:
    cache, encode = WindowCache(1), Encode()
    first = cache.run(encode, [window([1]), window([1, 1]), window([2])])
    next(first)  # the longest is there, two are under way
    found: list[int] = []
    other = threading.Thread(
        target=lambda: found.extend(int(v.max()) for _, v in cache.run(encode, [window([2])]))
    )
    other.start()
    list(first)
    other.join(10)
    assert found == [22]
    assert sorted(encode.asked) == [[1], [1, 1], [2]]
    # One that gives up lets who waits compute for itself.
    given_up = cache.run(encode, [window([3, 3]), window([4])])
    next(given_up)
    other = threading.Thread(
        target=lambda: found.extend(int(v.max()) for _, v in cache.run(encode, [window([4])]))
    )
    other.start()
    given_up.close()  # type: ignore[attr-defined]
    other.join(10)
    assert found == [22, 44]
    assert (cache.asked, cache.found) == (7, 2)


def test_a_call_closed_among_cached_windows_keeps_nobody_waiting() -> None:
    cache, encode = WindowCache(1), Encode()
    list(cache.run(encode, [window([1])]))
    closed = cache.run(encode, [window([2]), window([1]), window([3])])
    next(closed)  # the cached one; the first is noted as to be computed
    closed.close()  # type: ignore[attr-defined]
    found: list[int] = []
    other = threading.Thread(
        target=lambda: found.extend(int(v.max()) for _, v in cache.run(encode, [window([2])])),
        daemon=True,
    )
    other.start()
    other.join(10)
    assert found == [22]


def test_scores_are_the_same_with_and_without(tiny_bundle: Path) -> None:
    texts = [CLEAN, DAMAGED, f"{CLEAN} {DAMAGED}", CLEAN, ""] * 5
    with_cache = Detector.load(tiny_bundle)
    with_cache.remember(WindowCache(1))
    plain = Detector.load(tiny_bundle).score_documents(texts)
    for _ in range(2):
        for ours, theirs in zip(with_cache.score_documents(texts), plain, strict=True):
            assert ours.score == pytest.approx(theirs.score, abs=1e-6)
            assert ours.held == theirs.held


def test_a_run_reports_how_much_was_repeated(tiny_bundle: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(jsonl(*({"text": CLEAN} for _ in range(8)), {"text": DAMAGED}))
    result = score(tiny_bundle, source, "-o", tmp_path / "out.jsonl", "--shard-records", 2)
    assert manifest(tmp_path / "out.jsonl")["cache"]["windows"] == 9
    assert manifest(tmp_path / "out.jsonl")["cache"]["repeated"] == 7
    assert "of windows were read before" in result.stderr
    off = score(tiny_bundle, source, "--cache", 0)
    rows = [json.loads(line) for line in off.stdout_bytes.splitlines()]
    assert [row["held"] for row in rows] == [False] * 8 + [True]
