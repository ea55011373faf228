"""Options: what a job writes, where to, and how it meets trouble."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babelproof import __version__
from babelproof.facts.dates import Day
from babelproof.files import STANDARD, FileError
from babelproof.jobs.formats import Format, Layout, Side
from babelproof.jobs.inputs import Input
from babelproof.records import FieldNames

if TYPE_CHECKING:
    from babelproof.detector import Detector

SHARD_RECORDS = 20_000
"""Records that close a shard: a minute or more of work, which a kill loses at most."""

SHARD_CHARACTERS = 4_000_000
"""Characters that close a shard however few its records."""


CACHE_MEGABYTES = 128
"""Memory of the cache unless asked otherwise: some 60,000 windows of one sentence each."""


class EngineName(StrEnum):
    """What scores: this process, or the machines of a Ray cluster."""

    LOCAL = "local"
    RAY = "ray"


class OnError(StrEnum):
    """What a bad record does: it is kept as an error record, or it stops the run."""

    KEEP = "keep"
    STOP = "stop"


@dataclass(frozen=True)
class JobOptions:
    """What one run does. `rejects` gets what `filter` does not let into `output`.

    `document_from`: the document score in (0, 1] from which the filter holds a record as a
    whole, although no sentence of it is held.
    `workers`: batches under way beside those that are computed; on a cluster, how many
    workers at most. None leaves it to the engine.
    """

    output: str
    layout: Layout
    names: FieldNames = field(default_factory=FieldNames)
    filter: Side | None = None
    document_from: float | None = None
    rejects: str | None = None
    rejects_layout: Layout = field(default_factory=lambda: Layout(Format.JSONL))
    date: Day | None = None
    on_error: OnError = OnError.KEEP
    shard_records: int = SHARD_RECORDS
    workers: int | None = None

    def __post_init__(self) -> None:
        if (self.filter is None) is not (self.rejects is None):
            raise FileError(
                "--filter and --rejects: expected both or neither, found one; what a filter "
                "does not let pass goes to the rejects (/dev/null drops it)"
            )
        if self.document_from is not None:
            if self.filter is None or self.names.sentence:
                raise FileError(
                    "--document-from: expected --filter and --unit document, found another run; "
                    "it says which documents the filter holds as a whole"
                )
            if not 0 < self.document_from <= 1:
                raise FileError(
                    "--document-from: expected a probability above 0 and at most 1, found "
                    f"{self.document_from:g}"
                )
        if self.rejects == STANDARD or (self.rejects is not None and self.rejects == self.output):
            raise FileError(
                f"--rejects {self.rejects}: expected a file of its own, found standard output "
                f"or the output; name another file"
            )
        for name, layout in ((self.output, self.layout), (self.rejects, self.rejects_layout)):
            if name is not None and layout.format is Format.TXT and name == self.rejects:
                raise FileError(f"{name}: expected a format that holds reasons, found plain text")
        if self.layout.format is Format.TXT and self.filter is None:
            raise FileError(
                f"{self.output}: plain text holds no verdicts: expected --filter keep or hold "
                f"and --rejects, found neither; or name another --output-format"
            )

    @property
    def written_layouts(self) -> tuple[Layout, ...]:
        """Give the layouts of all that is written."""
        return (self.layout,) if self.rejects is None else (self.layout, self.rejects_layout)


def fingerprint(
    inputs: Sequence[Input], options: JobOptions, detector: Detector, facts: Sequence[Path]
) -> dict[str, Any]:
    """Give all that the output depends on: a run may only go on where nothing of it changed.

    `facts`: the user's own files of people. Engine, threads and workers are not in it:
    scores do not depend on them.
    """
    names = options.names
    date = options.date
    return {
        **origins(detector, facts),
        "options": {
            "output format": options.layout.suffix,
            "prefix": names.prefix,
            "text column": names.text,
            "id column": names.id,
            "unit": "sentence" if names.sentence else "document",
            "filter": None if options.filter is None else options.filter.value,
            "document from": options.document_from,
            "rejects": options.rejects,
            "rejects format": options.rejects_layout.suffix,
            "date": None if date is None else str(date),
            "shard records": options.shard_records,
        },
        "inputs": [
            {**source.identity(), "format": source.layout.suffix, "number": number}
            for number, source in enumerate(inputs, start=1)
        ],
    }


def origins(detector: Detector, facts: Sequence[Path]) -> dict[str, Any]:
    """Give what scores the same text the same, wherever it is: versions, bundle and facts."""
    return {
        "babelproof": __version__,
        "backend": detector.engine.sameness,
        "bundle": detector.digest,
        "facts": None if detector.witness is None else [_sum(path) for path in facts],
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what differs between two fingerprints, an entry each."""
    found = [
        f"{name} was {before.get(name)}, is {now[name]}"
        for name in ("babelproof", "backend", "bundle", "facts")
        if before.get(name) != now[name]
    ]
    old = before.get("options", {})
    found += [
        f"{name} was {old.get(name)}, is {value}"
        for name, value in now["options"].items()
        if old.get(name) != value
    ]
    old_inputs, new_inputs = before.get("inputs", []), now["inputs"]
    if [item["name"] for item in old_inputs] != [item["name"] for item in new_inputs]:
        found.append(f"{len(old_inputs)} inputs then and {len(new_inputs)} now are not the same")
    else:
        found += [
            f"input {new['name']} changed"
            for old, new in zip(old_inputs, new_inputs, strict=True)
            if old != new
        ]
    return found


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
