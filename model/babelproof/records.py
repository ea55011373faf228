"""Records: what comes in and goes out as JSON lines, one record in, one record out.

Bytes are read and decoded line by line, so that one bad line harms no other. A number
passes through as an exact integer or a double; everything else passes through unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from babelproof.magic import ADVICE, told_by
from babelproof.strict import RefusedError, decode, kind_of, parse_object

SCHEMA_VERSION = 1
"""The version of the fields that scoring adds; it grows when one of them changes meaning."""

OWN_FIELDS = (
    "schema_version",
    "status",
    "reason",
    "score",
    "held",
    "document_score",
    "sentences",
    "error",
    "file",
    "line",
    "raw",
)
"""Every field that scoring may add to a record."""

SENTENCE_FIELDS = (
    "schema_version",
    "status",
    "reason",
    "score",
    "held",
    "labels",
    "findings",
    "error",
    "file",
    "line",
    "raw",
)
"""The same where each record is one sentence."""

YIELDING = frozenset(("file", "raw"))
"""Those that only errors have and that give way to a field of the input of the same name."""

REJECTED = "rejected"
"""The field that says why a record lies among the rejects."""

NO_FIELD = "\0"
"""A prefix that no field has: for records to which nothing is added, so that no name collides."""

BOM = b"\xef\xbb\xbf"

MOST_RAW_CHARACTERS = 10_000
"""Characters of what could not be read that its error record shows."""


@dataclass(frozen=True)
class FieldNames:
    """The names of fields: ours, plain or all behind a prefix, and that of the text.

    `id` is the field that names a record, where every record must have one. `sentence`:
    each record's text is one sentence, judged alone. `rejects`: some get `rejected`.

    >>> FieldNames("bp_")("score")
    'bp_score'
    """

    prefix: str = ""
    text: str = "text"
    id: str | None = None
    sentence: bool = False
    rejects: bool = False

    def __call__(self, field: str) -> str:
        return self.prefix + field

    @property
    def own(self) -> tuple[str, ...]:
        """Name the fields that scoring may add, prefix included."""
        fields = SENTENCE_FIELDS if self.sentence else OWN_FIELDS
        return tuple(map(self, (*fields, REJECTED) if self.rejects else fields))

    def beside(self, columns: Collection[str]) -> list[str]:
        """Name the fields that scoring may add to a table which has these columns."""
        return [name for name in self.own if name not in columns]

    def passing(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Name those of the input's columns that pass through: all but what ours replace."""
        replaced = set(self.own) - set(map(self, YIELDING))
        return tuple(name for name in columns if name not in replaced)

    def collisions(self, fields: Mapping[str, object]) -> list[str]:
        """Name the fields of an input record that ours would overwrite.

        The list `sentences` of a record without text is the content: ours replaces it.
        """
        yielding = set(map(self, YIELDING))
        names = [name for name in self.own if name in fields and name not in yielding]
        if "sentences" in names and self.text not in fields:
            names.remove("sentences")
        return names


@dataclass(frozen=True)
class Record:
    """One record of the input, with either something to score or an error.

    `line` counts from 1 in its file; `size` is the bytes it took there. `fields` is None
    when the line was no JSON object. `content` is a document, or a list of sentences.
    `raw`: of an error what stood there, as far as `fields` do not hold it.
    """

    file: str
    line: int
    size: int
    fields: dict[str, object] | None
    content: str | list[str] | None
    error: str | None
    raw: str | None = None


def read_jsonl(stream: BinaryIO, file: str, names: FieldNames, first: int = 1) -> Iterator[Record]:
    """Read one record a line; never raises for what a line holds, a blank one included.

    A byte order mark before the first line is dropped, a line ends with LF or CRLF, and a
    last line may lack its end. `first` is the number of the line at which
    the stream stands.
    """
    for line, raw in enumerate(stream, start=first):
        data = raw.rstrip(b"\r\n")
        if line == 1:
            data = data.removeprefix(BOM)
        try:
            fields = parse_object(data)
        except RefusedError as refusal:
            error = str(refusal) + (_hint(data) if line == 1 else "")
            yield Record(file, line, len(raw), None, None, error, raw_text(data))
            continue
        yield record_of(file, line, len(raw), fields, names)


def raw_text(data: bytes | str) -> str:
    """Give what could not be read as text to show, shortened where it is very long.

    Bytes that are no UTF-8 are escaped.

    >>> raw_text(b"caf\\xe9")
    'caf\\\\xe9'
    """
    if isinstance(data, str):
        data = data[: MOST_RAW_CHARACTERS + 1].encode("utf-8", "surrogateescape")
    text = data[: 4 * (MOST_RAW_CHARACTERS + 1)].decode("utf-8", "backslashreplace")
    return text if len(text) <= MOST_RAW_CHARACTERS else f"{text[:MOST_RAW_CHARACTERS]}…"


def _hint(data: bytes) -> str:
    """Say what a file is that begins so, where it is no JSON lines."""
    if data.lstrip().startswith(b"["):
        return "; the file begins like a JSON array: write one object a line (jq -c '.[]')"
    told = told_by(data)
    return "" if told is None else f"; the file begins like {told}: {ADVICE}"


