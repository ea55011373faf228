"""Targets: nothing that is needed is written over, and every record asked for arrives."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from job_runs import CLEAN, DAMAGED, jsonl, manifest, names, read_csv, read_jsonl, score
from test_jobs_resume import stopped_at

from babelproof.command import NOTHING_RAN
from babelproof.jobs import engines
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.job import outcomes_of
from babelproof.jobs.pipeline import in_order
from babelproof.jobs.tally import CountError

TEXTS = [CLEAN, DAMAGED, CLEAN, DAMAGED, CLEAN]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_bytes(jsonl(*({"id": n, "text": text} for n, text in enumerate(TEXTS))))
    return path


@pytest.fixture
def memory(source: Path) -> Iterator[Any]:
    """Give an empty store behind `memory://` with the input in it."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pipe("/b/a.jsonl", source.read_bytes())
    yield system
    system.rm("/", recursive=True)


def in_background(path: Path) -> tuple[threading.Thread, list[bytes]]:
    """Read a pipe while it is written."""
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(path.read_bytes()))
    thread.start()
    return thread, found


SHARDED = ("--shard-records", 2, "--filter", "hold", "--rejects")


@pytest.mark.parametrize("output", ["-", "/dev/null", "file"])
def test_a_stream_of_parquet_is_one_file_however_many_shards(
    tiny_bundle: Path, tmp_path: Path, source: Path, output: str
) -> None:
    rejects = tmp_path / "rejects.parquet"
    thread, found = None, [b""]
    if output == "file":  # then it is the rejects that are a stream
        output = str(tmp_path / "out.jsonl")
        os.mkfifo(rejects)
        thread, found = in_background(rejects)
    result = score(tiny_bundle, source, "-o", output, *SHARDED, rejects)
    assert result.exit_code == OK
    if thread is not None:
        thread.join(10)
    table = pq.read_table(io.BytesIO(found[0]) if thread is not None else rejects)
    assert table["id"].to_pylist() == [0, 2, 4]
    assert set(table["rejected"].to_pylist()) == {"not held"}


def test_parquet_to_standard_output_is_the_file_that_it_would_be(
    tiny_bundle: Path, tmp_path: Path, source: Path
) -> None:
    out, shards = tmp_path / "out.parquet", ("--shard-records", 2)
    score(tiny_bundle, source, "-o", out, *shards)
    streamed = score(tiny_bundle, source, "--output-format", "parquet", *shards)
    assert streamed.stdout_bytes == out.read_bytes()
    source.write_bytes(source.read_bytes() + b"no record\n")
    options = ("--output-format", "parquet", "--on-error", "stop", *shards)
    stopped = score(tiny_bundle, source, *options)
    assert stopped.exit_code == SOME_FAILED
    assert "--resume" not in stopped.stderr  # a stream cannot be gone on with
    assert pq.read_table(io.BytesIO(stopped.stdout_bytes)).num_rows == 4


def test_a_run_that_goes_on_gives_a_new_pipe_a_header(
    tiny_bundle: Path, tmp_path: Path, source: Path
) -> None:
    pipe, copy = tmp_path / "rejects.csv", tmp_path / "copy.csv"
    os.mkfifo(pipe)
    arguments = (source, "-o", tmp_path / "out.jsonl", *SHARDED, pipe, "--resume")
    thread, _ = in_background(pipe)
    stopped_at(5, tiny_bundle, *arguments)
    thread.join(10)
    thread, found = in_background(pipe)
    assert score(tiny_bundle, *arguments).exit_code == OK
    thread.join(10)
    copy.write_bytes(found[0])
    assert [row["id"] for row in read_csv(copy)] == ["4"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "memory:///b/a.jsonl"], "none of the inputs"),
        (["-o", "memory://b/o.jsonl", "--manifest", "memory:///b/o.jsonl"], "a file of its own"),
        (["-o", "memory://b/o.jsonl", *SHARDED, "memory:///b/o.jsonl"], "a file of its own"),
        (["-o", "memory://b/o", *SHARDED, "memory://b/o.manifest.json"], "a file of its own"),
        (["-o", "memory://b/o", *SHARDED, "memory://b/o.parts/r.jsonl"], "a file of its own"),
        (["-o", "memory://b"], "found a folder"),
        (["-o", "http://localhost:9/o.jsonl"], "only be read"),
        (["-o", "-", *SHARDED, "https://localhost:9/o.jsonl"], "only be read"),
    ],
)
def test_what_lies_behind_a_url_is_not_written_over(
    tiny_bundle: Path, memory: Any, options: list[object], message: str
) -> None:
    before = memory.cat("/b/a.jsonl")
    result = score(tiny_bundle, "memory://b/a.jsonl", *options)
    assert result.exit_code == NOTHING_RAN
    assert message in result.stderr
    assert memory.find("/") == ["/b/a.jsonl"]
    assert memory.cat("/b/a.jsonl") == before


def test_what_a_run_writes_beside_its_output_is_named_for_nothing_else(
    tiny_bundle: Path, tmp_path: Path, source: Path
) -> None:
    out = tmp_path / "q.jsonl"
    parts, about = Path(f"{out}.parts"), Path(f"{out}.manifest.json")
    parts.mkdir()
    inside = parts / "mine.jsonl"
    inside.write_bytes(source.read_bytes())
    for options in (
        (source, *SHARDED, about),
        (source, *SHARDED, parts / "r.jsonl"),
        (source, "--manifest", parts / "m.json"),
        (inside,),
    ):
        result = score(tiny_bundle, *options, "-o", out)
        assert result.exit_code == NOTHING_RAN
        assert "a file of its own" in result.stderr
    assert names(tmp_path) == ["in.jsonl", "q.jsonl.parts"]
    # Where the manifest is named elsewhere, and on a stream, the name is free.
    asked = ("--manifest", tmp_path / "m.json")
    assert score(tiny_bundle, source, "-o", tmp_path / "z", *SHARDED, about, *asked).exit_code == OK
    assert score(tiny_bundle, source, *SHARDED, about).exit_code == OK
    assert len(read_jsonl(about)) == 3


