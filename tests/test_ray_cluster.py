"""The engine ray on a real cluster of several nodes, here: the same bytes, whatever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from job_runs import manifest, score
from test_jobs_resume import make_input, start, wait_for

from babelproof.cli import TERMINATED
from babelproof.jobs.cli import OK, SOME_FAILED

pytestmark = pytest.mark.slow

NODES = 2
"""Nodes of one processor each beside the first, which has one too."""

PATIENCE = 300
"""Seconds in which a run must end after a kill: Ray takes half a minute to miss a node."""


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Start a cluster of three nodes, a processor each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    pytest.importorskip("ray", reason="needs babelproof[ray]")
    from ray.cluster_utils import Cluster

    small = {"num_cpus": 1, "object_store_memory": 100 << 20}
    found = Cluster(True, head_node_args={**small, "include_dashboard": False})
    found.workers = [found.add_node(**small) for _ in range(NODES)]
    yield found
    found.shutdown()


def finish(process: subprocess.Popen[bytes]) -> str:
    _, stderr = process.communicate(timeout=PATIENCE)
    text = stderr.decode()
    assert process.returncode == SOME_FAILED, text
    return text


def test_several_nodes_give_the_bytes_of_the_local_engine(
    tiny_bundle: Path, tmp_path: Path, cluster: Any
) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    source = make_input(tmp_path, 1000)
    texts = [f"The minister met Sandra Brinken in Kyiv on day {n}." for n in range(500)]
    table = arrow.table({"text": texts, "when": arrow.array(range(500), arrow.timestamp("us"))})
    parquet.write_table(table, tmp_path / "in.parquet")
    cases = [(source, "jsonl", SOME_FAILED), (tmp_path / "in.parquet", "parquet", OK)]
    common = ("--shard-records", 40, "--filter", "keep", "--rejects")
    for path, ending, code in cases:
        whole, out = tmp_path / f"whole.{ending}", tmp_path / f"out.{ending}"
        result = score(tiny_bundle, path, "-o", whole, *common, tmp_path / f"local.{ending}")
        assert result.exit_code == code
        rejects = tmp_path / f"ray.{ending}"
        options = (*common, rejects, "--engine", "ray", "--address", cluster.address)
        result = score(tiny_bundle, path, "-o", out, *options)
        assert result.exit_code == code, result.stderr
        assert out.read_bytes() == whole.read_bytes()
        assert rejects.read_bytes() == (tmp_path / f"local.{ending}").read_bytes()
        assert manifest(out)["counts"] == manifest(whole)["counts"]
        assert (manifest(out)["engine"], manifest(out)["workers"]) == ("ray", NODES + 1)


def test_a_node_killed_in_mid_run_loses_nothing(
    tiny_bundle: Path, tmp_path: Path, cluster: Any
) -> None:
    source, out, whole = make_input(tmp_path, 12_000), tmp_path / "out.jsonl", tmp_path / "w.jsonl"
    score(tiny_bundle, source, "-o", whole, "--shard-records", 50)
    process = start(
        tiny_bundle, source, out, 50, "--engine", "ray", "--address", cluster.address
    )  # fmt: skip
    wait_for(tmp_path / "out.jsonl.parts" / "00000005.json", process, PATIENCE)
    cluster.remove_node(cluster.workers[0], allow_graceful=False)
    killed = time.monotonic()
    finish(process)
    print(f"ended {time.monotonic() - killed:.0f} s after the kill", file=sys.stderr)
    assert out.read_bytes() == whole.read_bytes()
    assert manifest(out)["counts"] == manifest(whole)["counts"]
    assert manifest(out)["timing"]["resumed"] == 0
    # It was in mid-run: the cluster has a node less, and the run needed the others.
    alive = [node for node in _nodes(cluster.address) if node["Alive"]]
    assert len(alive) == NODES


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_stopped_command_goes_on_where_it_was(
    tiny_bundle: Path, tmp_path: Path, number: signal.Signals
) -> None:
    pytest.importorskip("ray", reason="needs babelproof[ray]")
    source, out, whole = make_input(tmp_path, 6000), tmp_path / "out.csv", tmp_path / "whole.csv"
    score(tiny_bundle, source, "-o", whole, "--shard-records", 50)
    arguments = (tiny_bundle, source, out, 50, "--engine", "ray", "--resume")
    process = start(*arguments)
    parts = tmp_path / "out.csv.parts"
    wait_for(parts / "00000002.json", process, PATIENCE)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=PATIENCE)
    if number is signal.SIGTERM:
        assert process.returncode == TERMINATED
        assert b"with --resume goes on" in stderr
        assert b"Traceback" not in stderr
    assert not out.exists()
    done = sorted(parts.glob("????????.json"))
    written = {path: path.stat().st_mtime_ns for path in done}
    assert 2 < len(done) < 6000 / 50
    again = start(*arguments)
    wait_for(parts / f"{len(done):08}.json", again, PATIENCE)
    assert {path: path.stat().st_mtime_ns for path in done} == written
    finish(again)
    assert out.read_bytes() == whole.read_bytes()
    assert manifest(out)["counts"] == manifest(whole)["counts"]
    assert manifest(out)["timing"]["resumed"] == 1


def _nodes(address: str) -> Any:
    code = (
        "import json, logging, ray, sys; "
        "ray.init(sys.argv[1], log_to_driver=False, logging_level=logging.ERROR); "
        "print(json.dumps([{'Alive': node['Alive']} for node in ray.nodes()]))"
    )
    found = subprocess.run([sys.executable, "-c", code, address], capture_output=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])
