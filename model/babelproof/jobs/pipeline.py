"""Pipeline: chunks read, scored and handed on in order, with reading and scoring overlapped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int = 1,
    stopped: threading.Event | None = None,
) -> Generator[Result, None, None]:
    """Apply `work` to items on threads and give the results in the order of the items.

    At most `workers` + 1 items are under way. Whatever ends the caller's loop sets
    `stopped`, so that work may give up early, and waits for it; threads cannot outlive
    the process.
    """
    stopped = stopped or threading.Event()
    under_way: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="score")
    try:
        for item in items:
            under_way.append(pool.submit(work, item))
            if len(under_way) > workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BaseException:
        stopped.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
