"""Building a training set from a small shared folder of our own: what goes in, and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from training_samples import RECIPE, REGISTRY, TOWNS, sentence

from babelproof.labels import LABELS
from training import build
from training.passages import UNKNOWN


def write_parquet(path: Path, columns: str, rows: Sequence[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = columns.split()
    pq.write_table(pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)}), path)


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_lines_of(path: Path, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def judged(number: int, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": f"s{number}",
        "text": f"Judged line {number} says the {TOWNS[number % 7]} boat was of a green street.",
        "severity": number % 3,
        "labels": [] if number % 3 == 0 else ["mt"],
        "spans": [] if number % 3 == 0 else [["mt", 0, 6]],
        "origin": "mt",
        "source": f"paper-{number}",
    }
    return row | more


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shared folder of our own writing; sentence 5 of re3d is also a judged one."""
    root = tmp_path_factory.mktemp("shared")
    clean = "source doc_id date section para sent text"
    for name, first in (("re3d", 0), ("ud_ewt", 1000)):
        rows = [
            (name, f"{name}-{n // 10}", "", "", str(n), "0", sentence(first + n))
            for n in range(200)
        ]
        write_parquet(root / "corpora" / "clean" / f"{name}.parquet", clean, rows)
    translations = [
        (
            "2019",
            "fi-en",
            system,
            str(n),
            "",
            "",
            "",
            f"{system} put {n} of town there.",
            sentence(n),
        )
        for system in ("parfda", "Best", "Middling", "Good")
        for n in range(3000, 3020)
    ]
    translations += [
        ("2022", "uk-en", "Best", str(n), f"doc{n // 5}", "", "", f"It {n} ferries.", sentence(n))
        for n in range(4000, 4020)
    ]
    write_parquet(
        root / "corpora" / "mt" / "wmt_into_english.parquet",
        "year direction system seg doc_id domain da_z hyp ref",
        translations,
    )
    write_parquet(
        root / "corpora" / "mt" / "wmt_systems.parquet",
        "year direction system n_seg sys_da_z",
        [
            ("2019", "fi-en", "parfda", "20", "-2"),
            ("2019", "fi-en", "Best", "20", "0.5"),
            ("2019", "fi-en", "Good", "20", "0.4"),
            ("2019", "fi-en", "Middling", "20", "-0.1"),
            ("2022", "uk-en", "Best", "20", "0.5"),
        ],
    )
    labels = root / "handlabels"
    write_lines(labels / "silver_train.jsonl", [judged(n) for n in range(30)])
    write_lines(
        labels / "silver_articles_train.jsonl",
        [judged(100 + n, doc=f"m{n // 15}", n=n % 15) for n in range(30)],
    )
    write_lines(
        labels / "desk_dev.jsonl",
        [judged(200, text=sentence(5), source="2022|uk-en|4003|Best")],
    )
    return root


def sources(shared: Path) -> build.Sources:
    """Two corruptions, no round trips and no likelihoods."""
    return build.Sources(shared, REGISTRY, shared / "none", shared / "none")


@pytest.fixture(scope="module")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "set"
    build.build(sources(shared), out, RECIPE, 7)
    return out


@pytest.fixture(scope="module")
def rows(built: Path) -> list[dict[str, object]]:
    loaded = datasets.load_from_disk(str(built))
    return [row for name in ("train", "dev") for row in loaded[name]]


def test_the_set_has_the_columns_and_lengths_of_the_contract(built: Path) -> None:
    loaded = datasets.load_from_disk(str(built))
    assert set(loaded) == {"train", "dev"}
    for name in ("train", "dev"):
        for row in loaded[name]:
            size = len(row["sentences"])
            assert row["split"] == name
            assert size == len(row["hold"]) == len(row["spans_known"]) == len(row["weight"])
            assert [len(labels) for labels in row["labels"]] == [len(LABELS)] * size
            for span in row["spans"]:
                assert 0 <= span["start"] < span["end"] <= len(row["sentences"][span["sentence"]])


