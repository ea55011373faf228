"""Formats: how an input or output is laid out and packed, told by its name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from babelproof.jobs.places import is_url


class Format(StrEnum):
    """How records lie in a file."""

    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"
    TXT = "txt"

    @property
    def is_table(self) -> bool:
        """Say whether all records have the same columns."""
        return self in (Format.CSV, Format.TSV, Format.PARQUET)


class Packing(StrEnum):
    """How a file's bytes are compressed."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


class Unit(StrEnum):
    """What one record's text is: a document, split here, or one sentence, judged alone."""

    DOCUMENT = "document"
    SENTENCE = "sentence"


class Side(StrEnum):
    """The records that `--filter` lets into the output."""

    KEEP = "keep"
    HOLD = "hold"


@dataclass(frozen=True)
class Layout:
    """A format and its packing. Parquet packs its columns itself and is never packed whole."""

    format: Format
    packing: Packing = Packing.NONE

    @property
    def suffix(self) -> str:
        """Give the ending of a file laid out so, such as `.jsonl.gz`."""
        return f".{self.format.value}" + _ENDINGS[self.packing]


_ENDINGS = {Packing.NONE: "", Packing.GZIP: ".gz", Packing.ZSTD: ".zst"}
_PACKINGS = {".gz": Packing.GZIP, ".zst": Packing.ZSTD, ".zstd": Packing.ZSTD}
_FORMATS = {
    **dict.fromkeys((".jsonl", ".ndjson"), Format.JSONL),
    ".csv": Format.CSV,
    **dict.fromkeys((".tsv", ".tab"), Format.TSV),
    **dict.fromkeys((".parquet", ".pq"), Format.PARQUET),
    ".txt": Format.TXT,
}


def known_layout(name: str) -> Layout | None:
    """Tell a layout by a name's ending, None where the ending says nothing.

    >>> known_layout("news.csv.gz"), known_layout("news.dat")
    (Layout(format=<Format.CSV: 'csv'>, packing=<Packing.GZIP: 'gzip'>), None)
    """
    for candidate in _candidates(name):
        bare, packing = _unpacked(candidate)
        found = [kind for ending, kind in _FORMATS.items() if bare.endswith(ending)]
        if found:
            return Layout(found[0], packing)
    return None


def layout_of(name: str, given: Format | None = None) -> Layout:
    """Tell a layout; `given` overrules the name's format, and what says nothing is JSONL."""
    known = known_layout(name)
    packings = [_unpacked(candidate)[1] for candidate in _candidates(name)]
    packed = (packing for packing in packings if packing is not Packing.NONE)
    packing = known.packing if known else next(packed, Packing.NONE)
    format = given or (known.format if known else Format.JSONL)
    return Layout(format, Packing.NONE if format is Format.PARQUET else packing)


def _candidates(name: str) -> list[str]:
    """Give what may tell a layout, best first: of a URL its path without the query."""
    name = name.lower()
    return [name.partition("?")[0], name] if is_url(name) else [name]


def _unpacked(name: str) -> tuple[str, Packing]:
    for ending, packing in _PACKINGS.items():
        if name.endswith(ending):
            return name.removesuffix(ending), packing
    return name, Packing.NONE
