"""The evaluation's command on the tiny bundle and a small shared folder of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eval_samples import BAD, GOOD, write_shared
from slice_samples import write_corpora

from babelproof.labels import LABELS
from data.cases import Case, CaseKind, CaseSpan
from eval.cases import case_records, case_set, load_case_set
from eval.run import main
from eval.scoring import judge_texts


def write_train_set(folder: Path) -> Path:
    datasets = pytest.importorskip("datasets")
    rows = [
        {"split": "train", "sentences": [f"Talks {n} began.", f"Talks xq{n} xqz."],
         "hold": [0.0, 1.0]}
        for n in range(50)
    ]  # fmt: skip
    datasets.DatasetDict({"train": datasets.Dataset.from_list(rows)}).save_to_disk(str(folder))
    return folder


def test_every_set_is_measured_and_written(
    tmp_path: Path, tiny_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpora(tmp_path / "shared")
    arguments = [
        "--shared", str(write_shared(tmp_path / "shared")),
        "--bundle", str(tiny_bundle),
        "--train-set", str(write_train_set(tmp_path / "train")),
        "--cache", str(tmp_path / "cache"),
        "--out", str(tmp_path / "reports"),
        "--resamples", "10",
        "--date", "2025-01-02",
    ]  # fmt: skip
    assert main(arguments) == 0
    written = json.loads((tmp_path / "reports" / "metrics.json").read_text())
    tasks = {(t["set"], t["part"], t["setting"]): t for t in written["tasks"]}
    assert tasks["desk_dev", "hold", "alone"]["detector"]["auc"][0] == 1.0
    assert tasks["swaps_dev", "hold", "context"]["positives"] == 10
    assert tasks["docs_dev", "all, max", "context"]["detector"]["auc"][0] == 1.0
    role = tasks["bench_dev", "b_role", "alone"]
    assert role["detector"]["auc_grouped"][0] == 1.0
    assert role["beats_ngrams"] is True
    assert ("cases", "hold", "context") in tasks
    assert [record["file"] for record in written["cases"]] == [kind.value for kind in CaseKind]
    assert written["bundle"]["name"] == "tiny"
    assert written["ngrams"] == {"sentences": 100}
    slices = {record["slice"]: record for record in written["slices"]}
    assert slices["headlines"]["sentences"] == 1
    assert slices["headlines"]["held"][0] == 0.0
    # Technical prose is that of this machine, whatever a tiny model says of it.
    assert slices["all"]["sentences"] >= slices["technical prose"]["sentences"] > 0
    shown = capsys.readouterr().out
    assert "b_role" in shown
    assert GOOD not in shown
    assert GOOD not in (tmp_path / "reports" / "table.md").read_text()


def test_chosen_sets_only(tmp_path: Path, tiny_bundle: Path) -> None:
    shared = str(write_shared(tmp_path / "shared"))
    arguments = ["--shared", shared, "--bundle", str(tiny_bundle), "--sets", "desk_dev"]
    assert main([*arguments, "--resamples", "5", "--out", str(tmp_path / "out")]) == 0
    written = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert {task["set"] for task in written["tasks"]} == {"desk_dev"}
    assert written["slices"] == []
    assert written["ngrams"] is None


def test_what_is_missing_is_named(
    tmp_path: Path, tiny_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--shared", str(tmp_path / "no"), "--bundle", str(tiny_bundle)]) == 2
    assert "--shared" in capsys.readouterr().err
    assert main(["--shared", str(tmp_path), "--bundle", str(tiny_bundle)]) == 2
    assert "swaps_dev" in capsys.readouterr().err
    assert main(["--shared", str(tmp_path), "--bundle", str(tmp_path)]) == 2
    assert "bundle" in capsys.readouterr().err


def case(name: str, kind: CaseKind, severity: int, sentences: tuple[str, ...]) -> Case:
    labels = (LABELS[3],) if severity else ()
    spans = (CaseSpan(LABELS[3], 13, 19, "quoted"),) if severity else ()
    return Case(name, kind, sentences, len(sentences) - 1, severity, labels, spans, "ours")


def test_cases_count_their_judged_sentence_and_known_failures_apart(detector: Any) -> None:
    cases = [
        case("real", CaseKind.REAL_LIFE, 2, (GOOD, BAD)),
        case("either", CaseKind.REAL_LIFE, 1, (BAD,)),
        case("clean", CaseKind.NEGATIVE, 0, (GOOD, GOOD)),
        case("alarm", CaseKind.NEGATIVE, 0, (BAD,)),
        case("passes", CaseKind.KNOWN_FAILURES, 2, (BAD,)),
        case("fails", CaseKind.KNOWN_FAILURES, 2, (GOOD,)),
    ]
    texts = case_set(cases)
    parts = {task.part: task for task in texts.tasks}
    assert [texts.texts[i] for i in parts["hold"].rows] == [BAD, GOOD, BAD]
    assert parts["hold"].truth == (1, 0, 0)
    assert parts["known failures"].truth == (1, 1)
    assert len(texts.runs()) == len(cases)
    records = {r["file"]: r for r in case_records(cases, judge_texts(detector, texts, "cases"))}
    assert (records["real_life"]["right"], records["real_life"]["wrong"]) == (1, 0)
    assert records["negative"]["failing"] == ["alarm"]
    assert records["known_failures"]["to_move"] == ["passes"]


def test_our_own_cases_make_a_set() -> None:
    texts, cases = load_case_set()
    hold = texts.tasks[0]
    assert len(cases) >= 300
    assert 0 < sum(hold.truth) < len(hold.truth)
    assert {task.part for task in texts.tasks} >= {f"label {label.value}" for label in LABELS}
