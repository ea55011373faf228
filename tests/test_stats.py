"""Stats: the same numbers from the manifest and from the records of any format."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from job_runs import CLEAN, DAMAGED, jsonl, score
from typer.testing import CliRunner, Result

from babelproof.cli import app
from babelproof.command import NOTHING_RAN, READER_GONE
from babelproof.jobs.summary import summarise

RECORDS = [
    *({"text": CLEAN}, {"text": DAMAGED}, {"text": ""}, {"id": 4}),
    {"text": f"{DAMAGED} They quoted him on Uzbekistan. {CLEAN}"},
]
COUNTED = (
    *("records", "scored", "held", "skipped", "failed", "written", "sentences", "judged"),
    *("held_sentences", "reasons", "labels", "scores"),
)


def stats(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["stats", *map(str, arguments)])


@pytest.mark.parametrize("unit", ["document", "sentence"])
@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv.gz", "parquet"])
def test_records_and_manifest_tell_the_same(
    tiny_bundle: Path, tmp_path: Path, ending: str, unit: str
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / f"out.{ending}"
    source.write_bytes(jsonl(*RECORDS))
    score(tiny_bundle, source, "-o", out, "--prefix", "bp_", "--unit", unit)
    by_manifest = asdict(summarise(str(out)).tally)
    assert by_manifest["records"] == len(RECORDS)
    assert by_manifest["held_sentences"] > 0
    Path(f"{out}.manifest.json").unlink()
    by_records = asdict(summarise(str(out), prefix="bp_").tally)
    for name in COUNTED:
        assert by_records[name] == by_manifest[name], name


@pytest.mark.parametrize("text", ["", "[]", '{"manifest": 1}', '{"manifest": 1, "files": []}'])
def test_a_broken_manifest_is_named(tiny_bundle: Path, tmp_path: Path, text: str) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(jsonl(*RECORDS))
    score(tiny_bundle, source, "-o", out)
    manifest = Path(f"{out}.manifest.json")
    manifest.write_text(text)
    for result in (stats(out), score(tiny_bundle, source, "-o", out, "--resume")):
        assert result.exit_code == NOTHING_RAN
        assert f"{manifest.name}: expected the manifest of a run" in result.output


def test_a_manifest_of_another_content_is_not_believed(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(jsonl(*RECORDS))
    score(tiny_bundle, source, "-o", out)
    assert summarise(str(out)).origin.endswith(".manifest.json")
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(lines[0])
    found = summarise(str(out))
    assert (found.origin, found.tally.records) == (str(out), 1)


def test_tables_and_bars_are_printed(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(jsonl(*RECORDS))
    score(tiny_bundle, source, "-o", out)
    result = stats(out)
    assert result.exit_code == 0
    rows = [line.strip("│ ").split("│") for line in result.stdout.splitlines()]
    cells = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}
    assert cells["all"][0] == "5"
    assert cells["skipped: empty"] == ["1", "20.00%"]
    assert cells["name"][0] == "2"
    assert "█" in cells["name"][2]
    assert "0.95 to 1.00" in cells
    assert "in.jsonl:4: expected a field 'text'" in result.stdout
    as_json = json.loads(stats(out, "--json").stdout)
    assert as_json["held_sentences"] == 3


@pytest.mark.parametrize(
    ("name", "beginning"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml"), ("p.html", b"<!doctype")]
)
def test_a_plot_is_one_file_without_links(
    tiny_bundle: Path, tmp_path: Path, name: str, beginning: bytes
) -> None:
    out = tmp_path / "a<b>.jsonl"
    score(tiny_bundle, "-", "-o", out, stdin=jsonl(*RECORDS))
    assert stats(out, "--plot", tmp_path / name).exit_code == 0
    data = (tmp_path / name).read_bytes()
    assert data.startswith(beginning)
    if name == "p.html":
        assert b"a&lt;b&gt;" in data
        assert b"<script" not in data
        assert b"src=" not in data


def test_what_is_no_output_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(jsonl(*RECORDS))
    (tmp_path / "in.txt").write_text("text")
    for arguments, message in (
        ([tmp_path / "in.jsonl"], "no field 'status'"),
        ([tmp_path / "in.jsonl", "--prefix", "x_"], "no field 'x_status'"),
        ([tmp_path / "in.txt"], "plain text"),
        ([tmp_path / "none.jsonl"], "No such file"),
        ([tmp_path / "in.jsonl", "--plot", "p.pdf"], ".html, .png, .svg"),
    ):
        result = stats(*arguments)
        assert result.exit_code == NOTHING_RAN
        assert message in result.stderr


def test_an_output_beside_the_manifest_of_a_stream_is_counted(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "o.jsonl"
    manifest = ("--manifest", f"{out}.manifest.json")
    out.write_bytes(score(tiny_bundle, "-", *manifest, stdin=jsonl(*RECORDS)).stdout_bytes)
    assert Path(f"{out}.manifest.json").exists()
    found = summarise(str(out))
    assert (found.origin, found.tally.records) == (str(out), len(RECORDS))


def test_several_outputs_are_refused_by_name(tiny_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        score(tiny_bundle, "-", "-o", folder / name, stdin=jsonl(*RECORDS))
    for several in (folder, f"{folder}/?.jsonl"):
        result = stats(several)
        assert result.exit_code == NOTHING_RAN
        assert f"{several}: expected one output of score, found 2 files" in result.stderr
    (folder / "b.jsonl").unlink()
    assert stats(folder, "--json").exit_code == 0


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_field_of_the_input_named_sentences_is_not_ours(
    tiny_bundle: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"o.{ending}"
    stdin = jsonl({"text": DAMAGED, "sentences": ["a", "b"]})
    score(tiny_bundle, "-", "-o", out, "--unit", "sentence", stdin=stdin)
    Path(f"{out}.manifest.json").unlink()
    tally = summarise(str(out)).tally
    assert (tally.sentences, tally.held_sentences) == (1, 1)


HELD = {"text": "x", "score": 0.9, "held": True}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"status,score,labels,findings\nok,abc,{},[]\n", "found the score 'abc'"),
        (b"status,score,labels,findings\nok,-7,{},[]\n", "found the score '-7'"),
        (b"status,score,labels,findings\nok,nan,{},[]\n", "found the score 'nan'"),
        (b"status,sentences\nok,{bad\n", "found sentences '{bad'"),
        (jsonl({"status": "ok", "sentences": ["a"]}), "found sentences ['a']"),
        (jsonl({"status": "skipped", "sentences": 5}), "found sentences 5"),
        (
            jsonl({"status": "ok", "sentences": [{**HELD, "findings": [{}]}]}),
            "found the label None",
        ),
        (
            jsonl({"status": "ok", "sentences": [{**HELD, "findings": "x" * 90}]}),
            f"found findings '{'x' * 59}…;",
        ),
    ],
)
def test_fields_of_ours_with_other_content_are_named(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / ("a.jsonl" if content.startswith(b"{") else "a.csv")
    path.write_bytes(content)
    result = stats(path)
    assert result.exit_code == NOTHING_RAN
    assert message in result.stderr
    assert f"{path}:" in result.stderr


def test_where_it_cannot_print_or_draw_is_said(tiny_bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    score(tiny_bundle, "-", "-o", out, stdin=jsonl(*RECORDS))
    missing = stats(out, "--plot", tmp_path / "none" / "p.png")
    assert missing.exit_code == NOTHING_RAN
    assert f"{tmp_path}/none/p.png: expected an output that can be written" in missing.stderr
    command = [sys.executable, "-m", "babelproof", "stats", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "model")}
    for more in ((), ("--json",)):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*command, *more],
                stdout=full,
                stderr=subprocess.PIPE,
                env=environment,
                check=False,
            )
        assert done.returncode == NOTHING_RAN
        assert done.stderr == b"babelproof: standard output: No space left on device\n"
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            command, stdout=gone, stderr=subprocess.PIPE, env=environment, check=False
        )
    assert (done.returncode, done.stderr) == (READER_GONE, b"")


def test_a_plot_without_its_extra_says_which(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    score(tiny_bundle, "-", "-o", out, stdin=jsonl(*RECORDS))
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    result = stats(out, "--plot", tmp_path / "p.png")
    assert result.exit_code == NOTHING_RAN
    assert "pip install 'babelproof[plot]'" in result.stderr
