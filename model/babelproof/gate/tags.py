"""Tags: the pieces of an HTML source, read as browsers do, in one pass of linear time."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape
from types import MappingProxyType


class Piece(StrEnum):
    """What a piece of HTML is."""

    TEXT = "text"
    START = "start"
    END = "end"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of the source, `[start, end)`; a tag has a name, in lower case.

    `closed` is a start tag that ends its element itself, as in `<br/>`.
    """

    piece: Piece
    start: int
    end: int
    name: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: _NO_ATTRIBUTES)
    closed: bool = False


RAW = ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
"""Elements whose content is no markup."""

ATTRIBUTES = frozenset({"aria-hidden", "class", "hidden", "href", "role"})
"""The attributes that are kept; a tag may have millions."""

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_OPENING = re.compile(r"<[a-zA-Z/!?]")
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_BETWEEN = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"([^\s/>][^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW}
_NAME_WIDEST, _VALUE_WIDEST = 40, 1_000


def tags(source: str) -> Iterator[Tag]:
    """Give the pieces of a source in order; whatever is no markup is text.

    The content of the elements in `RAW` is passed over. A tag that the source never ends
    leaves all that follows as text; a comment that it never ends takes all that follows.
    Every search that fails ends the pass, so that no source costs more than linear time.
    """
    position = text = 0
    while (opening := _OPENING.search(source, position)) is not None:
        at = opening.start()
        tag = _tag(source, at)
        if tag is None:  # nothing from here on can be markup
            break
        position = tag.end
        if text < at:
            yield Tag(Piece.TEXT, text, at)
        yield tag
        if tag.piece is Piece.START and tag.name in _RAW_END and not tag.closed:
            end = _RAW_END[tag.name].search(source, position)
            if end is None:
                return
            position = end.start()
        text = position
    if text < len(source):
        yield Tag(Piece.TEXT, text, len(source))


def _tag(source: str, at: int) -> Tag | None:
    """Read what begins with the `<` at a place; None where a tag has no end."""
    after = source[at + 1 : at + 2]
    if after == "/":
        name = _NAME.match(source, at + 2)
        if name is not None:
            end = source.find(">", name.end())
            found = sys.intern(name[0][:_NAME_WIDEST].lower())
            return None if end < 0 else Tag(Piece.END, at, end + 1, found)
        return _declaration(source, at) if at + 2 < len(source) else None
    if source.startswith("<!--", at):
        for empty in ("<!-->", "<!--->"):
            if source.startswith(empty, at):
                return Tag(Piece.COMMENT, at, at + len(empty))
        closing = _COMMENT_END.search(source, at + 4)
        return Tag(Piece.COMMENT, at, len(source) if closing is None else closing.end())
    if after in ("!", "?"):
        return _declaration(source, at)
    return _start(source, at)


def _declaration(source: str, at: int) -> Tag:
    """Read a declaration or the like, which ends with the next `>`."""
    end = source.find(">", at)
    return Tag(Piece.COMMENT, at, len(source) if end < 0 else end + 1)


def _start(source: str, at: int) -> Tag | None:
    name = _NAME.match(source, at + 1)
    position = name.end() if name is not None else at + 1
    attributes: dict[str, str] = {}
    while True:
        between = _BETWEEN.match(source, position)
        begin, position = position, between.end() if between is not None else position
        if position >= len(source):
            return None
        if source[position] == ">":
            break
        match = _ATTRIBUTE.match(source, position)
        if match is None:
            return None
        value = match[2] or ""
        if value[:1] in ("'", '"') and len(value) > 1 and value[-1] == value[0]:
            value = value[1:-1]
        key = match[1][:_NAME_WIDEST].lower()
        if key in ATTRIBUTES:
            attributes.setdefault(key, unescape(value[:_VALUE_WIDEST]))
        position = match.end()
    closed = source[begin:position].endswith("/")
    found = sys.intern(name[0][:_NAME_WIDEST].lower()) if name is not None else ""
    return Tag(Piece.START, at, position + 1, found, attributes or _NO_ATTRIBUTES, closed)
