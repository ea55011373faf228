"""The batcher: one thread owns the detector and scores what all clients wait for together."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from babelproof.batch import Scorer
from babelproof.facts.dates import Day
from babelproof.serve.settings import Limits
from babelproof.verdict import DocumentVerdict, Status

Content = str | list[str]


class FullError(Exception):
    """More waits than may wait; what was asked was not taken."""


class ClosingError(Exception):
    """The service ends and takes nothing more."""


@dataclass(frozen=True)
class _Job:
    contents: Sequence[Content]
    days: Sequence[Day | None]
    size: int
    done: Future[list[DocumentVerdict]] = field(default_factory=Future)


def size_of(content: Content) -> int:
    """Count the characters of a document."""
    return len(content) if isinstance(content, str) else sum(map(len, content))


class Batcher:
    """Scores documents of many requests in common batches, in the order in which they came.

    Scores do not depend on what else is in a batch, so a client gets what it would get alone.
    `on_batch` hears of every batch: how many documents, and how many seconds it took.
    """

    def __init__(
        self,
        scorer: Scorer,
        limits: Limits,
        on_batch: Callable[[int, float], None] = lambda documents, seconds: None,
    ) -> None:
        self._scorer = scorer
        self._limits = limits
        self._on_batch = on_batch
        self._jobs: deque[_Job] = deque()
        self._waiting = 0
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="babelproof-scorer", daemon=True)
        self._thread.start()

    @property
    def queue(self) -> int:
        """How many requests wait for their turn."""
        return len(self._jobs)

    @property
    def open(self) -> bool:
        """Whether a request would be taken now."""
        return (
            not self._closing
            and self._thread.is_alive()
            and len(self._jobs) < self._limits.queue_requests
        )

    def submit(
        self, contents: Sequence[Content], days: Sequence[Day | None]
    ) -> Future[list[DocumentVerdict]]:
        """Take the documents of one request; a verdict for each comes, in order.

        One that is cancelled before its turn is not scored. Raises `FullError` and
        `ClosingError`.
        """
        job = _Job(contents, days, sum(map(size_of, contents)))
        with self._changed:
            if self._closing:
                raise ClosingError
            full = len(self._jobs) >= self._limits.queue_requests
            # One request alone is always taken, whatever its size.
            if full or (self._jobs and self._waiting + job.size > self._limits.queue_characters):
                raise FullError
            self._jobs.append(job)
            self._waiting += job.size
            self._changed.notify_all()
        return job.done

    def close(self) -> None:
        """Take nothing more, finish what was taken, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while batch := self._gather():
            started = time.perf_counter()
            self._score(batch)
            count = sum(len(job.contents) for job in batch)
            self._on_batch(count, time.perf_counter() - started)

    def _gather(self) -> list[_Job]:
        """Wait for jobs, and a moment for more; nothing once the batcher is closed and empty."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._jobs or self._closing)
                if not self._jobs:
                    return []
                until = time.monotonic() + self._limits.window
                while not self._closing and self._waiting < self._limits.batch_characters:
                    if (left := until - time.monotonic()) <= 0:
                        break
                    self._changed.wait(left)
                if batch := self._taken():
                    return batch

    def _taken(self) -> list[_Job]:
        """Take jobs off the queue up to a batch, without those whose clients gave up."""
        batch: list[_Job] = []
        size = 0
        while self._jobs and (not batch or size < self._limits.batch_characters):
            job = self._jobs.popleft()
            self._waiting -= job.size
            if job.done.set_running_or_notify_cancel():
                batch.append(job)
                size += job.size
        return batch

    def _score(self, batch: Sequence[_Job]) -> None:
        contents = [content for job in batch for content in job.contents]
        days = [day for job in batch for day in job.days]
        try:
            verdicts = self._scorer.score_documents(contents, days)
        except Exception:  # whatever it is, it must not take the other clients' documents with it
            pairs = zip(contents, days, strict=True)
            verdicts = [self._alone(content, day) for content, day in pairs]
        given = iter(verdicts)
        for job in batch:
            job.done.set_result([next(given) for _ in job.contents])

    def _alone(self, content: Content, day: Day | None) -> DocumentVerdict:
        try:
            return self._scorer.score_documents([content], [day])[0]
        except Exception as failure:  # its message may hold the text, which leaves no trace
            return DocumentVerdict(Status.ERROR, f"could not be scored: {type(failure).__name__}")
