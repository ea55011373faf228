"""Durable files: complete or absent, with the rights and links they had."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelproof.durable import replaced
from babelproof.jobs.places import LocalPlace


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_appears_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with replaced(path) as out:
        out.write(b"one\n")
        assert not path.exists()
        assert len(names(tmp_path)) == 1
    assert path.read_bytes() == b"one\n"
    assert names(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_what_stops_halfway_leaves_what_was_there(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")

    def stop_halfway() -> None:
        with replaced(path) as out:
            out.write(b"half")
            raise failure

    with pytest.raises(failure):
        stop_halfway()
    assert path.read_bytes() == b"old\n"
    assert names(tmp_path) == ["out.jsonl"]


def test_a_new_file_gets_ordinary_rights_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    plain, new, old = tmp_path / "plain", tmp_path / "new", tmp_path / "old"
    plain.touch()
    old.touch()
    old.chmod(0o640)
    for path in (new, old):
        with replaced(path):
            pass
    assert new.stat().st_mode == plain.stat().st_mode
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_link_is_written_through(tmp_path: Path) -> None:
    target = tmp_path / "real.jsonl"
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    with LocalPlace(link).write() as out:
        out.write(b"one\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"one\n"


def test_a_device_is_never_replaced() -> None:
    with (
        pytest.raises(ValueError, match="found a folder or device"),
        LocalPlace(Path("/dev/null")).write(),
    ):
        pass
    assert not Path("/dev/null").is_file()
