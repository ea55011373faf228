"""DOCX for the gate: paragraphs as lines, and hostile archives refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from babelproof.gate import docx
from babelproof.gate.article import Article, Position, Unreadable
from babelproof.gate.docx import docx_article
from babelproof.gate.extract import ReadError
from babelproof.gate.read import read_articles

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def packed(document: str | bytes, name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, document)
    return out.getvalue()


def xml(body: str, namespace: str = W) -> str:
    return (
        f'<?xml version="1.0"?><w:document xmlns:w="{namespace}" xmlns:mc="{MC}">'
        f"<w:body>{body}</w:body></w:document>"
    )


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>{''.join(runs)}</w:p>"


def read(body: str, namespace: str = W) -> Article:
    return docx_article("a.docx", packed(xml(body, namespace)))


BODY = (
    paragraph(run("The har"), run("bour &amp; more"))
    + "<w:p/>"
    + paragraph(
        run("One"),
        "<w:r><w:br/><w:tab/></w:r>",
        run("two"),
        "<w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del>",
        "<w:ins>" + run(" new") + "</w:ins>",
        "<w:moveFrom>" + run("moved") + "</w:moveFrom>",
        "<w:r><w:footnoteReference w:id='1'/><w:instrText>PAGE</w:instrText></w:r>",
    )
    + f"<w:tbl><w:tr><w:tc>{paragraph(run('Cell'))}</w:tc><w:tc>{paragraph(run('Next'))}</w:tc>"
    + "</w:tr></w:tbl>"
    + "<w:p><w:r><w:t> trimmed\n here </w:t></w:r></w:p>"
)


def test_paragraphs_and_cells_are_read() -> None:
    article = read(BODY)
    assert article.text.split("\n\n") == [
        "The harbour & more",
        "One\n\ttwo new",
        "Cell",
        "Next",
        "trimmed  here",
    ]
    assert article.source.split("\n")[2] == "One\v\ttwo new"
    assert article.position(article.text.index("bour")) == Position(1, 8)
    assert article.position(article.text.index("two")) == Position(3, 6)
    assert article.position(article.text.index("Next")) == Position(5, 1)
    assert article.position(article.text.index("here")) == Position(6, 10)
    for character, place in zip(article.text, article.places, strict=False):
        assert character.isspace() or article.source[place] == character


def test_the_strict_form_is_read() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    assert read(paragraph(run("Well.")), strict).text == "Well."


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph(run('Box.'))}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    article = read(paragraph(run("Around."), f"<w:r>{both}</mc:AlternateContent></w:r>"))
    assert article.text == "Box.\n\nAround."


def test_an_empty_document_is_an_empty_article() -> None:
    assert read("").text == ""


ENTITIES = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "broken archive"),
        (b"PK\x03\x04 no archive", "broken archive"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "with a password or of the old .doc format"),
        (packed("x", "other.xml"), "an archive without"),
        (packed("<w:p"), "broken XML"),
        (packed(xml("<w:p></w:r>")), "broken XML"),
        (packed(b'<?xml version="1.0" encoding="x-none"?><d/>'), "broken"),
        (packed(b"\x00\x00"), "broken XML"),
        (packed(ENTITIES), "without entities of its own"),
        (packed(OUTSIDE), "without entities of its own"),
        (packed('<!DOCTYPE d SYSTEM "http://a.example/d.dtd"><d/>'), "without entities"),
        (packed("<a>" * 100_000), "at most 500 deep"),
        (packed(xml(BODY))[:-40], "broken archive"),
    ],
)
def test_broken_and_hostile_files_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=r"expected .* found") as caught:
        docx_article("a.docx", data)
    assert message in str(caught.value)


def test_damaged_data_is_refused() -> None:
    data = bytearray(packed(xml(BODY)))
    data[60:70] = b"\xff" * 10
    with pytest.raises(ReadError, match="broken"):
        docx_article("a.docx", bytes(data))


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(packed(xml(BODY)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ReadError, match="found an encrypted one"):
        docx_article("a.docx", bytes(data))


def test_other_compressions_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", xml(BODY))
    with pytest.raises(ReadError, match="found another compression"):
        docx_article("a.docx", out.getvalue())


def bomb() -> bytes:
    document = io.BytesIO()
    with (
        zipfile.ZipFile(document, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as member,
    ):
        member.write(xml("").encode())
        for _ in range(60):
            member.write(b" " * 1_000_000)
    return document.getvalue()


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(bomb())
    assert path.stat().st_size < 200_000
    (found,) = read_articles(str(path))
    assert isinstance(found, Unreadable)
    assert "at most 50 MB when unpacked, found more" in found.error


def test_a_zip_bomb_that_declares_little_is_refused() -> None:
    data = bytearray(bomb())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (1_000).to_bytes(4, "little")
    with pytest.raises(ReadError, match=r"expected .* found"):
        docx_article("a.docx", bytes(data))


def test_what_is_unpacked_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(xml(paragraph(run("Well."))))
    size = len(xml(paragraph(run("Well."))))
    monkeypatch.setattr(docx, "DOCX_UNPACKED", size)
    assert docx_article("a.docx", data).text == "Well."
    monkeypatch.setattr(docx, "DOCX_UNPACKED", size - 1)
    with pytest.raises(ReadError, match="when unpacked, found more"):
        docx_article("a.docx", data)


def test_an_archive_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "_FILES", 0)
    with pytest.raises(ReadError, match="at most 0 parts, found more"):
        read(BODY)
