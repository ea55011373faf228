"""Watch: a process run to its end, its time, its output and its memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.shared import CHECKOUT

_PACKAGES = [str(CHECKOUT), str(CHECKOUT / "model")]

EVERY = 0.1
"""Seconds between two looks at a process's memory."""


class FailedError(RuntimeError):
    """A process that ended with an unexpected exit code."""


@dataclass(frozen=True)
class Watched:
    """What came of a process: times in seconds since it was started, memory in MB.

    `lines` of its standard output with the time of each; `resident`: memory over time.
    """

    code: int
    seconds: float
    peak_mb: float
    lines: tuple[tuple[float, str], ...] = ()
    resident: tuple[tuple[float, float], ...] = field(default=(), repr=False)


def watch(command: Sequence[str], given: str = "", codes: Sequence[int] = (0,)) -> Watched:
    """Run a command with `given` on its standard input and look at its memory meanwhile.

    Raises `FailedError`, with what it wrote to standard error, where it ends with a code
    that is not among `codes`.
    """
    resident: list[tuple[float, float]] = []
    peak = 0.0
    lines: list[tuple[float, str]] = []
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_PACKAGES)},
        )
        ended = threading.Event()

        def look() -> None:
            nonlocal peak
            while not ended.wait(EVERY):
                found = memory(process.pid)
                if found is not None:
                    peak = max(peak, found[1])
                    resident.append((time.perf_counter() - began, found[0]))

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
        try:
            if process.stdin is None or process.stdout is None:
                raise FailedError(f"{command[0]}: expected pipes, found none")
            process.stdin.write(given)
            process.stdin.close()
            for line in process.stdout:
                lines.append((time.perf_counter() - began, line.rstrip("\n")))
            code = process.wait()
            seconds = time.perf_counter() - began
        finally:
            ended.set()
            looker.join()
            if process.poll() is None:
                process.kill()
                process.wait()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if code not in codes:
        raise FailedError(f"{' '.join(command)}: ended with code {code}: {said[-2000:]}")
    return Watched(code, seconds, peak, tuple(lines), tuple(resident))


def memory(process: int) -> tuple[float, float] | None:
    """Give the resident memory of a process and the highest so far, in MB; None where it ended.

    Only Linux tells.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if "VmRSS" not in fields or "VmHWM" not in fields:
        return None  # ended, but not yet waited for
    now, most = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most