def record_of(
    file: str, line: int, size: int, fields: dict[str, object], names: FieldNames
) -> Record:
    """Make a record of its fields: with what is to be scored, or with the error that forbids it."""
    try:
        return Record(file, line, size, fields, _content(fields, names), None)
    except RefusedError as refusal:
        return Record(file, line, size, fields, None, str(refusal))


def read_text(stream: BinaryIO, file: str) -> Iterator[Record]:
    """Read a plain text file as one record with the fields `file` and `text`."""
    data = stream.read()
    try:
        text = decode(data.removeprefix(BOM))
    except RefusedError as refusal:
        yield Record(file, 1, len(data), {"file": file}, None, str(refusal))
    else:
        yield Record(file, 1, len(data), {"file": file, "text": text}, text, None)


def scored_fields(verdict: Mapping[str, object], names: FieldNames) -> dict[str, object]:
    """Give the fields that scoring adds: `verdict` as `to_dict` gives it, and the version."""
    ours: dict[str, object] = {names("schema_version"): SCHEMA_VERSION}
    return {**ours, **{names(key): value for key, value in verdict.items()}}


def scored_line(record: Record, verdict: Mapping[str, object], names: FieldNames) -> bytes:
    """Write a record's own fields, then ours.

    Raises ValueError when the verdict holds a number that JSON cannot hold.
    """
    return encode_line(merged(record.fields or {}, scored_fields(verdict, names)))


def error_line(record: Record, error: str, names: FieldNames) -> bytes:
    """Write a record that could not be scored: its own fields, if it has any, and the error."""
    try:
        return encode_line(merged(record.fields or {}, error_fields(record, error, names)))
    except RecursionError:  # read just within the interpreter's limit, and not writable
        return encode_line(error_fields(replace(record, fields=None), error, names))


def error_fields(record: Record, error: str, names: FieldNames) -> dict[str, object]:
    """Give the fields that an error adds to its record; no version where it has no fields."""
    ours: dict[str, object] = {
        names("schema_version"): SCHEMA_VERSION,
        names("status"): "error",
        names("error"): error,
        names("file"): record.file,
        names("line"): record.line,
        names("raw"): record.raw,
    }
    taken = {names(field) for field in YIELDING if names(field) in (record.fields or {})}
    if record.fields is None:
        taken.add(names("schema_version"))
    if record.raw is None:
        taken.add(names("raw"))
    return {name: value for name, value in ours.items() if name not in taken}


def merged(fields: Mapping[str, object], ours: Mapping[str, object]) -> dict[str, object]:
    """Join a record's own fields and ours, which come last.

    Where both have a field of one name ours stands: a stale `"status": "ok"` must not pass
    for a verdict. Every other field is kept.
    """
    return {name: value for name, value in fields.items() if name not in ours} | dict(ours)


def encode_line(fields: Mapping[str, object]) -> bytes:
    """Write one line of JSON.

    Raises ValueError for a number that JSON cannot hold, RecursionError for what is nested
    too deeply.
    """
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate is no UTF-8, but Python's escape of it is JSON's own: \ud800.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _has_both(fields: Mapping[str, object], names: FieldNames) -> bool:
    """Say whether a record has two contents; behind a prefix the text is meant."""
    listed = isinstance(fields.get("sentences"), list) and names.text != "sentences"
    return listed and names.text in fields and not names.prefix and not names.sentence


def _content(fields: Mapping[str, object], names: FieldNames) -> str | list[str]:
    """Find what to score: the text, or the sentences; refuses collisions and wrong types."""
    collisions = names.collisions(fields)
    if _has_both(fields, names):
        raise RefusedError(
            f"expected either {names.text!r} or 'sentences', found both; remove one of them, or "
            f"pass --prefix (such as bp_) to have {names.text!r} judged"
        )
    if collisions:
        raise RefusedError(
            f"expected no field named like ours, found {', '.join(map(repr, collisions))}; "
            f"rename, or pass --prefix with one that makes our names differ (such as bp_)"
        )
    if names.id is not None and fields.get(names.id) in (None, ""):
        raise RefusedError(f"expected a field {names.id!r} that names the record, found none")
    if names.text in fields:
        text = fields[names.text]
        if not isinstance(text, str):
            raise RefusedError(f"expected {names.text!r} to be a string, found {kind_of(text)}")
        return [text] if names.sentence else text
    if names.sentence:
        raise RefusedError(f"expected a field {names.text!r} with one sentence, found none")
    if "sentences" not in fields:
        raise RefusedError(f"expected a field {names.text!r} or 'sentences', found neither")
    sentences = fields["sentences"]
    if not isinstance(sentences, list):
        raise RefusedError(
            f"expected 'sentences' to be a list of strings, found {kind_of(sentences)}"
        )
    for number, sentence in enumerate(sentences):
        if not isinstance(sentence, str):
            raise RefusedError(
                f"expected 'sentences' to be a list of strings, found {kind_of(sentence)} "
                f"at index {number}"
            )
    return list(sentences)
