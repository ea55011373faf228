"""The encoder: ONNX Runtime on the processor, windows in, token logits out."""

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

from babelproof.errors import BundleError
from babelproof.labels import OUTPUTS
from babelproof.processors import usable_processors
from babelproof.runtime import onnxruntime
from babelproof.windows import Window

TOKENS_A_BATCH = 256
"""Padded tokens of one forward pass: a layer's activations still fit the caches (measured)."""

Floats = NDArray[np.float32]

_INPUTS = ("input_ids", "attention_mask")
_LOGITS = "logits"

_lock = threading.Lock()
_encoders: weakref.WeakSet[Encoder] = weakref.WeakSet()


def _after_fork() -> None:
    """Give up the parent's sessions, threads and lock: nobody here serves or releases them.

    The sessions are never closed in the child, which could wait for a pass for ever.
    """
    global _lock
    _lock = threading.Lock()
    for encoder in _encoders:
        if encoder._session is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(encoder._session))
        encoder._session = encoder._pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Encoder:
    """Runs a model file; may be shared between threads and used after a fork.

    As many forward passes run at once as it has `threads`, each on a thread of its own: two
    small passes side by side take less time than two in turn that share their operators
    between threads (measured). Each process makes its threads when it first needs them: they
    do not survive a fork.
    """

    def __init__(self, model: Path, pad: int, threads: int | None = None) -> None:
        if threads is not None and (not isinstance(threads, int) or threads < 1):
            raise ValueError(f"threads: expected None or a number from 1, found {threads!r}")
        self.model = model
        self.pad = pad
        self.threads = usable_processors() if threads is None else threads
        self._session: onnxruntime.InferenceSession | None = None
        self._pool: ThreadPoolExecutor | None = None
        _encoders.add(self)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_session": None, "_pool": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        _encoders.add(self)

    def session(self) -> onnxruntime.InferenceSession:
        """Give this process's session, made at the first call."""
        session = self._session
        if session is None:
            with _lock:
                session = self._session
                if session is None:
                    session = self._session = _open(self.model)
        return session

    def run(self, windows: Sequence[Window]) -> Iterator[tuple[int, Floats]]:
        """Give each window's number and its token logits [T, 12], shortest windows first.

        Windows of like length share a forward pass; padding is cut off again. Passes go on
        while the caller deals with what is there; those of several callers take turns. A
        caller that stops early lets go of those not yet begun.
        """
        session, pool = self.session(), self._threads()
        passes: deque[tuple[Sequence[int], Future[Floats]]] = deque()
        try:
            for numbers in batches(windows):
                batch = [windows[number] for number in numbers]
                passes.append((numbers, pool.submit(_forward, session, batch, self.pad)))
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
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="encoder")
            return self._pool


def batches(windows: Sequence[Window]) -> Iterator[Sequence[int]]:
    """Give the numbers of the windows that share a forward pass, shortest windows first.

    Each pass fits the budget of padded tokens or has but one window.
    """
    order = sorted(range(len(windows)), key=lambda number: len(windows[number]))
    at = 0
    for end in range(1, len(order) + 1):
        # The next would be the longest, to whose length the others are padded.
        if end == len(order) or (end + 1 - at) * len(windows[order[end]]) > TOKENS_A_BATCH:
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


def _forward(session: onnxruntime.InferenceSession, windows: Sequence[Window], pad: int) -> Floats:
    logits: Floats = session.run([_LOGITS], feed(windows, pad))[0]
    return logits


def _open(model: Path) -> onnxruntime.InferenceSession:
    """Open a model file; refuses one with other inputs or outputs than a bundle's."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # It would remember every shape that ever came.
    options.enable_mem_pattern = False
    try:
        session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's own errors share no other base class
        raise BundleError(
            f"{model}: expected a model that ONNX Runtime {onnxruntime.__version__} opens, "
            f"found: {error}; export it again for this version"
        ) from error
    inputs = tuple(sorted(item.name for item in session.get_inputs()))
    outputs = {item.name: item.shape for item in session.get_outputs()}
    if inputs != tuple(sorted(_INPUTS)) or _LOGITS not in outputs:
        raise BundleError(
            f"{model}: expected the inputs {', '.join(_INPUTS)} and the output {_LOGITS}, found "
            f"{', '.join(inputs)} and {', '.join(outputs)}; export it again"
        )
    last = outputs[_LOGITS][-1] if outputs[_LOGITS] else None
    if last != len(OUTPUTS):
        raise BundleError(
            f"{model}: expected {len(OUTPUTS)} logits a token, found {last}; export it again"
        )
    return session
