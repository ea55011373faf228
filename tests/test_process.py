"""The command line as a process: bytes, pipes, signals and what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from babelproof.command import READER_GONE
from babelproof.jobs.cli import OK, SOME_FAILED

DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."
CLEAN = "The president said the talks in Kyiv went to plan."


def jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
    model = str(Path(__file__).parent.parent / "model")
    return subprocess.Popen(
        [sys.executable, "-m", "babelproof", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": model, **environment},
        # Whoever runs the tests in the background may have had SIGINT ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def test_the_module_runs_with_bytes_on_both_sides(tiny_bundle: Path, tmp_path: Path) -> None:
    process = start("score", "-", "--bundle", tiny_bundle)
    stdout, stderr = process.communicate(jsonl({"text": f"Ł “{DAMAGED}”"}) + b"\xff\n")
    assert process.returncode == SOME_FAILED
    first, second = (json.loads(line) for line in stdout.decode("utf-8").splitlines())
    assert first["held"] is True
    assert second["line"] == 2
    assert b"2 records" in stderr
    assert b"Traceback" not in stderr


def test_check_prints_to_a_terminal_without_the_letters(tiny_bundle: Path) -> None:
    process = start("check", "-", "--all", "--bundle", tiny_bundle, PYTHONIOENCODING="ascii")
    stdout, stderr = process.communicate("The minister met “Łukasz” on Monday.".encode())
    assert process.returncode == OK, stderr
    assert rb"\u201c\u0141ukasz\u201d" in stdout


def test_a_reader_that_leaves_ends_the_run_quietly(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(jsonl({"text": CLEAN}) * 2000)
    process = start("score", path, "--bundle", tiny_bundle)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    stderr = process.stderr.read()
    assert process.wait(timeout=60) == READER_GONE
    assert stderr == b""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_half_file(
    tiny_bundle: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    process = start("score", "-", "-o", tmp_path / "out.jsonl", "--bundle", tiny_bundle)
    assert process.stdin is not None
    process.stdin.write(jsonl({"text": CLEAN}) * 500)
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in tmp_path.iterdir()):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(timeout=60) == code
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert list(tmp_path.iterdir()) == []


def loaded_by(*arguments: str) -> set[str]:
    """Give the names of the modules that a command loads."""
    code = (
        "import sys\n"
        "from babelproof.cli import main\n"
        "sys.argv[0] = 'babelproof'\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    print('\\n' + ' '.join(sys.modules))\n"
    )
    model = str(Path(__file__).parent.parent / "model")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": model},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_help_waits_for_nothing_that_scores() -> None:
    heavy = {"numpy", "onnxruntime", "tokenizers", "fastapi", "babelproof.detector"}
    assert not heavy & loaded_by("--help")


def test_the_gate_loads_no_other_command(tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text("The envoy flew home on Monday. Talks go on today.\n")
    loaded = loaded_by("gate", str(tmp_path / "draft.txt"))
    assert "babelproof.detector" in loaded
    others = ("babelproof.jobs", "babelproof.serve", "babelproof.calibration", "py3langid")
    assert not {name for name in loaded if name.startswith(others)}


def test_scoring_imports_no_torch_unless_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "The envoy flew home on Monday."}\n')
    loaded = loaded_by("score", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl"))
    assert "babelproof.detector" in loaded
    unasked = ("torch", "transformers", "onnx.", "babelproof.torch_backend", "training")
    assert not {name for name in loaded if name.startswith(unasked)}
