"""DOCX: the paragraphs of a word processor's document, as it would be printed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from babelproof.gate.article import Article
from babelproof.gate.extract import Extract, ReadError

DOCX_UNPACKED = 50_000_000
"""Bytes that the document in the file may have when unpacked."""

_DOCUMENT = "word/document.xml"
_PIECE = 1 << 16
_FILES, _DEEPEST, _CHARACTERS = 10_000, 500, 20_000_000
_FILE_MARK = b"PK\x01\x02"
_LOCKED_MARK = b"\xd0\xcf\x11\xe0"
_NAMESPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\v", "cr": "\v", "noBreakHyphen": "\u2011"}
_NOT_READ = frozenset({"del", "moveFrom", "Fallback"})
_ONE_LINE = str.maketrans("\n\r\v", "   ")


def docx_article(name: str, data: bytes) -> Article:
    """Read a document: its source is its paragraphs, each a line.

    Deleted and moved-away text, notes and comments are not read. A line break in a
    paragraph is a vertical tab in the source, so that a line stays a paragraph. Raises
    ReadError for a file that is broken, locked, or unpacks to more than it should.
    """
    paragraphs = _Paragraphs()
    try:
        _feed(data, paragraphs)
    except ReadError:
        raise
    except DefusedXmlException:
        raise ReadError(
            f"expected {_DOCUMENT} without entities of its own, found some; save the document "
            "again with a word processor"
        ) from None
    except Exception as failure:  # zip, zlib and expat raise some twenty kinds
        if data.startswith(_LOCKED_MARK):
            raise ReadError(
                "expected a .docx file, found one with a password or of the old .doc format; "
                "save it as .docx without a password"
            ) from None
        kind = "XML" if isinstance(failure, ParseError) else "archive"
        raise ReadError(
            f"expected a .docx file, found a broken {kind} ({_brief(failure)}); save the "
            "document again with a word processor"
        ) from None
    return _article(name, paragraphs.finished)


def _article(name: str, paragraphs: list[str]) -> Article:
    extract = Extract("\n".join(paragraphs))
    start = 0
    for paragraph in paragraphs:
        extract.add(paragraph.replace("\v", "\n"), start)
        extract.close()
        start += len(paragraph) + 1
    return extract.article(name)


def _feed(data: bytes, paragraphs: _Paragraphs) -> None:
    """Unpack and parse the document piece by piece; nothing of it is held but its text."""
    if data.count(_FILE_MARK) > _FILES:
        raise ReadError(
            f"expected a .docx file of at most {_FILES:,} parts, found more; save the document "
            "again with a word processor"
        )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            member = archive.getinfo(_DOCUMENT)
        except KeyError:
            raise ReadError(
                f"expected a .docx file with {_DOCUMENT}, found an archive without; save the "
                "document again as .docx"
            ) from None
        if member.flag_bits & 1:
            raise ReadError(
                "expected a .docx file without a password, found an encrypted one; save it "
                "without its password"
            )
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadError(
                "expected a stored or deflated document, found another compression; save the "
                "document again with a word processor"
            )
        _check_size(member.file_size)
        parser = DefusedXMLParser(target=paragraphs, forbid_dtd=True)
        size = 0
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                _check_size(size)
                parser.feed(piece)
        parser.close()


def _check_size(size: int) -> None:
    if size > DOCX_UNPACKED:
        raise ReadError(
            f"expected a document of at most {DOCX_UNPACKED // 1_000_000} MB when unpacked, found "
            "more; split it, or take out what is no text"
        )


def _brief(failure: Exception) -> str:
    return str(failure)[:120] or type(failure).__name__


class _Paragraphs:
    """What the parser tells of: gathers the text of the paragraphs.

    A paragraph in a text box stands inside another one and is finished before it.
    """

    def __init__(self) -> None:
        self.finished: list[str] = []
        self._names: list[str] = []
        self._open: list[list[str]] = []
        self._skipped = 0
        self._preserve = False
        self._text: list[str] | None = None
        self._characters = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        in_run = bool(self._names) and self._names[-1] == "r"
        self._names.append(name)
        if len(self._names) > _DEEPEST:
            raise ReadError(
                f"expected elements at most {_DEEPEST} deep, found more; save the document again "
                "with a word processor"
            )
        self._skipped += name in _NOT_READ
        if self._skipped:
            return
        if name == "p":
            self._open.append([])
        elif name == "t" and in_run:
            self._text = []
            self._preserve = attributes.get(_PRESERVE) == "preserve"
        elif name in _SIGNS and in_run and self._open:
            self._open[-1].append(_SIGNS[name])

    def data(self, text: str) -> None:
        if self._text is None:
            return
        self._characters += len(text)
        if self._characters > _CHARACTERS:
            raise ReadError(
                f"expected at most {_CHARACTERS:,} characters of text, found more; split the "
                "document"
            )
        self._text.append(text)

    def end(self, tag: str) -> None:
        name = self._names.pop()
        if name in _NOT_READ:
            self._skipped -= 1
        elif self._skipped:
            return
        elif name == "t" and self._text is not None:
            text = "".join(self._text).translate(_ONE_LINE)
            if self._open:
                self._open[-1].append(text if self._preserve else text.strip(" \t"))
            self._text = None
        elif name == "p" and self._open:
            self.finished.append("".join(self._open.pop()))

    def close(self) -> None:
        """End the document; the parser asks for it."""


def _local(tag: str) -> str:
    """Give a tag's name without the namespaces of documents; others keep theirs."""
    if tag == _FALLBACK:
        return "Fallback"
    for namespace in _NAMESPACES:
        if tag.startswith(namespace):
            return tag[len(namespace) :]
    return tag
