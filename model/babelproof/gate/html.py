"""HTML: the prose of a page, without its navigation, scripts and furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from babelproof.gate.article import Article
from babelproof.gate.elements import (
    BLOCKS,
    CODE,
    ENDED_BY,
    FURNITURE,
    HIDDEN,
    HIDDEN_ROLES,
    MAIN,
    PARAGRAPH,
    STRUCTURE,
    TELLING,
    VOID,
)
from babelproof.gate.extract import ALLOWANCE, Extract, ReadError
from babelproof.gate.tags import Piece, Tag, tags

TAGS = 300_000
"""Angle brackets that a page may open: real pages of many megabytes have fewer."""

_PART = re.compile(
    r"[ \t\n\f\r]+|[^ \t\n\f\r&]+(?: [^ \t\n\f\r&]+){0,200}|"
    r"(?P<reference>&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?)|&"
)
_SPACES, _REFERENCE_WIDEST = " \t\n\f\r", 34
_CREDIT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:attribution|byline|copyright|credits?|photographer|source)(?:$|[\s_-])", re.I
)
_CREDIT = re.compile(
    r"(?:©|\(c\)|(?:copyright|credit|illustration|image|photo|picture|source)s?"
    r"(?: credits?)?\s*(?::|by\b))",
    re.I,
)
_CREDIT_WIDEST, _CREDIT_READ = 100, 30


def html_article(name: str, source: str) -> Article:
    """Read a page; where an article or main element has text, only what is inside is judged.

    Raises ReadError for a page of too many tags.
    """
    found = source.count("<")
    if found > TAGS:
        raise ReadError(f"expected HTML of at most {TAGS:,} tags, found {found:,}; split it")
    page = _Page(source)
    for tag in tags(source):
        page.take(tag)
    page.part()
    return page.extract.article(name, only_main=page.extract.has_main)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside an element; elements that change nothing share it."""

    hidden: bool = False
    furniture: bool = False
    main: bool = False
    figure: bool = False
    link: bool = False

    @property
    def judged(self) -> bool:
        return not self.hidden and not self.furniture


