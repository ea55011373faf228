"""Extract: the judged text of a source, and the place of each of its characters."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from babelproof.facts.dates import Day
from babelproof.gate.article import Article

ALLOWANCE = re.compile(r"<!--\s*babelproof\s*:\s*ok\s*-->", re.IGNORECASE)
"""The comment by which a source says that a text is right as it stands."""

_PASSED_OVER, _JUDGED, _MAIN = range(3)
"""What a block may be: not judged, judged, judged as content proper."""

_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?: [^\W\d_]+(?:['’-][^\W\d_]+)*){0,2}")
_WORDS_WIDEST = 40
_LINE_END = re.compile(r"\r\n?")


class ReadError(ValueError):
    """A source that cannot be read; the message says expected, found, what to do."""


def unified(source: str) -> tuple[str, Sequence[int] | None]:
    """Give a source with every line end as LF, and the places there of its characters.

    The places are None where nothing had to change.
    """
    if "\r" not in source:
        return source, None
    places = array("I")
    start = 0
    for match in _LINE_END.finditer(source):
        places.extend(range(start, match.start() + 1))
        start = match.end()
    places.extend(range(start, len(source) + 1))
    return _LINE_END.sub("\n", source), places


def words_of_code(code: str) -> str:
    """Give what stands in the text for inline code: up to three plain words, else nothing.

    >>> words_of_code("parse day"), words_of_code("x[0] += 1")
    ('parse day', '')
    """
    short = len(code) <= _WORDS_WIDEST
    return code if short and _WORDS.fullmatch(code) else ""


@dataclass
class _Ranges:
    """Ranges of the text, gathered in any order."""

    found: list[tuple[int, int]] = field(default_factory=list)

    def merged(self) -> tuple[tuple[int, int], ...]:
        """Give them in order, those that touch as one."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self.found):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)


class Extract:
    """Collects the text of a source block by block, each character with its place.

    A block without a letter or digit of its own is left out, and so is white space around
    a block. White space given by `space` shrinks to one space.
    """

    def __init__(self, source: str, through: Sequence[int] | None = None) -> None:
        """`through` leads from the places that are given on to those in the source."""
        self._source = source
        self._through = through
        # The finished blocks, side by side: a page may have millions of them.
        self._texts: list[str] = []
        self._places = array("I")
        self._standings = bytearray()
        self._marks: dict[int, list[int]] = {}
        # The open block.
        self._pieces: list[str] = []
        self._begin = 0
        self._space: int | None = None
        self._prose = False

    def __len__(self) -> int:
        """How many characters the open block has."""
        return len(self._places) - self._begin

    @property
    def blocks(self) -> int:
        """How many blocks are finished: with the length, a spot that later calls can name."""
        return len(self._texts)

    def add(self, text: str, place: int) -> None:
        """Add text that stands in the source as it is."""
        self.add_at(text, range(place, place + len(text)))

    def add_at(self, text: str, places: Sequence[int]) -> None:
        """Add text with the place of each of its characters."""
        self.settle()
        self._put(text, places)
        if not self._prose:
            self._prose = any(map(str.isalnum, text))

    def stand_in(self, word: str, place: int) -> None:
        """Add a word for something that is not judged; alone it makes no block."""
        if self._space is not None:
            # White space within it comes before the word, and no place may run backwards.
            self._space = min(self._space, place)
        self.settle()
        self._put(word, [place] * len(word))

    def space(self, place: int) -> None:
        """Add white space, of which a run counts as one space."""
        if self._space is None:
            self._space = place

    def settle(self) -> None:
        """Write out the white space that waits for text to follow."""
        if self._space is not None and self._pieces and self._pieces[-1][-1] not in " \n":
            self._put(" ", [self._space])
        self._space = None

    def line_break(self, place: int) -> bool:
        """Break the line; a second break in a row is not added, and says False."""
        self._space = None
        if self._pieces and self._pieces[-1] == "\n":
            return False
        if self._pieces:
            self._put("\n", [place])
        return True

    def mark(self) -> None:
        """Note that an allowance stands here."""
        self._marks.setdefault(self.blocks, []).append(len(self))

    def recode(self, start: int, place: int) -> None:
        """Replace code, the open block's text from an offset, by what may stand for it."""
        text = "".join(self._pieces)
        code = text[start:].strip()
        if not code or words_of_code(code):
            return
        self._pieces = [text[:start]] if start else []
        del self._places[self._begin + start :]
        self._prose = any(map(str.isalnum, text[:start]))
        self.stand_in("code", place)

    def close(self, *, judged: bool = True, main: bool = False) -> None:
        """End the open block; one that is not judged only parts its neighbours."""
        marks = self._marks.get(self.blocks)
        self._space = None
        if self._pieces or marks:
            text = "".join(self._pieces)
            bare = text.strip()
            lead = len(text) - len(text.lstrip()) if bare else 0
            if marks:
                marks[:] = [max(mark - lead, 0) for mark in marks]
            kept = judged and (self._prose or not bare)
            del self._places[self._begin + lead + len(bare) if kept else self._begin :]
            if kept and lead:
                del self._places[self._begin : self._begin + lead]
            self._texts.append(bare if kept else "")
            self._standings.append((_MAIN if main else _JUDGED) if kept else _PASSED_OVER)
            self._pieces, self._begin, self._prose = [], len(self._places), False

    def barrier(self) -> None:
        """Note that something stands here that is not judged: no allowance reaches past it."""
        self.close()
        if not self._standings or self._standings[-1] != _PASSED_OVER:
            self._texts.append("")
            self._standings.append(_PASSED_OVER)

    @property
    def has_main(self) -> bool:
        """Whether any judged text is content proper."""
        blocks = zip(self._standings, self._texts, strict=True)
        return any(standing == _MAIN and text for standing, text in blocks)

    def article(self, name: str, *, only_main: bool = False, date: Day | None = None) -> Article:
        """Give the article of all blocks, or of those that are content proper."""
        kept: list[str] = []
        places = array("I")
        allowed = _Ranges()
        last: tuple[int, int] | None = None
        begin = 0
        for number, text in enumerate(self._texts):
            standing, end = self._standings[number], begin + len(text)
            if standing == _PASSED_OVER or (only_main and standing != _MAIN):
                last, begin = None, end
                continue
            if text:
                if kept:
                    places.extend([min(places[-1] + 1, len(self._source))] * 2)
                last = (len(places), len(places) + len(text))
                kept.append(text)
                places.extend(self._places[begin:end])
            if last is not None:
                for mark in self._marks.get(number, ()):
                    follows = len(text[mark:].lstrip())
                    allowed.found.append((last[1] - follows, last[1]) if follows else last)
            begin = end
        if self._through is not None:
            places = array("I", map(self._through.__getitem__, places))
        places.append(min(places[-1] + 1, len(self._source)) if places else 0)
        joined = "\n\n".join(kept)
        return Article(name, joined, self._source, places, date=date, allowed=allowed.merged())

    def _put(self, text: str, places: Sequence[int]) -> None:
        if text:
            self._pieces.append(text)
            self._places.extend(places)
