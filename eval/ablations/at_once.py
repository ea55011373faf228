"""At once: several runs in processes of their own, each on its share of the processors.

Two trainings on a thread each take some 15% less time than the same two in turn on two threads
(LOG.md, 2026-11-30): the products of a short batch are small to share.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

import torch

from babelproof.processors import usable_processors
from eval.ablations.runs import AblationError, Plan
from eval.ablations.variants import VARIANTS

Task = tuple[str, int]
"""A variant's name and a seed."""


def run_all(plan: Plan, tasks: Sequence[Task], most: int) -> Iterator[Task]:
    """Make every run that is not done yet, `most` at once; give each task when it is done.

    Raises `AblationError` for a run that cannot be made, and `KeyboardInterrupt` after SIGTERM
    or SIGINT, when all that are under way have kept what they trained.
    """
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        _terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    threads = max(1, usable_processors() // most)
    # Not forked: what torch and the tokenizers started here would be waited for there.
    context = multiprocessing.get_context("spawn")
    left, running = list(tasks), dict[Future[None], Task]()
    try:
        with ProcessPoolExecutor(most, context, torch.set_num_threads, (threads,)) as pool:
            # No more are given out than run at once, so that after a stop none begins.
            try:
                while (left or running) and not stopped:
                    while left and len(running) < most:
                        task = left.pop(0)
                        running[pool.submit(_run, plan, *task)] = task
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                        yield running.pop(future)
            finally:
                if running:  # an error, or nobody asks for more: they need not finish
                    _terminate()
    except BrokenProcessPool as error:
        if not stopped:
            raise AblationError(
                f"expected a finished run, found its process gone: {error}; killed for memory, "
                "very likely, so ask for fewer --at-once"
            ) from None
    if stopped:
        raise KeyboardInterrupt


def _terminate() -> None:
    for child in multiprocessing.active_children():
        child.terminate()


def _run(plan: Plan, name: str, seed: int) -> None:
    (variant,) = (variant for variant in VARIANTS if variant.name == name)
    plan.run(variant, seed)
