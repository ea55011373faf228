"""Hostile files through the gate's command line: exit code 2, never a pass, in bounded memory."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("resource")

MEMORY = 64
"""MB that a hostile file may take beyond what the gate takes for an empty one."""

# The gate's own peak: a process in between, since a child's begins at that of its parent.
LAUNCHER = """\
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
print(json.dumps([done.returncode, done.stdout, done.stderr, peak / unit]))
"""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Ended(NamedTuple):
    """How the gate ended: its exit code, what it said, and its peak of memory in MB."""

    code: int
    said: str
    failed: str
    peak: float


def gate(path: Path, bundle: Path) -> Ended:
    command = [sys.executable, "-m", "babelproof", "gate", str(path), "--no-facts"]
    model = str(Path(__file__).parent.parent / "model")
    done = subprocess.run(
        [sys.executable, "-c", LAUNCHER, *command, "--bundle", str(bundle)],
        env={**os.environ, "PYTHONPATH": model},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return Ended(*json.loads(done.stdout))


@pytest.fixture(scope="module")
def usual(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """How the gate ends for an empty file, which scores nothing either."""
    path = tmp_path_factory.mktemp("usual") / "empty.html"
    path.write_text("")
    return gate(path, tiny_bundle)


def docx(*parts: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as member,
    ):
        for part in parts:
            member.write(part)
    return out.getvalue()


def zip_bomb() -> bytes:
    start = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>'.encode()
    return docx(start, *[b"a" * 1_000_000] * 200)


def entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return docx(f'<!DOCTYPE d [<!ENTITY e0 "ha">{levels}]><d>&e9;</d>'.encode())


def outside_entity() -> bytes:
    return docx(b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><d>&a;</d>')


def deep_xml() -> bytes:
    return docx(b"<a>" * 200_000)


def large_html() -> bytes:
    return b"<p>The war went on after the talks.</p>\n" * 2_500_000


def deep_html() -> bytes:
    return b"<div>" * 3_900_000 + b"The war went on after the talks."


def lying_zip() -> bytes:
    """A bomb whose directory says that it is small."""
    data = bytearray(zip_bomb())
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (1_000).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("zip.docx", zip_bomb),
        ("entities.docx", entity_bomb),
        ("outside.docx", outside_entity),
        ("deep.docx", deep_xml),
        ("lying.docx", lying_zip),
        ("large.html", large_html),
        ("deep.html", deep_html),
    ],
)
def test_hostile_files_cannot_be_judged_and_take_no_memory(
    tiny_bundle: Path, usual: Ended, tmp_path: Path, name: str, made: Callable[[], bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(made())
    ended = gate(path, tiny_bundle)
    path.unlink()
    assert (ended.code, ended.failed) == (2, "")
    assert "expected" in ended.said
    assert ended.peak <= usual.peak + MEMORY


def test_an_empty_file_takes_as_much_as_any(usual: Ended) -> None:
    assert (usual.code, usual.failed) == (2, "")
    assert usual.peak > 10
