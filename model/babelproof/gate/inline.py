"""Inline: the text inside one block of Markdown, and where each character of it stands."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from babelproof.gate.extract import ALLOWANCE, Extract, words_of_code

_URL = re.compile(r"(?:https?|ftp)://[^\s<>]+|\bwww\.[^\s<>]+", re.IGNORECASE)
_URL_TAIL = ".,;:!?'\"*_~)]}»”’"
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]:?")
_LEFT_OUT = re.compile(f"{_URL.pattern}|{_FOOTNOTE.pattern}", re.IGNORECASE)
_BREAK = re.compile(r"<br[\s/>]", re.IGNORECASE)
_NEARBY = 8


class _Traced(StateInline):
    """The library's state, which notes beside each token where in the source it began."""

    def __init__(self, source: str, library: MarkdownIt, env: EnvType) -> None:
        self.spots: list[int] = []
        self._text_from = 0
        self._marks, self._marks_from = 0, -1
        super().__init__(source, library, env, [])

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self._text_from = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:
        self.spots.append(self._text_from)
        return super().pushPending()

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        # Marks in a row, as in "**", are tokens of their own, pushed where the first begins.
        self._marks = self._marks + 1 if ttype == "text" and self._marks_from == self.pos else 0
        self._marks_from = self.pos if ttype == "text" else -1
        self.spots.append(self.pos + self._marks)
        return token


def add_inline(
    extract: Extract, library: MarkdownIt, env: EnvType, content: str, places: Sequence[int]
) -> None:
    """Add the text of a block; `places` leads from `content` on to the source.

    Link text is judged and addresses are not; a bare address is "link" in the text. Code of
    up to three plain words stands as it is, other code is "code", so that the sentence
    stays one. Descriptions of images, struck text and marks of footnotes are left out.
    """
    state = _Traced(content, library, env)
    library.inline.tokenize(state)
    for rule in library.inline.ruler2.getRules(""):
        rule(state)
    _Writer(extract, content, places).write(state.tokens, state.spots)


class _Writer:
    """Writes a block's tokens into the extract; runs of text are gathered first."""

    def __init__(self, extract: Extract, content: str, places: Sequence[int]) -> None:
        self._extract = extract
        self._content = content
        self._places = places
        self._run: list[str] = []
        self._run_places = array("I")

    def write(self, tokens: Sequence[Token], spots: Sequence[int]) -> None:
        struck = 0
        automatic = False
        for token, at in zip(tokens, spots, strict=True):
            if token.type == "link_open" and token.info == "auto":
                automatic = True
            elif token.type == "link_close" and automatic:
                automatic = False
            elif token.type in ("s_open", "s_close"):
                struck += token.nesting
            elif struck:
                continue
            elif token.type in ("text", "text_special"):
                if automatic:
                    self._flush()
                    self._extract.stand_in("link", self._places[at])
                else:
                    self._text(token, at)
            else:
                self._flush()
                self._other(token, at)
        self._flush()

    def _text(self, token: Token, at: int) -> None:
        text = token.content
        if token.type == "text_special":
            if token.info == "escape" and text != token.markup:
                at += 1
            elif text != token.markup:
                self._run.append(text)
                self._run_places.extend([self._places[at]] * len(text))
                return
        if not self._content.startswith(text, at):
            found = self._content.find(text, at, at + len(text) + _NEARBY)
            at = found if found >= 0 else min(at, len(self._content) - len(text))
        self._run.append(text)
        self._run_places.extend(self._places[at : at + len(text)])

    def _other(self, token: Token, at: int) -> None:
        place = self._places[at]
        if token.type == "softbreak":
            self._extract.space(place)
        elif token.type == "hardbreak":
            self._extract.line_break(place)
        elif token.type == "code_inline":
            words = words_of_code(token.content)
            begin = self._content.find(words, at + len(token.markup)) if words else -1
            if begin >= 0:
                self._extract.add_at(words, self._places[begin : begin + len(words)])
            else:
                self._extract.stand_in("code", place)
        elif token.type == "html_inline":
            if ALLOWANCE.fullmatch(token.content):
                self._extract.mark()
            elif _BREAK.match(token.content):
                self._extract.line_break(place)

    def _flush(self) -> None:
        """Write the run of text, without the addresses and marks of footnotes in it."""
        if not self._run:
            return
        text, places = "".join(self._run), self._run_places
        begin = 0
        for match in _LEFT_OUT.finditer(text):
            end = match.end()
            address = not match[0].startswith("[^")
            if address:
                end = match.start() + len(match[0].rstrip(_URL_TAIL))
            self._write(text, begin, match.start())
            if address:
                self._extract.stand_in("link", places[match.start()])
            begin = end
        self._write(text, begin, len(text))
        self._run, self._run_places = [], array("I")

    def _write(self, text: str, begin: int, end: int) -> None:
        if begin < end:
            self._extract.add_at(text[begin:end], self._run_places[begin:end])
