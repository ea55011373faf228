"""Records: every line of the input comes out once, whatever it holds."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelproof.records import (
    OWN_FIELDS,
    FieldNames,
    Record,
    error_line,
    raw_text,
    read_jsonl,
    read_text,
    scored_line,
)

PLAIN = FieldNames()
VERDICT = {"status": "ok", "score": 0.25, "held": False, "sentences": []}


def records(data: bytes, names: FieldNames = PLAIN) -> list[Record]:
    return list(read_jsonl(io.BytesIO(data), "in.jsonl", names))


def record(data: bytes, names: FieldNames = PLAIN) -> Record:
    (only,) = records(data, names)
    return only


def strict(line: bytes) -> Any:
    """Parse a line of the output as a strict reader would."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line.decode("utf-8"), parse_constant=refuse)


def test_text_and_sentences_are_content() -> None:
    first, second = records(b'{"id":1,"text":"A boat came."}\n{"sentences":["One.","Two."]}')
    assert (first.content, first.line, first.error) == ("A boat came.", 1, None)
    assert (second.content, second.line, second.error) == (["One.", "Two."], 2, None)
    assert first.size + second.size == 60


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", 0),
        (b'{"text":"a"}', 1),
        (b'{"text":"a"}\n', 1),
        (b'{"text":"a"}\r\n{"text":"b"}\r\n', 2),
        (b'{"text":"a"}\n\n', 2),
        (b"\n\n\n", 3),
    ],
)
def test_lines_are_counted_as_an_editor_counts_them(data: bytes, lines: int) -> None:
    found = records(data)
    assert [item.line for item in found] == list(range(1, lines + 1))
    assert sum(item.size for item in found) == len(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not json", "invalid JSON: Expecting value (column 1)"),
        (b'{"text":"cut', "invalid JSON"),
        (b"", "blank line"),
        (b" \t", "blank line"),
        (b'{"text":"a \xff b"}', "found the byte 0xff at offset 11"),
        (b'{"text":"\xc3"}', "found the byte 0xc3"),
        (b"[1]", "found a list"),
        (b'"text"', "found a string"),
        (b"17", "found a number"),
        (b"true", "found true"),
        (b"null", "found null"),
        (b'{"text":"a","n":NaN}', "found NaN"),
        (b'{"text":"a","n":[-Infinity]}', "found -Infinity"),
        (b'{"text":"a","n":1e999}', "fit a double, found 1e999"),
        (b'{"text":"a","n":' + b"7" * 5000 + b"}", "found a longer integer"),
        (b'{"text":"a","text":"b"}', "found 'text' twice"),
        (b'{"text":"a","n":{"k":1,"k":1}}', "found 'k' twice"),
        (b'{"text":' + b"[" * 100_000, "nested too deeply"),
        (b'{"text":"a"} {"text":"b"}', "invalid JSON: Extra data"),
    ],
)
def test_a_line_that_is_no_object_becomes_a_bare_error(data: bytes, message: str) -> None:
    good = b'{"text":"fine"}'
    before, bad, after = records(good + b"\n" + data + b"\n" + good)
    assert before.error is None
    assert after.content == "fine"
    assert bad.fields is None
    assert bad.content is None
    assert bad.error is not None
    assert message in bad.error
    written = strict(error_line(bad, bad.error, PLAIN))
    ours = {"status": "error", "error": bad.error, "file": "in.jsonl", "line": 2}
    raw = data.decode("utf-8", "backslashreplace")
    assert written == {**ours, "raw": raw if len(raw) <= 10_000 else raw[:10_000] + "…"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "found neither"),
        (b'{"id":4}', "found neither"),
        (b'{"text":null}', "'text' to be a string, found null"),
        (b'{"text":["a"]}', "'text' to be a string, found a list"),
        (b'{"text":3}', "found a number"),
        (b'{"text":{}}', "found an object"),
        (b'{"sentences":"a"}', "list of strings, found a string"),
        (b'{"sentences":["a",null]}', "found null at index 1"),
        (b'{"sentences":[["a"]]}', "found a list at index 0"),
        (b'{"text":"a","sentences":["a"]}', "found both"),
    ],
)
def test_a_record_that_cannot_be_scored_keeps_its_fields(data: bytes, message: str) -> None:
    bad = record(data)
    assert bad.content is None
    assert bad.error is not None
    assert message in bad.error
    written = strict(error_line(bad, bad.error, PLAIN))
    ours = {"schema_version": 1, "status": "error", "error": bad.error}
    ours |= {"file": "in.jsonl", "line": 1}
    assert written == {**json.loads(data), **ours}
    assert list(written)[-5:] == list(ours)


