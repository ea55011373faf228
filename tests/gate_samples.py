"""Judged articles of our own, with probabilities that tests choose."""

from __future__ import annotations

from collections.abc import Mapping

from babelproof.gate.article import Article, plain
from babelproof.gate.policy import Policy
from babelproof.labels import CHANNELS, LABELS, Label
from babelproof.verdict import DocumentVerdict, Finding, Reason, Status, Thresholds, Verdict

POLICY = Policy(
    "test", {"any": 0.95, "name": 0.9, "country": 0.9}, {"any": 0.5}, 0.3, 2, min_words=2
)
QUIET = "The council met again on Monday."


def judged(
    *sentences: tuple[str, float, Mapping[str, tuple[float, str]]] | str,
) -> tuple[Article, DocumentVerdict]:
    """An article of sentences given as text, P(hold), and by label P and the damaged word.

    A bare text is a sentence that nothing is wrong with.
    """
    verdicts = []
    at = 0
    for item in sentences:
        text, score, labels = (item, 0.05, {}) if isinstance(item, str) else item
        known = {label: labels.get(label.value, (0.02, ""))[0] for label in LABELS}
        candidates = tuple(
            Finding(
                Label(name),
                at + text.index(word),
                at + text.index(word) + len(word),
                word,
                probability,
            )
            for name, (probability, word) in labels.items()
        )
        status = Status.OK if text.strip() else Status.SKIPPED
        verdict = Verdict(
            text,
            at,
            at + len(text),
            status,
            None if text.strip() else Reason.EMPTY,
            score if text.strip() else None,
            known,
            candidates,
        )
        half = Thresholds(dict.fromkeys(CHANNELS, 0.5))
        verdicts.append(verdict.judge(half))
        at += len(text) + 1
    text = " ".join(verdict.text for verdict in verdicts)
    return plain("draft.txt", text), DocumentVerdict.of(tuple(verdicts))
