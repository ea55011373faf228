"""The bench: what it measures is what `score` does, and the page says what the JSON says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from babelproof.detector import Detector
from babelproof.jobs.formats import Unit
from eval.bench.__main__ import main
from eval.bench.job import ContenderError, Job
from eval.bench.measured import contender
from eval.bench.page import page, ratios
from eval.bench.rivals import best
from eval.bench.sample import ARTICLE_SENTENCES, Sample, SampleError, from_file, news
from eval.bench.sessions import packed
from eval.bench.watch import FailedError, watch

TEXTS = [
    "The minister met the president in Kyiv. Talks of the plan followed on Monday.",
    "The president said the war plan met the minister.",
    "会谈",  # skipped: nothing to judge
    "Antony from Kyiv met the minister after talks. The plan met a war. Talks met.",
]
JUDGED = 6


def written(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return written(tmp_path / "own.jsonl", *({"text": text} for text in TEXTS))


def bench(folder: Path, *options: object) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(main)
    where = [
        "--work",
        folder / "work",
        "--out",
        folder / "b.json",
        "--to",
        folder / "docs" / "b.md",
    ]
    result = CliRunner().invoke(app, list(map(str, [*where, *options])), catch_exceptions=False)
    return result.exit_code, result.output


def test_rows_of_one_sample_come_out_side_by_side(
    tiny_bundle: Path, sample: Path, tmp_path: Path
) -> None:
    names = ["score", "score-sentences", "fast", "bare", "bare-in-turn", "ngrams"]
    only = [option for name in names for option in ("--only", name)]
    bundles = ["--bundle", tiny_bundle, "--fast", tiny_bundle]
    code, output = bench(tmp_path, "--sample", sample, *bundles, "--repeats", 2, *only)
    assert code == 0, output
    found = json.loads((tmp_path / "b.json").read_text())["table"]
    rows = {row["name"]: row for row in found["rows"]}
    assert set(rows) == {"score", "score-sentences", "fast", "bare", "bare-in-turn"}
    assert {row["sentences"] for row in rows.values()} == {JUDGED} == {found["sample"]["sentences"]}
    assert all(len(row["seconds"]) == 2 for row in rows.values())
    assert all(row["peak_mb"] > 10 and row["startup_seconds"] > 0 for row in rows.values())
    assert (
        rows["score"]["tokens"]
        == rows["fast"]["tokens"]
        == rows["bare"]["tokens"]
        == rows["bare-in-turn"]["tokens"]
    )
    # Alone, each sentence needs a [CLS] of its own.
    assert rows["score-sentences"]["tokens"] > rows["score"]["tokens"]
    rate = rows["score"]["sentences_per_second"]
    assert 0 < rate["low"] <= rate["median"] <= rate["high"]
    assert "--train-set" in found["refused"]["ngrams"]
    text = (tmp_path / "docs" / "b.md").read_text()
    assert f"{rate['median']:,.1f}" in text
    assert found["refused"]["ngrams"] in text
    assert (tmp_path / "docs" / "b.svg").read_text().startswith("<?xml")


def sizes(out: Path) -> list[int]:
    return [run["asked_sentences"] for run in json.loads(out.read_text())["scaling"]["runs"]]


def test_scaling_goes_beside_the_table(tiny_bundle: Path, sample: Path, tmp_path: Path) -> None:
    given = ["--sample", sample, "--bundle", tiny_bundle]
    assert bench(tmp_path, *given, "--repeats", 1, "--only", "score")[0] == 0
    table = json.loads((tmp_path / "b.json").read_text())["table"]
    assert bench(tmp_path, *given, "--scaling", 1)[0] == 0
    found = json.loads((tmp_path / "b.json").read_text())
    assert found["table"] == table
    (run,) = found["scaling"]["runs"]
    assert (run["records"], run["judged_sentences"]) == (len(TEXTS), JUDGED)
    assert run["peak_mb"] >= max(size for _, size in run["resident_mb_over_time"]) > 10
    assert "## More work" in (tmp_path / "docs" / "b.md").read_text()


def test_sizes_measured_before_stay_where_machine_and_bundle_are_the_same(
    tiny_bundle: Path, sample: Path, tmp_path: Path
) -> None:
    out = tmp_path / "b.json"
    given = ["--sample", sample, "--bundle", tiny_bundle, "--scaling"]
    assert bench(tmp_path, *given, 2)[0] == 0
    assert bench(tmp_path, *given, 1, "--scaling", 3)[0] == 0
    assert sizes(out) == [1, 2, 3]
    found = json.loads(out.read_text())
    found["scaling"]["machine"]["processor"] = "another"
    out.write_text(json.dumps(found))
    assert bench(tmp_path, *given, 1)[0] == 0
    assert sizes(out) == [1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sample", "absent.jsonl"], "absent.jsonl: expected a JSONL file"),
        (["--only", "guess"], "expected some of"),
        (["--shared", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    tmp_path: Path, options: list[str], message: str
) -> None:
    code, output = bench(tmp_path, *options)
    assert code == 2
    assert message in " ".join(output.split())
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("unit", list(Unit))
def test_the_bare_session_gets_the_windows_of_score(
    tiny_bundle: Path, tmp_path: Path, unit: Unit
) -> None:
    own = Sample(tuple(TEXTS), unit, "own")
    job = Job(own.write(tmp_path / "s.jsonl"), unit, tiny_bundle, 1)
    assert Job.from_json(job.to_json()) == job
    feeds, tokens, sentences = packed(job)
    assert sum(int(item["attention_mask"].sum()) for item in feeds) == tokens
    judged = Detector.load(tiny_bundle).score_documents(
        [[text] if unit is Unit.SENTENCE else text for text in TEXTS]
    )
    scored = [s for document in judged for s in document.sentences if s.score is not None]
    assert sentences == len(scored) == len(own.sentences())


def test_a_contender_without_what_it_needs_says_so(sample: Path, tiny_bundle: Path) -> None:
    with pytest.raises(ContenderError, match="give --train-set"):
        contender("ngrams", Job(sample, Unit.DOCUMENT, tiny_bundle, 1), 1)


def corpus(shared: Path, name: str, documents: dict[str, list[str]]) -> None:
    rows = [(name, key, text) for key, texts in documents.items() for text in texts]
    empty = [""] * len(rows)
    columns = {
        "source": [row[0] for row in rows],
        "doc_id": [row[1] for row in rows],
        **dict.fromkeys(("date", "section", "para", "sent"), empty),
        "text": [row[2] for row in rows],
    }
    path = shared / "corpora" / "clean" / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def test_news_has_as_many_sentences_as_asked_and_none_twice(tmp_path: Path) -> None:
    many = [f"The plan has {number} parts." for number in range(2 * ARTICLE_SENTENCES + 5)]
    corpus(tmp_path, "re3d", {"a": many, "b": ["Talks met.", "Talks met."]})
    corpus(tmp_path, "ud_ewt", {"c": ["Talks met.", many[0], "A war followed."]})
    every = news(tmp_path, len(many) + 2, 1, ("re3d", "ud_ewt"))
    found = every.sentences()
    assert sorted(found) == sorted([*many, "Talks met.", "A war followed."])
    assert max(len(item.sentences) for item in every.drafts()) <= ARTICLE_SENTENCES
    again = news(tmp_path, 20, 1, ("re3d", "ud_ewt"))
    assert again == news(tmp_path, 20, 1, ("re3d", "ud_ewt"))
    assert len(again.sentences()) == 20
    assert again.texts != news(tmp_path, 20, 2, ("re3d", "ud_ewt")).texts
    with pytest.raises(SampleError, match=r"expected 500 different sentences .* found 87"):
        news(tmp_path, 500, 1, ("re3d", "ud_ewt"))


def test_a_file_gives_texts_of_either_kind(tmp_path: Path) -> None:
    path = written(tmp_path / "s.jsonl", {"text": "Talks met."}, {"sentences": ["A.", "B."]}, {})
    assert from_file(path).texts == ("Talks met.", "A. B.")
    with pytest.raises(SampleError, match="found none"):
        from_file(written(tmp_path / "none.jsonl", {"other": 1}))


def test_a_process_is_watched_to_its_end() -> None:
    code = "import sys; data = sys.stdin.read(); kept = bytearray(80 << 20); print(data.upper())"
    more = "; import time; time.sleep(0.5); sys.exit(3)"
    found = watch([sys.executable, "-c", code + more], "said", codes=(3,))
    assert [line for _, line in found.lines] == ["SAID"]
    assert found.peak_mb > 80
    assert all(0 <= at <= found.seconds for at, _ in (*found.lines, *found.resident))
    with pytest.raises(FailedError, match="ended with code 4: oh"):
        watch([sys.executable, "-c", "import sys; sys.stderr.write('oh'); sys.exit(4)"])


def row(name: str, sentences: float, tokens: float | None) -> dict[str, Any]:
    def unit(value: float) -> dict[str, float]:
        return {"median": value, "low": value, "high": value}

    return {
        "name": name,
        "sentences_per_second": unit(sentences),
        "tokens_per_second": None if tokens is None else unit(tokens),
    }


def test_ratios_compare_with_the_faster_bare_session() -> None:
    rows = [
        row("score", 80.0, 900.0),
        row("bare", 90.0, 1000.0),
        row("bare-in-turn", 70.0, 800.0),
        row("pipeline", 20.0, 300.0),
        row("ngrams", 9000.0, None),
    ]
    found = {item["what"].split(" against ")[0]: item for item in ratios(rows)}
    assert found["tokens/s end to end"]["ratio"] == 0.9
    assert found["sentences/s end to end, documents,"]["ratio"] == 4.0
    assert found["sentences/s end to end, documents,"]["asked"] == 8.0
    alone = ratios([row("score-sentences", 90.0, 900.0), rows[3]])
    assert [(item["ratio"], "single sentences" in item["what"]) for item in alone] == [
        (4.5, True),
        (36, True),
    ]
    assert ratios(rows[1:]) == []


def test_rates_are_given_in_sentences_of_one_length() -> None:
    rows = [row("score-sentences", 300.0, 12500.0), row("fast-sentences", 700.0, 24000.0)]
    assert [(item["ratio"], item["asked"]) for item in ratios(rows)] == [(500, 400), (960, 1000)]


def test_a_page_without_figures_says_only_what_it_is() -> None:
    assert page({}, None).startswith("# How fast it is")


def test_the_best_size_is_the_quickest(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 5.0, 5.0, 6.0, 6.0, 9.0])
    monkeypatch.setattr("eval.bench.rivals.time.perf_counter", lambda: next(clock))
    assert best((1, 2, 3), lambda size: None) == 2
