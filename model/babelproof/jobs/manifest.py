"""Manifest: what a finished run was and did, as one JSON file beside its output."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from babelproof.files import FileError
from babelproof.jobs.places import Place
from babelproof.jobs.tally import BINS, Tally
from babelproof.processors import brief

if TYPE_CHECKING:
    from babelproof.detector import Detector
    from babelproof.jobs.engines import Engine

ENDING = ".manifest.json"
FORMAT = 1
"""The version of the manifest's fields; it grows when one of them changes meaning."""


PARTS = (
    *("files", "counts", "skipped_by_reason", "held_sentences_by_label", "sentence_scores"),
    *("errors", "timing", "cache", "fingerprint"),
)
"""Objects that every manifest has, and that are read again."""


def describe_run(
    run: str,
    fingerprint: Mapping[str, Any],
    detector: Detector,
    engine: Engine,
    tally: Tally,
    begun: str,
    resumed: int,
    files: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Sum a finished run up as JSON-ready values, what is asked for most first.

    `run`: its name; `begun`: when it first began; `resumed`: how often it went on;
    `files`: name, bytes and SHA-256 of what was written.
    """
    bundle = detector.bundle
    seconds = tally.seconds
    return {
        "manifest": FORMAT,
        "run": run,
        "files": {name: dict(values) for name, values in files.items()},
        "counts": {
            "records": tally.records,
            "scored": tally.scored,
            "held": tally.held,
            "skipped": tally.skipped,
            "failed": tally.failed,
            "written": tally.written,
            "rejected": tally.rejected,
            "sentences": tally.sentences,
            "judged_sentences": tally.judged,
            "held_sentences": tally.held_sentences,
            "characters": tally.characters,
        },
        "skipped_by_reason": dict(sorted(tally.reasons.items())),
        "held_sentences_by_label": dict(tally.labels),
        "sentence_scores": {"bins": BINS, "counts": list(tally.scores)},
        "errors": {"count": tally.failed, "first": list(tally.errors)},
        "thresholds": detector.operating_points.to_dict(),
        "bundle": {"name": bundle.name, "version": bundle.version, "sha256": detector.digest},
        "timing": {
            "begun": begun,
            "ended": now(),
            "seconds": round(seconds, 3),
            "resumed": resumed,
            "records_per_second": round(tally.records / seconds, 2) if seconds else None,
            "sentences_per_second": round(tally.sentences / seconds, 2) if seconds else None,
        },
        "cache": {
            "windows": tally.windows,
            "repeated": tally.repeated_windows,
            "hit_rate": round(tally.hit_rate, 6),
        },
        "versions": {
            "babelproof": fingerprint["babelproof"],
            detector.engine.library: detector.engine.version,
            "python": platform.python_version(),
            "system": platform.platform(),
            "processor": brief(detector.engine.processor),
        },
        "backend": detector.engine.to_dict(),
        "engine": engine.name.value,
        "threads": detector.threads,
        "workers": engine.workers,
        "fingerprint": dict(fingerprint),
    }


def write_manifest(place: Place, manifest: Mapping[str, Any]) -> None:
    """Write it, complete or not at all."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    with place.write() as stream:
        stream.write(text.encode("utf-8", "backslashreplace") + b"\n")


def read_manifest(place: Place) -> dict[str, Any] | None:
    """Read it, None where there is none; refuses what is no manifest of ours."""
    if place.size() is None:
        return None
    try:
        with place.open() as stream:
            values = json.loads(stream.read())
    except ValueError:
        values = None
    if (
        not isinstance(values, dict)
        or values.get("manifest") != FORMAT
        or not all(isinstance(values.get(part), dict) for part in PARTS)
    ):
        raise FileError(
            f"{place.name}: expected the manifest of a run of this version, found something "
            f"else; move it away"
        )
    return cast(dict[str, Any], values)


def now() -> str:
    """Give the time as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
