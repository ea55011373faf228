"""Formats: the same records in any of them give the same verdicts."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from job_runs import CLEAN, DAMAGED, ODD, jsonl, names, read_csv, read_jsonl, score

from babelproof.command import NOTHING_RAN
from babelproof.detector import Detector
from babelproof.files import FileError
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.formats import Format, Layout, Packing, layout_of
from babelproof.jobs.inputs import find_inputs
from babelproof.jobs.parquet_writer import own_types
from babelproof.jobs.readers import read_input
from babelproof.records import OWN_FIELDS, REJECTED, SENTENCE_FIELDS, FieldNames, Record

TEXTS = [DAMAGED, CLEAN, "", ODD, f"{CLEAN} {DAMAGED}"] * 3


def write(path: Path, texts: list[str]) -> Path:
    """Write texts, numbered in the column `id`, in the format of the path."""
    layout = layout_of(path.name)
    rows = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    if layout.format is Format.JSONL:
        data = jsonl(*rows)
    elif layout.format is Format.PARQUET:
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=4)
        return path
    elif layout.format is Format.TSV:
        clean = [{**row, "text": " ".join(row["text"].split())} for row in rows]
        data = "".join(f"{row['id']}\t{row['text']}\n" for row in clean).encode()
        data = b"id\ttext\n" + data
    else:
        text = io.StringIO(newline="")
        table = csv.DictWriter(text, ["id", "text"])
        table.writeheader()
        table.writerows(rows)
        data = text.getvalue().encode()
    if layout.packing is Packing.GZIP:
        data = gzip.compress(data)
    elif layout.packing is Packing.ZSTD:
        # Two frames on end are one content.
        middle = len(data) // 2
        data = b"".join(zstd(half) for half in (data[:middle], data[middle:]))
    path.write_bytes(data)
    return path


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(data)
    return sink.getvalue().to_pybytes()


def unzstd(data: bytes) -> bytes:
    return pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()


@pytest.mark.parametrize(
    ("name", "format", "packing"),
    [
        ("a.jsonl", Format.JSONL, Packing.NONE),
        ("A.NDJSON.GZ", Format.JSONL, Packing.GZIP),
        ("a.csv.zst", Format.CSV, Packing.ZSTD),
        ("a.tab", Format.TSV, Packing.NONE),
        ("a.pq", Format.PARQUET, Packing.NONE),
        ("a.txt.gz", Format.TXT, Packing.GZIP),
        ("http://x/a.csv?sig=a.b", Format.CSV, Packing.NONE),
        ("https://x/a.jsonl.gz?sig=abc", Format.JSONL, Packing.GZIP),
        ("https://x/data.gz?sig=abc", Format.JSONL, Packing.GZIP),
        ("https://x/get?file=a.csv.gz", Format.CSV, Packing.GZIP),
        ("s3://x/why?.tsv", Format.TSV, Packing.NONE),
        ("a.gz?b.csv", Format.CSV, Packing.NONE),
        ("a.dat", Format.JSONL, Packing.NONE),
        ("-", Format.JSONL, Packing.NONE),
    ],
)
def test_a_name_tells_format_and_packing(name: str, format: Format, packing: Packing) -> None:
    assert layout_of(name) == Layout(format, packing)


def test_a_format_given_overrules_the_name() -> None:
    assert layout_of("a.csv.gz", Format.TSV) == Layout(Format.TSV, Packing.GZIP)
    assert layout_of("a.csv.gz", Format.PARQUET) == Layout(Format.PARQUET)


@pytest.mark.parametrize(
    "name", ["a.jsonl", "a.csv", "a.parquet", "a.jsonl.gz", "a.csv.zst", "a.jsonl.zst"]
)
def test_every_input_format_gives_the_same(tiny_bundle: Path, tmp_path: Path, name: str) -> None:
    expected = score(tiny_bundle, "-", stdin=jsonl(*({"text": text} for text in TEXTS)))
    out = tmp_path / "out.jsonl"
    assert score(tiny_bundle, write(tmp_path / name, TEXTS), "-o", out).exit_code == OK
    found = read_jsonl(out)
    assert [row.pop("id") for row in found] == [str(n) for n in range(len(TEXTS))]
    assert found == [json.loads(line) for line in expected.stdout_bytes.splitlines()]


@pytest.mark.parametrize("name", ["o.csv", "o.tsv", "o.parquet", "o.jsonl.gz", "o.csv.zst"])
def test_every_output_format_holds_the_same(tiny_bundle: Path, tmp_path: Path, name: str) -> None:
    source = write(tmp_path / "in.jsonl", TEXTS)
    out, plain = tmp_path / name, tmp_path / "plain.jsonl"
    for path in (out, plain):
        assert score(tiny_bundle, source, "-o", path, "--shard-records", 4).exit_code == OK
    expected = read_jsonl(plain)
    found: list[dict[str, Any]]
    if name.endswith(".parquet"):
        found = pq.read_table(out).to_pylist()
        scores = [row["score"] for row in found]
    elif name.endswith(".gz"):
        found = read_jsonl(out)
        scores = [row["score"] for row in found]
    else:
        if name.endswith(".zst"):
            (tmp_path / "o.csv").write_bytes(unzstd(out.read_bytes()))
            out = tmp_path / "o.csv"
        if name.endswith(".tsv"):
            header, *lines = out.read_text("utf-8").split("\n")[:-1]
            found = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
            assert found[3]["text"] == ODD.replace("\t", "\\t").replace("\n", "\\n")
            found = [
                {**row, "text": ours["text"]} for row, ours in zip(found, expected, strict=True)
            ]
        else:
            found = list(read_csv(out))
        scores = [float(row["score"]) if row["score"] else None for row in found]
        sentences = [json.loads(row["sentences"]) for row in found]
        assert sentences == [row["sentences"] for row in expected]
    assert scores == [row["score"] for row in expected]
    for field in ("id", "text", "status"):
        assert [row[field] for row in found] == [row[field] for row in expected]


def test_parquet_keeps_the_types_of_every_column(tiny_bundle: Path, tmp_path: Path) -> None:
    table = pa.table(
        {
            "small": pa.array(range(5), pa.int8()),
            "body": pa.array(TEXTS[:5], pa.large_string()),
            "when": pa.array([10**9 * n + 1 for n in range(5)]).cast(pa.timestamp("ns")),
            "price": pa.array([Decimal("1.50"), None, *[Decimal("9.99")] * 3]),
            "kind": pa.array(["x", "y", "x", None, "x"]).dictionary_encode(),
            "raw": pa.array([b"\xff", b"", None, b"a", b"b"]),
            "tags": pa.array([["a"], [], None, ["b", "c"], ["d"]]),
            "ratio": pa.array([float("nan"), float("inf"), 1.5, None, 2.0], pa.float32()),
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=2)
    out, rows = tmp_path / "out.parquet", tmp_path / "out.jsonl"
    column = ("--text-column", "body", "--shard-records", 3)
    assert score(tiny_bundle, tmp_path / "in.parquet", "-o", out, *column).exit_code == OK
    found = pq.read_table(out)
    for name in table.schema.names:
        assert found.schema.field(name).type == table.schema.field(name).type
    same = found.select(table.schema.names).drop(["ratio"])
    assert same.combine_chunks().equals(table.drop(["ratio"]).combine_chunks())
    assert str(found["ratio"].to_pylist()) == str(table["ratio"].to_pylist())
    assert found["sentences"].to_pylist()[0][0]["findings"][0]["label"] == "name"
    assert score(tiny_bundle, tmp_path / "in.parquet", "-o", rows, *column).exit_code == OK
    first, second, *_ = read_jsonl(rows)
    assert first["when"].startswith("1970-01-01 00:00:00.000000001")
    assert (first["price"], first["ratio"], first["raw"]) == ("1.50", None, "/w==")
    assert (second["small"], second["price"], second["tags"]) == (1, None, [])


def test_fields_of_json_get_one_type_or_stay_json(tiny_bundle: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(
        jsonl(
            {"text": CLEAN, "n": 1, "x": 1, "deep": {"a": [1]}, "empty": {}},
            {"text": CLEAN, "n": 2, "x": "one", "deep": {"b": 2.5}, "huge": 10**30},
            {"text": "lone \ud800", "n": None, "x": None, "big": 2**60},
            {"text": CLEAN, "n": 4, "big": 0.5},
        )
    )
    out = tmp_path / "out.parquet"
    assert score(tiny_bundle, source, "-o", out).exit_code == OK
    table = pq.read_table(out)
    assert table.schema.field("n").type == pa.int64()
    assert table["n"].to_pylist() == [1, 2, None, 4]
    assert table["x"].to_pylist() == ["1", '"one"', None, None]
    assert table["deep"].to_pylist()[:2] == [{"a": [1], "b": None}, {"a": None, "b": 2.5}]
    assert table["empty"].to_pylist() == ["{}", None, None, None]
    assert table["huge"].to_pylist()[1] == str(10**30)
    assert table["big"].to_pylist() == [None, None, str(2**60), "0.5"]
    assert table["text"].to_pylist()[2] == "lone \\ud800"


def test_a_csv_of_many_kinds_of_rows(tiny_bundle: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(
        b"\xef\xbb\xbfid,text\r\n"
        b'1,"Two\r\nlines, one cell."\r\n'
        b"\r\n"
        b"2,short,more\r\n"
        b"3\r\n"
        b"4,\xff\r\n"
        b'5,"bad"quote\r\n'
        b"6,Fine again.\r\n"
        b'7,"never closed\r\n'
        b"8,After it."
    )
    out = tmp_path / "out.jsonl"
    assert score(tiny_bundle, source, "-o", out).exit_code == SOME_FAILED
    found = read_jsonl(out)
    assert [(row.get("id"), row["status"]) for row in found] == [
        ("1", "ok"), ("2", "error"), ("3", "error"), (None, "error"), (None, "error"),
        ("6", "ok"), (None, "error"), ("8", "ok"),
    ]  # fmt: skip
    assert found[0]["text"] == "Two\r\nlines, one cell."
    assert [row["line"] for row in found if row["status"] == "error"] == [5, 6, 7, 8, 10]
    assert found[1]["error"] == "expected 2 cells, found 3"
    assert "0xff" in found[3]["error"]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("taken", [{}, {"file": "mine"}, {"file": 5, "raw": [5]}])
def test_an_error_says_which_file_and_what_stood_there(
    tiny_bundle: Path, tmp_path: Path, ending: str, taken: dict[str, object]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl({"id": "1", "text": "", **taken}) + b"caf\xe9\n")
    (tmp_path / "b.csv").write_bytes(b"id,text\n2,a,more\n")
    out, rejects = tmp_path / "out.jsonl", tmp_path / f"rejects.{ending}"
    sources = (tmp_path / "a.jsonl", tmp_path / "b.csv")
    sides = ("-o", out, "--filter", "keep", "--rejects", rejects)
    assert score(tiny_bundle, *sources, *sides).exit_code == SOME_FAILED
    assert [row["id"] for row in read_jsonl(out)] == ["1"]
    found: list[dict[str, Any]]
    if ending == "parquet":
        found = pq.read_table(rejects).to_pylist()
    else:
        found = list(read_csv(rejects) if ending == "csv" else read_jsonl(rejects))
    assert [int(row["line"]) for row in found] == [2, 2]
    told = [(row.get("file"), row.get("raw")) for row in found]
    if ending == "parquet" and "raw" in taken:  # columns of numbers and lists hold no text
        assert told == [(None, None)] * 2
    else:
        assert told == [
            (str(tmp_path / "a.jsonl"), "caf\\xe9"),
            (str(tmp_path / "b.csv"), "2,a,more"),
        ]


def test_a_quote_in_tsv_is_a_quote(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.tsv", tmp_path / "out.tsv"
    source.write_bytes(b'id\ttext\n1\t"An open quote\n2\tC:\\new is fine.\n3\n\n4\t\xfe.\n')
    assert score(tiny_bundle, source, "-o", out).exit_code == SOME_FAILED
    rows = [line.split("\t") for line in out.read_text("utf-8").split("\n")[1:-1]]
    assert [row[:2] for row in rows] == [
        ["1", '"An open quote'], ["2", "C:\\new is fine."], ["3", ""], ["", ""],
    ]  # fmt: skip
    assert [row[3] for row in rows] == ["ok", "ok", "error", "error"]


def test_lines_of_text_are_sentences_when_asked(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    source.write_bytes(
        f"\ufeff{DAMAGED} {CLEAN}\r\n\n{ODD.split(chr(10))[0]}\u2028x\n".encode() + b"\xff\n"
    )
    arguments = ("--unit", "sentence", "--id-column", "id")
    assert score(tiny_bundle, source, "-o", out, *arguments).exit_code == SOME_FAILED
    first, second, third, fourth = read_jsonl(out)
    assert first["text"] == f"{DAMAGED} {CLEAN}"
    assert first["id"] == f"{source}:1"
    assert first["held"] is True
    assert list(first)[2:] == ["schema_version", "status", "score", "held", "labels", "findings"]
    (finding,) = first["findings"]
    assert first["text"][finding["start"] : finding["end"]] == "Brinken"
    assert (second["status"], second["reason"]) == ("skipped", "empty")
    assert "\u2028" in third["text"]
    assert (fourth["status"], fourth["id"], fourth["line"]) == ("error", f"{source}:4", 4)


def test_a_sentence_is_judged_as_the_library_does_alone(tiny_bundle: Path, tmp_path: Path) -> None:
    result = score(
        tiny_bundle, "-", "--unit", "sentence", stdin=jsonl(*({"text": t} for t in TEXTS))
    )
    verdicts = Detector.load(tiny_bundle).score(TEXTS)
    for line, verdict in zip(result.stdout_bytes.splitlines(), verdicts, strict=True):
        row, expected = json.loads(line), verdict.to_dict()
        assert {
            name: row.get(name) for name in expected if name not in ("text", "start", "end")
        } == {
            name: value for name, value in expected.items() if name not in ("text", "start", "end")
        }


def test_sentence_records_need_a_text_and_no_list(tiny_bundle: Path) -> None:
    stdin = jsonl({"sentences": [CLEAN]}, {"text": 5}, {"text": CLEAN, "labels": 1})
    result = score(tiny_bundle, "-", "--unit", "sentence", stdin=stdin)
    errors = [json.loads(line)["error"] for line in result.stdout_bytes.splitlines()]
    assert "one sentence, found none" in errors[0]
    assert "found a number" in errors[1]
    assert "--prefix" in errors[2]


def test_columns_are_chosen_by_name(tiny_bundle: Path) -> None:
    stdin = jsonl({"body": DAMAGED, "key": 1, "text": 5}, {"body": CLEAN}, {"key": 2})
    result = score(tiny_bundle, "-", "--text-column", "body", "--id-column", "key", stdin=stdin)
    rows = [json.loads(line) for line in result.stdout_bytes.splitlines()]
    assert [row["status"] for row in rows] == ["ok", "error", "error"]
    assert rows[0]["text"] == 5
    assert "'key'" in rows[1]["error"]
    assert "'body'" in rows[2]["error"]


def test_patterns_folders_and_several_names(tiny_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "old.jsonl.parts").mkdir()
    (folder / "empty").mkdir()
    write(folder / "b.jsonl", [CLEAN])
    write(folder / "deep" / "a.csv", [DAMAGED])
    for name in ("x.json", ".hidden.jsonl", "_tmp.jsonl", "old.jsonl.parts/0.jsonl", "notes.md"):
        (folder / name).write_bytes(b"not to be read\n")
    out = folder / "out.jsonl"
    for arguments in ([folder], [folder / "**" / "[!_]*.jsonl", folder / "deep"]):
        assert score(tiny_bundle, *arguments, "-o", out).exit_code == OK
        assert [row["text"] for row in read_jsonl(out)] == [CLEAN, DAMAGED]
    for wrong in (folder / "*.parquet", folder / "empty", ""):
        result = score(tiny_bundle, wrong, "-o", out)
        assert result.exit_code == NOTHING_RAN
        assert "found" in result.stderr


def test_tables_are_refused_before_anything_runs(tiny_bundle: Path, tmp_path: Path) -> None:
    def made(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    good = write(tmp_path / "good.csv", [CLEAN])
    pq.write_table(pa.table({"body": [CLEAN]}), tmp_path / "body.parquet")
    pq.write_table(pa.table({"id": [1], "text": [CLEAN]}), tmp_path / "number.parquet")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "body.parquet").read_bytes()[:-9])
    cases: list[tuple[list[object], str]] = [
        ([made("a.csv", b"id,body\n1,x\n")], "expected a column 'text', found id, body"),
        ([tmp_path / "body.parquet"], "expected a column 'text', found body"),
        ([made("b.csv", b"")], "expected a header"),
        ([made("c.csv", b"text,text\n")], "'text' twice"),
        ([made("d.csv", b"text,score\nx,1\n")], "--prefix"),
        ([made("e.tsv", b"text\t\xff\n")], "UTF-8"),
        ([made("f.csv.gz", b"text\n")], "cut off or damaged"),
        ([tmp_path / "cut.parquet"], "cut off or damaged"),
        ([good, "--id-column", "key"], "--id-column"),
        ([good, tmp_path / "number.parquet", "--output-format", "parquet"], "expected column 'id'"),
        ([good, "-o", tmp_path / "x.txt"], "--filter"),
        ([good, "--filter", "keep"], "--rejects"),
        ([good, "--rejects", tmp_path / "x"], "--filter"),
        ([good, "--filter", "keep", "--rejects", "-"], "a file of its own"),
        ([good, "--filter", "keep", "--rejects", tmp_path / "r.txt"], "holds reasons"),
    ]
    before = names(tmp_path)
    for arguments, message in cases:
        result = score(tiny_bundle, *arguments)
        assert result.exit_code == NOTHING_RAN, arguments
        assert message in result.stderr
        assert names(tmp_path) == before


def test_standard_input_in_any_format(tiny_bundle: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.tsv", "a.parquet", "a.jsonl"):
        data = write(tmp_path / name, [CLEAN, DAMAGED]).read_bytes()
        format = name.removeprefix("a.")
        for output_format in ("jsonl", "csv", "parquet"):
            result = score(
                tiny_bundle, "-", "--as", format, "--output-format", output_format, stdin=data
            )
            assert result.exit_code == OK
            if output_format == "parquet":
                rows = pq.read_table(io.BytesIO(result.stdout_bytes)).to_pylist()
                held = [row["held"] for row in rows]
            elif output_format == "csv":
                rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode())))
                held = [row["held"] == "true" for row in rows]
            else:
                held = [json.loads(line)["held"] for line in result.stdout_bytes.splitlines()]
            assert held == [False, True]


def test_a_pipe_is_read_once_whatever_its_format(tiny_bundle: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet", "a.jsonl"):
        data = write(tmp_path / name, [CLEAN, DAMAGED]).read_bytes()
        pipe = tmp_path / f"pipe{name[1:]}"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(data,))
        writer.start()
        result = score(tiny_bundle, pipe, "--output-format", "csv")
        writer.join()
        assert result.exit_code == OK
        rows = csv.DictReader(io.StringIO(result.stdout_bytes.decode()))
        assert [row["held"] for row in rows] == ["false", "true"]


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_what_is_packed_on_standard_input_is_unpacked(
    tiny_bundle: Path, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    for format in ("jsonl", "csv", "tsv"):
        data = write(tmp_path / f"a.{format}", [CLEAN, DAMAGED]).read_bytes()
        # Several members on end are one content, and a line may run over their seam.
        packed = pack(data[:-20]) + pack(data[-20:])
        for output_format in ("jsonl", "csv"):
            asked = ("-", "--as", format, "--output-format", output_format)
            plain = score(tiny_bundle, *asked, stdin=data)
            found = score(tiny_bundle, *asked, stdin=packed)
            assert (found.exit_code, found.stdout_bytes) == (OK, plain.stdout_bytes)
            assert b"true" in found.stdout_bytes


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
@pytest.mark.parametrize("output_format", ["jsonl", "csv"])
def test_packed_standard_input_that_is_cut_off_ends_with_an_error_record(
    tiny_bundle: Path, pack: Callable[[bytes], bytes], output_format: str
) -> None:
    noise = random.Random(1)
    rows = ({"id": n, "text": CLEAN, "noise": noise.randbytes(150).hex()} for n in range(600))
    data = pack(jsonl(*rows))
    asked = ("-", "--output-format", output_format)
    result = score(tiny_bundle, *asked, stdin=data[: len(data) * 3 // 4])
    assert result.exit_code == SOME_FAILED
    lines = result.stdout_bytes.decode()
    found: list[dict[str, Any]]
    if output_format == "csv":  # read twice, and kept for it
        found = list(csv.DictReader(io.StringIO(lines)))
    else:
        found = [json.loads(line) for line in lines.splitlines()]
    *whole, last = found
    assert [int(row["id"]) for row in whole] == list(range(len(whole)))
    assert len(whole) > 300
    assert {row["status"] for row in whole} == {"ok"}
    assert "cut off or damaged" in last["error"]
    assert int(last["line"]) == len(whole) + 1


def test_a_header_that_is_cut_off_is_told(tiny_bundle: Path) -> None:
    data = gzip.compress(b"text,id\n")[:-12]
    result = score(tiny_bundle, "-", "--as", "csv", stdin=data)
    assert result.exit_code == NOTHING_RAN
    assert "-: expected a whole file, found it cut off" in result.stderr


def test_a_pipe_is_unpacked_by_what_it_holds(tiny_bundle: Path, tmp_path: Path) -> None:
    data = jsonl({"text": DAMAGED})
    for name, content in (("a.jsonl.gz", data), ("b.jsonl", gzip.compress(data))):
        pipe = tmp_path / name
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(content,))
        writer.start()
        result = score(tiny_bundle, pipe)
        writer.join()
        assert result.exit_code == OK
        assert json.loads(result.stdout_bytes)["held"] is True


@pytest.mark.parametrize("content", [b"", b"{", b"\x1f", b"\x28\xb5\x2f"])
def test_very_short_standard_input_is_not_packed(tiny_bundle: Path, content: bytes) -> None:
    result = score(tiny_bundle, "-", stdin=content)
    assert result.exit_code == (SOME_FAILED if content else OK)
    assert len(result.stdout_bytes.splitlines()) == bool(content)


def test_a_table_has_a_typed_column_for_everything_that_scoring_adds(tiny_bundle: Path) -> None:
    detector = Detector.load(tiny_bundle)
    (document,) = detector.score_documents(["Uzbek Foreign Minister Dmytro Kuleba flew home."])
    (empty,) = detector.score_documents([""])
    given = {**document.to_dict(), **empty.to_dict()}
    assert set(given) <= set(OWN_FIELDS)
    (sentence,) = document.to_dict()["sentences"]
    assert set(sentence) - {"text", "start", "end"} <= set(SENTENCE_FIELDS)
    types = own_types()
    assert set(types) == {*OWN_FIELDS, *SENTENCE_FIELDS, REJECTED}
    inner = types["sentences"].value_type
    fields = {inner.field(index).name for index in range(inner.num_fields)}
    assert fields == {*sentence, "reason"}
    finding = types["findings"].value_type
    assert [finding.field(n).name for n in range(finding.num_fields)] == list(
        sentence["findings"][0]
    )
    assert types["findings"] == inner.field("findings").type


def test_damaged_files_end_with_an_error_record(tiny_bundle: Path, tmp_path: Path) -> None:
    # Fields that no packing shrinks, so that whole blocks come before the cut.
    noise = random.Random(1)
    rows = ({"id": n, "text": CLEAN, "noise": noise.randbytes(150).hex()} for n in range(2000))
    lines = jsonl(*rows)
    packed = {"cut.jsonl.gz": gzip.compress(lines), "cut.jsonl.zst": zstd(lines)}
    for name, data in packed.items():
        source, out = tmp_path / name, tmp_path / "out.jsonl"
        source.write_bytes(data[: len(data) * 3 // 4])
        after = write(tmp_path / "z.jsonl", [CLEAN])
        assert score(tiny_bundle, source, after, "-o", out).exit_code == SOME_FAILED
        *whole, last, other = read_jsonl(out)
        assert [row["id"] for row in whole] == list(range(len(whole)))
        assert len(whole) > 1000
        assert all(row["status"] == "ok" for row in [*whole, other])
        assert last["status"] == "error"
        assert "cut off or damaged" in last["error"]
        assert last["line"] == len(whole) + 1


@pytest.mark.parametrize("name", ["a.csv.gz", "a.tsv.gz", "a.jsonl.gz", "a.txt.gz"])
def test_passing_records_over_changes_none_behind_them(tmp_path: Path, name: str) -> None:
    # Found by fuzzing: the line of the error at a damaged end depended on where reading began.
    data = gzip.compress(b"text,id\r\n\r\na,1\r\n\r\nb,2\r\n", mtime=0)
    (tmp_path / name).write_bytes(data[:-8] + b"damaged!")
    (source,) = find_inputs([str(tmp_path / name)])
    names = FieldNames(sentence=True)
    every = list(read_input(source, names))
    assert every[-1].error is not None
    assert "cut off or damaged" in every[-1].error
    for skip in range(len(every) + 2):
        assert list(read_input(source, names, skip)) == every[skip:]


def test_any_changed_byte_of_a_parquet_is_met(tmp_path: Path) -> None:
    # Found by fuzzing: names that are no UTF-8, and whole groups passed over though damaged.
    path = tmp_path / "a.parquet"
    rows = [{"text": f"{CLEAN} {number}", "n": number} for number in range(6)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=1, compression="none")
    whole = path.read_bytes()
    names = FieldNames()
    met = 0
    for place in random.Random(2).sample(range(len(whole)), 300):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x85]) + whole[place + 1 :])
        (source,) = find_inputs([str(path)])
        try:
            every = [plain(record) for record in read_input(source, names)]
        except FileError:
            continue
        met += any(error is not None for *_, error in every)
        for skip in range(len(every) + 1):
            rest = [plain(record) for record in read_input(source, names, skip)]
            assert rest == every[skip:]
    assert met > 20


def plain(record: Record) -> tuple[object, ...]:
    return record.line, repr(record.fields), record.content, record.error


def test_a_parquet_without_the_column_is_all_errors_beside_one_with_it(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    good = write(tmp_path / "good.parquet", [CLEAN])
    pq.write_table(pa.table({"id": ["8", "9"]}), tmp_path / "none.parquet")
    pq.write_table(pa.table({"text": [5, None]}), tmp_path / "wrong.parquet")
    out = tmp_path / "out.jsonl"
    arguments = (good, tmp_path / "none.parquet", tmp_path / "wrong.parquet", "-o", out)
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED
    rows = read_jsonl(out)
    assert [row["status"] for row in rows] == ["ok", *["error"] * 4]
    assert rows[1]["id"] == "8"
    assert "found a number" in rows[3]["error"]
    assert "found null" in rows[4]["error"]
    stopped = score(tiny_bundle, *arguments, "--on-error", "stop")
    assert stopped.exit_code == SOME_FAILED
    assert "none.parquet:1: " in stopped.stderr


def test_urls_are_read_and_written(tiny_bundle: Path, tmp_path: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/in/a.jsonl", jsonl({"text": CLEAN}))
    memory.pipe("/in/deep/b.csv", b"text\nshort text\n")
    out = "memory://out/all.jsonl"
    for inputs in (["memory://in"], ["memory://in/*.jsonl", "memory://in/deep/b.csv"]):
        arguments = (*inputs, "-o", out, "--shard-records", 1)
        assert score(tiny_bundle, *arguments).exit_code == OK
        rows = [json.loads(line) for line in memory.cat("/out/all.jsonl").splitlines()]
        assert [row["text"] for row in rows] == [CLEAN, "short text"]
        assert sorted(memory.ls("/out", detail=False)) == [
            "/out/all.jsonl",
            "/out/all.jsonl.manifest.json",
        ]
    assert "complete already" in score(tiny_bundle, *arguments, "--resume").stderr
    result = score(tiny_bundle, "memory://in/none.jsonl")
    assert result.exit_code == NOTHING_RAN
    assert "found nothing there" in result.stderr
    assert "nosuch" in score(tiny_bundle, "nosuch://x/y.jsonl").stderr


def test_a_missing_extra_is_named(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    source = write(tmp_path / "in.jsonl", [CLEAN])
    for module in ("pyarrow", "pyarrow.parquet", "fsspec", "fsspec.core"):
        monkeypatch.setitem(sys.modules, module, None)
    for arguments in (
        [source, "-o", tmp_path / "o.parquet"],
        [source, "-o", tmp_path / "o.jsonl.zst"],
        ["s3://bucket/in.jsonl"],
    ):
        result = score(tiny_bundle, *arguments)
        assert result.exit_code == NOTHING_RAN
        assert "pip install 'babelproof[batch]'" in result.stderr
    for name in ("o.jsonl.gz", "o.csv", "o.tsv"):
        assert score(tiny_bundle, source, "-o", tmp_path / name).exit_code == OK
