"""The encoder: ONNX Runtime on the processor, windows in, token logits out."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from babelproof.errors import BundleError
from babelproof.labels import OUTPUTS
from babelproof.processors import usable_processors
from babelproof.runtime import onnxruntime
from babelproof.windows import Window

TOKENS_A_BATCH = 1024
"""Padded tokens of one forward pass: a layer's activations still fit the caches (measured)."""

STEP = 16
"""Lengths are padded to a multiple of this, so that the runtime sees few shapes."""

_INPUTS = ("input_ids", "attention_mask")
_LOGITS = "logits"

_lock = threading.Lock()
_encoders: weakref.WeakSet[Encoder] = weakref.WeakSet()


def _after_fork() -> None:
    """Give up the parent's sessions and lock: the threads that serve them are not here.

    The sessions are never closed in the child, which would wait for those threads for ever.
    """
    global _lock
    _lock = threading.Lock()
    for encoder in _encoders:
        if encoder._session is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(encoder._session))
            encoder._session = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Encoder:
    """Runs a model file; may be shared between threads and used after a fork.

    Each process makes its session when it first needs one: a session's threads do not
    survive a fork.
    """

    def __init__(self, model: Path, pad: int, threads: int | None = None) -> None:
        if threads is not None and (not isinstance(threads, int) or threads < 1):
            raise ValueError(f"threads: expected None or a number from 1, found {threads!r}")
        self.model = model
        self.pad = pad
        self.threads = usable_processors() if threads is None else threads
        self._session: onnxruntime.InferenceSession | None = None
        _encoders.add(self)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_session": None}

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
                    session = self._session = _open(self.model, self.threads)
        return session

    def run(self, windows: Sequence[Window]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Give each window's number and its token logits [T, 12], shortest windows first.

        Windows of like length share a forward pass; padding is cut off again.
        """
        session = self.session()
        order = sorted(range(len(windows)), key=lambda number: len(windows[number]))
        at = 0
        while at < len(order):
            batch = _batch(order, at, windows)
            at += len(batch)
            # The last is the longest.
            width = _padded(len(windows[batch[-1]]))
            input_ids = np.full((len(batch), width), self.pad, dtype=np.int64)
            attention_mask = np.zeros((len(batch), width), dtype=np.int64)
            for row, number in enumerate(batch):
                length = len(windows[number])
                input_ids[row, :length] = windows[number].input_ids
                attention_mask[row, :length] = 1
            feed = {"input_ids": input_ids, "attention_mask": attention_mask}
            logits = session.run([_LOGITS], feed)[0]
            for row, number in enumerate(batch):
                yield number, logits[row, : len(windows[number])]


def _padded(length: int) -> int:
    return -(-length // STEP) * STEP


def _batch(order: Sequence[int], at: int, windows: Sequence[Window]) -> Sequence[int]:
    """Take windows from `at` on while they fit the budget, and one at least."""
    end = at + 1
    while end < len(order):
        if (end + 1 - at) * _padded(len(windows[order[end]])) > TOKENS_A_BATCH:
            break
        end += 1
    return order[at:end]


def _open(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open a model file; refuses one with other inputs or outputs than a bundle's."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads must not burn the processor that another process could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
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