def test_spans_point_at_the_damage_and_the_rest_is_clean(rows: list[dict[str, object]]) -> None:
    damaged = [row for row in rows if row["kind"] == "garble.blot"]
    assert damaged
    for row in damaged:
        marked = set()
        for span in row["spans"]:  # type: ignore[attr-defined]
            marked.add(span["sentence"])
            text = row["sentences"][span["sentence"]]  # type: ignore[index]
            assert text[span["start"] : span["end"]] == "zzz"
            assert span["label"] == "garble"
        holds = row["hold"]
        assert holds == [float(n in marked) for n in range(len(holds))]  # type: ignore[arg-type]
    slips = [row for row in rows if row["kind"] == "garble.slip"]
    assert all(not row["spans"] for row in slips)
    assert {round(max(row["hold"]), 3) for row in slips} <= {RECIPE.awkward_hold}  # type: ignore[call-overload]


def test_no_document_is_in_both_splits(built: Path) -> None:
    loaded = datasets.load_from_disk(str(built))
    texts = {
        name: {row["id"].split("#")[0] for row in loaded[name] if row["source"] == "re3d"}
        for name in ("train", "dev")
    }
    assert texts["train"]
    assert texts["dev"]
    assert not texts["train"] & texts["dev"]


def test_judged_sentences_stay_out_and_are_reported(
    built: Path, rows: list[dict[str, object]]
) -> None:
    everything = {text for row in rows for text in row["sentences"]}  # type: ignore[attr-defined]
    assert sentence(5) not in everything
    leakage = json.loads((built / "manifest.json").read_text())["leakage"]
    assert leakage["judged_sentences"] == {"desk_dev": 1}
    assert leakage["dropped"]["re3d: exact"] >= 1


def test_silver_is_read_often_in_train_and_once_in_dev(built: Path) -> None:
    loaded = datasets.load_from_disk(str(built))
    copies = Counter(row["id"].split("~")[0] for row in loaded["train"] if "silver|" in row["id"])
    assert set(copies.values()) == {2}
    assert not [row["id"] for row in loaded["dev"] if "~" in row["id"]]


def test_silver_targets_follow_severity(rows: list[dict[str, object]]) -> None:
    holds = {}
    for row in rows:
        if row["source"] == "silver_train":
            number = int(row["id"].split("|s")[1].split("~")[0])  # type: ignore[attr-defined]
            holds[number % 3] = (row["hold"], row["labels"], row["spans_known"], row["spans"])
    assert holds[0] == ([0.0], [[0.0] * 5], [True], [])
    assert holds[1] == ([0.25], [[0.25, 0.0, 0.0, 0.0, 0.0]], [False], [])
    assert holds[2][:3] == ([1.0], [[1.0, 0.0, 0.0, 0.0, 0.0]], [True])
    assert holds[2][3] == [{"sentence": 0, "label": "mt", "start": 0, "end": 6}]


def test_translations_have_soft_targets_and_judged_segments_are_left_out(
    rows: list[dict[str, object]],
) -> None:
    kinds = Counter(row["kind"] for row in rows if row["source"] == "wmt_into_english")
    assert {"wmt.garbled", "wmt.reference", "wmt.strong", "wmt.document"} <= set(kinds)
    for row in rows:
        if row["kind"] == "wmt.garbled":
            size = len(row["sentences"])  # type: ignore[arg-type]
            assert size == 1 or size >= 4
            assert row["labels"] == [[UNKNOWN] * 5] * size
            assert "parfda" in row["sentences"][0]  # type: ignore[index]
        if row["kind"] == "wmt.strong":
            assert "Middling" not in row["sentences"][0]  # type: ignore[index]
        # Segment 4003 is judged: its whole document, 4000 to 4004, stays out.
        assert not {"It 4001 ferries.", "It 4003 ferries."} & set(row["sentences"])  # type: ignore[call-overload]


