"""Progress: how far a run is, as a bar on a terminal or as plain lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from babelproof.jobs.tally import Tally

LOG_SECONDS = 10.0
"""Seconds between two lines of `--progress log`."""


class Style(StrEnum):
    """`auto` is a bar on a terminal and nothing elsewhere."""

    AUTO = "auto"
    LOG = "log"
    OFF = "off"


class RunProgress:
    """Shows records, rate, share held and the time left on standard error.

    `total`: bytes of all inputs, None when unknown: then there is no time left to tell.
    """

    def __init__(
        self,
        style: Style,
        total: int | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        console = Console(stderr=True)
        self._style = style
        self._total = total
        self._clock = clock
        self._begun = self._said = clock()
        self._first: tuple[float, int] | None = None
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[state]}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=style is not Style.AUTO or not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> RunProgress:
        self._progress.start()
        self._task = self._progress.add_task("score", total=self._total, state="0 records")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, tally: Tally, done: int) -> None:
        """Show where the run is: what it counted, and the bytes of the inputs behind it.

        The tally is of this process: records of an earlier one count in no rate.
        """
        now = self._clock()
        if self._first is None:
            self._first = now, done
        if self._task is not None:
            self._progress.update(self._task, completed=done, state=self._state(tally, done, now))
        if self._style is Style.LOG and now - self._said >= LOG_SECONDS:
            self._said = now
            typer.echo(self._state(tally, done, now), err=True)

    def _state(self, tally: Tally, done: int, now: float) -> str:
        seconds = max(now - self._begun, 1e-9)
        parts = [
            f"{tally.records:,} records",
            f"{tally.records / seconds:,.0f} records/s",
            f"{tally.sentences / seconds:,.0f} sentences/s",
            f"{tally.held_share:.2%} held",
        ]
        if self._total and self._first is not None:
            parts.append(f"{done / self._total:.1%} done")
            # Bytes behind a run that goes on took no time of this one.
            then, before = self._first
            if done > before:
                left = (self._total - done) * (now - then) / (done - before)
                parts.append(f"{timedelta(seconds=round(left))} left")
        return ", ".join(parts)
