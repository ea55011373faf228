"""Frames: columns of texts get columns of verdicts, whatever library holds them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from job_runs import CLEAN, DAMAGED

from babelproof.detector import Detector
from babelproof.frames import ColumnScorer

TEXTS = [DAMAGED, CLEAN, "", f"{CLEAN} {DAMAGED}", "Talks on Uzbekistan."] * 2


@pytest.fixture(scope="module")
def scorer(tiny_bundle: Path) -> ColumnScorer:
    return ColumnScorer(bundle=tiny_bundle)


def test_the_columns_are_what_the_detector_says(scorer: ColumnScorer, tiny_bundle: Path) -> None:
    found = scorer({"text": TEXTS, "id": list(range(len(TEXTS)))})
    assert list(found) == ["status", "reason", "score", "held", "labels", "findings"]
    verdicts = Detector.load(tiny_bundle).score(TEXTS)
    for number, verdict in enumerate(verdicts):
        expected = verdict.to_dict()
        for name, values in found.items():
            assert values[number] == expected.get(name)


def test_documents_are_split(tiny_bundle: Path) -> None:
    found = ColumnScorer("body", "document", "bp_", tiny_bundle)({"body": TEXTS[:4]})
    assert list(found)[-1] == "bp_sentences"
    assert [len(sentences) for sentences in found["bp_sentences"]] == [1, 1, 0, 2]
    assert found["bp_held"] == [True, False, False, True]


def test_what_is_no_text_is_an_error_in_its_place(scorer: ColumnScorer) -> None:
    found = scorer.score([CLEAN, None, 5, float("nan"), DAMAGED])
    assert found["status"] == ["ok", "error", "error", "error", "ok"]
    assert "found NoneType" in found["reason"][1]
    assert found["held"] == [False, None, None, None, True]
    assert scorer.score([]) == {name: [] for name in scorer.columns}


def test_wrong_columns_are_refused(scorer: ColumnScorer) -> None:
    with pytest.raises(KeyError, match="expected this column, found body"):
        scorer({"body": []})
    with pytest.raises(ValueError, match="found score; give a prefix"):
        scorer({"text": [], "score": []})
    with pytest.raises(ValueError, match="'sentence' or 'document'"):
        ColumnScorer(unit="page")


@pytest.mark.parametrize("unit", ["sentence", "document"])
@pytest.mark.parametrize("text", [CLEAN, b"bytes", None, 5])
def test_a_single_text_is_refused(tiny_bundle: Path, unit: str, text: object) -> None:
    scorer = ColumnScorer(unit=unit, bundle=tiny_bundle)
    for call in (scorer.score, lambda one: scorer({"text": one})):
        with pytest.raises(TypeError, match=r"found \w+; put it in a list, or pass batched=True"):
            call(text)


def test_it_can_be_sent_to_another_process_and_its_pickle_never_changes(
    scorer: ColumnScorer, tiny_bundle: Path
) -> None:
    fresh = ColumnScorer(bundle=tiny_bundle)
    before = pickle.dumps(fresh)
    expected = fresh.score(TEXTS)
    assert pickle.dumps(fresh) == before
    assert pickle.loads(before).score(TEXTS) == expected


def test_datasets_map_in_batches(scorer: ColumnScorer) -> None:
    datasets = pytest.importorskip("datasets")
    texts = [CLEAN, CLEAN, *TEXTS, "Uzbek Foreign Minister Dmytro Kuleba flew home."]
    given = datasets.Dataset.from_dict({"text": texts, "id": range(len(texts))})
    mapped = given.map(scorer, batched=True, batch_size=2, features=scorer.features(given.features))
    expected = scorer.score(texts)
    assert mapped["id"] == list(range(len(texts)))
    assert mapped["held"] == expected["held"]
    assert [len(found) for found in mapped["findings"]] == [len(f) for f in expected["findings"]]
    with pytest.raises(TypeError, match="batched=True"):
        given.map(scorer)


def test_datasets_map_takes_its_types_from_the_features(scorer: ColumnScorer) -> None:
    datasets = pytest.importorskip("datasets")
    given = datasets.Dataset.from_dict({"text": [CLEAN, "", None, DAMAGED]})
    options = {"batched": True, "batch_size": 1, "writer_batch_size": 1}
    mapped = given.map(scorer, features=scorer.features(given.features), **options)
    assert mapped["status"] == ["ok", "skipped", "error", "ok"]
    assert mapped["reason"][:2] == [None, "empty"]


def test_pandas_keeps_index_and_columns(scorer: ColumnScorer) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": [*TEXTS, None], "n": 1}, index=range(5, 6 + len(TEXTS)))
    found = scorer.frame(frame)
    assert list(frame.columns) == ["text", "n"]
    assert list(found.index) == list(frame.index)
    assert str(found["score"].dtype) == "float64"
    assert str(found["held"].dtype) == "boolean"
    assert found["held"].tolist()[:2] == [True, False]
    assert found["status"].iloc[-1] == "error"
    assert found["held"].isna().iloc[-1]
    assert scorer.frame(frame.iloc[:0]).shape == (0, 2 + len(scorer.columns))


def test_arrow_tables_get_typed_columns(scorer: ColumnScorer) -> None:
    arrow = pytest.importorskip("pyarrow")
    sentence = "Uzbek Foreign Minister Dmytro Kuleba flew home on Monday."
    table = arrow.table({"n": arrow.array(range(2), arrow.int8()), "text": [CLEAN, sentence]})
    found = scorer.table(table)
    assert found.schema.field("n").type == arrow.int8()
    assert found.schema.field("held").type == arrow.bool_()
    assert arrow.types.is_struct(found.schema.field("labels").type)
    (finding,) = found["findings"].to_pylist()[1]
    assert json.loads(finding["evidence"])["person"] == "Dmytro Kuleba"
    assert scorer.table(table.slice(0, 0)).num_rows == 0


def test_no_library_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, babelproof.frames; "
        "print([m for m in ('pandas', 'pyarrow', 'datasets', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
