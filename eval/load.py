"""Load: many clients at once against a service of our own on this machine, for a while.

`python -m eval.load --clients 50 --seconds 60 --out reports/load.json` starts
`babelproof serve`, asks it, and says how many requests came out how, how long they took, and
how much memory the service held meanwhile. Nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import numpy as np
import typer

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.txt"))
START_SECONDS = 60.0
PATIENCE_SECONDS = 90.0
"""How long a client waits for an answer: more than the service takes to give up."""


@dataclass
class Tally:
    """What came of the requests: how many by status, seconds of those that were answered."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)

    def to_dict(self, clients: int, lasted: float) -> dict[str, Any]:
        """Sum up as JSON-ready values; times in seconds, memory in MB."""
        times = np.array(self.seconds or [float("nan")])
        failures = {s: n for s, n in self.statuses.items() if s not in ("200", "503")}
        sizes = [size for _, size in self.memory]
        half = sizes[len(sizes) // 2 :] or [float("nan")]
        return {
            "clients": clients,
            "seconds": round(lasted, 1),
            "requests": self.statuses.total(),
            "statuses": dict(self.statuses),
            "errors": sum(failures.values()) + self.without_retry_after,
            "answers_a_second": round(len(self.seconds) / lasted, 1),
            "p50_seconds": round(float(np.percentile(times, 50)), 3),
            "p99_seconds": round(float(np.percentile(times, 99)), 3),
            "rss_mb": {
                "first": sizes[0] if sizes else None,
                "highest": max(sizes, default=None),
                "at_half_time": half[0],
                "last": half[-1],
            },
            "rss_mb_over_time": [[round(at, 1), size] for at, size in self.memory],
        }


def main(
    clients: Annotated[int, typer.Option(min=1, max=200)] = 50,
    seconds: Annotated[float, typer.Option(min=1, max=600)] = 60.0,
    out: Annotated[Path | None, typer.Option(help="A JSON file for the figures.")] = None,
    serve: Annotated[
        str, typer.Option(help="More options for babelproof serve, parted by spaces.")
    ] = "",
) -> None:
    """Hold a service of our own under load; exit code 1 when any request failed."""
    texts = [path.read_text(encoding="utf-8") for path in EXAMPLES]
    port = _free_port()
    command = [sys.executable, "-m", "babelproof", "serve", "--port", str(port), *serve.split()]
    # Its own group would be out of reach of Ctrl-C; it ends with us.
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        asyncio.run(_ready(address, service))
        started = time.perf_counter()
        tally = asyncio.run(_load(address, service.pid, texts, clients, seconds))
        found = tally.to_dict(clients, time.perf_counter() - started)
    finally:
        service.send_signal(signal.SIGTERM)
        code = service.wait(PATIENCE_SECONDS)
    found["exit_code"] = code
    found["processors"] = os.cpu_count()
    written = json.dumps(found, indent=1)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(written + "\n", encoding="utf-8")
    typer.echo(written)
    raise typer.Exit(1 if found["errors"] or code else 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _ready(address: str, service: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    async with httpx.AsyncClient(trust_env=False) as client:
        while time.monotonic() < until and service.poll() is None:
            try:
                if (await client.get(f"{address}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise SystemExit("expected the service to start, found it did not; run babelproof serve")


async def _load(
    address: str, pid: int, texts: Sequence[str], clients: int, seconds: float
) -> Tally:
    tally = Tally()
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(
        trust_env=False, timeout=PATIENCE_SECONDS, limits=limits, base_url=address
    ) as client:
        work = [_client(client, texts, number, until, tally) for number in range(clients)]
        await asyncio.gather(*work, _watch(pid, until, tally))
    return tally


async def _client(
    client: httpx.AsyncClient, texts: Sequence[str], number: int, until: float, tally: Tally
) -> None:
    """Ask again and again; every third request is for the gate."""
    while time.monotonic() < until:
        text = texts[number % len(texts)]
        gate = number % 3 == 2
        body = {"content": text} if gate else {"documents": [{"text": text}]}
        started = time.perf_counter()
        try:
            answer = await client.post("/v1/gate" if gate else "/v1/score", json=body)
        except httpx.HTTPError as failure:
            tally.statuses[type(failure).__name__] += 1
        else:
            tally.statuses[str(answer.status_code)] += 1
            if answer.status_code == 200:
                tally.seconds.append(time.perf_counter() - started)
            elif answer.status_code == 503:
                wait = answer.headers.get("retry-after")
                tally.without_retry_after += wait is None
                await asyncio.sleep(float(wait or 1))
        number += 1


async def _watch(pid: int, until: float, tally: Tally) -> None:
    started = time.monotonic()
    while time.monotonic() < until:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
        tally.memory.append((time.monotonic() - started, round(int(line.split()[1]) / 1024, 1)))
        await asyncio.sleep(2)


if __name__ == "__main__":
    typer.run(main)
