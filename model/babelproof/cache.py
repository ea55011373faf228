"""Cache: what the encoder said of a window, so that a repeated one is read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from babelproof.windows import Window

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[Window]], Iterator[tuple[int, Floats]]]

_OVERHEAD = 300
"""Bytes of one entry beside its tokens and logits (measured, rounded up)."""


class StoppedError(BaseException):
    """Work given up because nobody waits for it; no `except Exception` may catch it."""


class WindowCache:
    """Token logits by a window's token ids, the longest unused dropped first.

    Exact: all ids are compared, and logits come out as they went in. May be shared between
    threads. `asked` counts windows, `found` those that needed no computing: of an earlier
    call, or twice in one. Setting `stopped` ends calls under way within a batch.
    """

    def __init__(self, megabytes: int) -> None:
        self.asked = 0
        self.found = 0
        self.stopped = threading.Event()
        self._most = megabytes << 20
        self._used = 0
        self._kept: OrderedDict[bytes, Floats] = OrderedDict()
        self._lock = threading.Lock()

    def run(self, encode: Encode, windows: Sequence[Window]) -> Iterator[tuple[int, Floats]]:
        """Give each window's number and logits [T, 12], in any order, as `encode` does."""
        numbers: dict[bytes, list[int]] = {}
        for number, window in enumerate(windows):
            numbers.setdefault(window.input_ids.tobytes(), []).append(number)
        new: list[bytes] = []
        for key, own in numbers.items():
            logits = self._look_up(key)
            if logits is None:
                new.append(key)
            else:
                yield from ((number, logits) for number in own)
        with self._lock:
            self.asked += len(windows)
            self.found += len(windows) - len(new)
        for number, logits in encode([windows[numbers[key][0]] for key in new]):
            if self.stopped.is_set():
                raise StoppedError
            self._keep(new[number], logits)
            yield from ((twin, logits) for twin in numbers[new[number]])

    def _look_up(self, key: bytes) -> Floats | None:
        with self._lock:
            logits = self._kept.get(key)
            if logits is not None:
                self._kept.move_to_end(key)
            return logits

    def _keep(self, key: bytes, logits: Floats) -> None:
        size = len(key) + logits.nbytes + _OVERHEAD
        with self._lock:
            if key in self._kept or size > self._most:
                return
            self._used += size
            # A copy: a slice would keep its whole batch in memory.
            self._kept[key] = logits.copy()
            while self._used > self._most:
                old, gone = self._kept.popitem(last=False)
                self._used -= len(old) + gone.nbytes + _OVERHEAD
