"""`python -m eval.presets`: chooses the gate's presets and says how good they are.

An article is held by one sentence that hardly any clean news reaches, by a share of
suspect ones, or by what all of them come to. Which, is chosen so that at most so many of the clean
articles are held, and of clean documents of other kinds, and as many of the damaged ones as
can be: of those damaged from end to end (`docs_dev`), and of those with a sentence or two
exchanged (`swaps_dev`), which weigh the same.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from babelproof.bundle import SHIPPED
from babelproof.detector import Detector
from babelproof.errors import BundleError, FactsError
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.outcome import Decision
from babelproof.gate.policy import PRESETS, Policy
from babelproof.gate.scored import joined
from babelproof.gate.whole import Whole
from babelproof.labels import ANY, CHANNELS
from babelproof.verdict import DocumentVerdict
from data.documents import Document
from data.handlabels import handlabel_path, read_bench, read_rows
from data.kept_back import kept_back
from data.shared import DataError, shared_path
from eval.facts import share
from eval.sets import DocumentSet, TextSet, judged_set, load_document_set

CAPS = {"strict": 0.05, "balanced": 0.02, "lenient": 0.01}
"""Share of clean articles that each preset may hold."""

SURE = (0.0, 0.0003, 0.0007, 0.0015, 0.003)
"""Shares of clean sentences above the probability that holds an article alone."""
SUSPECT = (0.5, 0.4)
"""High ones first: of policies that hold the same articles, the one that warns least is taken.

