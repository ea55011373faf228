"""Cache: what the encoder said of a window, so that a repeated one is read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future

import numpy as np
from numpy.typing import NDArray

from babelproof.windows import Window

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[Window]], Iterator[tuple[int, Floats]]]

_OVERHEAD = 300
"""Bytes of one entry beside its tokens and logits (measured, rounded up)."""


_NEVER: Future[Floats] = Future()


class StoppedError(BaseException):
    """Work given up because nobody waits for it; no `except Exception` may catch it."""


class WindowCache:
    """Token logits by a window's token ids, the longest unused dropped first.

    Exact: all ids are compared, and logits come out as they went in. May be shared between
    threads, which compute no window twice. `asked` counts windows, `found` those that needed
    no computing: of an earlier
    call, or twice in one. Setting `stopped` ends calls under way within a batch.
    """

    def __init__(self, megabytes: int) -> None:
        self.asked = 0
        self.found = 0
        self.stopped = threading.Event()
        self._most = megabytes << 20
        self._used = 0
        self._kept: OrderedDict[bytes, Floats] = OrderedDict()
        self._coming: dict[bytes, Future[Floats]] = {}
        self._lock = threading.Lock()

    def run(self, encode: Encode, windows: Sequence[Window]) -> Iterator[tuple[int, Floats]]:
        """Give each window's number and logits [T, 12], in any order, as `encode` does.

        What another thread is computing is waited for, after what only this one can do.
        """
        numbers: dict[bytes, list[int]] = {}
        for number, window in enumerate(windows):
            numbers.setdefault(window.input_ids.tobytes(), []).append(number)
        new: dict[bytes, Future[Floats]] = {}
        elsewhere: dict[bytes, Future[Floats]] = {}
        # All that may end here, closing included: others wait for what is noted in `new`.
        try:
            for key, own in numbers.items():
                logits, coming, ours = self._look_up(key)
                if logits is not None:
                    yield from ((number, logits) for number in own)
                elif ours:
                    new[key] = coming
                else:
                    elsewhere[key] = coming
            with self._lock:
                self.asked += len(windows)
                self.found += len(windows) - len(new)
            yield from self._compute(encode, windows, {key: numbers[key] for key in new})
        finally:
            self._give_up(new)
        for key, coming in elsewhere.items():
            try:
                logits = coming.result()
            except CancelledError:
                yield from self._compute(encode, windows, {key: numbers[key]})
            else:
                yield from ((number, logits) for number in numbers[key])

    def _compute(
        self, encode: Encode, windows: Sequence[Window], numbers: Mapping[bytes, Sequence[int]]
    ) -> Iterator[tuple[int, Floats]]:
        keys = list(numbers)
        for number, logits in encode([windows[numbers[key][0]] for key in keys]):
            if self.stopped.is_set():
                raise StoppedError
            self._keep(keys[number], logits)
            yield from ((twin, logits) for twin in numbers[keys[number]])

    def _give_up(self, ours: Mapping[bytes, Future[Floats]]) -> None:
        """Leave what was not computed: whoever waits for it computes for itself."""
        with self._lock:
            for key, left in ours.items():
                # Of a window that was not kept another thread may wait for its own by now.
                if self._coming.get(key) is left:
                    del self._coming[key]
        for left in ours.values():
            left.cancel()

    def _look_up(self, key: bytes) -> tuple[Floats | None, Future[Floats], bool]:
        """Give what is known, or what will bring it, and whether it is for us to compute."""
        with self._lock:
            logits = self._kept.get(key)
            if logits is not None:
                self._kept.move_to_end(key)
                return logits, _NEVER, False
            ours = key not in self._coming
            return None, self._coming.setdefault(key, Future()), ours

    def _keep(self, key: bytes, logits: Floats) -> None:
        # A copy: a slice would keep its whole batch in memory, and its owner may change it.
        logits = logits.copy()
        size = len(key) + logits.nbytes + _OVERHEAD
        with self._lock:
            coming = self._coming.pop(key, None)
            if key not in self._kept and size <= self._most:
                self._used += size
                self._kept[key] = logits
                while self._used > self._most:
                    old, gone = self._kept.popitem(last=False)
                    self._used -= len(old) + gone.nbytes + _OVERHEAD
        if coming is not None:
            coming.set_result(logits)
