"""Readers of corpora and hand labels: what they give, and what they say about bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelproof.labels import Label
from data.corpora import (
    lower_surnames,
    read_clean,
    read_headlines,
    read_system_scores,
    read_translations,
    root_id,
)
from data.handlabels import (
    handlabel_paths,
    read_bench,
    read_documents,
    read_rows,
    read_texts,
)
from data.shared import ENVIRONMENT, DataError, MalformedRow, MissingData, shared_path

CLEAN_COLUMNS = ["source", "doc_id", "date", "section", "para", "sent", "text"]


def write_parquet(path: Path, columns: list[str], rows: list[tuple[str | None, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = {name: [row[number] for row in rows] for number, name in enumerate(columns)}
    pq.write_table(pa.table(table), path)


def clean_file(shared: Path, rows: list[tuple[str | None, ...]], name: str = "re3d") -> None:
    write_parquet(shared / "corpora" / "clean" / f"{name}.parquet", CLEAN_COLUMNS, rows)


ROWS: list[tuple[str | None, ...]] = [
    ("x", "one", "2020-01-02", "Intro", "0", "0", "The mayor opened a bridge."),
    ("x", "one", "2020-01-02", "Intro", "1", "0", "Nobody fell in. "),
    ("x", "one", "2020-01-02", "Talk", "1", "1", "The band played on."),
    ("x", "two", "", "", "0", "0", "A ferry sank."),
]


def test_documents_come_whole_and_in_order(tmp_path: Path) -> None:
    clean_file(tmp_path, ROWS)
    one, two = read_clean(tmp_path, "re3d")
    assert one.sentences == (
        "The mayor opened a bridge.",
        "Nobody fell in.",
        "The band played on.",
    )
    assert (one.id, one.source, one.date, one.section) == ("one", "re3d", "2020-01-02", "Intro")
    assert (two.id, two.date, two.section) == ("two", None, None)


def test_smaller_units_keep_the_way_back_to_their_text(tmp_path: Path) -> None:
    clean_file(tmp_path, ROWS)
    sections = list(read_clean(tmp_path, "re3d", "section"))
    paragraphs = list(read_clean(tmp_path, "re3d", "paragraph"))
    assert [len(section.sentences) for section in sections] == [2, 1, 1]
    assert [len(paragraph.sentences) for paragraph in paragraphs] == [1, 2, 1]
    assert [root_id(section) for section in sections] == ["one", "one", "two"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("x", "one", "", "", "0", "0", None), "text in `text`"),
        (("x", "one", "", "", "0", "0", "  "), "a sentence in `text`"),
        (("x", "", "", "", "0", "0", "Fine."), "a doc_id"),
    ],
)
def test_a_malformed_row_says_file_row_expected_found(
    tmp_path: Path, row: tuple[str | None, ...], expected: str
) -> None:
    clean_file(tmp_path, [*ROWS, row])
    with pytest.raises(MalformedRow) as caught:
        list(read_clean(tmp_path, "re3d"))
    message = str(caught.value)
    assert "re3d.parquet, row 4" in message
    assert expected in message
    assert "found" in message


def test_missing_columns_files_and_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"re3d\.parquet"):
        list(read_clean(tmp_path, "re3d"))
    with pytest.raises(DataError, match="expected one of"):
        list(read_clean(tmp_path, "somewhere"))
    path = tmp_path / "corpora" / "clean" / "re3d.parquet"
    write_parquet(path, ["doc_id", "text"], [("one", "Fine.")])
    with pytest.raises(MalformedRow, match="the columns source, doc_id"):
        list(read_clean(tmp_path, "re3d"))
    path.write_bytes(b"no parquet")
    with pytest.raises(DataError, match="expected a Parquet file"):
        list(read_clean(tmp_path, "re3d"))


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Prime Minister Anna MARTOLA resigned.", "Prime Minister Anna Martola resigned."),
        ("MARTOLA's rival", "Martola's rival"),
        ("Jean-Luc D'ARVENNE-POTTS left", "Jean-Luc D'Arvenne-Potts left"),
        ("It joined NATO and the UN in the FRG.", "It joined NATO and the UN in the FRG."),
        ("an ordinary sentence", "an ordinary sentence"),
    ],
)
def test_only_surnames_are_lowered(written: str, wanted: str) -> None:
    assert lower_surnames(written) == wanted


def test_factbook_surnames_are_lowered_on_reading(tmp_path: Path) -> None:
    row = ("cia_factbook", "x/yz", "", "", "0", "0", "President MARTOLA won.")
    clean_file(tmp_path, [row], "cia_factbook")
    assert next(read_clean(tmp_path, "cia_factbook")).sentences == ("President Martola won.",)


WMT_COLUMNS = ["year", "direction", "system", "seg", "doc_id", "domain", "da_z", "hyp", "ref"]


def test_translations_and_scores(tmp_path: Path) -> None:
    folder = tmp_path / "corpora" / "mt"
    rows: list[tuple[str | None, ...]] = [
        ("2022", "uk-en", "Sys", "4", "doc7", "news", "", "He gone.", "He left.")
    ]
    write_parquet(folder / "wmt_into_english.parquet", WMT_COLUMNS, rows)
    write_parquet(
        folder / "wmt_systems.parquet",
        ["year", "direction", "system", "n_seg", "sys_da_z"],
        [("2022", "uk-en", "Sys", "9", "-0.5"), ("2022", "uk-en", "Other", "9", "")],
    )
    (row,) = read_translations(tmp_path)
    assert (row.segment, row.document, row.text, row.reference) == (
        4,
        "doc7",
        "He gone.",
        "He left.",
    )
    assert read_system_scores(tmp_path) == {("2022", "uk-en", "Sys"): -0.5}
    bad = [("2022", "uk-en", "Sys", "four", "", "", "", "He gone.", "He left.")]
    write_parquet(folder / "wmt_into_english.parquet", WMT_COLUMNS, [*rows, *bad])
    with pytest.raises(MalformedRow, match="row 1: expected a whole number"):
        list(read_translations(tmp_path))


def test_headlines_leave_blank_ones_out(tmp_path: Path) -> None:
    write_parquet(
        tmp_path / "corpora" / "mt" / "ru1tv_headlines.parquet",
        ["date", "category", "src", "mt"],
        [("2001-01-01", "c", "источник", "A source"), ("2001-01-01", "c", "пусто", " ")],
    )
    assert [headline.text for headline in read_headlines(tmp_path)] == ["A source"]


def write_lines(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


JUDGED = {
    "id": "a1",
    "text": "He gave the minister a green street.",
    "severity": 2,
    "labels": ["role", "mt"],
    "spans": [["mt", 21, 35], [None, 3, 7]],
    "origin": "mt",
    "source": "s",
}


def test_judged_rows(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", JUDGED, {**JUDGED, "severity": None, "spans": []})
    one, two = read_rows(path)
    assert one.labels == (Label.MT, Label.ROLE)
    assert [(span.label, one.text[span.start : span.end]) for span in one.spans] == [
        ("mt", one.text[21:35]),
        ("any", "gave"),
    ]
    assert two.severity is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"severity": 3}, "severity"),
        ({"severity": True}, "severity"),
        ({"labels": ["style"]}, "labels"),
        ({"spans": [["mt", 30, 99]]}, "span"),
        ({"spans": [["style", 0, 2]]}, "span"),
        ({"text": ""}, "text"),
    ],
)
def test_malformed_judged_rows(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    path = write_lines(tmp_path / "x.jsonl", JUDGED, {**JUDGED, **change})
    with pytest.raises(MalformedRow, match=rf"x\.jsonl, row 1: expected .*{expected}"):
        read_rows(path)


@pytest.mark.parametrize("line", ["{", "[]", '"text"'])
def test_lines_that_are_no_objects(tmp_path: Path, line: str) -> None:
    with pytest.raises(MalformedRow, match="row 1: expected a JSON object"):
        read_rows(write_lines(tmp_path / "x.jsonl", JUDGED, line))


def test_bench_documents_and_texts(tmp_path: Path) -> None:
    bench = {"id": "b", "task": "t", "origin": "o", "text": "Dogs bark.", "label": 1, "group": "g"}
    path = write_lines(tmp_path / "handlabels" / "bench_dev.jsonl", bench)
    assert read_bench(path)[0].visible is None
    with pytest.raises(MalformedRow, match="label"):
        read_bench(write_lines(tmp_path / "bad.jsonl", {**bench, "label": "yes"}))
    whole = {
        "id": "d",
        "kind": "native",
        "source": "s",
        "damaged": False,
        "sentences": ["A.", "B."],
    }
    documents = write_lines(tmp_path / "handlabels" / "docs_dev.jsonl", whole)
    assert read_documents(documents)[0].sentences == ("A.", "B.")
    assert list(read_texts(documents)) == [("A.", "s"), ("B.", "s")]
    assert list(read_texts(path)) == [("Dogs bark.", "b")]
    assert handlabel_paths(tmp_path) == [path, documents]
    with pytest.raises(MissingData, match="JSONL"):
        handlabel_paths(tmp_path / "nowhere")


def test_the_shared_folder_is_found_or_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    assert shared_path() == tmp_path
    with pytest.raises(MissingData, match="--shared"):
        shared_path(tmp_path / "absent")
