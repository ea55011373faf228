"""CSV: what is written is read back the same, and a broken row harms no other."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from job_runs import CLEAN, jsonl, read_csv, read_jsonl, score

from babelproof.command import NOTHING_RAN
from babelproof.jobs import csv_rows
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.inputs import find_inputs
from babelproof.jobs.readers import read_input
from babelproof.records import FieldNames, Record


def read(path: Path, data: bytes, names: FieldNames | None = None, skip: int = 0) -> list[Record]:
    path.write_bytes(data)
    (source,) = find_inputs([str(path)])
    return list(read_input(source, names or FieldNames(), skip))


def texts(records: list[Record]) -> list[object]:
    return [record.content if record.error is None else record.error[:20] for record in records]


def test_any_value_is_read_back_as_it_was(tiny_bundle: Path, tmp_path: Path) -> None:
    source, table, back = tmp_path / "in.jsonl", tmp_path / "t.csv", tmp_path / "back.jsonl"
    signs = ["a", "\r", "\n", '"', ",", ";", "\t", " "]
    notes = ["".join(note) for size in range(4) for note in itertools.product(signs, repeat=size)]
    source.write_bytes(jsonl(*({"text": "", "note": note, "\r": 1} for note in notes)))
    assert score(tiny_bundle, source, "-o", table).exit_code == OK
    assert [row["note"] for row in read_csv(table)] == notes
    assert score(tiny_bundle, table, "-o", back, "--prefix", "bp_").exit_code == OK
    rows = read_jsonl(back)
    assert [row["note"] for row in rows] == notes
    assert {row["\r"] for row in rows} == {"1"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_unclosed_quote_takes_its_own_line_alone(tmp_path: Path, end: str) -> None:
    rows = [f'{number},"two{end}lines {number}"' for number in range(4, 400)]
    data = end.join(["id,text", "1,", '2,"open', "3,x", *rows, '400,"last']).encode()
    found = read(tmp_path / "a.csv", data)
    errors = [record for record in found if record.error is not None]
    assert [record.line for record in errors] == [3, 5 + 2 * 396]
    assert all("quotation mark opened in line" in str(record.error) for record in errors)
    assert [record.raw for record in errors] == ['2,"open', '400,"last']
    sound = [record for record in found if record.error is None]
    assert [record.fields["id"] for record in sound if record.fields] == [
        *("1", "3"),
        *map(str, range(4, 400)),
    ]
    assert sound[-1].content == f"two{end}lines 399"
    for skip in (1, 2, 3, len(found)):
        assert read(tmp_path / "a.csv", data, skip=skip) == found[skip:]


def test_an_unclosed_quote_with_others_behind_it(tmp_path: Path) -> None:
    data = b'text,n\n"open,1\n"a",2\n"b ""c""",3\n"open too,4\nd,5\n'
    found = read(tmp_path / "a.csv", data)
    assert texts(found) == ["expected a CSV row, ", "a", 'b "c"', "expected a CSV row, ", "d"]
    assert [record.line for record in found] == [2, 3, 4, 5, 6]


def test_a_row_that_never_ends_stays_in_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "MOST_CHARACTERS", 4000)
    # Each line closes a quotation mark and opens the next, so that no row ever ends.
    hostile = b"text\n" + b'a","b\n' * 20_000 + b"end\n"
    before = time.process_time()
    found = read(tmp_path / "a.csv", hostile)
    assert time.process_time() - before < 20  # some 0.3 s; the square of it would take minutes
    assert len(found) == 20_001
    assert found[-1].content == "end"
    assert {record.error is None for record in found[:-100]} == {False}
    long = b'text\n"' + b"line\n" * 700 + b'"\nend\n'
    assert [record.error for record in read(tmp_path / "a.csv", long)] == [None, None]


def test_a_byte_order_mark_may_stand_before_a_quoted_name(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", b'\xef\xbb\xbf"text","n"\na,1\n')
    assert found[0].fields == {"text": "a", "n": "1"}


def test_what_a_row_has_too_much_is_shown(tmp_path: Path) -> None:
    for name, data in (
        ("a.csv", b'text,n\na,1,"x, y",\xc3\xa9\nb,2\n'),
        ("a.tsv", b"text\tn\na\t1\tx, y\t\xc3\xa9\nb\t2\n"),
    ):
        surplus, sound = read(tmp_path / name, data)
        assert surplus.error == "expected 2 cells, found 4"
        assert surplus.fields == {"text": "a", "n": "1"}
        assert surplus.raw == data.decode().split("\n")[1]
        assert (sound.raw, sound.error) == (None, None)
        (broken,) = read(tmp_path / name, data.split(b"\n")[0] + b"\n\xff\xc3\xa9 b\n")
        assert broken.raw == "\\xffé b"


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_an_empty_cell_names_no_record(tmp_path: Path, name: str) -> None:
    mark = b"," if name == "a.csv" else b"\t"
    data = mark.join([b"id", b"text\n0", b"a\n", b"b\n"])
    first, second = read(tmp_path / name, data, FieldNames(id="id"))
    assert first.content == "a"
    assert second.error is not None
    assert "'id'" in second.error


def test_columns_are_looked_for_however_often_a_file_is_named(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / "a.csv", tmp_path / "t.csv"
    source.write_bytes(b"body\nx\n")
    result = score(tiny_bundle, source, source, "-o", out)
    assert result.exit_code == NOTHING_RAN
    assert "expected a column 'text', found body" in result.stderr
    source.write_bytes(b"id;text\n1;x\n")
    result = score(tiny_bundle, source, source, "-o", out)
    assert "found id;text" in result.stderr
    assert "separated by semicolons" in result.stderr
    source.write_bytes(f"text\n{CLEAN}\n".encode())
    assert score(tiny_bundle, source, source, "-o", out).exit_code == OK
    assert len(list(read_csv(out))) == 2


def test_a_field_name_with_a_lone_surrogate_is_escaped(tiny_bundle: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    source = tmp_path / "in.jsonl"
    source.write_bytes(b'{"text":"","\\ud800k":"v"}\n{"text":1,"\\ud800k":[9007199254740993]}\n')
    for out in (tmp_path / "o.parquet", tmp_path / "o.csv"):
        assert score(tiny_bundle, source, "-o", out).exit_code == SOME_FAILED
    assert pq.read_table(tmp_path / "o.parquet")["\\ud800k"].to_pylist() == [
        '"v"',
        "[9007199254740993]",
    ]
    assert [row["\\ud800k"] for row in read_csv(tmp_path / "o.csv")] == ["v", "[9007199254740993]"]
    source.write_bytes(b'{"text":"","\\ud800":1,"\\\\ud800":2}\n')
    result = score(tiny_bundle, source, "-o", tmp_path / "twins.parquet")
    assert result.exit_code == NOTHING_RAN
    assert "lone surrogates" in result.stderr
