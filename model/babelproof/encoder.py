"""The encoder: windows in, token logits out, in batches, whatever engine computes them."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from babelproof.engine import Engine, Floats, Forward, choose_engine
from babelproof.onnx_engine import TOKENS_A_BATCH
from babelproof.processors import usable_processors
from babelproof.windows import Window

_lock = threading.Lock()
_encoders: weakref.WeakSet[Encoder] = weakref.WeakSet()


def _after_fork() -> None:
    """Give up the parent's sessions, threads and lock: nobody here serves or releases them.

    The sessions are never closed in the child, which could wait for a pass for ever.
    """
    global _lock
    _lock = threading.Lock()
    for encoder in _encoders:
        if encoder._forward is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(encoder._forward))
        encoder._forward = encoder._pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Encoder:
    """Runs a model file; may be shared between threads and used after a fork.

    Its `engine` opens the file and says how many forward passes run at once on its `threads`
    threads, each on a thread of its own. Each process makes its threads when it first needs
    them: they do not survive a fork.
    """

    def __init__(
        self, model: Path, pad: int, threads: int | None = None, engine: Engine | None = None
    ) -> None:
        if threads is not None and (not isinstance(threads, int) or threads < 1):
            raise ValueError(f"threads: expected None or a number from 1, found {threads!r}")
        self.model = model
        self.pad = pad
        self.threads = usable_processors() if threads is None else threads
        self.engine = choose_engine() if engine is None else engine
        self._forward: Forward | None = None
        self._pool: ThreadPoolExecutor | None = None
        _encoders.add(self)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_forward": None, "_pool": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        _encoders.add(self)

    def forward(self) -> Forward:
        """Give this process's forward pass; the model is opened at the first call."""
        forward, pool = self._forward, self._threads()
        if forward is None:
            with _lock:
                forward = self._forward
                if forward is None:
                    # On one of its threads: what OpenMP starts belongs to the thread that had
                    # it started, which after a fork would wait for it for ever.
                    opened = pool.submit(self.engine.open, self.model, self.threads)
                    forward = self._forward = opened.result()
        return forward

    def run(self, windows: Sequence[Window]) -> Iterator[tuple[int, Floats]]:
        """Give each window's number and its token logits [T, 12], shortest windows first.

        Windows of like length share a forward pass; padding is cut off again. Passes go on
        while the caller deals with what is there; those of several callers take turns. A
        caller that stops early lets go of those not yet begun.
        """
        forward, pool = self.forward(), self._threads()
        passes: deque[tuple[Sequence[int], Future[Floats]]] = deque()
        try:
            for numbers in batches(windows, self.engine.tokens):
                batch = [windows[number] for number in numbers]
                passes.append((numbers, pool.submit(_pass, forward, batch, self.pad)))
            while passes:
                numbers, done = passes.popleft()
                logits = done.result()
                for row, number in enumerate(numbers):
                    yield number, logits[row, : len(windows[number])]
        finally:
            for _, left in passes:
                left.cancel()

    def _threads(self) -> ThreadPoolExecutor:
        with _lock:
            if self._pool is None:
                at_once = self.engine.passes(self.threads)
                self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="encoder")
            return self._pool


def batches(windows: Sequence[Window], most: int = TOKENS_A_BATCH) -> Iterator[Sequence[int]]:
    """Give the numbers of the windows that share a forward pass, shortest windows first.

    Each pass has `most` padded tokens at most, or but one window.
    """
    order = sorted(range(len(windows)), key=lambda number: len(windows[number]))
    at = 0
    for end in range(1, len(order) + 1):
        # The next would be the longest, to whose length the others are padded.
        if end == len(order) or (end + 1 - at) * len(windows[order[end]]) > most:
            yield order[at:end]
            at = end


def feed(windows: Sequence[Window], pad: int) -> dict[str, NDArray[np.int64]]:
    """Give the inputs [windows, T] of one forward pass, T the longest window's tokens."""
    shape = (len(windows), max(map(len, windows)))
    input_ids = np.full(shape, pad, dtype=np.int64)
    attention_mask = np.zeros(shape, dtype=np.int64)
    for row, window in enumerate(windows):
        input_ids[row, : len(window)] = window.input_ids
        attention_mask[row, : len(window)] = 1
    return {"input_ids": input_ids, "attention_mask": attention_mask}


def _pass(forward: Forward, windows: Sequence[Window], pad: int) -> Floats:
    return forward(feed(windows, pad))
