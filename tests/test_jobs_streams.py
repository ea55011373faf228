"""Streams: what is packed is read to its last whole record, and a network is no damaged file."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fuzz.strategies import zstd
from job_runs import CLEAN, jsonl, names, read_jsonl, score

from babelproof.command import NOTHING_RAN
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.inputs import find_inputs
from babelproof.jobs.readers import read_input
from babelproof.records import FieldNames, Record

LINES = jsonl(*({"id": number, "text": ""} for number in range(3000)))
PACKINGS = [("gz", gzip.compress), ("zst", zstd)]


def named(value: object) -> str | None:
    """Name a case without its bytes: those of gzip hold the second in which they were made."""
    return "data" if isinstance(value, bytes) else None


def read(path: Path) -> list[Record]:
    (source,) = find_inputs([str(path)])
    return list(read_input(source, FieldNames()))


@pytest.mark.parametrize(("ending", "pack"), PACKINGS)
def test_what_stands_before_the_damage_is_read(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"a.jsonl.{ending}"
    # A last line without its end too, and bytes that are no UTF-8.
    for content, lines in ((LINES, 3000), (LINES + b"\xff\xff", 3001), (LINES * 20, 60000)):
        path.write_bytes(pack(content) + b"garbage\n")
        *whole, last = read(path)
        assert [record.line for record in whole] == list(range(1, len(whole) + 1))
        assert len(whole) in (3000, lines)
        assert {record.error for record in whole[:3000]} == {None}
        assert last.error is not None
        assert "cut off or damaged" in last.error


@pytest.mark.parametrize(("ending", "pack"), PACKINGS)
@pytest.mark.parametrize("format", ["jsonl", "csv", "txt"])
def test_no_byte_at_all_is_no_packed_file(
    tiny_bundle: Path, tmp_path: Path, format: str, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"a.{format}.{ending}"
    path.write_bytes(b"")
    (only,) = read(path)
    assert only.error is not None
    assert "cut off or damaged" in only.error
    path.write_bytes(pack(b"text\n" if format == "csv" else b""))
    assert [record.error for record in read(path)] == ([None] if format == "txt" else [])


class SlowFile(io.RawIOBase):
    """A file whose network fails behind `until` bytes."""

    def __init__(self, data: bytes, failure: Exception, until: int) -> None:
        self._data, self._failure, self._until, self._at = data, failure, until, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, len(self._data))[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._until:
            raise self._failure
        part = self._data[self._at : min(self._until, self._at + len(buffer))]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def slow_file(data: bytes, failure: Exception, until: int) -> Any:
    return io.BufferedReader(SlowFile(data, failure, until))


def parquet(rows: int) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": [f"{n}" for n in range(rows)]}), sink, row_group_size=100)
    return sink.getvalue()


@pytest.mark.parametrize("failure", [TimeoutError("late"), ConnectionError("gone"), MemoryError()])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", LINES),
        ("a.jsonl.gz", gzip.compress(LINES)),
        ("a.jsonl.zst", zstd(LINES)),
        ("a.csv", b"text\n" + b"a\n" * 30000),
        ("a.parquet", parquet(3000)),
    ],
    ids=named,
)
def test_a_failure_of_the_network_is_raised_not_taken_for_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, failure: Exception
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (source,) = find_inputs([str(path)])
    place = type(source.place)
    until = 4 if name.endswith("parquet") else len(data) // 2
    monkeypatch.setattr(place, "open", lambda _: slow_file(data, failure, until))
    with pytest.raises(type(failure)):
        list(read_input(source, FieldNames()))


def test_a_timeout_stops_the_run_which_then_goes_on(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fsspec
    from fsspec.exceptions import FSTimeoutError

    memory = fsspec.filesystem("memory")
    lines = [{"id": number, "text": CLEAN} for number in range(5)]
    memory.pipe("/slow/a.jsonl", jsonl(*lines))
    out = tmp_path / "out.jsonl"
    arguments = ("memory://slow/a.jsonl", "-o", out, "--shard-records", 1)
    with monkeypatch.context() as patch:
        slow = slow_file(jsonl(*lines), FSTimeoutError(), len(jsonl(*lines[:3])))
        patch.setattr(type(memory), "open", lambda *_, **__: slow)
        assert score(tiny_bundle, *arguments).exit_code == NOTHING_RAN
    assert names(tmp_path) == ["out.jsonl.parts"]
    result = score(tiny_bundle, *arguments, "--resume")
    assert result.exit_code == OK
    assert [row["id"] for row in read_jsonl(out)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", gzip.compress(LINES), "begins like gzip"),
        ("a.jsonl", zstd(LINES), "begins like zstd"),
        ("a.jsonl", parquet(1), "begins like Parquet"),
        ("a.json", json.dumps([{"text": "a"}], indent=1).encode(), "jq"),
        ("a.json", b'[{"text":"a"}]\n', "jq"),
        ("a.csv", gzip.compress(b"text\na\n"), "found gzip"),
        ("a.tsv", parquet(1), "found Parquet"),
        ("a.parquet.gz", gzip.compress(parquet(1)), "expected Parquet, found gzip"),
    ],
    ids=named,
)
def test_a_file_that_is_not_what_it_is_called_is_told(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    first, *_ = read(tmp_path / name)
    assert first.error is not None
    assert message in first.error


@pytest.mark.parametrize(
    ("bad", "ending"),
    [
        *(("cut.parquet", "jsonl"), ("cut.parquet", "parquet"), ("empty.csv", "csv")),
        *(("empty.tsv", "jsonl"), ("cut.csv.gz", "parquet")),
    ],
)
def test_one_bad_table_among_others_is_one_error_record(
    tiny_bundle: Path, tmp_path: Path, bad: str, ending: str
) -> None:
    data = {"cut.parquet": parquet(3)[:-9], "cut.csv.gz": gzip.compress(b"text\na\n")[:9]}
    (tmp_path / bad).write_bytes(data.get(bad, b""))
    (tmp_path / "ok.parquet").write_bytes(parquet(2))
    out = tmp_path / f"out.{ending}"
    arguments = (tmp_path / bad, tmp_path / "ok.parquet", "-o", out)
    result = score(tiny_bundle, *arguments)
    assert result.exit_code == SOME_FAILED
    assert "3 records" in result.stderr
    assert f"first failure: {tmp_path / bad}:1: expected" in result.stderr
    stopped = score(tiny_bundle, *arguments, "--on-error", "stop")
    assert stopped.exit_code == SOME_FAILED
    assert bad in stopped.stderr
