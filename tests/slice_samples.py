"""Small corpora of our own in the layout of the shared ones, for what reads clean sentences."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.corpora import CLEAN

CLEAN_COLUMNS = ["source", "doc_id", "date", "section", "para", "sent", "text"]
WMT_COLUMNS = ["year", "direction", "system", "seg", "doc_id", "domain", "da_z", "hyp", "ref"]


def write_corpora(shared: Path, documents: int = 60) -> None:
    """Write every clean corpus, a sentence a document, and a few translations."""
    clean = shared / "corpora" / "clean"
    clean.mkdir(parents=True)
    for name in CLEAN:
        section = "Interview|A|" if name == "australian_pm_transcripts" else ""
        rows = [
            [name, f"doc{n}", "1950-01-01", section, "0", "0", f"We opened the {name} hall, {n}."]
            for n in range(documents)
        ]
        write_table(clean / f"{name}.parquet", CLEAN_COLUMNS, rows)
    rows = [
        ["2018", "de-en", "s", "1", "", "", "", "x", "Mayor opens the new hall"],
        ["2018", "de-en", "t", "1", "", "", "", "y", "Mayor opens the new hall"],
        ["2018", "de-en", "s", "2", "", "", "", "x", "The mayor has opened the hall."],
        ["2022", "de-en", "s", "3", "", "", "", "x", "what time is it there"],
    ]
    (shared / "corpora" / "mt").mkdir()
    write_table(shared / "corpora" / "mt" / "wmt_into_english.parquet", WMT_COLUMNS, rows)


def write_table(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    table = {name: [row[number] for row in rows] for number, name in enumerate(columns)}
    pq.write_table(pa.table(table), path)
