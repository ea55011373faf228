"""The engine ray without a cluster: what it refuses, what travels, and that nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import write_tiny_bundle
from job_runs import jsonl, manifest, names, score
from test_jobs_resume import make_input, stopped_at

from babelproof.command import NOTHING_RAN
from babelproof.detector import Detector
from babelproof.files import FileError
from babelproof.jobs import extras, ray_engine
from babelproof.jobs.cli import OK, SOME_FAILED
from babelproof.jobs.formats import layout_of
from babelproof.jobs.inputs import Input, find_inputs
from babelproof.jobs.job import InputReader
from babelproof.jobs.options import JobOptions, origins
from babelproof.jobs.ray_engine import Cluster, RayEngine
from babelproof.jobs.ray_worker import Setup, Worker, packed, read_chunks, unpacked
from babelproof.jobs.shards import Position
from babelproof.jobs.tally import CountError

RAY = ("--engine", "ray")


class OneProcess(RayEngine):
    """The engine with this process in place of a cluster: all that is ours, nothing of Ray's."""

    def scored(self, reader: InputReader) -> Iterator[Any]:
        return map(Worker(self._setup), read_chunks(None, reader))


class NoCluster(Cluster):
    """Stands for a cluster where Ray need not be installed."""

    def check(self, inputs: Sequence[Input], output: str) -> None:
        """Refuse nothing."""

    @contextmanager
    def engine(
        self, detector: Detector, options: JobOptions, facts: Sequence[Path], cache: int
    ) -> Iterator[RayEngine]:
        known = origins(detector, facts)
        setup = Setup(self.bundle, tuple(facts), self.threads, cache, options, known)
        yield OneProcess(setup, options.workers or 1)


@pytest.fixture
def no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_engine, "Cluster", NoCluster)


def setup_of(bundle: Path, output: str = "out.jsonl", **others: Any) -> Setup:
    detector = Detector.load(bundle)
    options = JobOptions(output, layout_of(output), shard_records=10)
    return replace(Setup(bundle, (), 1, 16, options, origins(detector, ())), **others)


def reader_of(source: Path, shard_records: int = 10) -> InputReader:
    options = JobOptions("out.jsonl", layout_of("out.jsonl"), shard_records=shard_records)
    return InputReader(find_inputs([str(source)]), options, Position())


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "jsonl.gz"])
def test_the_output_is_that_of_the_local_engine(
    tiny_bundle: Path, tmp_path: Path, no_cluster: None, ending: str
) -> None:
    source = make_input(tmp_path, 60)
    common = ("--shard-records", 10, "--filter", "keep", "--rejects")
    for engine in ("local", "ray"):
        out, rejects = tmp_path / f"{engine}.{ending}", tmp_path / f"{engine}-rejects.{ending}"
        result = score(tiny_bundle, source, "-o", out, *common, rejects, "--engine", engine)
        assert result.exit_code == SOME_FAILED
    for name in ("{}.{}", "{}-rejects.{}"):
        local, ray = (tmp_path / name.format(engine, ending) for engine in ("local", "ray"))
        assert ray.read_bytes() == local.read_bytes()
    theirs, ours = manifest(tmp_path / f"local.{ending}"), manifest(tmp_path / f"ray.{ending}")
    assert (theirs["engine"], ours["engine"]) == ("local", "ray")
    assert ours["threads"] == ours["workers"] == 1
    for part in ("counts", "errors", "sentence_scores", "held_sentences_by_label"):
        assert ours[part] == theirs[part]
    assert ours["cache"]["windows"] == theirs["cache"]["windows"] > 0


def test_parquet_comes_out_as_from_the_local_engine(
    tiny_bundle: Path, tmp_path: Path, no_cluster: None
) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    texts = [f"The minister met Sandra Brinken in Kyiv on day {n}." for n in range(50)]
    when = arrow.array(range(50), arrow.timestamp("us"))
    parquet.write_table(arrow.table({"text": texts, "when": when}), tmp_path / "in.parquet")
    for engine in ("local", "ray"):
        out = tmp_path / f"{engine}.parquet"
        options = ("-o", out, "--shard-records", 7, "--engine", engine)
        assert score(tiny_bundle, tmp_path / "in.parquet", *options).exit_code == OK
    assert (tmp_path / "ray.parquet").read_bytes() == (tmp_path / "local.parquet").read_bytes()


def test_one_engine_goes_on_with_a_run_of_the_other(
    tiny_bundle: Path, tmp_path: Path, no_cluster: None
) -> None:
    source, out, whole = make_input(tmp_path, 60), tmp_path / "out.csv", tmp_path / "whole.csv"
    common = ("--shard-records", 10)
    score(tiny_bundle, source, "-o", whole, *common)
    arguments = (source, "-o", out, *common, "--resume")
    stopped_at(25, tiny_bundle, *arguments)
    stopped_at(45, tiny_bundle, *arguments, *RAY)
    assert "00000003.json" in names(tmp_path / "out.csv.parts")
    assert score(tiny_bundle, *arguments).exit_code == SOME_FAILED
    assert out.read_bytes() == whole.read_bytes()
    assert manifest(out)["counts"] == manifest(whole)["counts"]


