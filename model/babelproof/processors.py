"""Processors: how many this process may use, and which model they are."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from math import ceil
from pathlib import Path

_CONTROL = Path("/sys/fs/cgroup")
_OWN_GROUP = Path("/proc/self/cgroup")
_CPUINFO = Path("/proc/cpuinfo")
_TELLING = frozenset(
    [
        *("vendor_id", "model name", "cpu family", "model", "stepping", "flags"),
        *("CPU implementer", "CPU part", "CPU variant", "Features"),
    ]
)


def usable_processors(control: Path = _CONTROL, own_group: Path = _OWN_GROUP) -> int:
    """Count the processors this process may use: its affinity, capped by its control groups.

    The host's count, which ONNX Runtime takes by itself, makes a container slower.
    """
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    shares = [ceil(share) for share in _shares(control, own_group)]
    return max(1, min([count, *shares]))


def _shares(control: Path, own_group: Path) -> Iterator[float]:
    """Give every limit on this process's groups, in processors (groups of either version)."""
    own = ""
    for line in _read(own_group).splitlines():
        if line.startswith("0::/"):
            own = line.removeprefix("0::/")
    group = control / own
    for folder in (group, *group.parents):
        yield from _share(*_read(folder / "cpu.max").split()[:2])
        if folder == control:
            break
    first = control / "cpu"
    yield from _share(_read(first / "cpu.cfs_quota_us"), _read(first / "cpu.cfs_period_us"))


def _share(quota: str = "", period: str = "") -> Iterator[float]:
    try:
        share = float(quota) / float(period)
    except (ValueError, ZeroDivisionError):  # no such file, or "max": no limit
        return
    if share > 0:  # -1 is no limit
        yield share


def brief(model: str) -> str:
    """Leave the long lists of abilities out of what `processor_model` says.

    >>> brief("x86_64; Some Processor; " + "avx " * 30)
    'x86_64; Some Processor'
    """
    return "; ".join(part for part in model.split("; ") if len(part) < 100)


def processor_model() -> str:
    """Name this machine's processor model with its abilities, as far as the system tells.

    Two machines of the same name compute alike: 8-bit arithmetic differs between families.
    """
    found: dict[str, str] = {}
    for line in _read(_CPUINFO).splitlines():
        key, _, value = line.partition(":")
        if key.strip() in _TELLING:
            found.setdefault(key.strip(), value.strip())
    # Where the system tells nothing itself, Python asks another program, which takes longer.
    parts = [platform.machine(), *(found.values() or [platform.processor()])]
    return "; ".join(part for part in parts if part)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
