"""Parquet: no value harms another, and what has no one type is written as JSON text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from job_runs import CLEAN, jsonl, read_csv, read_jsonl, score

from babelproof.command import NOTHING_RAN
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.inputs import find_inputs
from babelproof.jobs.readers import read_input
from babelproof.records import FieldNames, Record

ROWS, BAD = 3000, 1500


def read(path: Path, skip: int = 0) -> list[Record]:
    (source,) = find_inputs([str(path)])
    return list(read_input(source, FieldNames(), skip))


def no_utf8() -> Any:
    values = [b"a" if row != BAD else b"\xff" for row in range(ROWS)]
    text = pa.array(values, pa.binary()).view(pa.string())
    return pa.StructArray.from_arrays([text], ["q"])


def far_year() -> Any:
    values = [0 if row != BAD else 10**18 for row in range(ROWS)]
    return pa.StructArray.from_arrays([pa.array(values, pa.timestamp("us"))], ["t"])


@pytest.mark.parametrize("column", [no_utf8(), far_year()], ids=["UTF-8", "year"])
def test_a_value_that_json_cannot_hold_is_one_error_record(tmp_path: Path, column: Any) -> None:
    path = tmp_path / "a.parquet"
    texts = [str(row) for row in range(ROWS)]
    pq.write_table(pa.table({"text": texts, "m": column}), path)
    found = read(path)
    assert [record.line for record in found] == list(range(1, ROWS + 1))
    (bad,) = [record for record in found if record.error is not None]
    assert bad.line == BAD + 1
    assert bad.error is not None
    assert "column 'm'" in bad.error
    assert bad.fields == {"text": str(BAD), "m": None}
    for skip in (BAD - 1, BAD, BAD + 1):
        assert [record.line for record in read(path, skip)] == list(range(skip + 1, ROWS + 1))


def test_bytes_in_the_text_are_an_error_of_their_row(tmp_path: Path) -> None:
    for kind in (pa.binary(), pa.string()):
        column = pa.array([b"a", b"\xff", None], pa.binary()).view(kind)
        pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
        first, second, third = read(tmp_path / "a.parquet")
        assert first.content == "a"
        assert second.error is not None
        assert "expected UTF-8" in second.error
        assert second.fields == {"text": "\ufffd"}
        assert "found null" in str(third.error)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_two_columns_of_one_name_are_refused(
    tiny_bundle: Path, tmp_path: Path, ending: str
) -> None:
    twins = pa.table([["a"], [1], [2]], names=["text", "v", "v"])
    pq.write_table(twins, tmp_path / "twins.parquet")
    out = tmp_path / f"out.{ending}"
    result = score(tiny_bundle, tmp_path / "twins.parquet", "-o", out)
    assert result.exit_code == NOTHING_RAN
    assert "expected each column once, found 'v' twice" in result.stderr
    (tmp_path / "z.jsonl").write_bytes(jsonl({"text": CLEAN}))
    both = (tmp_path / "twins.parquet", tmp_path / "z.jsonl")
    result = score(tiny_bundle, *both, "-o", out)
    assert result.exit_code == SOME_FAILED
    assert "2 records: 1 scored" in result.stderr
    assert f"first failure: {both[0]}:1: expected each column once" in result.stderr


def test_views_are_written_as_what_they_show(tiny_bundle: Path, tmp_path: Path) -> None:
    nested = pa.list_(pa.string_view())
    columns = {
        "text": pa.array([CLEAN, "", None], pa.string_view()),
        "raw": pa.array([b"\xff", None, b""], pa.binary_view()),
        "deep": pa.array([["a"], [], None], nested),
    }
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    out = tmp_path / "out.parquet"
    assert score(tiny_bundle, tmp_path / "in.parquet", "-o", out).exit_code == SOME_FAILED
    found = pq.read_table(out)
    assert found["text"].to_pylist() == [CLEAN, "", None]
    assert found["raw"].to_pylist() == [b"\xff", None, b""]
    assert found["deep"].to_pylist() == [["a"], [], None]
    assert found["status"].to_pylist() == ["ok", "skipped", "error"]


LARGE = 9007199254740993


@pytest.mark.parametrize(
    ("first", "last", "is_text"),
    [
        ([LARGE], [1.5], True),
        ([[LARGE - 1]], [[1.5]], False),
        ({"a": [{"b": LARGE}]}, {"a": [{"b": 0.5}]}, True),
        ({"a": LARGE, "b": 1}, {"a": 1, "b": 0.5}, False),
        (LARGE, 0.5, True),
        (LARGE, 2, False),
    ],
)
def test_integers_that_no_double_holds_stay_exact(
    tiny_bundle: Path, tmp_path: Path, first: Any, last: Any, is_text: bool
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.parquet"
    values = [first, *[None] * 5000, last]  # more than are looked at together
    source.write_bytes(jsonl(*({"text": "", "v": value} for value in values)))
    assert score(tiny_bundle, source, "-o", out).exit_code == OK
    found = pq.read_table(out)["v"].to_pylist()
    given = [json.loads(found[0]), json.loads(found[-1])] if is_text else [found[0], found[-1]]
    assert given == [first, last]


def test_a_parquet_column_joins_what_is_json_text(tiny_bundle: Path, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [""], "v": [[1, 2]]}), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_bytes(jsonl({"text": "", "v": "x"}))
    out = tmp_path / "out.parquet"
    arguments = (tmp_path / "a.parquet", tmp_path / "b.jsonl", "-o", out)
    assert score(tiny_bundle, *arguments).exit_code == OK
    assert pq.read_table(out)["v"].to_pylist() == ["[1,2]", '"x"']


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_our_own_documents_can_be_scored_again_behind_a_prefix(
    tiny_bundle: Path, tmp_path: Path, ending: str
) -> None:
    source, first = tmp_path / "in.jsonl", tmp_path / f"first.{ending}"
    source.write_bytes(jsonl({"text": CLEAN}))
    assert score(tiny_bundle, source, "-o", first).exit_code == OK
    for again in (tmp_path / "again.jsonl", tmp_path / "again.csv"):
        assert score(tiny_bundle, first, "-o", again, "--prefix", "bp_").exit_code == OK
    (row,) = read_jsonl(tmp_path / "again.jsonl")
    assert row["bp_score"] == float(row["score"])
    (cells,) = read_csv(tmp_path / "again.csv")
    assert cells["bp_score"] == cells["score"]
