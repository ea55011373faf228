"""History: the figures of earlier releases, from what git keeps of `eval/metrics.json`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.figures import SHOWN

PATH = "eval/metrics.json"


@dataclass(frozen=True)
class Release:
    """One state of the figures. `commit` is empty for one that is not committed."""

    commit: str
    date: str
    version: str
    model: str
    auc: Mapping[str, float | None]
    recall: Mapping[str, float | None]
    alarms: float | None


def release(metrics: Mapping[str, Any], commit: str = "") -> Release:
    """Return the figures of one metrics.json that are followed: the sets shown in the README."""
    records = {
        (r["set"], r["part"], r["setting"]): r["detector"] for r in reversed(metrics["tasks"])
    }
    clean = records.get(("bench_dev", "e_false_alarm", "alone"))
    bundle = metrics["bundle"]

    def values(figure: str) -> dict[str, float | None]:
        return {what: records[key][figure][0] if key in records else None for key, what in SHOWN}

    return Release(
        commit,
        metrics["created"],
        str(bundle.get("version", "")),
        bundle["model_sha256"][:12],
        values("auc"),
        values("recall_at_1"),
        None if clean is None else clean["held_negative"][0],
    )


def releases(folder: Path, current: Mapping[str, Any]) -> list[Release]:
    """Return the committed figures, oldest first, and the current ones unless they are the last.

    Without git, or where the folder is no checkout, the current ones stand alone. States of
    another format are left out.
    """
    found = []
    for commit in _git(folder, "log", "--reverse", "--format=%h", "--", PATH).split():
        try:
            metrics = json.loads(_git(folder, "show", f"{commit}:{PATH}"))
            if metrics["format"] == current["format"]:
                found.append(release(metrics, commit))
        except (ValueError, KeyError, TypeError, IndexError):
            continue
    now = release(current)
    same = ("date", "model", "auc", "recall", "alarms")
    if not found or any(getattr(found[-1], name) != getattr(now, name) for name in same):
        found.append(now)
    return found


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
