"""The witness: facts beside the model's verdicts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from babelproof.errors import FactsError
from babelproof.facts.dates import Day
from babelproof.facts.desk import read_desk
from babelproof.facts.evidence import Evidence
from babelproof.facts.judge import Judge
from babelproof.facts.store import FOLDER, FactStore
from babelproof.labels import Label
from babelproof.verdict import Finding, Status, Thresholds, Verdict

RELIABILITY = "reliability.json"


@dataclass(frozen=True)
class Witness:
    """A judge of facts, and how often what it says has been right, by label, in (0, 1).

    `likeness`: the same of names that only another spelling in the document speaks against.
    """

    judge: Judge
    reliability: Mapping[Label, float]
    likeness: float

    @classmethod
    def load(cls, desks: Sequence[Path] = (), folder: Path = FOLDER) -> Witness:
        """Load the shipped facts, with users' own people on top; later files win."""
        store = FactStore.load(folder)
        for desk in desks:
            store = store.with_people(read_desk(desk, store))
        try:
            given = json.loads((folder / RELIABILITY).read_text(encoding="utf-8"))
            reliability = {Label(label): float(row["p"]) for label, row in given["labels"].items()}
            likeness = float(given["likeness"]["p"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FactsError(
                f"{folder / RELIABILITY}: expected a probability for each label, found {error!r}; "
                "run python -m eval.facts"
            ) from None
        return cls(Judge(store), reliability, likeness)

    def testify(
        self, verdicts: Sequence[Verdict], thresholds: Thresholds, date: Day | None = None
    ) -> tuple[Verdict, ...]:
        """Give a document's verdicts with what the facts say beside what the model says.

        A sentence that facts contradict is damaged unless both the model and the facts are
        wrong: its probabilities are joined as those of two independent witnesses. Whether it
        is held is for `Verdict.judge` to say afterwards.
        """
        evidence = self.judge.judge([verdict.text for verdict in verdicts], date)
        joined = list(verdicts)
        for number in {item.sentence for item in evidence}:
            if verdicts[number].status is Status.OK:
                own = [item for item in evidence if item.sentence == number]
                joined[number] = self._joined(verdicts[number], own, thresholds)
        return tuple(joined)

    def _joined(
        self, verdict: Verdict, evidence: Sequence[Evidence], thresholds: Thresholds
    ) -> Verdict:
        labels = dict(verdict.labels)
        candidates = list(verdict.candidates)
        for item in evidence:
            trust = self._trust(item)
            seen = [
                finding
                for finding in candidates
                if finding.source == "model"
                and finding.label is item.label
                and finding.start < verdict.start + item.end
                and finding.end > verdict.start + item.start
                and thresholds.reached(item.label, finding.score)
            ]
            model = verdict.labels[item.label]
            labels[item.label] = max(labels[item.label], _either(model, trust))
            candidates = [finding for finding in candidates if finding not in seen]
            candidates.append(
                Finding(
                    item.label,
                    verdict.start + item.start,
                    verdict.start + item.end,
                    verdict.text[item.start : item.end],
                    _either(model, trust) if seen else trust,
                    "both" if seen else "facts",
                    item.to_dict(),
                )
            )
        trust = max(map(self._trust, evidence))
        score = _either(verdict.score or 0.0, trust)
        return replace(verdict, score=score, labels=labels, candidates=tuple(candidates))

    def _trust(self, item: Evidence) -> float:
        return self.likeness if item.likeness else self.reliability[item.label]


def _either(first: float, second: float) -> float:
    return 1 - (1 - first) * (1 - second)