def test_outputs_that_a_language_model_compared_stand_alone_beside_their_references(
    shared: Path, tmp_path: Path
) -> None:
    chosen = [["2019", "fi-en", "Middling", number] for number in range(3000, 3008)]
    write_lines_of(tmp_path / "likely" / "chosen.jsonl", chosen)
    write_lines_of(tmp_path / "likely" / "likelihoods.jsonl", [["0" * 24, 9, 30.5, 7.0, 6.0]])
    recipe = replace(RECIPE, compared=6, compared_reference_share=1.0)
    likely = replace(sources(shared), likelihoods=tmp_path / "likely")
    build.build(likely, tmp_path / "set", recipe, 7)
    loaded = datasets.load_from_disk(str(tmp_path / "set"))
    found = [row for part in loaded.values() for row in part if "compared" in row["kind"]]
    by_kind = Counter(row["kind"] for row in found)
    assert set(by_kind) == {"wmt.compared", "wmt.compared_reference"}
    assert by_kind["wmt.compared"] == 6  # a reference too like a judged sentence is left out
    assert by_kind["wmt.compared_reference"] >= 4
    for row in found:
        assert len(row["sentences"]) == 1
        said = "Middling" in row["sentences"][0]
        assert said == (row["kind"] == "wmt.compared")
        assert said == (row["labels"][0] == [UNKNOWN] * 5)


def test_absent_likelihoods_are_noted(shared: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, compared=6)
    manifest = build.build(sources(shared), tmp_path / "set", recipe, 7)
    assert "training.likelihood" in manifest["likelihoods_absent"]
    assert not [kind for kind in manifest["counts"]["train"] if "compared" in kind]


def test_plain_sentences_come_in_pairs_beside_mutual_ones(rows: list[dict[str, object]]) -> None:
    kinds = Counter(row["kind"] for row in rows if row["source"] == "plain")
    assert kinds == {"role.plain": 5, "plain.clean": 5, "plain.mutual": 2}
    for row in rows:
        if row["source"] == "plain":
            assert row["hold"] == [float(row["kind"] == "role.plain")]
            assert row["weight"] == [1.0]


def test_rare_kinds_are_looked_for_over_more_documents(rows: list[dict[str, object]]) -> None:
    found = [row["id"] for row in rows if str(row["id"]).endswith("!garble.blot")]
    assert found
    assert not [row for row in rows if row["kind"] == "role.nothing"]


def test_the_same_seed_gives_the_same_set(shared: Path, built: Path, tmp_path: Path) -> None:
    first = json.loads((built / "manifest.json").read_text())["data_hash"]
    hashes = [
        build.build(sources(shared), tmp_path / "again", RECIPE, seed)["data_hash"]
        for seed in (7, 8)
    ]
    assert hashes[0] == first
    assert hashes[1] != first


def test_a_held_out_corruption_is_not_used(shared: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, held_out="garble.blot")
    manifest = build.build(sources(shared), tmp_path / "set", recipe, 7)
    assert manifest["corruptions"] == ["garble.slip"]
    used = set(manifest["counts"]["train"]["uses_by_corruption"])
    assert used == {"garble.slip", "role.plain"}
    with pytest.raises(ValueError, match="held_out"):
        REGISTRY.without("role.nothing")


def test_the_manifest_counts_what_is_there(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    loaded = datasets.load_from_disk(str(built))
    for name in ("train", "dev"):
        counts = manifest["counts"][name]
        assert counts["passages"] == len(loaded[name]) == sum(counts["passages_by_source"].values())
        damaged = sum(hold >= 0.5 for row in loaded[name] for hold in row["hold"])
        assert counts["damaged_sentences_by_label"]["any"] == damaged
    assert "corpora/clean/re3d.parquet" in manifest["inputs"]
    assert manifest["recipe"]["documents"] == RECIPE.documents


def test_something_else_is_never_replaced(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("keep me")
    with pytest.raises(build.BuildError, match="choose another"):
        build.build(sources(shared), tmp_path / "notes", RECIPE, 7)
    assert (tmp_path / "notes" / "diary.txt").read_text() == "keep me"


def test_the_command_line_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "set")]
    assert build.main([*out, "--shared", str(tmp_path / "absent")]) == 2
    assert "--shared" in capsys.readouterr().err
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("documnets = 3\n")
    assert build.main([*out, "--shared", str(tmp_path), "--recipe", str(recipe)]) == 2
    assert "documnets" in capsys.readouterr().err
