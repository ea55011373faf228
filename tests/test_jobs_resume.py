"""Nothing lost: what a stop leaves, what `--resume` goes on with and what it refuses."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from job_runs import CLEAN, DAMAGED, jsonl, manifest, names, read_jsonl, score

from babelproof.batch import Scored
from babelproof.command import NOTHING_RAN
from babelproof.detector import Detector
from babelproof.jobs import job, run
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.outcomes import Outcome, settle
from babelproof.jobs.places import LocalPlace
from babelproof.jobs.shards import Shards
from babelproof.jobs.sinks import ShardSink
from babelproof.records import FieldNames

KILLS = 30


def make_input(folder: Path, size: int) -> Path:
    """Write records: repeated, unlike, skipped and bad ones."""
    path = folder / "in.jsonl"
    lines = []
    for number in range(size):
        if number % 17 == 3:
            lines.append(b"no record\n")
        else:
            text = [CLEAN, f"{DAMAGED} It was day {number}.", "", f"{CLEAN} {DAMAGED}"][number % 4]
            lines.append(jsonl({"id": number, "text": text}))
    path.write_bytes(b"".join(lines))
    return path


class Stop(BaseException):
    """Stands for what ends a process in the middle of its work."""


def stopped_at(line: int, bundle: Path, *arguments: object) -> None:
    """Let a run stop when it comes to this record."""

    def failing(item: Scored, given: FieldNames) -> Outcome:
        if item.record.line == line:
            raise Stop
        return settle(item, given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "settle", failing)
        with pytest.raises(Stop):
            score(bundle, *arguments)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "jsonl.gz", "tsv.zst"])
def test_a_stopped_run_goes_on_as_if_nothing_had_been(
    tiny_bundle: Path, tmp_path: Path, ending: str
) -> None:
    source = make_input(tmp_path, 100)
    whole, out = tmp_path / f"whole.{ending}", tmp_path / f"out.{ending}"
    rejects = tmp_path / "rejects.csv"
    common = ("--shard-records", 10, "--filter", "keep", "--rejects")
    arguments = (source, "-o", out, *common, rejects)
    result = score(tiny_bundle, source, "-o", whole, *common, tmp_path / "r.csv")
    assert result.exit_code == SOME_FAILED
    for line in (15, 47, 43):
        stopped_at(line, tiny_bundle, *arguments, "--resume")
        assert not out.exists()
        assert not rejects.exists()
    parts = [name for name in names(tmp_path / f"out.{ending}.parts") if name.endswith(".part")]
    assert parts == []
    assert score(tiny_bundle, *arguments, "--resume").exit_code == SOME_FAILED
    assert out.read_bytes() == whole.read_bytes()
    assert rejects.read_bytes() == (tmp_path / "r.csv").read_bytes()
    assert not (tmp_path / f"out.{ending}.parts").exists()
    ours, theirs = manifest(out), manifest(whole)
    assert ours["timing"]["resumed"] == 3
    for part in ("counts", "errors", "held_sentences_by_label", "sentence_scores"):
        assert ours[part] == theirs[part]


@pytest.mark.parametrize("place", ["complete", "write_manifest", "remove"])
def test_a_stop_at_the_very_end_is_gone_on_with(
    tiny_bundle: Path, tmp_path: Path, place: str
) -> None:
    source, out, whole = make_input(tmp_path, 40), tmp_path / "out.csv", tmp_path / "whole.csv"
    common = ("--shard-records", 10)
    score(tiny_bundle, source, "-o", whole, *common)

    def stop(*_: object) -> None:
        raise Stop

    homes = {"complete": ShardSink, "write_manifest": run, "remove": Shards}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homes[place], place, stop)
        with pytest.raises(Stop):
            score(tiny_bundle, source, "-o", out, *common)
    # After its manifest a run is complete, whatever is left to tidy up.
    complete = place == "remove"
    assert Path(f"{out}.manifest.json").exists() is complete
    result = score(tiny_bundle, source, "-o", out, *common, "--resume")
    assert result.exit_code == (OK if complete else SOME_FAILED)
    assert out.read_bytes() == whole.read_bytes()
    assert manifest(out)["counts"] == manifest(whole)["counts"]
    assert not (tmp_path / "out.csv.parts").exists()


def test_a_run_behind_a_url_goes_on(tiny_bundle: Path, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    source, whole = make_input(tmp_path, 60), tmp_path / "whole.jsonl"
    memory.pipe("/jobs/in.jsonl", source.read_bytes())
    common = ("--shard-records", 10)
    score(tiny_bundle, "memory://jobs/in.jsonl", "-o", whole, *common)
    arguments = ("memory://jobs/in.jsonl", "-o", "memory://jobs/out.jsonl", *common, "--resume")
    stopped_at(35, tiny_bundle, *arguments)
    assert not memory.exists("/jobs/out.jsonl")
    assert memory.exists("/jobs/out.jsonl.parts/00000002.json")
    memory.pipe("/jobs/out.jsonl.parts/00000003.output.jsonl", b"half a shard")
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED
    assert memory.cat("/jobs/out.jsonl") == whole.read_bytes()
    assert not memory.exists("/jobs/out.jsonl.parts")
    assert "complete already" in score(tiny_bundle, *arguments).stderr
    memory.pipe("/jobs/in.jsonl", source.read_bytes()[:-20])
    assert "in.jsonl changed" in score(tiny_bundle, *arguments).stderr


def test_a_finished_run_is_left_alone(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = make_input(tmp_path, 20), tmp_path / "out.jsonl"
    arguments = (source, "-o", out, "--resume")
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED  # none to go on with: it starts
    before = out.stat().st_mtime_ns, out.read_bytes(), manifest(out)
    result = score(tiny_bundle, *arguments)
    assert result.exit_code == OK
    assert "complete already, 20 records" in result.stderr
    assert (out.stat().st_mtime_ns, out.read_bytes(), manifest(out)) == before
    out.unlink()  # then it is not complete
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED
    assert out.read_bytes() == before[1]


@pytest.mark.parametrize("change", [b"\n", b""], ids=["same size", "shorter"])
def test_a_finished_output_that_was_changed_is_not_called_complete(
    tiny_bundle: Path, tmp_path: Path, change: bytes
) -> None:
    source, out = make_input(tmp_path, 20), tmp_path / "out.jsonl"
    arguments = (source, "-o", out, "--resume")
    score(tiny_bundle, *arguments)
    changed = out.read_bytes().replace(b" ", change, 1)
    out.write_bytes(changed)
    result = score(tiny_bundle, *arguments)
    assert result.exit_code == NOTHING_RAN
    assert f"{out}: expected what the finished run wrote, found that it changed" in result.stderr
    assert out.read_bytes() == changed
    # Nor does an output that was not asked for make it another run's.
    asked = score(tiny_bundle, *arguments, "--filter", "keep", "--rejects", tmp_path / "r.jsonl")
    assert "filter was None, is keep" in asked.stderr
    out.unlink()
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED


@pytest.mark.parametrize("left", [(), ("lock",)])
def test_what_a_kill_at_the_very_last_step_leaves_is_tidied_up(
    tiny_bundle: Path, tmp_path: Path, left: Sequence[str]
) -> None:
    source, out = make_input(tmp_path, 20), tmp_path / "out.jsonl"
    score(tiny_bundle, source, "-o", out)
    parts = tmp_path / "out.jsonl.parts"
    parts.mkdir()
    for name in left:
        (parts / name).touch()
    assert "complete already" in score(tiny_bundle, source, "-o", out, "--resume").stderr
    assert not parts.exists()
    parts.mkdir()
    (parts / "thesis.txt").touch()
    assert "complete already" in score(tiny_bundle, source, "-o", out, "--resume").stderr
    assert names(parts) == ["thesis.txt"]


def test_nothing_is_written_beside_the_output_before_it_bears_its_name(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = make_input(tmp_path, 20), tmp_path / "out.jsonl"
    seen: list[set[str]] = []
    real = Path.replace

    def watching(self: Path, target: Path) -> Path:
        seen.append(set(names(tmp_path)))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watching)
    rejects = tmp_path / "r.jsonl"
    score(tiny_bundle, source, "-o", out, "--filter", "keep", "--rejects", rejects)
    whole = {"in.jsonl", "out.jsonl", "out.jsonl.manifest.json", "r.jsonl", "out.jsonl.parts"}
    assert len(seen) > 3
    assert set.union(*seen) <= whole


def test_it_refuses_when_anything_changed(tiny_bundle: Path, tmp_path: Path) -> None:
    from conftest import write_tiny_bundle

    source, out = make_input(tmp_path, 60), tmp_path / "out.jsonl"
    common = ("-o", out, "--shard-records", 10, "--resume")
    data = source.read_bytes()
    other = write_tiny_bundle(tmp_path / "bundle")
    bundle_file = other / "bundle.json"
    bundle_file.write_text(bundle_file.read_text().replace('"tiny"', '"tiny2"'))

    def refused_everywhere() -> None:
        cases: list[tuple[Path, Sequence[object], str]] = [
            (tiny_bundle, ("--prefix", "bp_"), "prefix was , is bp_"),
            (tiny_bundle, ("--unit", "sentence"), "unit was document"),
            (tiny_bundle, ("--no-facts",), "facts was"),
            (tiny_bundle, (source,), "inputs then"),
            (other, (), "bundle was"),
        ]
        for bundle, options, message in cases:
            result = score(bundle, source, *common, *options)
            assert result.exit_code == NOTHING_RAN, options
            assert message in result.stderr
        source.write_bytes(data.replace(b"day 1.", b"day 2."))
        result = score(tiny_bundle, source, *common)
        source.write_bytes(data)
        assert result.exit_code == NOTHING_RAN
        assert "in.jsonl changed" in result.stderr

    stopped_at(35, tiny_bundle, source, *common)
    kept = names(tmp_path / "out.jsonl.parts")
    refused_everywhere()
    without = score(tiny_bundle, source, *common[:-1])
    assert without.exit_code == NOTHING_RAN
    assert "pass --resume" in without.stderr
    assert names(tmp_path / "out.jsonl.parts") == kept
    # What decides nothing about the output may change.
    result = score(tiny_bundle, source, *common, "--threads", 1, "--progress", "off")
    assert result.exit_code == SOME_FAILED
    refused_everywhere()
    assert len(read_jsonl(out)) == 60


def test_a_shard_that_was_tampered_with_is_found(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = make_input(tmp_path, 40), tmp_path / "out.jsonl"
    arguments = (source, "-o", out, "--shard-records", 10, "--resume")
    stopped_at(35, tiny_bundle, *arguments)
    parts = tmp_path / "out.jsonl.parts"
    (parts / "00000000.output.jsonl").write_bytes(b"{}\n")
    result = score(tiny_bundle, *arguments)
    assert result.exit_code == NOTHING_RAN
    assert "found another" in result.stderr
    assert not out.exists()
    (parts / "00000000.output.jsonl").unlink()
    result = score(tiny_bundle, *arguments)
    assert result.exit_code == NOTHING_RAN
    assert "found it missing" in result.stderr


def test_a_folder_in_the_way_keeps_what_is_in_it(tiny_bundle: Path, tmp_path: Path) -> None:
    parts = tmp_path / "out.jsonl.parts"
    parts.mkdir()
    (parts / "thesis.txt").write_text("years of work")
    for options in ((), ("--resume",)):
        result = score(tiny_bundle, make_input(tmp_path, 5), "-o", tmp_path / "out.jsonl", *options)
        assert result.exit_code == NOTHING_RAN
        assert "found other files" in result.stderr
    assert (parts / "thesis.txt").read_text() == "years of work"


def test_standard_input_and_streams_cannot_be_gone_on_with(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    stdin = jsonl({"text": CLEAN})
    result = score(tiny_bundle, "-", "-o", tmp_path / "out.jsonl", "--resume", stdin=stdin)
    assert result.exit_code == NOTHING_RAN
    assert "read again" in result.stderr
    result = score(tiny_bundle, make_input(tmp_path, 3), "--resume")
    assert result.exit_code == NOTHING_RAN
    assert "found a stream" in result.stderr
    assert names(tmp_path) == ["in.jsonl"]


def test_a_stop_before_the_first_shard_leaves_nothing(tiny_bundle: Path, tmp_path: Path) -> None:
    source = make_input(tmp_path, 40)
    stopped_at(20, tiny_bundle, source, "-o", tmp_path / "out.jsonl")
    assert names(tmp_path) == ["in.jsonl"]


@pytest.mark.parametrize("moment", ["make", "lock"])
def test_a_stop_while_the_folder_is_made_leaves_nothing(
    tiny_bundle: Path, tmp_path: Path, moment: str
) -> None:
    source = make_input(tmp_path, 20)
    owner = LocalPlace if moment == "make" else Shards
    real = getattr(owner, moment)

    def stopping(self: object) -> None:
        real(self)
        raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, moment, stopping)
        with pytest.raises(Stop):
            score(tiny_bundle, source, "-o", tmp_path / "out.jsonl")
    assert names(tmp_path) == ["in.jsonl"]


def test_a_bad_record_stops_a_run_that_may_then_go_on(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = make_input(tmp_path, 60), tmp_path / "out.jsonl"
    common = ("-o", out, "--shard-records", 2)
    result = score(tiny_bundle, source, *common, "--on-error", "stop")
    assert result.exit_code == SOME_FAILED
    assert f"{source}:4: expected a JSON object" in result.stderr
    assert "2 records are safe in" in result.stderr
    assert not out.exists()
    assert score(tiny_bundle, source, *common, "--resume").exit_code == SOME_FAILED
    assert len(read_jsonl(out)) == 60


def test_a_second_run_at_the_same_output_is_kept_out(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = make_input(tmp_path, 2000), tmp_path / "out.jsonl"
    process = start(tiny_bundle, source, out, shard=50)
    try:
        wait_for(tmp_path / "out.jsonl.parts" / "00000000.json", process)
        result = score(tiny_bundle, source, "-o", out, "--shard-records", 50, "--resume")
        assert result.exit_code == NOTHING_RAN
        assert "no other run" in result.stderr
    finally:
        process.kill()
        process.wait()


def start(
    bundle: Path, source: Path, out: Path, shard: int, *options: object
) -> subprocess.Popen[bytes]:
    model = str(Path(__file__).parent.parent / "model")
    arguments = [source, "-o", out, "--bundle", bundle, "--shard-records", shard, *options]
    return subprocess.Popen(
        [sys.executable, "-m", "babelproof", "score", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": model},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def wait_for(path: Path, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_keeps_its_shards(
    tiny_bundle: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    source, out = make_input(tmp_path, 3000), tmp_path / "out.jsonl"
    process = start(tiny_bundle, source, out, 50)
    wait_for(tmp_path / "out.jsonl.parts" / "00000001.json", process)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"with --resume goes on" in stderr
    assert b"Traceback" not in stderr
    result = score(tiny_bundle, source, "-o", out, "--shard-records", 50, "--resume")
    assert result.exit_code == SOME_FAILED
    assert len(read_jsonl(out)) == 3000


def test_a_full_disk_stops_the_run_and_loses_nothing(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out, whole = make_input(tmp_path, 400), tmp_path / "out.jsonl", tmp_path / "w.jsonl"
    score(tiny_bundle, source, "-o", whole, "--shard-records", 50)
    size = whole.stat().st_size
    # A shard fits the limit, the joined file does not: it fails at the very end.
    for limit in (size // 2, size // 16):
        result = limited(limit, tiny_bundle, source, out)
        assert result.returncode == NOTHING_RAN, result.stderr
        assert b"Traceback" not in result.stderr
        assert b"out.jsonl.parts: File too large" in result.stderr
        assert not out.exists()
    result = score(tiny_bundle, source, "-o", out, "--shard-records", 50, "--resume")
    assert result.exit_code == SOME_FAILED
    assert out.read_bytes() == whole.read_bytes()
    assert names(tmp_path) == [
        *("in.jsonl", "out.jsonl", "out.jsonl.manifest.json", "w.jsonl", "w.jsonl.manifest.json")
    ]


def limited(size: int, bundle: Path, source: Path, out: Path) -> subprocess.CompletedProcess[bytes]:
    """Run where no file may grow beyond `size` bytes, as on a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    model = str(Path(__file__).parent.parent / "model")
    arguments = [source, "-o", out, "--bundle", bundle, "--shard-records", 50, "--resume"]
    return subprocess.run(
        [sys.executable, "-m", "babelproof", "score", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": model},
        preexec_fn=limit,
        check=False,
    )


def test_a_full_device_is_a_plain_message(tiny_bundle: Path, tmp_path: Path) -> None:
    source = make_input(tmp_path, 300)
    result = score(tiny_bundle, source, "-o", "/dev/full")
    assert result.exit_code == NOTHING_RAN
    assert "No space left on device" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_thirty_kills_change_no_byte(tiny_bundle: Path, tmp_path: Path, ending: str) -> None:
    source = make_input(tmp_path, 20_000)
    whole, out = tmp_path / f"whole.{ending}", tmp_path / f"out.{ending}"
    begun = time.monotonic()
    assert start(tiny_bundle, source, whole, 100).wait() == SOME_FAILED
    seconds = time.monotonic() - begun
    moments = random.Random(6)
    kills, shards = 0, set()
    while kills < KILLS:
        process = start(tiny_bundle, source, out, 100, "--resume")
        # From before the first byte to after the last: most runs die in the middle.
        delay = moments.uniform(0.05, seconds * 0.35)
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            parts = tmp_path / f"out.{ending}.parts"
            done = len(list(parts.glob("????????.json"))) if parts.exists() else 0
            shards.add(done)
            continue
        # It came to its end: kill what would have been the next runs of it too.
        assert process.returncode in (SOME_FAILED, OK)
        assert out.read_bytes() == whole.read_bytes()
        for path in (out, Path(f"{out}.manifest.json")):
            path.unlink()
    result = start(tiny_bundle, source, out, 100, "--resume")
    assert result.wait() in (SOME_FAILED, OK)
    assert out.read_bytes() == whole.read_bytes()
    assert manifest(out)["counts"] == manifest(whole)["counts"]
    assert names(tmp_path) == sorted(
        [
            "in.jsonl",
            *(f"{n}.{ending}{e}" for n in ("out", "whole") for e in ("", ".manifest.json")),
        ]
    )
    print(json.dumps({"format": ending, "kills": kills, "different shards": len(shards)}))


@pytest.mark.slow
def test_the_shipped_model_gives_the_same_bits_in_any_batch() -> None:
    # Else a run that goes on, whose cache begins empty, could differ in a last digit.
    detector = Detector.load()
    words = f"{CLEAN} {DAMAGED} He gave the plan a green street after the the talks.".split()
    draw = random.Random(3)
    texts = [" ".join(draw.choices(words, k=draw.randint(2, 60))) for _ in range(120)]
    together = detector.readings([[text] for text in texts])
    for text, (expected,) in zip(texts, together, strict=True):
        ((alone,),) = detector.readings([[text]])
        assert alone is not None
        assert expected is not None
        assert np.array_equal(alone.spans, expected.spans)
        assert np.array_equal(alone.pooled, expected.pooled)
