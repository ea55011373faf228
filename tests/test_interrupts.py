"""A signal ends a read of the main thread, whichever thread the system gives it to."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from types import FrameType

import pytest

from babelproof.jobs.interrupts import interruptible

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "pthread_kill"), reason="no signals between threads"
)


class AskedToEnd(Exception):
    pass


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    def end(_: int, __: FrameType | None) -> None:
        raise AskedToEnd

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGURG)}
    signal.signal(signal.SIGTERM, end)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_read_ends_though_another_thread_was_given_the_signal() -> None:
    reader, writer = os.pipe()
    acted = threading.Event()
    ended_late = []

    def take_the_signal() -> None:
        time.sleep(0.2)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        if not acted.wait(20):
            ended_late.append(True)
            os.write(writer, b"late")

    with open(reader, "rb") as stream, open(writer, "wb"):
        thread = threading.Thread(target=take_the_signal, daemon=True)

        def read() -> None:
            with interruptible():
                thread.start()
                stream.read1(10)

        with pytest.raises(AskedToEnd):
            read()
        acted.set()
        thread.join()
    assert not ended_late


def test_another_thread_may_run_it_too() -> None:
    ran = []

    def run() -> None:
        with interruptible():
            ran.append(threading.active_count())

    before = threading.active_count()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [before + 1]


def test_everything_is_as_it_was_afterwards() -> None:
    mine, other = socket.socketpair()
    mine.setblocking(False)
    urgent = signal.getsignal(signal.SIGURG)
    before = signal.set_wakeup_fd(mine.fileno())
    try:
        threads = threading.active_count()
        with interruptible():
            assert threading.active_count() == threads + 1
        assert threading.active_count() == threads
        assert signal.getsignal(signal.SIGURG) == urgent
        assert signal.set_wakeup_fd(before) == mine.fileno()
    finally:
        signal.set_wakeup_fd(before)
        mine.close()
        other.close()


def test_one_signal_is_acted_on_once() -> None:
    seen = []
    signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    with interruptible():
        signal.raise_signal(signal.SIGTERM)
        time.sleep(0.3)
    assert seen == [signal.SIGTERM]
