"""Let a bundle grade a training set: `python -m training.teach --bundle DIR --set SET --out SET2`.

A student learns more from how sure its teacher is than from yes and no (Hinton et al. 2015,
"Distilling the knowledge in a neural network"), and from text that nobody ever judged. The
passages stay as they are; their targets move towards the teacher's probabilities.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, load_from_disk
from scipy.special import expit

from babelproof.bundle import MODEL
from babelproof.detector import Detector
from babelproof.durable import replaced
from babelproof.errors import BackendError, BundleError
from babelproof.labels import LABELS
from babelproof.readings import Reading, candidates
from training.build import BuildError, write
from training.devrows import CHUNK, Reads
from training.manifest import counts, fingerprint
from training.passages import UNKNOWN, Mark, Passage, Target

SHARE = 0.7
"""Share of the teacher in a target that is known otherwise too."""

SHOWN = 0.5
"""A label's probability from which the teacher's spans of it are taken."""

CLEAN_BELOW = 0.2
"""Where no target is higher, a sentence without marks has nothing to mark."""

PART = 2048
"""Passages that are kept together once they are graded: a few minutes' work."""


@dataclass(frozen=True)
class Teacher:
    """Grades passages with a detector: its uncalibrated probabilities become targets.

    `thresholds`: the token logit of each label above which a token belongs to a span.
    `share` of a blended target is the teacher's, the rest what was known.
    """

    detector: Reads
    thresholds: Mapping[str, float]
    share: float = SHARE

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"share: expected above 0 and at most 1, found {self.share}")

    def grade(self, passages: Iterable[Passage]) -> Iterator[Passage]:
        """Give the passages with blended targets, each read as one document."""
        left = iter(passages)
        while chunk := list(islice(left, CHUNK)):
            readings = self.detector.readings([passage.sentences for passage in chunk])
            for passage, own in zip(chunk, readings, strict=True):
                parts = zip(passage.sentences, passage.targets, own, strict=True)
                yield replace(passage, targets=tuple(self._target(*part) for part in parts))

    def _target(self, text: str, target: Target, reading: Reading | None) -> Target:
        """Blend one target; a sentence that cannot be read keeps its own."""
        if reading is None:
            return target
        soft = expit(reading.pooled.astype(np.float64))
        hold, *labels = (
            own if hard == UNKNOWN else self.share * own + (1 - self.share) * hard
            for own, hard in zip(soft.tolist(), (target.hold, *target.labels), strict=True)
        )
        blended = replace(target, hold=hold, labels=tuple(labels))
        if target.spans_known:
            return blended
        marks = self._marks(text, reading, dict(zip(LABELS, soft[1:].tolist(), strict=True)))
        clean = max(hold, *labels) < CLEAN_BELOW
        return replace(blended, marks=marks, spans_known=bool(marks) or clean)

    def _marks(
        self, text: str, reading: Reading, probabilities: Mapping[Any, float]
    ) -> tuple[Mark, ...]:
        """Give the spans that the teacher would show, of labels that it is sure of.

        The thresholds are made for such labels: in clean sentences tokens pass them too.
        """
        highest = dict(zip(LABELS, reading.spans[:, 1:].max(axis=0).tolist(), strict=True))
        return tuple(
            Mark(finding.label, finding.start, finding.end)
            for finding in candidates(text, 0, reading, probabilities, self.thresholds)
            if probabilities[finding.label] >= SHOWN
            and highest[finding.label] > self.thresholds[finding.label]
        )


def teach(
    detector: Detector, dataset: Path, out: Path, share: float, limit: int | None = None
) -> dict[str, Any]:
    """Write the set that a bundle has graded and give its manifest.

    The passages of `dev` keep their targets: dev scores of student and teacher compare.
    `limit`: passages of `train` to take, from its start; it was shuffled when it was built.
    What was graded is kept beside `out` until all is done, so that a run goes on where one
    was stopped. Raises `BuildError` where `dataset` is no training set or would be overwritten.
    """
    path = dataset / "manifest.json"
    if not path.is_file():
        raise BuildError(f"{dataset}: expected a set of training.build, found no manifest.json")
    if out.resolve() == dataset.resolve():
        raise BuildError(f"{out}: expected another folder than that of --set, found the same")
    before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    taught = {
        "bundle": detector.bundle.name,
        "version": detector.bundle.version,
        "model": detector.bundle.files[MODEL],
        "share": share,
        "data_hash_before": before["data_hash"],
    }
    grades = out.with_name(f"{out.name}.grades")
    _begin(grades, taught)
    rows = load_from_disk(str(dataset))
    teacher = Teacher(detector, detector.bundle.span_threshold, share)
    train = rows["train"].select(range(min(limit or len(rows["train"]), len(rows["train"]))))
    splits = {
        "train": list(_graded(teacher, train, grades)),
        "dev": list(map(Passage.of, rows["dev"])),
    }
    manifest = before | {
        "data_hash": fingerprint([*splits["train"], *splits["dev"]]),
        "counts": {name: counts(members) for name, members in splits.items()},
        "taught": taught,
    }
    write(out, splits, manifest)
    shutil.rmtree(grades)
    return manifest


def _begin(grades: Path, taught: Mapping[str, Any]) -> None:
    """Make the folder of what is graded; what another teacher or set left there goes."""
    identity = grades / "taught.json"
    text = json.dumps(taught)
    if not identity.is_file() or identity.read_text(encoding="utf-8") != text:
        shutil.rmtree(grades, ignore_errors=True)
        grades.mkdir(parents=True)
        identity.write_text(text, encoding="utf-8")


def _graded(teacher: Teacher, rows: Dataset, grades: Path) -> Iterator[Passage]:
    """Grade passages in parts of `PART`, each kept as a file; parts that are there are read."""
    for begin in range(0, len(rows), PART):
        asked = rows.select(range(begin, min(begin + PART, len(rows)))).to_list()
        path = grades / f"{begin:08}.json"
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        # The last part of a run with a limit is shorter than that of one without.
        if len(kept) != len(asked):
            kept = [passage.row() for passage in teacher.grade(map(Passage.of, asked))]
            with replaced(path) as stream:
                stream.write(json.dumps(kept).encode())
        print(f"graded {begin + len(kept)} of {len(rows)} passages", file=sys.stderr, flush=True)
        yield from map(Passage.of, kept)


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade a set from the command line; 2 where it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m training.teach", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="the teacher")
    parser.add_argument("--set", type=Path, required=True, help="set of training.build")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="passages of train to take")
    parser.add_argument("--share", type=float, default=SHARE, help=f"teacher's; default {SHARE}")
    parser.add_argument("--backend", default="onnx", help="onnx or torch")
    parser.add_argument("--device", default="cpu", help="of torch: cpu, cuda, cuda:1")
    options = parser.parse_args(arguments)
    try:
        if options.limit is not None and options.limit < 1:
            raise BuildError(f"--limit: expected at least 1, found {options.limit}")
        detector = Detector.load(
            options.bundle, facts=False, backend=options.backend, device=options.device
        )
        manifest = teach(detector, options.set, options.out, options.share, options.limit)
    except (OSError, ValueError, BundleError, BackendError) as error:
        print(f"training.teach: {error}", file=sys.stderr)
        return 2
    train = manifest["counts"]["train"]
    print(
        f"{options.out}: {train['passages']} passages, {train['sentences']} sentences graded; "
        f"data_hash {manifest['data_hash'][:12]}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
