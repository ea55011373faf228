"""The command line: what goes in, what comes out, and with which exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from babelproof.check_cli import HELD
from babelproof.cli import app
from babelproof.command import NOTHING_RAN
from babelproof.detector import Detector
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.labels import LABELS

DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."
CLEAN = "The president said the talks in Kyiv went to plan."
DOCUMENT = f"{CLEAN} {DAMAGED} {CLEAN}"


def babelproof(*arguments: str | Path, stdin: bytes | str = b"") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def score(bundle: Path, *arguments: str | Path, stdin: bytes | str = b"") -> Result:
    return babelproof("score", *arguments, "--bundle", bundle, stdin=stdin)


def check(bundle: Path, *arguments: str | Path, stdin: bytes | str = b"") -> Result:
    return babelproof("check", *arguments, "--bundle", bundle, stdin=stdin)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout_bytes.splitlines()]


def jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_a_document_is_scored_and_its_fields_pass_through(tiny_bundle: Path) -> None:
    record = {"id": 7, "text": DOCUMENT, "meta": {"desk": "world"}}
    result = score(tiny_bundle, "-", stdin=jsonl(record))
    assert result.exit_code == OK
    (out,) = lines(result)
    ours = ["schema_version", "status", "score", "held", "document_score", "sentences"]
    assert list(out) == [*record, *ours]
    assert {name: out[name] for name in record} == record
    assert (out["schema_version"], out["status"], out["held"]) == (1, "ok", True)
    assert out["score"] == max(sentence["score"] for sentence in out["sentences"])
    assert [sentence["held"] for sentence in out["sentences"]] == [False, True, False]
    for sentence in out["sentences"]:
        fields = ["text", "start", "end", "status", "score", "held", "labels", "findings"]
        assert list(sentence) == fields
        assert DOCUMENT[sentence["start"] : sentence["end"]] == sentence["text"]
        assert list(sentence["labels"]) == list(LABELS)
        assert all(0 <= value <= 1 for value in sentence["labels"].values())
    (finding,) = out["sentences"][1]["findings"]
    assert list(finding) == ["label", "start", "end", "text", "score", "source", "evidence"]
    assert finding["label"] == "name"
    assert DOCUMENT[finding["start"] : finding["end"]] == finding["text"] == "Brinken"


def test_sentences_are_kept_as_given_and_replaced_by_ours(tiny_bundle: Path) -> None:
    result = score(tiny_bundle, "-", stdin=jsonl({"sentences": [CLEAN, DAMAGED, ""], "id": 1}))
    (out,) = lines(result)
    assert next(iter(out)) == "id"
    assert [sentence["text"] for sentence in out["sentences"]] == [CLEAN, DAMAGED, ""]
    assert out["sentences"][2]["status"] == "skipped"
    (finding,) = out["sentences"][1]["findings"]
    assert DAMAGED[finding["start"] : finding["end"]] == "Brinken"


def test_the_command_line_scores_as_the_library_does(tiny_bundle: Path) -> None:
    documents = [DOCUMENT, CLEAN, "", "Ещё один текст на другом языке, и довольно длинный."] * 50
    result = score(tiny_bundle, "-", stdin=jsonl(*({"text": text} for text in documents)))
    verdicts = Detector.load(tiny_bundle).score_documents(documents)
    found = [
        {name: value for name, value in line.items() if name not in ("text", "schema_version")}
        for line in lines(result)
    ]
    expected = [verdict.to_dict() for verdict in verdicts]
    for ours, theirs in zip(found, expected, strict=True):
        assert [sentence.pop("score") for sentence in ours["sentences"]] == pytest.approx(
            [sentence.pop("score") for sentence in theirs["sentences"]], abs=1e-4
        )
        assert ours["status"] == theirs["status"]
        assert ours["held"] == theirs["held"]


def test_bad_records_are_errors_in_their_place(tiny_bundle: Path) -> None:
    stdin = b"\n".join(
        [
            json.dumps({"text": CLEAN}).encode(),
            b"not json",
            b"[1]",
            b'{"text":"\xff"}',
            b"",
            b'{"id":5}',
            b'{"text":"a","status":"draft","score":3}',
            json.dumps({"text": ""}).encode(),
        ]
    )
    result = score(tiny_bundle, "-", stdin=stdin)
    assert result.exit_code == SOME_FAILED
    out = lines(result)
    statuses = [line["status"] for line in out]
    assert statuses == ["ok", *["error"] * 6, "skipped"]
    for number in (1, 2, 3, 4):
        assert list(out[number]) == ["status", "error", "file", "line", "raw"]
        assert out[number]["line"] == number + 1
    assert out[5]["id"] == 5
    assert out[6]["score"] == 3
    assert "--prefix" in out[6]["error"]
    assert (out[7]["reason"], out[7]["score"], out[7]["held"]) == ("empty", None, False)
    assert "8 records: 1 scored (0 held), 1 skipped, 6 failed" in result.stderr
    assert "first failure: -:2: " in result.stderr


def test_a_prefix_makes_room_for_any_field(tiny_bundle: Path) -> None:
    record = {"sentences": [DAMAGED], "status": "draft", "score": 3, "line": "x"}
    result = score(tiny_bundle, "-", "--prefix", "bp_", stdin=jsonl(record))
    assert result.exit_code == OK
    (out,) = lines(result)
    assert {name: out[name] for name in record} == record
    assert out["bp_held"] is True
    assert out["bp_sentences"][0]["text"] == DAMAGED


def test_check_and_gate_take_records_with_fields_named_like_ours(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    path = tmp_path / "drafts.jsonl"
    path.write_bytes(jsonl({"text": DAMAGED, "score": "2:1", "status": "draft"}))
    # Whether one sentence is enough to hold an article is for the gate's presets to say.
    for command, codes in (("check", {1}), ("gate", {0, 1})):
        result = babelproof(command, path, "--bundle", tiny_bundle)
        assert result.exit_code in codes, result.output
        assert "Brinken" in result.stdout


def test_our_own_output_can_be_scored_again_with_a_prefix(tiny_bundle: Path) -> None:
    first = score(tiny_bundle, "-", stdin=jsonl({"sentences": [DAMAGED]}))
    again = score(tiny_bundle, "-", stdin=first.stdout_bytes)
    assert again.exit_code == SOME_FAILED
    (line,) = lines(again)
    assert line["status"] == "error"
    texts = [sentence["text"] for sentence in lines(first)[0]["sentences"]]
    record = {**lines(first)[0], "sentences": texts}
    assert score(tiny_bundle, "-", "--prefix", "b_", stdin=jsonl(record)).exit_code == OK


@pytest.mark.parametrize("stdin", [b"", b'{"text":""}\n', b'{"sentences":[]}\n'])
def test_nothing_to_score_is_no_failure(tiny_bundle: Path, stdin: bytes) -> None:
    result = score(tiny_bundle, "-", stdin=stdin)
    assert result.exit_code == OK
    assert [line["status"] for line in lines(result)] == ["skipped"] * stdin.count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "Yes",
        "\x00\x1b[31m\x07",
        "🙂🙂 🙂",
        "\ud800 talks \udfff",
        "and so it went on " * 6000,
        "x" * 100_000,
        "Это предложение написано на другом языке и должно быть пропущено.",
    ],
)
def test_odd_text_is_judged_or_skipped_never_lost(tiny_bundle: Path, text: str) -> None:
    result = score(tiny_bundle, "-", stdin=jsonl({"text": text}))
    assert result.exit_code == OK
    (out,) = lines(result)
    assert out["text"] == text
    assert out["status"] in ("ok", "skipped")
    assert (out["score"] is None) == (out["status"] == "skipped")
    for sentence in out["sentences"]:
        assert text[sentence["start"] : sentence["end"]] == sentence["text"]


def test_several_inputs_follow_one_another(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"{DAMAGED}\r\n".encode())
    (tmp_path / "b.jsonl").write_bytes(jsonl({"id": 1, "text": CLEAN}) + b"oops")
    output = tmp_path / "out.jsonl"
    result = score(tiny_bundle, tmp_path / "a.txt", tmp_path / "b.jsonl", "-o", output)
    assert result.exit_code == SOME_FAILED
    assert result.stdout == ""
    first, second, third = (json.loads(line) for line in output.read_bytes().splitlines())
    assert first["file"] == str(tmp_path / "a.txt")
    assert first["text"] == f"{DAMAGED}\r\n"
    assert first["held"] is True
    assert second["id"] == 1
    assert third["line"] == 2
    assert f"first failure: {tmp_path / 'b.jsonl'}:2: " in result.stderr


def test_a_text_file_that_is_no_utf8_is_an_error_record(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Zürich".encode("latin-1"))
    result = score(tiny_bundle, tmp_path / "a.txt")
    assert result.exit_code == SOME_FAILED
    (out,) = lines(result)
    assert out["file"] == str(tmp_path / "a.txt")
    assert "UTF-8" in out["error"]


def test_an_input_is_read_as_the_kind_asked_for(tiny_bundle: Path) -> None:
    result = score(tiny_bundle, "-", "--as", "txt", stdin=DAMAGED)
    assert result.exit_code == OK
    assert lines(result)[0]["text"] == DAMAGED


def test_nothing_runs_without_input_output_or_bundle(tiny_bundle: Path, tmp_path: Path) -> None:
    good = tmp_path / "in.jsonl"
    good.write_bytes(jsonl({"text": CLEAN}))
    broken = tmp_path / "broken"
    shutil.copytree(tiny_bundle, broken)
    (broken / "tokenizer.json").write_text("{}")
    before = sorted(path.name for path in tmp_path.iterdir())
    refused: list[tuple[list[str | Path], str]] = [
        (["score", tmp_path / "none.jsonl", "--bundle", tiny_bundle], "none.jsonl: expected"),
        (["score", good, "-o", good, "--bundle", tiny_bundle], "none of the inputs"),
        (["score", good, "-o", tmp_path / "no" / "out", "--bundle", tiny_bundle], "be written"),
        (["score", good, "-o", tmp_path / "out", "--bundle", broken], "SHA-256"),
        (["score", good, "--bundle", tmp_path / "none"], "expected a bundle folder"),
        (["score", good, "--bundle", tiny_bundle, "--threads", "0"], "threads"),
        (["score"], "Missing argument"),
        (["check", tmp_path / "none.txt", "--bundle", tiny_bundle], "none.txt: expected"),
        (["check", good, "--bundle", broken], "SHA-256"),
        (["info", "--bundle", broken], "SHA-256"),
    ]
    for arguments, message in refused:
        result = babelproof(*arguments)
        assert result.exit_code == NOTHING_RAN
        assert message in result.stderr
        assert result.stdout == ""
        assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_check_shows_what_is_held(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(DOCUMENT)
    result = check(tiny_bundle, path)
    assert result.exit_code == HELD
    assert f"{path}: held 1 of 3 sentences" in result.stdout
    assert "The minister met Sandra [[Brinken]]{name " in result.stdout
    assert CLEAN not in result.stdout
    assert CLEAN in check(tiny_bundle, path, "--all").stdout


def test_check_reads_text_and_records(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl({"text": CLEAN, "id": "x"}, {"sentences": [CLEAN]}))
    result = check(tiny_bundle, path, "-", stdin=CLEAN)
    assert result.exit_code == OK
    assert f"{path}:1 (x): held 0 of 1 sentence" in result.stdout
    assert f"{path}:2: held 0 of 1 sentence" in result.stdout
    assert "-: held 0 of 1 sentence" in result.stdout


def test_check_says_what_it_could_not_read_and_shows_the_rest(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"oops\n" + jsonl({"text": DAMAGED}))
    result = check(tiny_bundle, path)
    assert result.exit_code == NOTHING_RAN
    assert f"{path}:1: expected a JSON object" in result.stdout
    assert "[[Brinken]]" in result.stdout


def test_info_says_what_is_loaded(tiny_bundle: Path) -> None:
    result = babelproof("info", "--bundle", tiny_bundle, "--threads", "1")
    assert result.exit_code == OK
    rows = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert rows["bundle"] == "tiny"
    assert rows["folder"] == str(tiny_bundle)
    assert rows["threads"] == "1"
    assert rows["thresholds.in_context.any"] == "0.5"
    as_json = json.loads(babelproof("info", "--bundle", tiny_bundle, "--json").stdout)
    assert as_json["thresholds"]["alone"]["country"] == 0.5
    assert len(as_json["sha256"]) == 64


def test_version_and_help_need_no_bundle() -> None:
    version = babelproof("--version")
    assert version.exit_code == OK
    assert version.stdout.startswith("babelproof ")
    for command in ([], ["score"], ["check"], ["info"]):
        result = babelproof(*command, "--help")
        assert result.exit_code == OK
        assert "Usage: " in result.stdout
    assert "[[word]]" in babelproof("check", "--help").stdout
