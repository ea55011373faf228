"""Ray engine: chunks read where the run was started, scored by Ray Data all over a cluster."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babelproof.files import FileError
from babelproof.jobs.engines import Results
from babelproof.jobs.extras import need
from babelproof.jobs.inputs import Input
from babelproof.jobs.job import InputReader
from babelproof.jobs.options import EngineName, JobOptions, origins
from babelproof.jobs.ray_worker import (
    RefusedWorkerError,
    Scores,
    Setup,
    Worker,
    packed,
    read_chunks,
    unpacked,
)
from babelproof.jobs.tally import CountError
from babelproof.jobs.targets import is_stream

if TYPE_CHECKING:
    from babelproof.detector import Detector

_PURPOSE = "--engine ray"

_REACH_SECONDS = 10
"""Seconds within which a cluster must answer."""

QUEUED = 2
"""Chunks that a worker has at once: one that it scores, one that it need not wait for."""


@dataclass(frozen=True)
class Cluster:
    """The Ray cluster to score on: one that runs at `address`, or one of this machine's own.

    `threads`: processors of each worker. `bundle`: a folder that every machine must have, None
    for what is installed there.
    """

    address: str | None = None
    threads: int = 1
    bundle: Path | None = None

    def check(self, inputs: Sequence[Input], output: str) -> None:
        """Refuse what no cluster can do, before anything runs."""
        if (self.address or "").startswith("ray://"):
            raise FileError(
                f"--address {self.address}: expected auto or HOST:PORT of a cluster that this "
                f"machine is part of, found the address of a Ray client; start the command on a "
                f"machine of the cluster"
            )
        for source in inputs:
            if source.is_piped:
                raise FileError(
                    f"{_PURPOSE}: expected inputs that can be read again, found {source.name}, "
                    f"a stream; save it to a file"
                )
        if is_stream(output):
            raise FileError(
                f"{_PURPOSE}: expected a file or URL as --output, found {output}, a stream; "
                f"name a file"
            )
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # Ray reports usage to its maker otherwise
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what fails is raised, too
        need("ray.data", _PURPOSE, "ray")

    @contextmanager
    def engine(
        self, detector: Detector, options: JobOptions, facts: Sequence[Path], cache: int
    ) -> Iterator[RayEngine]:
        """Connect, or start a cluster, and leave or stop it at the end.

        `detector`: the one whose scores all workers must give; `cache`: megabytes of each.
        Refuses a cluster on which no worker could ever start.
        """
        ray = need("ray", _PURPOSE, "ray")
        setup = Setup(
            self.bundle and self.bundle.resolve(),
            None if detector.witness is None else tuple(path.resolve() for path in facts),
            self.threads,
            cache,
            options,
            origins(detector, facts),
        )
        ours = not ray.is_initialized()
        if ours:
            _connect(ray, self.address or os.environ.get("RAY_ADDRESS") or "local")
        try:
            room = _room(ray, self.threads)
            yield RayEngine(setup, options.workers or room)
        finally:
            if ours:
                ray.shutdown()


class RayEngine:
    """Ray Data over the chunks of a run: at most `workers` workers, each with its own detector."""

    name = EngineName.RAY

    def __init__(self, setup: Setup, workers: int) -> None:
        self.workers = workers
        self.asked = 0
        self.found = 0
        self._setup = setup

    def run(self, reader: InputReader) -> Results:
        """Score what is read; a worker's chunks that were lost with its machine are scored again.

        Raises `FileError` where the cluster is lost, or a machine of it may not score.
        """
        ended = False
        for expected, table in enumerate(self.scored(reader.settled())):
            number, scores = unpacked(table)
            if number != expected:
                raise CountError(f"chunks: expected number {expected}, found {number}")
            ended = scores.chunk is None and scores.failure is None
            if not ended:
                yield self._checked(scores)
        if not ended:
            raise CountError("chunks: expected a mark behind the last, found none")

    def _checked(self, scores: Scores) -> Any:
        if isinstance(scores.failure, RefusedWorkerError):
            raise FileError(str(scores.failure))
        if scores.failure is not None:
            raise scores.failure
        self.asked += scores.asked
        self.found += scores.found
        return scores.chunk, list(scores.outcomes)

    def scored(self, reader: InputReader) -> Iterator[Any]:
        """Give what came of the reader's chunks, in order, as tables of one row."""
        data = need("ray.data", _PURPOSE, "ray")
        exceptions = need("ray.exceptions", _PURPOSE, "ray")
        tables = self._dataset(data, reader).iter_batches(
            batch_size=None, batch_format="pyarrow", prefetch_batches=1
        )
        try:
            yield from tables
        except exceptions.RayTaskError:
            raise  # of our own code
        except exceptions.RayError as failure:
            raise FileError(
                f"{_PURPOSE}: expected the cluster to last, found: {_first_line(failure)}; see "
                f"to it and go on with --resume"
            ) from failure

    def _dataset(self, data: Any, reader: InputReader) -> Any:
        context = data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.target_max_block_size = 1  # every chunk by itself, however small
        context.enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        here = need("ray", _PURPOSE, "ray").get_runtime_context().get_node_id()
        common = {"batch_size": None, "batch_format": "pyarrow", "zero_copy_batch": True}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chunks = data.from_arrow(packed(0, None)).map_batches(
                read_chunks,
                fn_args=(reader,),
                num_cpus=0,  # or the workers, which take all processors, would keep it out
                label_selector={"ray.io/node-id": here},
                **common,
            )
            return chunks.map_batches(
                Worker,
                fn_constructor_args=(self._setup,),
                num_cpus=self._setup.threads,
                # Fewer than at first may go on: a worker whose machine is gone then finds room.
                compute=data.ActorPoolStrategy(
                    min_size=1,
                    max_size=self.workers,
                    initial_size=self.workers,
                    max_tasks_in_flight_per_actor=QUEUED,
                ),
                **common,
            )


def _connect(ray: Any, address: str) -> None:
    at_end = signal.getsignal(signal.SIGTERM)
    try:
        host, _, port = address.rpartition(":")
        if port.isdigit():  # Ray itself would try for a quarter of an hour
            socket.create_connection((host, int(port)), timeout=_REACH_SECONDS).close()
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=False if address == "local" else None,
        )
    except (OSError, ValueError, RuntimeError) as failure:
        raise FileError(
            f"--address {address}: expected a Ray cluster that this machine is part of, found: "
            f"{_first_line(failure)}; start it with ray start"
        ) from None
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, at_end)  # Ray would end us with an exit code of its own


def _first_line(failure: Exception) -> str:
    return (str(failure).strip() or type(failure).__name__).partition("\n")[0]


def _room(ray: Any, threads: int) -> int:
    """Count the workers that the cluster has processors for; refuses one without room for any."""
    sizes = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    room = sum(size // threads for size in sizes)
    if room == 0:
        raise FileError(
            f"--threads {threads}: expected a machine of the cluster with as many processors, "
            f"found at most {max(sizes, default=0)}; ask for fewer, or add a machine"
        )
    return room
