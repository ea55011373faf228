"""Filters, manifests and progress: what is counted adds up, and nothing disappears."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import tiny_manifest, write_tiny_bundle
from job_runs import CLEAN, DAMAGED, jsonl, manifest, names, read_csv, read_jsonl, score

from babelproof import Detector
from babelproof.bundle import write_manifest
from babelproof.command import NOTHING_RAN
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.progress import LOG_SECONDS, RunProgress, Style
from babelproof.jobs.tally import MOST_ERRORS, CountError, Tally
from babelproof.labels import CHANNELS
from babelproof.signal import DocumentSignal

RECORDS = [
    {"id": 1, "text": CLEAN},
    {"id": 2, "text": DAMAGED},
    {"id": 3, "text": ""},
    {"id": 4},
    {"id": 5, "text": f"{CLEAN} {CLEAN}"},
    {"id": 6, "text": f"{DAMAGED} They quoted him on Uzbekistan."},
]


def run(bundle: Path, folder: Path, side: str, ending: str = "jsonl") -> tuple[Path, Path]:
    source = folder / "in.jsonl"
    source.write_bytes(jsonl(*RECORDS))
    out, rejects = folder / f"out.{ending}", folder / f"rejects.{ending}"
    arguments = ("--filter", side, "--rejects", rejects, "--shard-records", 2)
    result = score(bundle, source, "-o", out, *arguments)
    assert result.exit_code == SOME_FAILED
    assert f"filter {side}: " in result.stderr
    return out, rejects


def test_each_record_is_on_one_side_with_its_reason(tiny_bundle: Path, tmp_path: Path) -> None:
    out, rejects = run(tiny_bundle, tmp_path, "keep")
    assert [row["id"] for row in read_jsonl(out)] == [1, 3, 5]
    assert all("rejected" not in row for row in read_jsonl(out))
    reasons = {row["id"]: row["rejected"] for row in read_jsonl(rejects)}
    assert list(reasons) == [2, 4, 6]
    assert reasons[2] == "held: name"
    assert reasons[4].startswith("error: expected a field 'text'")
    assert reasons[6].split(": ")[0] == "held"
    assert set(reasons[6].split(": ")[1].split(", ")) == {"name", "role", "country"}


def test_the_other_side_has_its_reasons_too(tiny_bundle: Path, tmp_path: Path) -> None:
    out, rejects = run(tiny_bundle, tmp_path, "hold", "csv")
    assert [row["id"] for row in read_csv(out)] == ["2", "6"]
    assert "rejected" not in read_csv(out)[0]
    reasons = [row["rejected"] for row in read_csv(rejects)]
    assert reasons[:2] == ["not held", "skipped: empty"]
    assert reasons[2].startswith("error: ")
    assert reasons[3] == "not held"


def test_documents_damaged_as_a_whole_are_held_by_the_filter_alone(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    whole = replace(tiny_manifest(), document=DocumentSignal({"name": 1.0}, 0.0))
    write_manifest(folder, replace(whole, operating_point_in_context=dict.fromkeys(CHANNELS, 1.0)))
    texts = {"sound": [CLEAN] * 5, "damaged": [DAMAGED] * 5, "short": [CLEAN] * 2}
    source, out, rejects = (tmp_path / name for name in ("in.jsonl", "out.jsonl", "no.jsonl"))
    source.write_bytes(jsonl(*({"id": key, "sentences": own} for key, own in texts.items())))
    detector = Detector.load(folder, facts=False)
    scores = [one.document_score for one in detector.score_documents(texts.values())]
    assert scores[2] is None
    between = round(((scores[0] or 0.0) + (scores[1] or 0.0)) / 2, 3)
    common = (source, "-o", out, "--rejects", rejects, "--no-facts", "--filter")
    assert score(folder, *common, "keep", "--document-from", between).exit_code == OK
    assert [row["id"] for row in read_jsonl(out)] == ["sound", "short"]
    (row,) = read_jsonl(rejects)
    assert (row["id"], row["held"]) == ("damaged", False)
    assert row["rejected"] == f"held: as a whole, from {between}"
    assert score(folder, *common, "hold", "--document-from", between).exit_code == OK
    assert [row["id"] for row in read_jsonl(out)] == ["damaged"]
    assert score(folder, *common, "hold").exit_code == OK
    assert read_jsonl(out) == []
    changed = score(folder, *common, "hold", "--document-from", "0.999", "--resume")
    assert "document from was None, is 0.999" in changed.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--document-from", "0.5"], "--document-from: expected --filter and --unit document"),
        (
            ["--document-from", "0.5", "--unit", "sentence", "--filter", "keep", "--rejects", "x"],
            "--document-from: expected --filter and --unit document",
        ),
        (
            ["--document-from", "1.5", "--filter", "keep", "--rejects", "x"],
            "--document-from: expected a probability above 0 and at most 1, found 1.5",
        ),
    ],
)
def test_a_bound_that_decides_nothing_is_refused(
    tiny_bundle: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(jsonl(*RECORDS))
    result = score(tiny_bundle, source, "-o", tmp_path / "out.jsonl", *options)
    assert result.exit_code == NOTHING_RAN
    assert message in " ".join(result.stderr.split())


def test_clean_text_comes_out_as_text(tiny_bundle: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_bytes(f"{CLEAN}\n{DAMAGED}\n\nA\u2028b c.\n".encode())
    common = ("--unit", "sentence", "--filter", "keep", "--rejects", "/dev/null")
    assert score(tiny_bundle, source, "-o", out, *common).exit_code == OK
    assert out.read_text("utf-8").split("\n") == [CLEAN, "", "A b c.", ""]
    assert not Path("/dev/null").is_file()
    streamed = score(tiny_bundle, source, "--output-format", "txt", *common)
    assert streamed.stdout_bytes == out.read_bytes()
    assert manifest(out)["counts"]["rejected"] == 1


def test_the_manifest_counts_what_the_files_hold(tiny_bundle: Path, tmp_path: Path) -> None:
    out, rejects = run(tiny_bundle, tmp_path, "keep")
    found = manifest(out)
    counts = found["counts"]
    assert counts["records"] == len(RECORDS) == counts["written"] + counts["rejected"]
    assert counts["records"] == counts["scored"] + counts["skipped"] + counts["failed"]
    assert (counts["written"], counts["rejected"]) == (
        len(read_jsonl(out)),
        len(read_jsonl(rejects)),
    )
    rows = [*read_jsonl(out), *read_jsonl(rejects)]
    sentences = [sentence for row in rows for sentence in row.get("sentences", ())]
    assert counts["sentences"] == len(sentences)
    assert counts["held_sentences"] == sum(sentence["held"] for sentence in sentences)
    judged = [sentence for sentence in sentences if sentence["score"] is not None]
    bins = [0] * found["sentence_scores"]["bins"]
    for sentence in judged:
        bins[min(int(sentence["score"] * len(bins)), len(bins) - 1)] += 1
    assert found["sentence_scores"]["counts"] == bins
    labels = [f["label"] for s in sentences if s["held"] for f in s["findings"]]
    by_label = found["held_sentences_by_label"]
    assert {label: labels.count(label) for label in set(labels)} == {
        label: count for label, count in by_label.items() if count
    }
    assert found["skipped_by_reason"] == {"empty": 1}
    assert found["errors"]["count"] == 1
    assert found["errors"]["first"][0]["line"] == 4
    for name, path in (("output", out), ("rejects", rejects)):
        assert found["files"][name]["bytes"] == path.stat().st_size
        assert found["files"][name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found["thresholds"]["in_context"]["any"] == 0.5
    assert len(found["bundle"]["sha256"]) == 64
    assert found["timing"]["seconds"] > 0


def test_a_manifest_goes_where_asked_and_nowhere_for_a_stream(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    stdin = jsonl({"text": CLEAN})
    assert score(tiny_bundle, "-", stdin=stdin).exit_code == OK
    assert names(tmp_path) == []
    asked = tmp_path / "m.json"
    assert score(tiny_bundle, "-", "--manifest", asked, stdin=stdin).exit_code == OK
    assert json.loads(asked.read_text())["counts"]["records"] == 1
    out = tmp_path / "out.jsonl"
    assert score(tiny_bundle, "-", "-o", out, "--manifest", asked, stdin=stdin).exit_code == OK
    assert json.loads(asked.read_text())["files"]["output"]["bytes"] == out.stat().st_size
    assert names(tmp_path) == ["m.json", "out.jsonl"]


def test_what_is_no_manifest_is_not_written_over(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl.manifest.json").write_text('{"my": "notes"}')
    result = score(tiny_bundle, "-", "-o", tmp_path / "out.jsonl", stdin=jsonl({"text": CLEAN}))
    assert "expected the manifest of a run" in result.stderr
    assert names(tmp_path) == ["out.jsonl.manifest.json"]


def test_no_file_is_written_for_two_purposes(tiny_bundle: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out.jsonl", tmp_path / "." / "out.jsonl"
    for options in (("--filter", "keep", "--rejects", other), ("--manifest", other)):
        result = score(tiny_bundle, "-", "-o", out, *options, stdin=jsonl({"text": CLEAN}))
        assert result.exit_code == NOTHING_RAN
        assert "a file of its own" in result.stderr
    assert names(tmp_path) == []


def test_a_field_named_rejected_is_refused_only_with_a_filter(tiny_bundle: Path) -> None:
    stdin = jsonl({"text": CLEAN, "rejected": 1})
    assert score(tiny_bundle, "-", stdin=stdin).exit_code == OK
    arguments = ("--filter", "keep", "--rejects", "/dev/null")
    assert score(tiny_bundle, "-", *arguments, stdin=stdin).exit_code == SOME_FAILED


def test_counts_that_do_not_add_up_are_refused() -> None:
    for wrong in (Tally(records=1), Tally(1, scored=1), Tally(1, scored=1, written=2)):
        with pytest.raises(CountError, match="expected 1 records"):
            wrong.check()
    with pytest.raises(CountError, match="scores"):
        Tally(judged=1).check()


def test_only_the_first_errors_are_kept(tiny_bundle: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"x\n" * (MOST_ERRORS + 50))
    score(tiny_bundle, source, "-o", tmp_path / "out.jsonl", "--shard-records", 40)
    errors = manifest(tmp_path / "out.jsonl")["errors"]
    assert errors["count"] == MOST_ERRORS + 50
    assert [error["line"] for error in errors["first"]] == list(range(1, MOST_ERRORS + 1))


def test_progress_lines_tell_rate_held_share_and_time_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moments = itertools.count(step=LOG_SECONDS / 2)
    with RunProgress(Style.LOG, 1000, clock=lambda: next(moments)) as progress:
        for step in range(1, 6):
            tally = Tally(step * 100, step * 50, step * 5, sentences=step * 1000)
            progress.show(tally, 200 + step * 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "200 records, 20 records/s, 200 sentences/s, 10.00% held, 40.0% done, 0:00:30 left",
        "400 records, 20 records/s, 200 sentences/s, 10.00% held, 60.0% done, 0:00:20 left",
    ]


def test_progress_is_silent_off_a_terminal_and_without_a_size_tells_no_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moments = itertools.count(step=LOG_SECONDS)
    for style in (Style.AUTO, Style.OFF):
        with RunProgress(style, 10, clock=lambda: next(moments)) as progress:
            progress.show(Tally(records=5), 5)
    assert capsys.readouterr() == ("", "")
    with RunProgress(Style.LOG, None, clock=lambda: next(moments)) as progress:
        progress.show(Tally(records=50), 5)
    assert capsys.readouterr().err == ("50 records, 5 records/s, 0 sentences/s, 0.00% held\n")
