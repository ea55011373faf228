"""Files: refused before anything runs, and never left half written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from babelproof.files import (
    FileError,
    Kind,
    Source,
    find_source,
    find_sources,
    human_kind,
    machine_kind,
    open_output,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "machine", "human"),
    [
        ("a.txt", Kind.TXT, Kind.TXT),
        ("A.TXT", Kind.TXT, Kind.TXT),
        ("a.jsonl", Kind.JSONL, Kind.JSONL),
        ("a.ndjson", Kind.JSONL, Kind.JSONL),
        ("-", Kind.JSONL, Kind.TXT),
        ("article", Kind.JSONL, Kind.TXT),
    ],
)
def test_a_name_tells_the_kind(name: str, machine: Kind, human: Kind) -> None:
    assert machine_kind(name) is machine
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
        find_sources([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")], None, machine_kind)


def test_standard_input_is_read_once() -> None:
    assert find_sources(["-"], None, machine_kind) == [Source("-", Kind.JSONL, None)]
    with pytest.raises(FileError, match="once"):
        find_sources(["-", "-"], None, machine_kind)


def test_a_kind_given_overrules_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("Here.")
    assert find_sources([str(path)], Kind.TXT, machine_kind) == [Source(str(path), Kind.TXT, 5)]


def test_the_output_appears_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with open_output(str(path), []) as out:
        out.write(b"one\n")
        assert not path.exists()
        assert len(names(tmp_path)) == 1
    assert path.read_bytes() == b"one\n"
    assert names(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_run_that_stops_leaves_what_was_there(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")

    def stop_halfway() -> None:
        with open_output(str(path), []) as out:
            out.write(b"half")
            raise failure

    with pytest.raises(failure):
        stop_halfway()
    assert path.read_bytes() == b"old\n"
    assert names(tmp_path) == ["out.jsonl"]


def test_a_new_output_gets_ordinary_rights_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    plain, new, old = tmp_path / "plain", tmp_path / "new", tmp_path / "old"
    plain.touch()
    old.touch()
    old.chmod(0o640)
    for path in (new, old):
        with open_output(str(path), []):
            pass
    assert new.stat().st_mode == plain.stat().st_mode
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_link_is_written_through(tmp_path: Path) -> None:
    target = tmp_path / "real.jsonl"
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    with open_output(str(link), []) as out:
        out.write(b"one\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"one\n"


def test_an_output_that_is_an_input_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    twin = tmp_path / "twin.jsonl"
    os.link(path, twin)
    source = find_source(str(path), Kind.JSONL)
    for name in (str(path), str(twin), str(tmp_path / "." / "a.jsonl")):
        with (
            pytest.raises(FileError, match="none of the inputs"),
            open_output(name, [Source("-", Kind.JSONL, None), source]),
        ):
            pass
    assert path.read_bytes() == b"{}\n"


def test_an_output_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    for name, message in [
        (str(tmp_path), "found a folder"),
        (str(tmp_path / "none" / "out.jsonl"), "No such file"),
        (str(tmp_path / ("x" * 300)), "too long"),
    ]:
        with pytest.raises(FileError, match=message), open_output(name, []):
            pass
    assert names(tmp_path) == []


def test_a_device_is_written_to_as_it_is() -> None:
    with open_output(os.devnull, []) as out:
        out.write(b"gone")
    assert not Path(os.devnull).is_file()
