"""Processors: a limit on the process counts, the host's number does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from babelproof.processors import processor_model, usable_processors

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="this system has no processor affinity"
)


@pytest.fixture(autouse=True)
def _eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))


def count(root: Path, own: str = "0::/\n") -> int:
    (root / "own").write_text(own)
    return usable_processors(root, root / "own")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("max 100000", 8),
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("10000 100000", 1),
        ("9900000 100000", 8),
        ("", 8),
        ("broken", 8),
        ("100000 0", 8),
    ],
)
def test_the_group_limit_caps_the_affinity(tmp_path: Path, limit: str, expected: int) -> None:
    (tmp_path / "cpu.max").write_text(limit)
    assert count(tmp_path) == expected


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert usable_processors(tmp_path / "none", tmp_path / "none") == 8


def test_the_tightest_of_the_groups_above_counts(tmp_path: Path) -> None:
    inner = tmp_path / "system" / "press.service"
    inner.mkdir(parents=True)
    (tmp_path / "system" / "cpu.max").write_text("300000 100000")
    (inner / "cpu.max").write_text("500000 100000")
    assert count(tmp_path, "0::/system/press.service\n") == 3
    assert count(tmp_path, "0::/\n") == 8


def test_groups_of_the_first_version_count(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("400000\n")
    assert count(tmp_path, "4:cpu:/\n") == 4
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("-1\n")
    assert count(tmp_path, "4:cpu:/\n") == 8


def test_the_processor_model_is_named_alike_each_time() -> None:
    assert processor_model()
    assert processor_model() == processor_model()