def test_an_output_is_no_input_of_its_own_folder(
    tiny_bundle: Path, tmp_path: Path, source: Path, memory: Any
) -> None:
    for folder in ("memory://b", f"{tmp_path}/*.jsonl*", "memory://b/*"):
        out = f"{folder.removesuffix('/*.jsonl*').removesuffix('/*')}/out.jsonl"
        for said in ("5 records", "complete already, 5 records"):
            result = score(tiny_bundle, folder, "-o", out, "--resume")
            assert result.exit_code == OK
            assert said in result.stderr
    assert [row["id"] for row in read_jsonl(tmp_path / "out.jsonl")] == [0, 1, 2, 3, 4]


def test_a_name_behind_a_url_is_no_pattern(tiny_bundle: Path, memory: Any) -> None:
    memory.mv("/b/a.jsonl", "/b/c.jsonl")
    memory.store["/b/in[1].jsonl"] = memory.store.pop("/b/c.jsonl")
    out = "memory://b/out[1].jsonl"
    stopped_at(5, tiny_bundle, "memory://b/in[1].jsonl", "-o", out, "--shard-records", 2)
    assert memory.find("/b/out[1].jsonl.parts")
    arguments = ("-o", out, "--shard-records", 2, "--resume")
    assert score(tiny_bundle, "memory://b/in[1].jsonl", *arguments).exit_code == OK
    assert sorted(memory.find("/b")) == [
        *("/b/in[1].jsonl", "/b/out[1].jsonl", "/b/out[1].jsonl.manifest.json")
    ]
    assert not memory.exists("/b/out[1].jsonl.parts")


class OnlyRead(MemoryFileSystem):
    """A store that takes nothing."""

    protocol = "onlyread"

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        if mode != "rb":
            raise NotImplementedError
        return super()._open(path, mode, **options)


def test_a_store_that_takes_nothing_is_a_plain_message(tiny_bundle: Path, source: Path) -> None:
    fsspec.register_implementation("onlyread", OnlyRead, clobber=True)
    result = score(tiny_bundle, source, "-o", "onlyread://x/out.jsonl")
    assert result.exit_code == NOTHING_RAN
    assert "found one that can only be read; name another output" in result.stderr


def test_names_that_say_nothing_are_refused_by_name(
    tiny_bundle: Path, tmp_path: Path, source: Path
) -> None:
    assert "found an empty one" in score(tiny_bundle, source, "-o", "").stderr
    assert "found a folder" in score(tiny_bundle, source, "-o", "/").stderr
    for options in (("-o", "/dev/full"), (*SHARDED, "/dev/full")):
        result = score(tiny_bundle, source, *options)
        assert result.exit_code == NOTHING_RAN
        assert "/dev/full: No space left on device" in result.stderr
    (tmp_path / "loop").symlink_to("loop")  # whatever it was to be, it holds nothing
    assert score(tiny_bundle, source, "-o", tmp_path / "loop").exit_code == OK
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "a.json").write_text("{}")
    result = score(tiny_bundle, tmp_path / "empty")
    assert result.exit_code == NOTHING_RAN
    assert "that end with .jsonl, .csv, .tsv, .parquet, .txt" in result.stderr


def test_an_input_whose_name_is_no_utf_8_is_scored(
    tiny_bundle: Path, tmp_path: Path, source: Path
) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.jsonl")
    Path(odd).write_bytes(source.read_bytes() + b"no record\n")
    out = tmp_path / "out.jsonl"
    arguments = (odd, "-o", out, "--shard-records", 2, "--resume")
    stopped_at(5, tiny_bundle, *arguments)
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED
    assert len(read_jsonl(out)) == 6
    assert manifest(out)["errors"]["first"][0]["file"] == odd
    assert "complete already" in score(tiny_bundle, *arguments).stderr


def lossy(outcomes: list[Any]) -> list[Any]:
    return outcomes[1:]


def doubled(outcomes: list[Any]) -> list[Any]:
    return [*outcomes, outcomes[0]]


@pytest.mark.parametrize(("fault", "found"), [(lossy, 1), (doubled, 3)])
@pytest.mark.parametrize("output", ["-", "/dev/null", "out.jsonl"])
def test_an_outcome_that_gets_lost_or_doubled_is_noticed(
    tiny_bundle: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    output: str,
    fault: Callable[[list[Any]], list[Any]],
    found: int,
) -> None:
    monkeypatch.chdir(source.parent)
    monkeypatch.setattr(engines, "outcomes_of", lambda *given: fault(outcomes_of(*given)))
    with pytest.raises(CountError, match=f"each of 2 records, found {found}"):
        score(tiny_bundle, source, "-o", output, "--shard-records", 2)
    assert names(source.parent) == ["in.jsonl"]


@pytest.mark.parametrize(("lost", "counts"), [(0, "4 records, found 2"), (2, "5 records, found 4")])
def test_a_chunk_that_gets_lost_is_noticed_even_the_last(
    tiny_bundle: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    lost: int,
    counts: str,
) -> None:
    def gappy(*given: Any) -> Iterator[Any]:
        return (item for number, item in enumerate(in_order(*given)) if number != lost)

    # The engine's results are closed in the end: a generator can be.
    monkeypatch.setattr(engines, "in_order", gappy)
    with pytest.raises(CountError, match=counts):
        score(tiny_bundle, source, "--shard-records", 2)
