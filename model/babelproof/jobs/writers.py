"""Writers: outcomes to the bytes of one shard."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

from babelproof.jobs.columns import Columns
from babelproof.jobs.formats import Format, Layout
from babelproof.jobs.outcomes import Outcome
from babelproof.jobs.streams import packed
from babelproof.records import FieldNames

_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})
_BREAKS = str.maketrans(dict.fromkeys("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))


class Writer(Protocol):
    """What takes the outcomes of one shard in order."""

    def write(self, outcomes: Sequence[Outcome]) -> None: ...

    def close(self) -> None: ...


class _Lines:
    """JSON lines."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, outcomes: Sequence[Outcome]) -> None:
        self._stream.write(b"".join(outcome.line for outcome in outcomes))

    def close(self) -> None: ...


class _Texts:
    """The records' texts alone, a line each: what breaks a line becomes a space."""

    def __init__(self, stream: BinaryIO, names: FieldNames) -> None:
        self._stream = stream
        self._names = names

    def write(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            text = (outcome.record.fields or {}).get(self._names.text)
            if not isinstance(text, str):
                content = outcome.record.content
                text = " ".join(content) if isinstance(content, list) else content or ""
            line = text.replace("\r\n", "\n").rstrip("\n").translate(_BREAKS)
            self._stream.write(line.encode("utf-8", "backslashreplace") + b"\n")

    def close(self) -> None: ...


class _Table:
    """CSV, or TSV, where a tab or line break in a value is written as `\\t`, `\\n` or `\\r`."""

    def __init__(self, stream: BinaryIO, header: Sequence[str], tabs: bool, first: bool) -> None:
        self._header = header
        self._tabs = tabs
        self._text = io.TextIOWrapper(
            stream, "utf-8", errors="backslashreplace", newline="", write_through=True
        )
        self._csv = csv.writer(_Rows(self._text), lineterminator="\r\n")
        if first:
            self._rows([header])

    def write(self, outcomes: Sequence[Outcome]) -> None:
        rows = []
        for outcome in outcomes:
            fields = outcome.fields
            rows.append([_cell(fields.get(name)) for name in self._header])
        self._rows(rows)

    def _rows(self, rows: Sequence[Sequence[str]]) -> None:
        if self._tabs:
            cells = ("\t".join(cell.translate(_ESCAPES) for cell in row) for row in rows)
            self._text.write("".join(f"{line}\n" for line in cells))
        else:
            self._csv.writerows(rows)

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class _Rows:
    """Takes rows that end with CRLF and writes them with LF.

    Python quotes the characters of the row's end in a value, and readers take either for one.
    """

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text

    def write(self, row: str) -> int:
        return self._text.write(row.removesuffix("\r\n") + "\n")


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def open_writer(
    stream: BinaryIO, layout: Layout, columns: Columns, names: FieldNames, first: bool
) -> Iterator[Writer]:
    """Write one shard to `stream`; `first`: it begins the file, with the header of a table.

    The shards of any format but Parquet, one after the other, are the whole file.
    """
    if layout.format is Format.PARQUET:
        from babelproof.jobs.parquet_writer import ParquetShard

        shard: Writer = ParquetShard(stream, columns, names)
        yield shard
        shard.close()
        return
    with packed(stream, layout.packing, layout.suffix) as out:
        writer: Writer
        if layout.format is Format.JSONL:
            writer = _Lines(out)
        elif layout.format is Format.TXT:
            writer = _Texts(out, names)
        else:
            header = header_of(columns, names)
            writer = _Table(out, header, layout.format is Format.TSV, first)
        yield writer
        writer.close()


def header_of(columns: Columns, names: FieldNames) -> list[str]:
    """Name a table's columns: those that pass through, then ours."""
    return [*columns.names, *names.beside(columns.names)]


def plain_columns() -> Columns:
    """Give the columns of a format that needs none."""
    empty: dict[str, Any] = {}
    return Columns((), empty)
