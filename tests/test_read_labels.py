"""Labels of sentences of the corpora: found by their hash, refused where the text is another."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelproof.labels import Label
from data import read_labels as module
from data.read_labels import COLUMNS, READ_LABELS, digest, read_labels
from data.shared import DataError, MalformedRow
from training.silver import read_passages

HEADLINE = "The mayor has given the bridge a green street"
OUTPUT = "Nobody has fallen into."
REFERENCE = "Nobody fell in."


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "corpora" / "mt"
    folder.mkdir(parents=True)
    headlines = {"date": ["2001-02-03"], "category": ["x"], "src": ["y"], "mt": [f" {HEADLINE}"]}
    pq.write_table(pa.table(headlines), folder / "ru1tv_headlines.parquet")
    translations = {
        "year": ["2019"],
        "direction": ["de-en"],
        "system": ["Some.1"],
        "seg": ["4"],
        "doc_id": ["paper"],
        "domain": [""],
        "da_z": ["0.1"],
        "hyp": [OUTPUT],
        "ref": [REFERENCE],
    }
    pq.write_table(pa.table(translations), folder / "wmt_into_english.parquet")
    return tmp_path


def write(folder: Path, *rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = folder / "labels.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in (columns, *rows)), encoding="utf-8")
    return path


def row(text: str, origin: str = "ru1tv", severity: str = "0", spans: str = "") -> tuple[str, ...]:
    return (digest(text), origin, "somewhere", severity, spans)


def test_sentences_come_from_the_corpora_with_their_labels(shared: Path) -> None:
    path = write(
        shared,
        row(HEADLINE, "ru1tv", "2", "mt:33-45 name:4-9"),
        row(OUTPUT, "wmt", "1", "garble:0-23"),
        row(REFERENCE, "wmt-ref"),
    )
    headline, output, reference = read_labels(shared, path)
    assert (headline.text, headline.severity) == (HEADLINE, 2)
    assert headline.labels == (Label.MT, Label.NAME)
    assert HEADLINE[headline.spans[0].start : headline.spans[0].end] == "green street"
    assert (output.text, output.severity, output.labels) == (OUTPUT, 1, (Label.GARBLE,))
    assert (reference.text, reference.severity, reference.spans) == (REFERENCE, 0, ())


def test_a_sentence_that_the_corpora_lack_is_refused(shared: Path) -> None:
    path = write(shared, row(HEADLINE), row("Something else."))
    with pytest.raises(DataError, match=r"found 1 without one \(first in row 2\)"):
        read_labels(shared, path)


@pytest.mark.parametrize(
    ("severity", "spans", "message"),
    [
        ("3", "", "severity 0, 1 or 2"),
        ("", "", "severity 0, 1 or 2"),
        ("2", "", "spans where the severity is not 0"),
        ("0", "mt:0-3", "spans where the severity is not 0"),
        ("2", "mt:0-99", "within 45 characters"),
        ("2", "mt:5-5", "within 45 characters"),
        ("2", "mt:-5", "within 45 characters"),
        ("2", "style:0-3", "within 45 characters"),
    ],
)
def test_a_malformed_row_says_what_was_expected(
    shared: Path, severity: str, spans: str, message: str
) -> None:
    path = write(shared, row(HEADLINE, "ru1tv", severity, spans))
    with pytest.raises(MalformedRow, match=message):
        read_labels(shared, path)


def test_other_files_are_refused(shared: Path) -> None:
    with pytest.raises(DataError, match="expected a file of labels"):
        read_labels(shared, shared / "nothing.tsv")
    with pytest.raises(MalformedRow, match="expected the columns sentence, origin"):
        read_labels(shared, write(shared, columns=("text", *COLUMNS[1:])))
    with pytest.raises(MalformedRow, match="expected 5 columns"):
        read_labels(shared, write(shared, row(HEADLINE)[:3]))


def test_they_become_passages_as_often_as_asked(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(shared, row(HEADLINE, "ru1tv", "2", "mt:33-45"), row(OUTPUT, "wmt"))
    rows = read_labels(shared, path)
    monkeypatch.setattr("training.silver.read_labels", lambda _: rows)
    made = list(read_passages(shared, 2.0, Random(1), str, 0.0))
    assert [passage.sentences for passage in made] == [(HEADLINE,)] * 2 + [(OUTPUT,)] * 2
    assert [passage.targets[0].hold for passage in made] == [1.0, 1.0, 0.0, 0.0]
    assert {passage.kind for passage in made} == {"silver_read.ru1tv", "silver_read.wmt"}
    assert not list(read_passages(shared, 0.0, Random(1), str, 0.0))


def test_the_file_of_the_repository_is_sound_and_holds_no_text() -> None:
    rows = list(module._rows(READ_LABELS))
    assert len({row["sentence"] for _, row in rows}) == len(rows) > 10_000
    for _, found in rows:
        assert found["severity"] in ("0", "1", "2")
        assert bool(found["spans"]) == (found["severity"] != "0")
        assert len(found["sentence"]) == 16
        assert " " not in found["sentence"] + found["origin"]
