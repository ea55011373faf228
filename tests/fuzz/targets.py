"""Targets: what must hold for any input. Each takes what its strategy draws."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import strategies as st

from babelproof.cache import WindowCache
from babelproof.detector import Detector
from babelproof.files import FileError
from babelproof.jobs.formats import layout_of
from babelproof.jobs.inputs import find_inputs
from babelproof.jobs.options import JobOptions
from babelproof.jobs.progress import Style
from babelproof.jobs.readers import read_input
from babelproof.jobs.run import Request, run_job
from babelproof.jobs.tally import Tally
from babelproof.records import FieldNames, Record
from babelproof.verdict import DocumentVerdict

try:
    from fuzz import strategies as fs
except ImportError:  # run as a module from the root
    from tests.fuzz import strategies as fs  # type: ignore[no-redef]

Target = tuple[st.SearchStrategy[Any], Callable[[Any], None]]


@cache
def detector() -> Detector:
    """Give a detector of the tiny bundle, in a folder that lasts as long as the process."""
    try:
        from conftest import write_tiny_bundle
    except ImportError:
        from tests.conftest import write_tiny_bundle
    return Detector.load(write_tiny_bundle(Path(tempfile.mkdtemp()) / "bundle"))


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder of its own, gone afterwards."""
    path = Path(tempfile.mkdtemp())
    try:
        yield path
    finally:
        shutil.rmtree(path)


def read_all(path: Path, names: FieldNames, skip: int = 0) -> list[Record]:
    (source,) = find_inputs([str(path)])
    return list(read_input(source, names, skip))


