"""What was scored, kept beside the figures, so that curves need no second scoring.

A file of JSON lines: the first says which evaluation it is of, each other one is a task with
its truth and scores. Numbers and names only, no sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from babelproof.labels import ANY
from babelproof.verdict import DocumentVerdict
from eval.figures import FiguresError
from eval.measure import AGGREGATES, sentence_scores
from eval.metrics import Settings, integer_codes
from eval.reliability import (
    METHODS,
    calibration_error,
    error_with_interval,
    reliability,
    unseen,
)
from eval.scoring import Judged
from eval.sets import DocumentSet, Task, TextSet

FORMAT = 2
DIGITS = 6


@dataclass(frozen=True)
class Scores:
    """The rows of a task: truth [n] of 0/1 and the probability [n] of the channel asked.

    `groups` [n] are numbers of what the bootstrap draws.
    """

    set: str
    part: str
    setting: str
    channel: str
    truth: tuple[int, ...]
    scores: tuple[float, ...]
    groups: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What names a task in metrics.json, but for the channel."""
        return self.set, self.part, self.setting

    @property
    def both(self) -> bool:
        """Whether there are damaged and clean rows."""
        return 0 < sum(self.truth) < len(self.truth)


def task_scores(texts: TextSet, task: Task, judged: Judged) -> Scores:
    """Return the scores of a task's rows."""
    found = judged.probabilities(task.channel)[np.array(task.rows, dtype=np.int64)]
    return Scores(
        texts.name,
        task.part,
        texts.setting,
        task.channel,
        task.truth,
        _rounded(found.tolist()),
        tuple(integer_codes([texts.groups[i] for i in task.rows]).tolist()),
    )


def document_scores(documents: DocumentSet, verdicts: Sequence[DocumentVerdict]) -> list[Scores]:
    """Return the scores of whole documents, by each way to a document's score."""
    return [
        Scores(
            documents.name,
            f"all, {name}",
            "context",
            ANY,
            documents.truth,
            _rounded([aggregate(sentence_scores(verdict)) for verdict in verdicts]),
            tuple(range(len(verdicts))),
        )
        for name, aggregate in AGGREGATES.items()
    ]


def calibration_records(found: Sequence[Scores], settings: Settings) -> list[dict[str, Any]]:
    """Return how far the probabilities of the sets that readers judged are from the truth.

    `error` is that of the probabilities as shipped, on rows that their fit saw. `unseen`, with
    its interval, is of a fit of the same kind to four fifths of a set's groups, on the others;
    `isotonic` of isotonic regression so fitted. `brier` has the mean squared error of both and
    of the share of damaged rows given to every row. None where the rows are too few.
    """
    return [_calibration(scores, settings) for scores in found if is_calibrated(scores)]


def _calibration(scores: Scores, settings: Settings) -> dict[str, Any]:
    record: dict[str, Any] = {
        "set": scores.set,
        "part": scores.part,
        "setting": scores.setting,
        "channel": scores.channel,
        "rows": len(scores.truth),
        "error": calibration_error(reliability(scores.truth, scores.scores)),
    }
    truth = np.array(scores.truth, dtype=np.float64)
    found = {
        method: unseen(scores.truth, scores.scores, scores.groups, method) for method in METHODS
    }
    platt, isotonic = found["platt"], found["isotonic"]
    if platt is None or isotonic is None:
        return record | {"unseen": None, "isotonic": None, "brier": None}
    return record | {
        "unseen": error_with_interval(scores.truth, platt, scores.groups, settings),
        "isotonic": error_with_interval(scores.truth, isotonic, scores.groups, settings),
        "brier": {
            name: round(float(np.mean((given - truth) ** 2)), 4)
            for name, given in (
                ("platt", platt),
                ("isotonic", isotonic),
                ("share", np.full(len(truth), truth.mean())),
            )
        },
    }


def is_calibrated(scores: Scores) -> bool:
    """Whether a task's rows are such as probabilities are meant for: readers' yes and no."""
    judged = scores.set in ("desk_dev", "swaps_dev", "articles_dev") and scores.both
    own = scores.part == "hold" or scores.part.startswith("label ")
    return judged and own and not scores.part.endswith(" by any")


def write_scores(path: Path, about: Mapping[str, Any], found: Sequence[Scores]) -> None:
    """Write the file; `about` is what metrics.json says of bundle and date."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"format": FORMAT, **_same(about)}) + "\n")
        file.writelines(json.dumps(asdict(scores)) + "\n" for scores in found)


def read_scores(path: Path, metrics: Mapping[str, Any]) -> list[Scores]:
    """Read the file; refuses one that is not of the evaluation that wrote `metrics`."""
    try:
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        about = json.loads(header)
        found = [_scores(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FiguresError(
            f"{path}: expected the scores that an evaluation keeps, found {error}; "
            "run `python -m eval.run`"
        ) from None
    if about != {"format": FORMAT, **_same(metrics)}:
        raise FiguresError(
            f"{path}: expected the scores of the evaluation in metrics.json, found those of "
            "another; run `python -m eval.run` again"
        )
    return found


def _same(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {"created": metrics["created"], "model_sha256": metrics["bundle"]["model_sha256"]}


def _scores(values: dict[str, Any]) -> Scores:
    truth, scores, groups = (tuple(values.pop(name)) for name in ("truth", "scores", "groups"))
    if not len(truth) == len(scores) == len(groups):
        raise ValueError(f"{len(truth)} rows with {len(scores)} scores and {len(groups)} groups")
    return Scores(**values, truth=truth, scores=scores, groups=groups)


def _rounded(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, DIGITS) for value in values)
