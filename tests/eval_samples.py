"""A small shared folder of our own for the evaluation, as the tiny model can judge it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GOOD = "The minister met the president in Kyiv on Monday."
BAD = "The minister quoted the president in Kyiv on Monday."


def write_shared(folder: Path) -> Path:
    """Write hand-label files whose damaged rows hold a word that the tiny model knows."""
    labelled = folder / "handlabels"
    labelled.mkdir(parents=True)

    def write(name: str, rows: list[dict[str, Any]]) -> None:
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (labelled / f"{name}.jsonl").write_text(lines, encoding="utf-8")

    def judged(number: int, **more: Any) -> dict[str, Any]:
        bad = number % 2 == 0
        return {
            "text": f"{BAD if bad else GOOD} {number}",
            "severity": 2 if bad else 0,
            "labels": ["role"] if bad else [],
            "spans": [["role", 13, 19]] if bad else [],
            **more,
        }

    write("desk_dev", [judged(n, id=f"h{n}", origin="ours", source=f"s{n}") for n in range(20)])
    write("swaps_dev", [judged(n, doc=f"d{n // 5}", n=n % 5, edited=n % 2 == 0) for n in range(20)])
    write("articles_dev", [judged(n, doc="a", n=n) for n in range(6)])
    write(
        "docs_dev",
        [
            {
                "id": str(n),
                "kind": "weak-mt" if n % 2 else "native",
                "source": "ours",
                "damaged": bool(n % 2),
                "sentences": [GOOD, BAD if n % 2 else GOOD],
            }
            for n in range(8)
        ],
    )
    bench = {"task": "b_role", "origin": "ours"}
    write(
        "bench_dev",
        [
            {**bench, "id": str(n), "text": f"{(GOOD, BAD)[n % 2]} {n}", "label": n % 2,
             "group": str(n // 2)}
            for n in range(80)
        ]
        + [{"task": "e_false_alarm", "origin": "ours", "id": "e", "text": GOOD, "label": 0,
            "group": "e"}],
    )  # fmt: skip
    return folder
