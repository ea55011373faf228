"""Records: what comes in and goes out as JSON lines, one record in, one record out.

Bytes are read and decoded line by line, so that one bad line harms no other. A number
passes through as an exact integer or a double; everything else passes through unchanged.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

SCHEMA_VERSION = 1
"""The version of the fields that scoring adds; it grows when one of them changes meaning."""

ERROR_FIELDS = ("schema_version", "status", "error", "line")
"""The fields that a record which could not be scored carries beside its own."""

OWN_FIELDS = (
    "schema_version",
    "status",
    "reason",
    "score",
    "held",
    "sentences",
    "error",
    "line",
)
"""Every field that scoring may add to a record."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class FieldNames:
    """The names our fields have in the output: plain, or all behind a prefix.

    >>> FieldNames("bp_")("score")
    'bp_score'
    """

    prefix: str = ""

    def __call__(self, field: str) -> str:
        return self.prefix + field

    def collisions(self, fields: Mapping[str, object]) -> list[str]:
        """Name the fields of an input record that ours would overwrite.

        The list `sentences` of a record without `text` is the content: ours replaces it.
        """
        names = [name for field in OWN_FIELDS if (name := self(field)) in fields]
        if "sentences" in names and "text" not in fields:
            names.remove("sentences")
        return names


@dataclass(frozen=True)
class Record:
    """One record of the input, with either something to score or an error.

    `line` counts from 1 in its file; `size` is the bytes it took there. `fields` is None
    when the line was no JSON object. `content` is a document, or a list of sentences.
    """

    file: str
    line: int
    size: int
    fields: dict[str, object] | None
    content: str | list[str] | None
    error: str | None


class _RefusedError(ValueError):
    """A line or record that cannot be scored; the message says why."""


def read_jsonl(stream: BinaryIO, file: str, names: FieldNames) -> Iterator[Record]:
    """Read one record a line; never raises for what a line holds, a blank one included.

    A byte order mark before the first line is dropped, a line ends with LF or CRLF, and a
    last line may lack its end.
    """
    for line, raw in enumerate(stream, start=1):
        data = raw.rstrip(b"\r\n")
        if line == 1:
            data = data.removeprefix(_BOM)
        try:
            fields = _parse(data)
        except _RefusedError as refusal:
            yield Record(file, line, len(raw), None, None, str(refusal))
            continue
        try:
            yield Record(file, line, len(raw), fields, _content(fields, names), None)
        except _RefusedError as refusal:
            yield Record(file, line, len(raw), fields, None, str(refusal))


def read_text(stream: BinaryIO, file: str) -> Iterator[Record]:
    """Read a plain text file as one record with the fields `file` and `text`."""
    data = stream.read()
    try:
        text = _decode(data.removeprefix(_BOM))
    except _RefusedError as refusal:
        yield Record(file, 1, len(data), {"file": file}, None, str(refusal))
    else:
        yield Record(file, 1, len(data), {"file": file, "text": text}, text, None)


def scored_line(record: Record, verdict: Mapping[str, object], names: FieldNames) -> bytes:
    """Write a record's own fields, then ours: `verdict` as `DocumentVerdict.to_dict` gives it.

    Raises ValueError when the verdict holds a number that JSON cannot hold.
    """
    ours = {names("schema_version"): SCHEMA_VERSION}
    return _line(record.fields or {}, {**ours, **{names(key): verdict[key] for key in verdict}})


def error_line(record: Record, error: str, names: FieldNames) -> bytes:
    """Write a record that could not be scored: its own fields, if it has any, and the error.

    Where the input has a field of the same name as one of `ERROR_FIELDS`, ours stands: a
    stale `"status": "ok"` must not pass for a verdict. Every other field is kept.
    """
    ours = {
        names("schema_version"): SCHEMA_VERSION,
        names("status"): "error",
        names("error"): error,
        names("line"): record.line,
    }
    bare = {name: ours[name] for name in list(ours)[1:]}
    if record.fields is None:
        return _line({}, bare)
    kept = {name: value for name, value in record.fields.items() if name not in ours}
    try:
        return _line(kept, ours)
    except RecursionError:  # read just within the interpreter's limit, and not writable
        return _line({}, bare)


def _line(fields: Mapping[str, object], ours: Mapping[str, object]) -> bytes:
    # A field that ours replaces gives up its place: ours come last, in their order.
    merged = {name: value for name, value in fields.items() if name not in ours} | dict(ours)
    text = json.dumps(merged, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate is no UTF-8, but Python's escape of it is JSON's own: \ud800.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise _RefusedError(
            f"expected UTF-8, found the byte 0x{data[failure.start]:02x} at offset "
            f"{failure.start}; convert the input to UTF-8"
        ) from None


def _parse(data: bytes) -> dict[str, object]:
    """Parse one line; refuses whatever could not be written back as the same JSON object."""
    text = _decode(data)
    if not text.strip():
        raise _RefusedError("expected a JSON object, found a blank line; remove it")
    try:
        value = json.loads(
            text, parse_float=_number, parse_constant=_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as failure:
        raise _RefusedError(
            f"expected a JSON object, found invalid JSON: {failure.msg} (column {failure.colno})"
        ) from None
    except _RefusedError:
        raise
    except RecursionError:
        raise _RefusedError("expected a JSON object, found one nested too deeply") from None
    except ValueError:  # the interpreter's limit on the digits of an integer
        raise _RefusedError(
            "expected numbers of at most 4,300 digits, found a longer integer; give it as a string"
        ) from None
    if not isinstance(value, dict):
        raise _RefusedError(f"expected a JSON object, found {_kind(value)}")
    return value


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _RefusedError(
            f"expected numbers that fit a double, found {text[:40]}; give it as a string"
        )
    return value


def _constant(name: str) -> NoReturn:
    raise _RefusedError(f"expected a JSON object, found {name}, which is not JSON; use null")


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:  # keeping either value would lose the other silently
            raise _RefusedError(f"expected each field once, found {name[:60]!r} twice")
        fields[name] = value
    return fields


def _content(fields: Mapping[str, object], names: FieldNames) -> str | list[str]:
    """Find what to score: the text, or the sentences; refuses collisions and wrong types."""
    collisions = names.collisions(fields)
    both = "text" in fields and "sentences" in fields
    if both:
        raise _RefusedError("expected either 'text' or 'sentences', found both; remove one of them")
    if collisions:
        raise _RefusedError(
            f"expected no field named like ours, found {', '.join(map(repr, collisions))}; "
            f"rename, or pass --prefix with one that makes our names differ (such as bp_)"
        )
    if "text" in fields:
        text = fields["text"]
        if not isinstance(text, str):
            raise _RefusedError(f"expected 'text' to be a string, found {_kind(text)}")
        return text
    if "sentences" not in fields:
        raise _RefusedError("expected a field 'text' or 'sentences', found neither")
    sentences = fields["sentences"]
    if not isinstance(sentences, list):
        raise _RefusedError(
            f"expected 'sentences' to be a list of strings, found {_kind(sentences)}"
        )
    for number, sentence in enumerate(sentences):
        if not isinstance(sentence, str):
            raise _RefusedError(
                f"expected 'sentences' to be a list of strings, found {_kind(sentence)} "
                f"at index {number}"
            )
    return list(sentences)


def _kind(value: object) -> str:
    """Name a JSON value's type as JSON users do."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    kinds = {str: "a string", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object")