def test_an_error_gives_way_to_fields_called_file_and_raw() -> None:
    data = b'{"text":5,"file":7,"raw":[]}'
    bad = record(data)
    written = strict(error_line(bad, "why", PLAIN))
    assert (written["file"], written["raw"]) == (7, [])
    behind = strict(error_line(replace(bad, raw="x"), "why", FieldNames("bp_")))
    assert (behind["bp_file"], behind["bp_raw"], behind["file"]) == ("in.jsonl", "x", 7)
    assert record(b'{"text":"a","file":"b","raw":"c"}').error is None


@pytest.mark.parametrize("length", [9_999, 10_000, 10_001, 100_000])
@pytest.mark.parametrize("sign", ["a", "é", "🙂"])
def test_what_could_not_be_read_is_shown_up_to_a_bound(sign: str, length: int) -> None:
    shown = sign * length if length <= 10_000 else sign * 10_000 + "…"
    assert raw_text((sign * length).encode()) == raw_text(sign * length) == shown


@pytest.mark.parametrize("field", sorted({*OWN_FIELDS} - {"sentences", "file", "raw"}))
@pytest.mark.parametrize("content", ['"text":"a"', '"sentences":["a"]'])
def test_a_field_named_like_ours_is_refused_without_a_prefix(field: str, content: str) -> None:
    data = f'{{{content},"{field}":"mine","id":9}}'.encode()
    bad = record(data)
    assert bad.error is not None
    assert repr(field) in bad.error
    assert "--prefix" in bad.error
    written = strict(error_line(bad, bad.error, PLAIN))
    assert written["status"] == "error"
    assert written["line"] == 1
    assert written["id"] == 9
    if field in ("reason", "score", "held"):
        assert written[field] == "mine"
    assert record(data, FieldNames("bp_")).error is None


def test_a_prefix_can_collide_too() -> None:
    bad = record(b'{"text":"a","bp_score":1}', FieldNames("bp_"))
    assert bad.error is not None
    assert "'bp_score'" in bad.error
    assert record(b'{"text":"a","bp_score":1}').error is None


def test_behind_a_prefix_the_text_is_judged_whatever_sentences_holds() -> None:
    behind = FieldNames("bp_")
    for sentences in ('["a"]', '"[1]"', "null", '[{"text":"a"}]'):
        data = f'{{"text":"One.","sentences":{sentences}}}'.encode()
        assert record(data, behind).content == "One."
        assert record(data).error is not None
    listed = record(b'{"sentences":["a"]}', behind)
    assert listed.content == ["a"]


def test_the_text_may_be_called_sentences_behind_a_prefix() -> None:
    names = FieldNames("bp_", text="sentences")
    assert record(b'{"sentences":"One. Two."}', names).content == "One. Two."
    listed = record(b'{"sentences":["One."]}', names)
    assert listed.error == "expected 'sentences' to be a string, found a list"
    bare = record(b'{"sentences":"One."}', FieldNames(text="sentences"))
    assert bare.error is not None
    assert "--prefix" in bare.error


def test_an_empty_id_names_no_record() -> None:
    names = FieldNames(id="id")
    assert record(b'{"text":"a","id":0}', names).error is None
    for id_ in ('""', "null"):
        assert "'id'" in str(record(f'{{"text":"a","id":{id_}}}'.encode(), names).error)


def test_ours_follow_the_fields_of_the_input_in_their_order() -> None:
    item = record(b'{"z":1,"sentences":["a"],"a":{"y":[1.5,null,true]}}')
    written = strict(scored_line(item, VERDICT, PLAIN))
    assert list(written) == ["z", "a", "schema_version", "status", "score", "held", "sentences"]
    assert written["sentences"] == []
    assert written["a"] == {"y": [1.5, None, True]}