Lower ones warn of sound sentences on end, which costs the trust that a warning lives from.
"""
SHARES = (0.1, 0.2, 0.3, 0.4, 1.0)
COUNTS = (2, 3)
SUPPORTS = (2, 1, 0)
DOCUMENTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1.0)
MIN_WORDS = 3
FOLDS = 5
ENOUGH = 20
"""Documents of a kind from which its own share is told."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """Documents of known kind with what the detector said of them."""

    verdicts: tuple[DocumentVerdict, ...]
    truth: NDArray[np.bool_]
    kinds: tuple[str, ...]

    def part(self, chosen: NDArray[np.int64]) -> Judged:
        """Give the documents at these positions."""
        return Judged(
            tuple(self.verdicts[i] for i in chosen),
            self.truth[chosen],
            tuple(self.kinds[i] for i in chosen),
        )


def sure_thresholds(clean: Floats, part: float) -> dict[str, float]:
    """Give each channel's probability that `part` of the clean rows [n, 6] reach, no lower
    than where a channel is as likely right as wrong."""
    return {
        str(channel): round(float(np.clip(np.quantile(clean[:, c], 1 - part) + 1e-4, 0.5, 1.0)), 4)
        for c, channel in enumerate(CHANNELS)
    }


def policies(clean: Floats) -> Iterator[Policy]:
    """Give every policy that is tried."""
    sure = {part: sure_thresholds(clean, part) for part in SURE}
    for support, part, suspect, least, count, document in itertools.product(
        SUPPORTS, SURE, SUSPECT, SHARES, COUNTS, DOCUMENTS
    ):
        limits = sure[part], {ANY: suspect}
        yield Policy("", *limits, least, count, document, MIN_WORDS, support)


def held(judged: Judged, policy: Policy) -> NDArray[np.bool_]:
    """Say which documents a policy holds."""
    return np.array(
        [
            decide(*joined("", verdict), policy, Allowances()).decision is Decision.HOLD
            for verdict in judged.verdicts
        ]
    )


def table(judged: Judged, tried: Sequence[Policy]) -> NDArray[np.bool_]:
    """Say which documents each policy holds [policies, documents], by its numbers alone.

    Without allowances and findings `decide`, which `measured` applies to the chosen ones,
    comes to this.
    """
    scores = [
        np.array(
            [
                [s.score or 0.0, *s.labels.values(), s.held]
                for s in verdict.sentences
                if s.score is not None and len(s.text.split()) >= MIN_WORDS
            ]
        ).reshape(-1, len(CHANNELS) + 1)
        for verdict in judged.verdicts
    ]
    result = np.zeros((len(tried), len(scores)), dtype=bool)
    for p, policy in enumerate(tried):
        sure = np.array([policy.fail_on[str(channel)] for channel in CHANNELS])
        for d, rows in enumerate(scores):
            if not len(rows):
                continue
            failing = (rows[:, :-1] >= sure).any(axis=1)
            suspect = failing | (rows[:, 0] >= policy.suspect[ANY])
            held = int((suspect & (rows[:, -1] > 0)).sum())
            probability = judged.verdicts[d].document_score
            whole = Whole.of(int(suspect.sum()), held, len(rows), probability, policy)
            result[p, d] = failing.any() or whole.holds
    return result


def choose(
    flags: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    cap: float,
    elsewhere: Floats,
    exchanged: Floats,
) -> int:
    """Give the number of the policy that holds most damage within the cap on clean articles.

    `elsewhere` [policies]: the share of clean documents of other kinds that each holds; the
    cap is on them too. `exchanged` [policies]: the share of articles with an exchange that
    each holds; what is held of those damaged from end to end and of these counts evenly.
    """
    recall = (flags[:, truth].mean(axis=1) + exchanged) / 2
    alarms = np.maximum(flags[:, ~truth].mean(axis=1), elsewhere)
    allowed = np.flatnonzero(alarms <= cap)
    if not len(allowed):
        return int(np.argmin(alarms))
    return int(max(allowed, key=lambda p: (recall[p], -alarms[p])))


def unseen(
    flags: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    cap: float,
    elsewhere: Floats,
    exchanged: Floats,
    seed: int,
) -> dict[str, list[float | int]]:
    """Give recall and false alarms of policies chosen on other documents, over folds."""
    order = np.random.default_rng(seed).permutation(len(truth))
    decided = np.zeros(len(truth), dtype=bool)
    for fold in range(FOLDS):
        left = order[fold::FOLDS]
        kept = np.setdiff1d(order, left)
        chosen = choose(flags[:, kept], truth[kept], cap, elsewhere, exchanged)
        decided[left] = flags[chosen, left]
    return {
        "damaged articles held, chosen on others": share(
            int(decided[truth].sum()), int(truth.sum())
        ),
        "clean articles held, chosen on others": share(
            int(decided[~truth].sum()), int((~truth).sum())
        ),
    }


def measured(judged: Judged, policy: Policy) -> dict[str, list[float | int]]:
    """Give recall, false alarms by kind of clean article, and precision of a policy."""
    flags = held(judged, policy)
    truth = judged.truth
    figures = {
        "damaged articles held": share(int(flags[truth].sum()), int(truth.sum())),
        "clean articles held": share(int(flags[~truth].sum()), int((~truth).sum())),
        "held articles that are damaged": share(int(flags[truth].sum()), int(flags.sum())),
    }
    for kind in sorted({k for k, damaged in zip(judged.kinds, truth, strict=True) if not damaged}):
        own = np.array([k == kind for k in judged.kinds])
        figures[f"clean articles held, {kind}"] = share(int(flags[own].sum()), int(own.sum()))
    return figures


def of_exchanges(judged: Judged, policy: Policy) -> dict[str, list[float | int]]:
    """Give the share of articles with an exchange that a policy holds."""
    flags = held(judged, policy)
    return {"articles with an exchange held": share(int(flags.sum()), len(flags))}


def elsewhere(judged: Judged, policy: Policy) -> dict[str, list[float | int]]:
    """Give the share of clean documents of other kinds that a policy holds, and by large kind."""
    flags = held(judged, policy)
    kinds = np.array(judged.kinds)
    return {"clean documents of other kinds held": share(int(flags.sum()), len(flags))} | {
        f"clean documents held, {kind}": share(
            int(flags[kinds == kind].sum()), int((kinds == kind).sum())
        )
        for kind, count in sorted(Counter(judged.kinds).items())
        if count >= ENOUGH
    }


def fit(
    detector: Detector,
    documents: DocumentSet,
    others: Sequence[Document],
    swaps: TextSet,
    clean: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    """Choose and measure the presets.

    `others`: clean documents of other kinds than articles; `swaps`: articles in which a
    sentence or two were damaged.
    """
    verdicts = detector.score_documents([list(d.sentences) for d in documents.documents])
    judged = Judged(
        tuple(verdicts),
        np.array(documents.truth, dtype=bool),
        tuple(d.kind for d in documents.documents),
    )
    spared = Judged(
        tuple(detector.score_documents([list(d.sentences) for d in others])),
        np.zeros(len(others), dtype=bool),
        tuple(d.source for d in others),
    )
    (hold,) = (task for task in swaps.tasks if task.part == "hold")
    wrong = {row for row, truth in zip(hold.rows, hold.truth, strict=True) if truth}
    runs = [run for run in swaps.runs() if wrong.intersection(run)]
    exchanged = Judged(
        tuple(detector.score_documents([[swaps.texts[row] for row in run] for run in runs])),
        np.ones(len(runs), dtype=bool),
        (swaps.name,) * len(runs),
    )
    alone = detector.score(clean)
    rows = [[v.score or 0.0, *v.labels.values()] for v in alone]
    rows += [
        [s.score or 0.0, *s.labels.values()]
        for verdict, damaged in zip(verdicts, judged.truth, strict=True)
        if not damaged
        for s in verdict.sentences
    ]
    tried = list(policies(np.array(rows)))
    flags = table(judged, tried)
    alarms = table(spared, tried).mean(axis=1) if others else np.zeros(len(tried))
    caught = table(exchanged, tried).mean(axis=1)
    found: dict[str, Any] = {}
    for name, cap in CAPS.items():
        policy = tried[choose(flags, judged.truth, cap, alarms, caught)]
        values = policy.to_dict()
        del values["preset"]
        found[name] = {
            "policy": values,
            "measured": measured(judged, policy)
            | of_exchanges(exchanged, policy)
            | unseen(flags, judged.truth, cap, alarms, caught, seed)
            | (elsewhere(spared, policy) if others else {}),
        }
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose the presets; exit code 2 when something cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.presets", description=__doc__)
    parser.add_argument("--shared", help="folder with the hand labels (default: ../shared)")
    parser.add_argument("--bundle", type=Path, default=SHIPPED)
    parser.add_argument("--out", type=Path, default=PRESETS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args(arguments)
    try:
        shared = shared_path(options.shared)
        detector = Detector.load(options.bundle)
        bench = read_bench(handlabel_path(shared, "bench_dev"))
        clean = [row.text for row in bench if row.task == "e_false_alarm"]
        documents = load_document_set(shared)
        swaps = judged_set("swaps_dev", "context", read_rows(handlabel_path(shared, "swaps_dev")))
        found = fit(detector, documents, kept_back(shared), swaps, clean, options.seed)
    except (BundleError, DataError, FactsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    content = {
        "measured_on": {
            "date": options.date,
            "set": "docs_dev, swaps_dev",
            "bundle": detector.bundle.version,
            "model_sha256": detector.bundle.files["model.onnx"],
        },
        "presets": found,
    }
    text = json.dumps(content, indent=1)
    options.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