def reader_holds(drawn: tuple[str, bytes, bool]) -> None:
    """Any bytes in any format are read to records; the first may be passed over at will."""
    name, data, sentence = drawn
    names = FieldNames(sentence=sentence)
    with folder() as where:
        path = where / name
        path.write_bytes(data)
        try:
            every = read_all(path, names)
        except FileError:
            return  # no header, no Parquet: a clear stop
        for record in every:
            assert (record.content is None) is not (record.error is None)
            assert record.line >= 1
        for skip in {0, 1, len(every) // 2, len(every), len(every) + 1}:
            rest = read_all(path, names, skip)
            assert list(map(plain, rest)) == list(map(plain, every[skip:]))


def plain(record: Record) -> tuple[object, ...]:
    return record.line, repr(record.fields), repr(record.content), record.error


def scorer_holds(documents: list[Any]) -> None:
    """Whatever comes in gets one verdict, with finite numbers and true offsets."""
    verdicts = detector().score_documents(documents)
    assert len(verdicts) == len(documents)
    for document, verdict in zip(documents, verdicts, strict=True):
        check_verdict(document, verdict)
    alone = detector().score_documents(documents[:1])
    for ours, theirs in zip(alone, verdicts, strict=False):
        assert ours.score is None or abs(ours.score - (theirs.score or 0)) < 1e-4


def check_verdict(document: Any, verdict: DocumentVerdict) -> None:
    json.dumps(verdict.to_dict(), allow_nan=False)
    if isinstance(document, str):
        spans = [(document, sentence) for sentence in verdict.sentences]
    else:
        assert len(verdict.sentences) == len(document)
        spans = list(zip(document, verdict.sentences, strict=True))
    for text, sentence in spans:
        assert text[sentence.start : sentence.end] == sentence.text
        for finding in sentence.findings:
            assert text[finding.start : finding.end] == finding.text
            assert finding.text
            assert 0 <= finding.score <= 1
        for probability in (sentence.score, *sentence.labels.values()):
            assert probability is None or (math.isfinite(probability) and 0 <= probability <= 1)
        assert not sentence.held or sentence.findings


def run(source: Path, out: Path, names: FieldNames, resume: bool = False) -> Tally | None:
    outputs = [str(out)]
    options = JobOptions(str(out), layout_of(str(out)), names, shard_records=3)
    inputs = find_inputs([str(source)], None, outputs)
    return run_job(Request(inputs, options, detector, resume=resume, style=Style.OFF, cache=1))


def job_holds(drawn: tuple[list[bytes], str, bool]) -> None:
    """Any lines give as many records out, in any output format, and a second run the same bytes."""
    lines, ending, sentence = drawn
    data = b"\n".join(line.replace(b"\n", b" ") for line in lines)
    with folder() as where:
        source = where / "in.jsonl"
        source.write_bytes(data)
        expected = data.count(b"\n") + (bool(data) and not data.endswith(b"\n"))
        names = FieldNames("bp_", sentence=sentence)
        written = []
        for name in ("a", "b"):
            out = where / f"{name}.{ending}"
            try:
                tally = run(source, out, names)
            except FileError:
                if ending.startswith("jsonl"):  # only a table may refuse what it cannot hold
                    raise
                return
            assert tally is not None
            assert tally.records == expected
            written.append(out.read_bytes())
        assert written[0] == written[1]
        if ending == "jsonl":
            rows = [json.loads(line) for line in written[0].decode("utf-8").split("\n")[:-1]]
            assert len(rows) == expected
            check_fields(lines, rows)
        elif ending == "parquet":
            assert pq.read_table(where / "a.parquet").num_rows == expected


def check_fields(lines: list[bytes], rows: list[dict[str, Any]]) -> None:
    """Every field of a record that could be read is there as it was."""
    for line, row in zip(lines, rows, strict=False):
        if row["bp_status"] == "error":
            continue
        given = json.loads(line.replace(b"\n", b" "))
        assert {name: row[name] for name in given} == given


def cache_holds(documents: list[Any]) -> None:
    """A cache changes nothing."""
    plain = detector().score_documents(documents)
    detector().remember(WindowCache(1))
    try:
        for _ in range(2):
            cached = detector().score_documents(documents)
            for ours, theirs in zip(cached, plain, strict=True):
                assert ours.held == theirs.held
                assert (ours.score is None) == (theirs.score is None)
    finally:
        detector().remember(None)


def packed_file(name: str, data: bytes) -> bytes:
    if name.endswith(".gz"):
        return fs.gzipped(data)
    return fs.zstd(data) if name.endswith(".zst") else data


_cells = st.lists(st.lists(fs.texts, min_size=1, max_size=3), max_size=6)
_whole = st.one_of(
    st.tuples(
        st.sampled_from(["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"]),
        st.lists(fs.lines, max_size=8).map(b"\n".join),
    ),
    st.tuples(
        st.sampled_from(["a.csv", "a.csv.gz"]),
        _cells.map(lambda rows: fs.delimited([["id", "text"], *rows], False)),
    ),
    st.tuples(
        st.sampled_from(["a.tsv", "a.tsv.zst"]),
        _cells.map(lambda rows: fs.delimited([["text", "id"], *rows], True)),
    ),
    st.tuples(st.sampled_from(["a.txt", "a.txt.gz"]), st.binary(max_size=200)),
    st.tuples(st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.parquet"]), st.binary(max_size=200)),
    st.tuples(
        st.just("a.parquet"),
        st.lists(
            st.tuples(
                st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
                st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
                st.lists(st.sampled_from(["x", "y"]), max_size=2),
            ),
            max_size=8,
        ).map(fs.parquet),
    ),
)
_files = st.builds(
    lambda whole, cut, flips, sentence: (
        whole[0],
        fs.damaged(packed_file(*whole), cut, flips),
        sentence,
    ),
    _whole,
    fs.cuts,
    fs.flips,
    st.booleans(),
)
_jobs = st.tuples(
    st.lists(fs.lines, max_size=10),
    st.sampled_from(["jsonl", "csv", "tsv", "parquet", "jsonl.gz", "csv.zst"]),
    st.booleans(),
)

TARGETS: dict[str, Target] = {
    "readers": (_files, reader_holds),
    "scorer": (st.lists(fs.documents, max_size=5), scorer_holds),
    "cache": (st.lists(fs.documents, max_size=5), cache_holds),
    "jobs": (_jobs, job_holds),
}
"""What is fuzzed, by name."""
