"""Markdown: the prose of a document, without its front matter, code and addresses."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.token import Token
from markdown_it.utils import EnvType

from babelproof.gate.article import Article
from babelproof.gate.extract import ALLOWANCE, Extract, ReadError, unified
from babelproof.gate.inline import add_inline

MARKDOWN_CHARACTERS, MARKDOWN_LINES = 1_000_000, 50_000
"""What a document may have at most: hostile ones cost far more than prose of the same size."""

BLOCK_BRACKETS = 2_000
"""Opening brackets that one block may have: each may open a link that has to be looked for."""

_BLOCK_NESTING, _INLINE_NESTING = 40, 20
_YAML = re.compile(
    r"---[ \t]*\n"
    r"(?:[ \t]*\n)*(?:(?:#.*|[\"']?\w[\w.-]*[\"']?[ \t]*:(?:[ \t].*)?)\n"
    r"(?:(?:[ \t].*|#.*|-[ \t].*|[\"']?\w[\w.-]*[\"']?[ \t]*:(?:[ \t].*)?|[\]}].*|)\n)*?)?"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+[ \t]*(?:\n|\Z)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GAP = 100
_PLAIN = re.compile(r"[^\n!#$%&*+\-:<=>@\[\]^_`{}~\\]*")


def markdown_article(name: str, source: str) -> Article:
    """Read a document. Raises ReadError for one too large or too deep to be read whole."""
    text, through = unified(source)
    _check(text)
    begin = front_matter(text)
    extract = Extract(source, through)
    env: EnvType = {}
    tokens = _library(_BLOCK_NESTING).parse(text[begin:], env)
    lines = _Lines(text, begin)
    for number, token in enumerate(tokens):
        if token.level >= _BLOCK_NESTING - 1:
            raise ReadError(
                f"expected quotes and lists at most {_BLOCK_NESTING} levels deep, found more at "
                f"line {lines.number(token)}; flatten them"
            )
        if token.type == "inline":
            _add_block(extract, env, token, lines.places(token, tokens[number - 1]), lines)
        elif token.type in ("tr_open", "tr_close"):
            lines.row = 0
        elif token.type == "html_block" and _only_comments(token.content):
            for _ in ALLOWANCE.finditer(token.content):
                extract.mark()
            extract.close()
        elif token.type in ("html_block", "fence", "code_block"):
            extract.barrier()
    return extract.article(name)


def front_matter(text: str) -> int:
    """Give where the front matter of a document ends, 0 where it has none.

    Between rules of three hyphens only what looks like YAML counts, so that prose set
    between two rules is judged.
    """
    match = _YAML.match(text) or _TOML.match(text)
    return match.end() if match is not None else 0


def _only_comments(html: str) -> bool:
    """Say whether HTML is nothing but comments, each with its end."""
    at = 0
    while html.startswith("<!--", at):
        end = html.find("-->", at)
        if end < 0:
            return False
        at = end + 3
        at += len(html[at : at + _GAP]) - len(html[at : at + _GAP].lstrip())
    return at >= len(html.rstrip())


def _check(text: str) -> None:
    if len(text) > MARKDOWN_CHARACTERS:
        raise ReadError(
            f"expected Markdown of at most {MARKDOWN_CHARACTERS:,} characters, found "
            f"{len(text):,}; split it"
        )
    lines = text.count("\n")
    if lines > MARKDOWN_LINES:
        raise ReadError(
            f"expected Markdown of at most {MARKDOWN_LINES:,} lines, found {lines:,}; split it"
        )


def _add_block(
    extract: Extract, env: EnvType, token: Token, places: Sequence[int], lines: _Lines
) -> None:
    content = token.content
    brackets = content.count("[")
    if brackets > BLOCK_BRACKETS:
        raise ReadError(
            f"expected at most {BLOCK_BRACKETS:,} opening brackets in a block, found "
            f"{brackets:,} in the block at line {lines.number(token)}; part it by blank lines"
        )
    if _PLAIN.fullmatch(content) and "www." not in content:
        extract.add_at(content, places[: len(content)])
    else:
        add_inline(extract, _library(_INLINE_NESTING), env, content, places)
    extract.close()


@cache
def _library(nesting: int) -> MarkdownIt:
    """Give a parser that reads blocks, and inline text where it is asked to."""
    library = MarkdownIt("commonmark", {"maxNesting": nesting})
    library.enable(["table", "strikethrough"])
    library.disable(["inline", "text_join", "fragments_join"])
    library.block.ruler.at(
        "html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    return library


def _html_block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Read HTML as the library does, but a comment that text follows begins a paragraph.

    That is text on the same line, or on the next where the comment is an allowance: by the
    letter of the format it would be HTML, and its author means neither.
    """
    begin = state.bMarks[line] + state.tShift[line]
    rest = state.src[begin : state.eMarks[line]]
    comment = _COMMENT.match(rest) if rest.startswith("<!--") else None
    if comment is not None:
        follows = rest[comment.end() :].strip()
        if follows and not follows.startswith("<"):
            return False
        goes_on = line + 1 < end and not state.isEmpty(line + 1)
        prose = goes_on and 0 <= state.sCount[line + 1] - state.blkIndent < 4
        if not follows and prose and ALLOWANCE.fullmatch(comment[0]):
            return False
    return html_block(state, line, end, silent)


class _Lines:
    """The lines of a document, where the content of its blocks is found again."""

    def __init__(self, text: str, begin: int) -> None:
        self._lines = text[begin:].split("\n")
        self._before = text.count("\n", 0, begin)
        self._starts = [begin]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.row = 0
        """How far the cells of the current row of a table have been found."""

    def number(self, token: Token) -> int:
        """Give the line in the source where a block begins."""
        return self._before + (token.map or [0])[0] + 1

    def places(self, token: Token, opening: Token) -> array[int]:
        """Give the place of each character of a block's content, and of its end."""
        first, last = token.map or (0, 1)
        if opening.type in ("th_open", "td_open"):
            return self._cell(token.content, first)
        places = array("I")
        number = first
        after = opening.markup if opening.markup.startswith("#") else ""
        for row in token.content.split("\n"):
            if places:
                places.append(self._starts[number] + len(self._lines[number]))
                number += 1
            # White space that the library takes off a block may be whole lines.
            bare = row.strip(" \t")
            while number + 1 < last and bare not in self._lines[number]:
                number += 1
            places.extend(self._line(row, bare, number, after))
        places.append(places[-1] + 1 if places else self._starts[first])
        return places

    def _line(self, row: str, bare: str, number: int, after: str) -> Sequence[int]:
        """Find a line of content in its line; marks of quotes and lists stand before it."""
        line, start = self._lines[number], self._starts[number]
        at = line.find(bare, line.find(after) + len(after)) if after else line.rfind(bare)
        at = max(at, 0) - row.find(bare)
        return [start + max(at + offset, 0) for offset in range(len(row))]

    def _cell(self, content: str, number: int) -> array[int]:
        """Find a cell in its row, where a bar inside it is escaped."""
        line, start = self._lines[number], self._starts[number]
        raw = content.replace("|", "\\|")
        at = max(line.find(raw, self.row), 0)
        places = array("I")
        for character in content:
            at += character == "|"
            places.append(start + min(at, len(line)))
            at += 1
        places.append(start + min(at, len(line)))
        bar = line.find("|", at)
        self.row = bar + 1 if bar >= 0 else len(line)
        return places
