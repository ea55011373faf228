"""`python -m eval.context`: what neighbours bring, by how much of them the detector reads.

The same bundle reads the articles of the development sets with windows of several sizes, with
and without the sentences that open a document, and each sentence by itself. The detector is
asked as a whole, and its network alone: marks, facts and the level of the rest of a document
see neighbours too. Writes `eval/context.json`, which `eval.quality` shows.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from babelproof.bundle import SHIPPED, Bundle, load_bundle
from babelproof.detector import Detector
from babelproof.errors import BundleError
from babelproof.facts.witness import Witness
from babelproof.labels import ANY, CHANNELS, Label
from data.shared import CHECKOUT, DataError, shared_path
from eval.baselines import word_counts
from eval.bootstrap import aucs, cluster_weights
from eval.measure import Record
from eval.metrics import Floats, Settings, auc, integer_codes, recall_at, with_interval
from eval.scoring import as_read, judge_texts
from eval.sets import Task, TextSet, load_text_sets

OUT = CHECKOUT / "eval" / "context.json"


@dataclass(frozen=True)
class Reading:
    """A way to read: tokens of a window and of the lead; `tokens` None: each sentence alone."""

    tokens: int | None
    lead: int = 0

    def of(self, bundle: Bundle) -> Bundle:
        """Return the bundle, reading so; a window need not hold more than one sentence alone."""
        if self.tokens is None:
            return bundle
        manifest = replace(bundle.manifest, max_tokens=self.tokens, lead_tokens=self.lead)
        return replace(bundle, manifest=manifest)


READINGS = (
    Reading(384, 64),
    Reading(384),
    Reading(512, 64),
    Reading(256, 64),
    Reading(256),
    Reading(128),
    Reading(None),
)


@dataclass(frozen=True)
class Asked:
    """A question: the set, the task of it, and the channel that answers."""

    name: str
    set: str
    part: str
    channel: str = ANY


ASKED = (
    Asked("swaps", "swaps_dev", "hold"),
    *(
        Asked(f"`{label.value}`", "swaps_dev", f"label {label.value}", label.value)
        for label in (Label.NAME, Label.ROLE, Label.COUNTRY)
    ),
    Asked("articles", "articles_dev", "hold"),
)


def measure(
    bundle: Bundle, texts: Sequence[TextSet], readings: Sequence[Reading], settings: Settings
) -> list[Record]:
    """Return a record for each way to read: AUCs with intervals, of the whole and the network.

    `recall_at_2` is of swaps, by the whole detector.
    """
    witness = Witness.load(())
    records = []
    for reading in readings:
        detector = Detector(reading.of(bundle), witness=witness)
        given = "alone" if reading.tokens is None else "context"
        own = {texts.name: texts for texts in texts if texts.setting == given}
        whole, network = {}, {}
        for name, part in own.items():
            judged = judge_texts(detector, part, f"{name}, {reading}")
            whole[name] = {channel: judged.probabilities(channel) for channel in CHANNELS}
            network[name] = _logits(detector, part)
        record: Record = {"tokens": reading.tokens, "lead": reading.lead}
        for kind, scores in (("detector", whole), ("network", network)):
            record[kind] = {
                asked.name: _auc(part, task, scores[asked.set][asked.channel], settings)
                for asked, part, task in _tasks(own)
            }
        for asked, _, task in _tasks(own):
            if asked == ASKED[0]:
                found = whole[asked.set][ANY][list(task.rows)]
                recall = recall_at(np.array(task.truth), found, 0.02)
                record["recall_at_2"] = None if recall is None else round(recall, 4)
        records.append(record)
    return records


def length(texts: Sequence[TextSet], settings: Settings) -> dict[str, list[float | None]]:
    """Return the AUC of the number of words on every question."""
    own = {texts.name: texts for texts in texts if texts.setting == "context"}
    return {
        asked.name: _auc(part, task, word_counts(part.texts), settings)
        for asked, part, task in _tasks(own)
    }


def _tasks(sets: dict[str, TextSet]) -> Iterator[tuple[Asked, TextSet, Task]]:
    for asked in ASKED:
        for task in sets[asked.set].tasks if asked.set in sets else ():
            if task.part == asked.part:
                yield asked, sets[asked.set], task


def _logits(detector: Detector, texts: TextSet) -> dict[str, Floats]:
    """Give each channel's logits [n] as the network alone has them."""
    documents = [[texts.texts[i] for i in run] for run in texts.runs()]
    rows = as_read(np.concatenate(detector.logits(documents)))
    return {str(channel): rows[:, number] for number, channel in enumerate(CHANNELS)}


def _auc(texts: TextSet, task: Task, scores: Floats, settings: Settings) -> list[float | None]:
    truth = np.array(task.truth, dtype=np.int64)
    own = scores[list(task.rows)]
    groups = integer_codes([texts.groups[i] for i in task.rows])
    weights = cluster_weights(groups, settings.resamples, settings.seed)
    return with_interval(auc(truth, own), aucs(truth, own, weights)).as_list()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the JSON; exit code 2 when the bundle or the sets cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.context", description=__doc__)
    parser.add_argument("--shared", help="folder with the hand labels (default: ../shared)")
    parser.add_argument("--bundle", type=Path, default=SHIPPED, help="bundle folder to measure")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file")
    parser.add_argument("--resamples", type=int, default=300, help="draws for the intervals")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args(arguments)
    settings = Settings(resamples=options.resamples)
    try:
        shared = shared_path(options.shared)
        bundle = load_bundle(options.bundle)
        names = {asked.set for asked in ASKED}
        texts = [texts for texts in load_text_sets(shared) if texts.name in names]
        records = measure(bundle, texts, READINGS, settings)
    except (BundleError, DataError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    found: dict[str, Any] = {
        "created": options.date,
        "bundle": f"{bundle.manifest.name} {bundle.manifest.version}",
        "length": length(texts, settings),
        "readings": records,
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written to {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
