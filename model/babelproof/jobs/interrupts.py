"""Interrupts: a run that waits for its input still ends at once when it is asked to."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 0.05
"""Seconds that the main thread has to act by itself."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal end a read of the main thread, whichever thread it was given to.

    Python acts on a signal between two instructions of the main thread. Where the system
    gives the signal to another thread, or just before the main one begins to read from a
    pipe, that read would first have to end. So a thread hears of every signal, and nudges the
    main one out of it. In another thread than the main one, and where the system knows no
    such nudge (Windows), this does nothing.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "pthread_kill"):
        yield
        return
    main, nudge = threading.get_ident(), signal.SIGURG
    ended = threading.Event()
    heard, told = socket.socketpair()
    told.setblocking(False)
    # A signal that is ignored interrupts nothing: it needs a handler, if one that does nothing.
    own = signal.signal(nudge, lambda *_: None)
    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)

    def wake() -> None:
        while number := heard.recv(1):
            if number[0] != nudge and not ended.wait(_PATIENCE):
                signal.pthread_kill(main, nudge)

    waker = threading.Thread(target=wake, name="interrupts", daemon=True)
    waker.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(before)
        told.close()
        waker.join()
        heard.close()
        signal.signal(nudge, own)
