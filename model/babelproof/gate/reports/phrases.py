"""Phrases: what every report says of a run, an article and a sentence, in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babelproof.gate.outcome import Decision, Flag, Outcome, Run
from babelproof.labels import Label
from babelproof.terminal import Mark, highlighted, printable, probability
from babelproof.verdict import Finding, Status, Verdict


@dataclass(frozen=True)
class Meaning:
    """What a label means, for whoever reads it the first time."""

    title: str
    says: str
    advice: str


MEANINGS: dict[Label, Meaning] = {
    Label.MT: Meaning(
        "Literal or wrong-sense translation",
        "The sentence reads as a literal or wrong-sense translation, or as spun by synonyms.",
        "Write again what the source means; do not patch single words.",
    ),
    Label.GARBLE: Meaning(
        "Broken text",
        "The sentence is broken as text: words missing, doubled or shuffled, non-words, debris.",
        "Restore the sentence from its source.",
    ),
    Label.NAME: Meaning(
        "Mis-rendered name",
        "A name is mis-rendered: misspelt, wrong, or translated as a common word.",
        "Check the spelling of the name, and that it is the right one.",
    ),
    Label.ROLE: Meaning(
        "Exchanged roles",
        "The sentence exchanges who did what to whom, or who holds which office.",
        "Check with the source who acted and who holds the office.",
    ),
    Label.COUNTRY: Meaning(
        "Wrong country",
        "The sentence names a wrong country, nationality, capital or people.",
        "Check with the source which country, nationality or capital is meant.",
    ),
}

UNNAMED = Meaning(
    "Suspect sentence",
    "The sentence is suspect, but no place in it and no label stands out.",
    "Read it with its whole article, which may be damaged throughout.",
)
"""The same for a sentence that no label is named for."""

DONE: dict[Decision, str] = {
    Decision.PASS: "passed",
    Decision.WARN: "warned of",
    Decision.HOLD: "held",
    Decision.ERROR: "not judged",
}
"""What became of an article or a sentence, as people say it."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_ALLOWED = {"words": "by the word list", "marked": "marked in the source", "baseline": "accepted"}


def tally(run: Run) -> str:
    """Sum up a run in one line, the gravest outcome first."""
    counts = [f"{run.counts[d]} {DONE[d]}" for d in reversed(Decision) if run.counts[d]]
    noun = "article" if len(run.outcomes) == 1 else "articles"
    shown = f": {', '.join(counts)}" if counts else ""
    return f"{len(run.outcomes)} {noun}{shown}; the gate says {run.decision}"


def summary(outcome: Outcome) -> str:
    """Sum up an article in one phrase; an error says itself."""
    if outcome.decision is Decision.ERROR:
        return outcome.error or "could not be judged"
    noun = "sentence" if outcome.judged == 1 else "sentences"
    warned = sum(flag.level is Decision.WARN for flag in outcome.flags)
    skipped = outcome.sentences - outcome.judged
    return (
        f"{outcome.held} of {outcome.judged} {noun} held"
        + (f", {warned} warned of" if warned else "")
        + (f", {skipped} not judged" if skipped else "")
        + ("; 1 sentence would be held by itself" if outcome.alone == 1 else "")
        + (f"; {outcome.alone} sentences would be held by themselves" if outcome.alone > 1 else "")
    )


def let_through(outcome: Outcome) -> str | None:
    """Say what allowances let through, or None when they let nothing through."""
    used = [
        f"{count} {_ALLOWED.get(name, name)}" for name, count in outcome.allowances.items() if count
    ]
    return f"let through: {', '.join(used)}" if used else None


def findings(flag: Flag) -> tuple[Finding, ...]:
    """Give what was found in a sentence; a label that is named without a place has all of it."""
    marked = tuple(mark.finding for mark in flag.marks)
    placed = {finding.label for finding in marked}
    return marked + tuple(
        Finding(label, 0, 0, flag.text, flag.labels[label])
        for label in flag.named
        if label not in placed
    )


def why(flag: Flag) -> str:
    """Give a sentence's labels with their probabilities, and its note: `name 0.93, mt 0.71`."""
    return "; ".join(filter(None, (Mark(0, 0, findings(flag)).caption, flag.note)))


def verdict(outcome: Outcome, flag: Flag) -> Verdict:
    """Give a sentence as `babelproof.terminal` shows it, offsets counted in the article."""
    if flag.number < len(outcome.spans):
        start = outcome.spans[flag.number][0]
    else:  # an outcome without its text: the first finding tells where the sentence begins
        found = min((m.finding for m in flag.marks), key=lambda f: f.start, default=None)
        start = 0 if found is None else found.start - max(flag.text.find(found.text), 0)
    return Verdict(
        flag.text,
        start,
        start + len(flag.text),
        Status.OK,
        score=flag.score,
        labels=flag.labels,
        held=flag.level is Decision.HOLD,
        findings=tuple(mark.finding for mark in flag.marks),
    )


def fact(finding: Finding) -> str | None:
    """Give what speaks for a finding as one line: the fact, what to write, who says so."""
    evidence = finding.evidence
    if evidence is None:
        return None
    if isinstance(evidence, Mapping) and isinstance(evidence.get("fact"), str):
        more = [
            f"{lead} {printable(str(evidence[key]))}"
            for key, lead in (("proposal", "write"), ("source", "source:"))
            if evidence.get(key)
        ]
        told = printable(evidence["fact"]) + (f" ({'; '.join(more)})" if more else "")
    elif isinstance(evidence, str):
        told = printable(evidence)
    else:
        told = printable(json.dumps(jsonable(evidence), ensure_ascii=False, sort_keys=True))
    return told


def facts(flag: Flag) -> list[str]:
    """Give the facts that speak against a sentence, each once and under its label."""
    told = [f"{mark.finding.label}: {text}" for mark in flag.marks if (text := fact(mark.finding))]
    return list(dict.fromkeys(told))


def at(outcome: Outcome, flag: Flag) -> str:
    """Name the place of a sentence: `draft.md:12:5`, `articles.jsonl:3:12:5`."""
    return printable(f"{outcome.place}:{flag.start.line}:{flag.start.column}")


def plain(outcome: Outcome, flag: Flag) -> list[str]:
    """Give the lines that say all of a sentence without colour."""
    head = f"{at(outcome, flag)}: {flag.level} {probability(flag.score)} ({why(flag)})"
    return [head, highlighted(verdict(outcome, flag), coloured=False).plain, *facts(flag)]


def jsonable(value: Any) -> Any:
    """Give a value that every JSON parser reads: plain types, no lone surrogate.

    A surrogate becomes U+FFFD, so that offsets still count.
    """
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {jsonable(str(key)): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [jsonable(item) for item in value]
        return sorted(items, key=str) if isinstance(value, (set, frozenset)) else items
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return jsonable(str(value))
