"""Strategies: texts, records and files, whole and damaged."""

from __future__ import annotations

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

WORDS = (
    *("The", "minister", "met", "Antony", "Brinken", "in", "Kyiv", "on", "Monday", "."),
    *("Uzbek", "Foreign", "Minister", "Dmytro", "Kuleba", "said", '"no"', "65,438+0", "&nbsp;"),
    *("U.S.", "Łódź", "\u2028", "\r\n", "\t", "\x00", "\ud800", "🙂", "\u0301", "[SEP]", "»", "a"),
)
prose = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
texts = st.one_of(prose, st.text(max_size=200), st.text(st.characters(), max_size=30))
documents = st.one_of(texts, st.lists(texts, max_size=6))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
field_names = st.one_of(
    st.sampled_from(["id", "date", "score", "sentences", "n"]), st.text(max_size=6)
)
records = st.builds(
    lambda fields, text: {**fields, "text": text},
    st.dictionaries(field_names, values, max_size=4),
    st.one_of(texts, texts, texts, values),
)
lines = st.one_of(
    records.map(lambda record: json.dumps(record).encode()),
    records.map(lambda record: json.dumps(record).encode()),
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


def damaged(data: bytes, cut: int, flips: list[tuple[int, int]]) -> bytes:
    """Cut data off and change some of its bytes."""
    changed = bytearray(data[: len(data) - cut % (len(data) + 1)] if cut else data)
    for place, value in flips:
        if changed:
            changed[place % len(changed)] ^= value
    return bytes(changed)


cuts = st.one_of(st.just(0), st.integers(0, 1 << 16))
flips = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(1, 255)), max_size=3)


def delimited(rows: list[list[str]], tabs: bool) -> bytes:
    """Write rows as CSV or TSV, under a header."""
    text = io.StringIO(newline="")
    if tabs:
        for row in rows:
            text.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
    else:
        csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def parquet(rows: list[tuple[str, int | None, list[str]]]) -> bytes:
    """Write rows as Parquet, several to a row group."""
    table = pa.table(
        {
            "text": pa.array([row[0] for row in rows], pa.string()),
            "n": pa.array([row[1] for row in rows], pa.int32()),
            "tags": pa.array([row[2] for row in rows], pa.list_(pa.string())),
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=3)
    return sink.getvalue()


def zstd(data: bytes) -> bytes:
    """Pack data as one zstd frame."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(data)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def gzipped(data: bytes) -> bytes:
    """Pack data as one gzip member."""
    return gzip.compress(data, mtime=0)
