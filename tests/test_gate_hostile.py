"""Hostile files through the gate's command line: exit code 2, never a pass, in bounded memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from babelproof.cli import app

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


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
    return docx(start, *[b"a" * 1_000_000] * 60)


def entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return docx(f'<!DOCTYPE d [<!ENTITY e0 "ha">{levels}]><d>&e9;</d>'.encode())


def outside_entity() -> bytes:
    return docx(b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><d>&a;</d>')


def deep_xml() -> bytes:
    return docx(b"<a>" * 200_000)


def large_html() -> bytes:
    return b"<p>The war went on after the talks.</p>\n" * 2_500_000


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("zip.docx", zip_bomb),
        ("entities.docx", entity_bomb),
        ("outside.docx", outside_entity),
        ("deep.docx", deep_xml),
        ("large.html", large_html),
    ],
)
def test_hostile_files_cannot_be_judged(
    tiny_bundle: Path, tmp_path: Path, name: str, made: Callable[[], bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(made())
    command = ["gate", str(path), "--bundle", str(tiny_bundle), "--no-facts"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert "expected" in result.stdout
    path.unlink()


def test_deeply_nested_html_without_prose_is_no_crash(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<div>" * 1_000_000 + "The war went on after the talks.")
    command = ["gate", str(path), "--bundle", str(tiny_bundle), "--no-facts"]
    assert CliRunner().invoke(app, command).exit_code in (0, 2)
