"""Keys: the folded names by which people are found, ready to be searched without parsing.

To index forty thousand people takes a tenth of a second, more than reading an article does;
the shipped people come with their index.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KEYS = "keys.txt.gz"

FULL, SURNAME = "=", "~"
"""What stands before a full name, and before a word by which news may call someone alone."""

_COUNT = "!"
_END = "\t"


@dataclass(frozen=True)
class SortedKeys:
    """The keys of one kind in a sorted list of `key<TAB>numbers` of all kinds."""

    lines: Sequence[str]
    kind: str

    def get(self, key: str, default: Sequence[int] = ()) -> Sequence[int]:
        """Give the numbers of the people of a folded name."""
        wanted = f"{self.kind}{key}{_END}"
        at = bisect_left(self.lines, wanted)
        if at == len(self.lines) or not self.lines[at].startswith(wanted):
            return default
        return [int(number) for number in self.lines[at][len(wanted) :].split()]


def write_keys(path: Path, count: int, found: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
    """Write the index of `count` people: by kind and key the numbers of those it may mean."""
    lines = [f"{_COUNT}{count}"]
    for kind, keys in found.items():
        lines += [f"{kind}{key}{_END}{' '.join(map(str, own))}" for key, own in keys.items()]
    text = "\n".join(sorted(lines)) + "\n"
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def read_keys(path: Path, count: int) -> tuple[SortedKeys, SortedKeys] | None:
    """Read an index: full names, and surnames. None where there is none of so many people."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, EOFError, ValueError):
        return None  # it is built from the people then
    if lines[0] != f"{_COUNT}{count}":
        return None
    return SortedKeys(lines[1:-1], FULL), SortedKeys(lines[1:-1], SURNAME)