def test_a_bad_record_stops_the_run_where_asked(
    tiny_bundle: Path, tmp_path: Path, no_cluster: None
) -> None:
    source, out = make_input(tmp_path, 40), tmp_path / "out.jsonl"
    common = ("-o", out, "--shard-records", 2, "--on-error", "stop")
    result = score(tiny_bundle, source, *common, *RAY)
    assert result.exit_code == SOME_FAILED
    assert f"{source}:4: expected a JSON object" in result.stderr
    assert "2 records are safe in" in result.stderr


def test_chunks_travel_whole_and_in_order(tmp_path: Path) -> None:
    source = make_input(tmp_path, 45)
    chunks = list(reader_of(source).chunks())
    *tables, last = map(unpacked, read_chunks(None, reader_of(source).settled()))
    assert tables == list(enumerate(chunks))
    assert last == (5, None)
    assert chunks[-1].read == source.stat().st_size


def test_a_relative_path_is_found_from_elsewhere_and_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_input(tmp_path, 5)
    monkeypatch.chdir(tmp_path)
    settled = reader_of(Path("in.jsonl")).settled()
    monkeypatch.chdir("/")
    (chunk,) = settled.chunks()
    assert {record.file for record in chunk.records} == {"in.jsonl"}


def test_what_ends_the_reading_ends_the_run(
    tiny_bundle: Path, tmp_path: Path, no_cluster: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_input(tmp_path, 40)
    whole = InputReader.chunks

    def failing(self: InputReader) -> Iterator[Any]:
        chunks = whole(self)
        yield next(chunks)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(InputReader, "chunks", failing)
    result = score(tiny_bundle, source, "-o", tmp_path / "o.csv", "--shard-records", 10, *RAY)
    assert result.exit_code == NOTHING_RAN
    assert "Input/output error" in result.stderr
    assert "10 records are safe" in result.stderr


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        (lambda tables: tables[1:], "expected number 0, found 1"),
        (lambda tables: tables[:2] + tables[3:], "expected number 2, found 3"),
        (lambda tables: tables[:-1], "expected a mark behind the last"),
        (lambda tables: [tables[0], *tables], "expected number 1, found 0"),
    ],
)
def test_a_lost_or_doubled_chunk_never_passes(
    tiny_bundle: Path, tmp_path: Path, keep: Any, message: str
) -> None:
    class Losing(OneProcess):
        def scored(self, reader: InputReader) -> Iterator[Any]:
            return iter(keep(list(super().scored(reader))))

    engine = Losing(setup_of(tiny_bundle), 1)
    with pytest.raises(CountError, match=message):
        list(engine.run(reader_of(make_input(tmp_path, 40))))


def test_a_worker_computes_on_as_many_threads_as_its_processors(tiny_bundle: Path) -> None:
    for threads in (1, 3):
        assert Worker(setup_of(tiny_bundle, threads=threads))._detector.threads == threads


def test_a_machine_that_would_score_otherwise_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    setup = setup_of(tiny_bundle)
    source = make_input(tmp_path, 5)
    other = write_tiny_bundle(tmp_path / "bundle")
    described = other / "bundle.json"
    described.write_text(described.read_text().replace('"tiny"', '"tiny2"'))
    cases = [
        (replace(setup, bundle=other), "expected bundle .*; install the same on every machine"),
        (replace(setup, bundle=tmp_path / "none"), "expected a bundle folder, found none"),
        (replace(setup, origins={**setup.origins, "babelproof": "0.0"}), "expected babelproof 0.0"),
    ]
    for wrong, message in cases:
        with pytest.raises(FileError, match=f"^--engine ray: worker on .*{message}"):
            list(OneProcess(wrong, 1).run(reader_of(source)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-", "-o", "out.jsonl", *RAY), "expected inputs that can be read again, found -"),
        (("in.jsonl", *RAY), "expected a file or URL as --output, found -"),
        (("in.jsonl", "-o", "/dev/null", *RAY), "expected a file or URL as --output"),
        (("in.jsonl", "-o", "o.csv", *RAY, "--address", "ray://h:1"), "found the address of a Ray"),
        (("in.jsonl", "-o", "o.csv", "--address", "auto"), "--address: expected --engine ray"),
        (("in.jsonl", "-o", "o.csv", *RAY, "--backend", "torch"), "expected --backend onnx"),
    ],
)
def test_what_no_cluster_can_do_is_refused(
    tiny_bundle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    make_input(tmp_path, 3)
    result = score(tiny_bundle, *arguments, stdin=jsonl({"text": "x"}))
    assert result.exit_code == NOTHING_RAN
    assert message in result.stderr
    assert names(tmp_path) == ["in.jsonl"]


def test_a_missing_ray_names_its_extra(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(module: str) -> Any:
        raise ImportError(name=module)

    monkeypatch.setattr(extras, "import_module", missing)
    result = score(tiny_bundle, make_input(tmp_path, 3), "-o", tmp_path / "out.jsonl", *RAY)
    assert result.exit_code == NOTHING_RAN
    assert "found it missing; run pip install 'babelproof[ray]'" in result.stderr
    assert names(tmp_path) == ["in.jsonl"]


def test_nothing_else_imports_ray() -> None:
    modules = "babelproof.jobs.cli, babelproof.jobs.run, babelproof.jobs.ray_engine"
    code = f"import sys, {modules}; print([m for m in sys.modules if m.split('.')[0] == 'ray'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_table_of_one_row_holds_anything() -> None:
    content = {"bytes": b"\0\xff\0", "text": "\ud800"}
    assert unpacked(packed(7, content)) == (7, content)
