"""What `--fast` loses: read from two evaluations, set beside what it may lose, written once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.fast import ROWS, losses, main, render
from eval.figures import FiguresError

MARKS = "Before.\n\n<!-- fast:start -->\nold\n<!-- fast:end -->\n\nAfter.\n"


def metrics(version: str, auc: float) -> dict[str, Any]:
    """Figures of a bundle, all of one value."""
    detector = {key: [auc, auc - 0.02, auc + 0.02] for key in {row.figure for row in ROWS}}
    tasks = [
        {
            "set": row.set,
            "part": row.part,
            "setting": row.setting,
            "channel": "any",
            "detector": detector,
        }
        for row in ROWS
    ]
    return {"format": 1, "bundle": {"name": "b", "version": version}, "tasks": tasks}


def test_what_is_lost_is_told_from_what_is_allowed() -> None:
    shipped = metrics("1", 0.92)
    for auc, word in ((0.91, "0.010 on desk_dev (reached)"), (0.9, "0.020 on desk_dev (missed)")):
        text = render(shipped, metrics("1-fast", auc))
        assert word in text
        assert f"{auc:.3f} [{auc - 0.02:.2f}, {auc + 0.02:.2f}]" in text
    assert {row.set for row, _ in losses(shipped, shipped)} == {"desk_dev", "swaps_dev"}
    assert all(loss == pytest.approx(-0.01) for _, loss in losses(shipped, metrics("2", 0.93)))


def test_the_page_is_written_between_its_marks(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("a.json", "b.json", "page.md")}
    files["a.json"].write_text(json.dumps(metrics("1", 0.92)))
    files["b.json"].write_text(json.dumps(metrics("1-fast", 0.91)))
    files["page.md"].write_text(MARKS)
    given = ["--metrics", files["a.json"], "--fast", files["b.json"], "--to", files["page.md"]]
    assert main(list(map(str, given))) == 0
    written = files["page.md"].read_text()
    assert written.startswith("Before.\n")
    assert written.endswith("\n\nAfter.\n")
    assert "b 1-fast" in written
    assert "old" not in written
    assert main(list(map(str, given))) == 0
    assert files["page.md"].read_text() == written


def test_figures_that_are_not_there_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = metrics("1", 0.9)
    few["tasks"] = [task for task in few["tasks"] if task["set"] != "desk_dev"]
    with pytest.raises(FiguresError, match="expected the task hold of desk_dev"):
        render(few, metrics("1", 0.9))
    assert main(["--metrics", str(tmp_path / "none.json")]) == 2
    assert "expected the metrics.json of an evaluation" in capsys.readouterr().err