def test_a_prefix_stands_before_every_field_of_ours_and_keeps_the_sentences() -> None:
    item = record(b'{"sentences":["a"],"score":7}', FieldNames("bp_"))
    written = strict(scored_line(item, VERDICT, FieldNames("bp_")))
    assert list(written) == [
        *("sentences", "score"),
        *("bp_schema_version", "bp_status", "bp_score", "bp_held", "bp_sentences"),
    ]
    assert written["sentences"] == ["a"]
    assert written["score"] == 7
    bad = record(b"?", FieldNames("bp_"))
    assert list(strict(error_line(bad, "why", FieldNames("bp_")))) == [
        *("bp_status", "bp_error", "bp_file", "bp_line", "bp_raw"),
    ]


def test_integers_stay_exact_and_unicode_stays_readable() -> None:
    data = '{"text":"Łódź \u2028 🙂","n":123456789012345678901234567890,"f":0.1}'.encode()
    line = scored_line(record(data), VERDICT, PLAIN)
    assert b"123456789012345678901234567890" in line
    assert "Łódź \u2028 🙂".encode() in line
    assert strict(line)["f"] == 0.1


def test_a_lone_surrogate_comes_out_as_it_came_in() -> None:
    item = record(rb'{"text":"a \ud800 b"}')
    assert item.content == "a \ud800 b"
    line = scored_line(item, VERDICT, PLAIN)
    assert rb"a \ud800 b" in line
    assert strict(line)["text"] == item.content


def test_a_number_that_json_lacks_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        scored_line(record(b'{"text":"a"}'), {"score": float("nan")}, PLAIN)


def test_a_byte_order_mark_opens_the_first_line_only() -> None:
    first, second = records(b'\xef\xbb\xbf{"text":"a"}\n\xef\xbb\xbf{"text":"b"}')
    assert first.content == "a"
    assert second.error is not None


def test_a_text_file_is_one_record() -> None:
    data = b"\xef\xbb\xbfOne line.\r\n\r\nAnother.\n"
    (item,) = read_text(io.BytesIO(data), "a.txt")
    assert item.content == "One line.\r\n\r\nAnother.\n"
    assert item.fields == {"file": "a.txt", "text": item.content}
    (empty,) = read_text(io.BytesIO(b""), "a.txt")
    assert empty.content == ""


def test_a_text_file_that_is_no_utf8_is_an_error() -> None:
    (item,) = read_text(io.BytesIO("Zürich".encode("latin-1")), "a.txt")
    assert item.error is not None
    assert "0xfc" in item.error
    written = strict(error_line(item, item.error, PLAIN))
    assert written["file"] == "a.txt"
    assert written["status"] == "error"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values), st.text())
def test_every_field_passes_through(fields: dict[str, object], text: str) -> None:
    names = FieldNames("bp_")
    given_fields = {name: value for name, value in fields.items() if name != "sentences"}
    given_fields["text"] = text
    item = record(json.dumps(given_fields).encode(), names)
    assert item.error is None
    written = strict(scored_line(item, VERDICT, names))
    assert {name: written[name] for name in given_fields} == given_fields
    assert list(written)[: len(given_fields)] == list(given_fields)


@given(st.binary())
def test_any_bytes_give_one_written_line_for_each_line(data: bytes) -> None:
    found = records(data)
    assert len(found) == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    for item in found:
        strict(
            scored_line(item, VERDICT, PLAIN)
            if item.error is None
            else error_line(item, item.error, PLAIN)
        )


def test_a_record_too_deep_to_write_becomes_a_bare_error() -> None:
    deep: object = None
    for _ in range(100_000):
        deep = [deep]
    item = Record("in.jsonl", 7, 1, {"text": "a", "deep": deep}, "a", None)
    with pytest.raises(RecursionError):
        scored_line(item, VERDICT, PLAIN)
    ours = {"status": "error", "error": "why", "file": "in.jsonl", "line": 7}
    assert strict(error_line(item, "why", PLAIN)) == ours