class _Page:
    """A page as it is read: a stack of open elements, never walked but to be popped."""

    def __init__(self, source: str) -> None:
        self.extract = Extract(source)
        self._source = source
        # Side by side, for many may be open: the elements, and those of the structure, each
        # with how many others are open inside it up to the next.
        self._names = [""]
        self._states = [_State()]
        self._blocks = [""]
        self._inline: list[dict[str, int] | None] = [None]
        self._open: Counter[str] = Counter()
        self._code: tuple[int, int, int, int] | None = None
        self._shown = self._linked = 0
        self._first = ""
        self._within = self._states[0]
        self._title = False

    def take(self, tag: Tag) -> None:
        """Read the next piece of the source."""
        if tag.piece is Piece.TEXT:
            if self._states[-1].judged:
                self._text(tag.start, tag.end)
        elif tag.piece is Piece.START:
            self._start(tag)
        elif tag.piece is Piece.END:
            self._end(tag.name)
        elif self._states[-1].judged and ALLOWANCE.fullmatch(self._source, tag.start, tag.end):
            if not self._shown:
                self._within = self._states[-1]
            self.extract.mark()

    def part(self) -> None:
        """End the open block; one of links mostly, or with a figure's credit, is not judged."""
        links = 2 * self._linked > self._shown and not self._title
        brief = self._within.figure and len(self.extract) <= _CREDIT_WIDEST
        credit = brief and _CREDIT.match(self._first) is not None
        self.extract.close(judged=not links and not credit, main=self._within.main)
        self._shown = self._linked = 0
        self._first = ""

    def _text(self, start: int, end: int) -> None:
        for match in _PART.finditer(self._source, start, end):
            raw = match[0]
            if raw[0] in _SPACES:
                self.extract.space(match.start())
            elif match.lastgroup is not None:
                self._reference(raw, match.start())
            else:
                self._add(raw, range(match.start(), match.end()))

    def _reference(self, raw: str, place: int) -> None:
        """Read a reference to a character; what names none is text."""
        text = unescape(raw) if len(raw) <= _REFERENCE_WIDEST else raw
        if text and text in _SPACES:
            self.extract.space(place)
        else:
            literal = range(place, place + len(raw))
            self._add(text, literal if text == raw else [place] * len(text))

    def _add(self, text: str, places: Sequence[int]) -> None:
        state = self._states[-1]
        if not self._shown:
            self._within, self._title = state, self._blocks[-1] == "h1"
        if len(self._first) < _CREDIT_READ:
            self._first += f" {text[:_CREDIT_READ]}" if self._first else text[:_CREDIT_READ]
        self.extract.add_at(text, places)
        self._shown += len(text)
        self._linked += len(text) if state.link else 0

    def _start(self, tag: Tag) -> None:
        name, outer = tag.name, self._states[-1]
        if name == "br":
            # Two breaks in a row are how a page without paragraphs parts them.
            if outer.judged and not self.extract.line_break(tag.start):
                self.part()
            return
        if name in BLOCKS:
            if outer.judged:
                self.part()
            ended = ENDED_BY.get(name, PARAGRAPH)
            while self._blocks[-1] in ended:
                self._end(self._blocks[-1])
            outer = self._states[-1]
        if name in VOID:
            return
        if name == "a":
            self._end("a")  # links do not nest
            outer = self._states[-1]
        state = _inside(name, tag.attributes, outer)
        if name in CODE and state.judged and self._code is None:
            self.extract.settle()
            self._code = (len(self._names), self.extract.blocks, len(self.extract), tag.start)
        self._names.append(name)
        self._states.append(state)
        if name in STRUCTURE:
            self._blocks.append(name)
            self._inline.append(None)
            self._open[name] += 1
        else:
            counts = self._inline[-1] = self._inline[-1] or {}
            counts[name] = counts.get(name, 0) + 1
        if tag.closed:
            self._end(name)

    def _end(self, name: str) -> None:
        """End an element; an end tag of none that is open is passed over."""
        counts = self._inline[-1]
        if name in STRUCTURE:
            while self._open[name] and self._pop() != name:
                pass
        elif counts is not None and counts.get(name):
            while self._pop() != name:
                pass

    def _pop(self) -> str:
        name, state = self._names.pop(), self._states.pop()
        if self._code is not None and self._code[0] == len(self._names):
            if self._code[1] == self.extract.blocks:
                self.extract.recode(*self._code[2:])
            self._code = None
        counts = self._inline[-1]
        if name not in STRUCTURE:
            if counts is not None:
                counts[name] -= 1
            return name
        self._blocks.pop()
        self._inline.pop()
        self._open[name] -= 1
        if name not in BLOCKS:
            return name
        if self._states[-1].judged:
            self.part()
            if not state.judged:
                self.extract.barrier()
        elif state.judged:
            self.part()
        return name


def _inside(name: str, attributes: Mapping[str, str], outer: _State) -> _State:
    """Give what holds inside an element."""
    if not attributes and name not in TELLING:
        return outer
    roles = attributes.get("role", "").lower().split()
    whole = name in ("html", "body")  # scripts hide these until a page has loaded
    hidden = not whole and (
        name in HIDDEN
        or "hidden" in attributes
        or attributes.get("aria-hidden", "").strip().lower() == "true"
        or not HIDDEN_ROLES.isdisjoint(roles)
        or (name == "form" and outer.main)
        or (outer.figure and name in ("cite", "small"))
        or (outer.figure and _CREDIT_CLASS.search(attributes.get("class", "")) is not None)
    )
    main = name in MAIN or "main" in roles
    state = _State(
        outer.hidden or hidden,
        not main and (outer.furniture or (name in FURNITURE and not outer.main)),
        outer.main or main,
        outer.figure or name == "figure",
        outer.link or (name == "a" and "href" in attributes),
    )
    return outer if state == outer else state
