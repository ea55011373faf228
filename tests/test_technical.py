"""Technical prose and the clean documents that training never sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from slice_samples import CLEAN_COLUMNS, write_corpora, write_table
from training_samples import RECIPE, REGISTRY

from data import technical
from data.corpora import CLEAN
from data.kept_back import LONGEST, kept_back
from data.splits import document_key, split_of
from data.technical import technical_documents
from training.build import document_passages


def test_manuals_and_readmes_come_as_prose() -> None:
    documents = technical_documents()
    assert len({document.id for document in documents}) == len(documents) > 50
    assert {document.source for document in documents} == {technical.MANUAL, technical.READMES}
    text = [sentence for document in documents for sentence in document.sentences]
    assert not [sentence for sentence in text if "http" in sentence or "::" in sentence[-2:]]
    assert not [document for document in documents if "babelproof" in document.id.lower()]


def test_listings_tables_and_headings_of_the_manual_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topic = """The "ferry" statement
*********************

A ferry carries what is given to it,
line by line, to the other side.  It comes back empty.

   ferry(1)
   ferry(2)

It is the same as

+-----+-----+
| one | two |
+-----+-----+

* A ferry that is full waits for the next tide.

A ferry may be asked where it is. Nobody else may be asked that.
"""
    monkeypatch.setattr(technical, "topics", {"ferry": topic})
    (manual,) = [one for one in technical_documents() if one.source == technical.MANUAL]
    assert manual.sentences == (
        "A ferry carries what is given to it, line by line, to the other side.",
        "It comes back empty.",
        "A ferry that is full waits for the next tide.",
        "A ferry may be asked where it is.",
        "Nobody else may be asked that.",
    )


def shared_of(root: Path) -> Path:
    write_corpora(root)
    for name in CLEAN:
        rows = [
            [name, f"doc{n // 40}", "1950-01-01", "", str(n), "0", f"The {name} mill {n} opened."]
            for n in range(4000)
        ]
        write_table(root / "corpora" / "clean" / f"{name}.parquet", CLEAN_COLUMNS, rows)
    return root


def test_what_is_kept_back_is_in_no_training_set(tmp_path: Path) -> None:
    shared = shared_of(tmp_path)
    kept = kept_back(shared, dev_share=0.2, most=3)
    assert kept == kept_back(shared, dev_share=0.2, most=3)
    assert {split_of(document_key(one), 0.2) for one in kept} == {"dev"}
    assert max(len(one.sentences) for one in kept) == LONGEST
    by_kind = {name: [one for one in kept if one.source == name] for name in CLEAN}
    assert {len(own) for own in by_kind.values()} == {3}
    assert not kept_back(shared, dev_share=0.0)


def test_technical_prose_joins_the_training_set_mostly_clean(tmp_path: Path) -> None:
    write_corpora(tmp_path)
    recipe = replace(RECIPE, documents=0, rare={}, technical=40, technical_damaged_share=0.0)
    passages = list(document_passages(tmp_path, recipe, REGISTRY, 3))
    assert len(passages) == 40
    assert {passage.source for passage in passages} <= {technical.MANUAL, technical.READMES}
    assert {target.hold for passage in passages for target in passage.targets} == {0.0}
    assert passages == list(document_passages(tmp_path, recipe, REGISTRY, 3))
