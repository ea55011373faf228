"""Metrics: what Prometheus is told. Counts and times, never text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from babelproof.verdict import DocumentVerdict

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The figures of one application, apart from those of any other in the process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "babelproof_requests", "Requests answered", ["route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "babelproof_request_seconds",
            "Time from a request's first byte to its answer",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._sentences = Counter(
            "babelproof_sentences",
            "Sentences by what became of them",
            ["verdict"],
            registry=registry,
        )
        self._batch = Histogram(
            "babelproof_batch_documents",
            "Documents scored together",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=registry,
        )
        self._batch_seconds = Histogram(
            "babelproof_batch_seconds", "Time to score a batch", buckets=_SECONDS, registry=registry
        )
        self._queue = Gauge(
            "babelproof_queue_requests", "Requests waiting for their turn", registry=registry
        )

    def watch_queue(self, length: Callable[[], float]) -> None:
        """Ask for the length of the queue whenever the figures are read."""
        self._queue.set_function(length)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is a path of the application, or `other`."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def batch(self, documents: int, seconds: float) -> None:
        """Count a batch."""
        self._batch.observe(documents)
        self._batch_seconds.observe(seconds)

    def judged(self, documents: Iterable[DocumentVerdict]) -> None:
        """Count the sentences of documents."""
        for document in documents:
            for verdict in document.sentences:
                name = "held" if verdict.held else verdict.status.value
                self._sentences.labels(name).inc()

    def text(self) -> bytes:
        """Give all figures in Prometheus' text format."""
        return generate_latest(self._registry)
