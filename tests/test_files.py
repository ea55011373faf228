"""Files: inputs are refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof.files import (
    FileError,
    Kind,
    Source,
    find_source,
    find_sources,
    human_kind,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "human"),
    [
        ("a.txt", Kind.TXT),
        ("a.jsonl", Kind.JSONL),
        ("A.NDJSON", Kind.JSONL),
        ("-", Kind.TXT),
        ("article", Kind.TXT),
    ],
)
def test_a_name_tells_the_kind(name: str, human: Kind) -> None:
    assert human_kind(name) is human


def test_missing_and_odd_inputs_are_refused(tmp_path: Path) -> None:
    for name, message in [
        (str(tmp_path / "none.txt"), "No such file"),
        (str(tmp_path / ("x" * 300)), "too long"),
        (str(tmp_path), "found a folder"),
        ("", "found a folder"),  # the empty path is the current folder to pathlib
    ]:
        with pytest.raises(FileError, match=message):
            find_source(name, Kind.TXT)


def test_one_bad_input_refuses_all(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Here.")
    with pytest.raises(FileError, match=r"b\.txt"):
        find_sources([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")], None, human_kind)


def test_standard_input_is_read_once() -> None:
    assert find_sources(["-"], None, human_kind) == [Source("-", Kind.TXT, None)]
    with pytest.raises(FileError, match="once"):
        find_sources(["-", "-"], None, human_kind)


def test_a_kind_given_overrules_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("Here.")
    assert find_sources([str(path)], Kind.TXT, human_kind) == [Source(str(path), Kind.TXT, 5)]
