"""Articles: the text of a draft that is judged, and where it stands in its source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from babelproof.facts.dates import Day


@dataclass(frozen=True, order=True)
class Position:
    """A place in a source: line and column, both from 1; columns count code points."""

    line: int
    column: int


@dataclass(frozen=True)
class Article:
    """One draft. `text[i]` stands at `source[places[i]]`.

    `text` is what is judged: no front matter, code, addresses of links or navigation. Its
    blocks are parted by blank lines. `places` has an entry for every code point of `text`
    and one for its end. `record` is the line of a record in a `.jsonl` file. `allowed` are
    ranges `[start, end)` of `text` that the source marks as right.
    """

    name: str
    text: str
    source: str
    places: Sequence[int]
    record: int | None = None
    date: Day | None = None
    allowed: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if len(self.places) != len(self.text) + 1:
            raise ValueError(
                f"{self.name}: expected {len(self.text) + 1} places, found {len(self.places)}"
            )

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line of the source begins."""
        starts = [0]
        for number, character in enumerate(self.source):
            if character == "\n":
                starts.append(number + 1)
        return starts

    def position(self, offset: int) -> Position:
        """Give the place in the source of a character of `text`."""
        place = self.places[offset]
        line = bisect_right(self._lines, place)
        return Position(line, place - self._lines[line - 1] + 1)

    def end_position(self, offset: int) -> Position:
        """Give the place behind the character of `text` before an offset."""
        last = self.position(max(offset - 1, 0))
        return Position(last.line, last.column + 1)


@dataclass(frozen=True)
class Unreadable:
    """A source that gave no article, and why."""

    name: str
    error: str
    record: int | None = None


def place_name(name: str, record: int | None) -> str:
    """Name an article: its file, and its line where a file holds several."""
    return name if record is None else f"{name}:{record}"


def plain(name: str, text: str, **more: object) -> Article:
    """Give an article that is its source, character by character."""
    return Article(name, text, text, range(len(text) + 1), **more)  # type: ignore[arg-type]
