"""The batcher: one thread, common batches, equal verdicts, limits and an orderly end."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import pytest

from babelproof.detector import Detector
from babelproof.facts.dates import Day
from babelproof.serve.batcher import Batcher, ClosingError, FullError
from babelproof.serve.settings import Limits
from babelproof.verdict import DocumentVerdict, Status

TEXTS = ["The minister met Sandra Brinken in Kyiv.", "Talks on Uzbekistan followed.", "The war."]


class Gate:
    """A scorer that waits until it is let go, and remembers its batches."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.began = threading.Event()
        self.batches: list[int] = []

    def score_documents(
        self,
        documents: Iterable[str | Sequence[str]],
        dates: Iterable[Day | None] | None = None,
    ) -> list[DocumentVerdict]:
        given = list(documents)
        self.began.set()
        self.go.wait(20)
        self.batches.append(len(given))
        if "bad" in given:
            raise RuntimeError("secret text")
        return [DocumentVerdict(Status.SKIPPED, str(text)) for text in given]


def test_many_clients_get_what_each_would_get_alone(detector: Detector) -> None:
    batcher = Batcher(detector, Limits(window=0.05))
    futures = [batcher.submit([text, text[:20]], [None, None]) for text in TEXTS * 5]
    batcher.close()
    for text, future in zip(TEXTS * 5, futures, strict=True):
        alone = detector.score_documents([text, text[:20]])
        for given, expected in zip(future.result(), alone, strict=True):
            # How far a window is padded moves the last digits of a sum.
            assert given.score == pytest.approx(expected.score, abs=1e-6)
            assert given.held == expected.held
            pairs = zip(given.sentences, expected.sentences, strict=True)
            assert all((a.text, a.held) == (b.text, b.held) for a, b in pairs)


def test_what_waits_is_scored_together_in_order_up_to_the_budget() -> None:
    scorer = Gate()
    batcher = Batcher(scorer, Limits(window=0.001, batch_characters=10))
    first = batcher.submit(["x" * 10], [None])
    scorer.began.wait(20)
    others = [batcher.submit([f"{number:04}"], [None]) for number in range(6)]
    scorer.go.set()
    batcher.close()
    assert first.result()[0].status is Status.SKIPPED
    assert [future.result()[0].reason for future in others] == [f"{n:04}" for n in range(6)]
    assert scorer.batches == [1, 3, 3]


def test_one_that_fails_harms_no_other_and_tells_no_text() -> None:
    scorer = Gate()
    batcher = Batcher(scorer, Limits(window=0.2))
    futures = [batcher.submit([text], [None]) for text in ("good", "bad", "fine")]
    scorer.go.set()
    batcher.close()
    assert [future.result()[0].reason for future in futures] == [
        "good",
        "could not be scored: RuntimeError",
        "fine",
    ]


def test_a_full_queue_and_a_closed_one_take_nothing() -> None:
    scorer = Gate()
    batcher = Batcher(scorer, Limits(queue_requests=2, queue_characters=8, window=0.001))
    taken = [batcher.submit(["x"], [None])]
    scorer.began.wait(20)
    taken.append(batcher.submit(["y" * 7], [None]))
    with pytest.raises(FullError):
        batcher.submit(["zz"], [None])
    taken.append(batcher.submit(["z"], [None]))
    assert not batcher.open
    with pytest.raises(FullError):
        batcher.submit(["z"], [None])
    scorer.go.set()
    batcher.close()
    assert [len(future.result()) for future in taken] == [1, 1, 1]
    with pytest.raises(ClosingError):
        batcher.submit(["x"], [None])


def test_one_that_was_given_up_is_not_scored() -> None:
    scorer = Gate()
    batcher = Batcher(scorer, Limits(window=0.001))
    batcher.submit(["x"], [None])
    scorer.began.wait(20)
    assert batcher.submit(["gone"], [None]).cancel()
    kept = batcher.submit(["kept"], [None])
    scorer.go.set()
    batcher.close()
    assert kept.result()[0].reason == "kept"
    assert scorer.batches == [1, 1]
