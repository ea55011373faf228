"""`babelproof serve` as a process: it answers, ends in order, and says what it lacks."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from babelproof.cli import app

DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."


def test_it_serves_and_ends_in_order(tiny_bundle: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "babelproof", "serve", "--port", "0", "--no-facts"]
    process = subprocess.Popen(
        [*command, "--bundle", str(tiny_bundle)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=None,
    )
    assert process.stderr is not None
    log = []
    for line in process.stderr:
        log.append(line)
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            break
    else:
        raise AssertionError("".join(log))
    body = {"documents": [{"text": DAMAGED}]}
    answer = httpx.post(f"{found[1]}/v1/score", json=body, trust_env=False)
    assert answer.json()["documents"][0]["held"]
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Brinken" not in "".join(log) + rest


def test_a_taken_address_or_a_wrong_option_is_told(tiny_bundle: Path) -> None:
    bundle = ["--bundle", str(tiny_bundle), "--no-facts"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(app, ["serve", "--port", port, *bundle])
    assert result.exit_code == 2
    assert "expected a free address" in result.stderr
    for wrong in (["--token", "two words"], ["--origin", "*"]):
        assert CliRunner().invoke(app, ["serve", *wrong, *bundle]).exit_code == 2


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(app, ["serve"])
    assert result.exit_code == 2
    assert "pip install 'babelproof[serve]'" in result.stderr
