"""Decisions: a judged article under a policy, without scoring it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from babelproof.gate.article import Article, place_name
from babelproof.gate.baseline import Baseline, fingerprint
from babelproof.gate.outcome import Decision, Flag, Mark, Outcome
from babelproof.gate.policy import Policy
from babelproof.gate.whole import Whole
from babelproof.labels import ANY, LABELS, Label
from babelproof.verdict import DocumentVerdict, Finding, Status, Verdict

SPELLING = frozenset({Label.NAME, Label.MT, Label.GARBLE})
"""Labels that a word list may answer: it says how words are spelt, not who did what."""


@dataclass(frozen=True)
class Allowances:
    """What is right here although it looks damaged: words and names, and a baseline."""

    words: Collection[str] = ()
    baseline: Baseline = field(default_factory=lambda: Baseline({}))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.words)

    def allows(self, finding: Finding) -> bool:
        """Say whether a finding consists of listed words only, in any case."""
        if finding.label not in SPELLING:
            return False
        known = self._known
        text = finding.text.casefold().strip(".,;:!?\"'“”‘’()")
        return text in known or (bool(text) and all(word in known for word in text.split()))


@dataclass(frozen=True)
class _Suspect:
    verdict: Verdict
    number: int
    fails: bool
    findings: tuple[Finding, ...]


def decide(
    article: Article, document: DocumentVerdict, policy: Policy, allowances: Allowances
) -> Outcome:
    """Give an article's outcome. An article that could not be judged never passes.

    Without a single sentence to judge it is an error too, but for an empty one or one too
    short for the policy, which has nothing that could be damaged.
    """
    spans = tuple((v.start, v.end, v.score) for v in document.sentences)
    blank = Outcome(
        article.name,
        Decision.PASS,
        article.record,
        score=document.score,
        document_score=document.document_score,
        sentences=len(document.sentences),
        text=article.text,
        spans=spans,
    )
    if document.status is Status.ERROR:
        return replace(blank, decision=Decision.ERROR, error=document.reason or "not scored")
    judged = [
        (number, verdict)
        for number, verdict in enumerate(document.sentences)
        if verdict.status is Status.OK and len(verdict.text.split()) >= policy.min_words
    ]
    if not judged:
        reason = str(document.reason or "too short to judge")
        if reason == "not English":
            return replace(blank, decision=Decision.ERROR, error=f"nothing to judge: {reason}")
        return replace(blank, reasons=(f"nothing to judge: {reason}",))
    used: Counter[str] = Counter()
    suspects = []
    for number, verdict in judged:
        suspect = _suspect(number, verdict, policy, allowances, used)
        if suspect is not None and not _let_through(suspect, article, allowances, used):
            suspects.append(suspect)
    whole = Whole.of(len(suspects), len(judged), document.document_score, policy)
    fails = [suspect for suspect in suspects if suspect.fails]
    reasons = _reasons(fails, suspects, len(judged), whole, policy)
    decision = (
        Decision.HOLD if fails or whole.holds else Decision.WARN if suspects else Decision.PASS
    )
    flags = tuple(_flag(suspect, article, whole.holds) for suspect in suspects)
    return replace(
        blank,
        decision=decision,
        reasons=reasons,
        judged=len(judged),
        flags=flags,
        allowances=dict(used),
    )


def _reached(verdict: Verdict, limits: Mapping[str, float]) -> list[str]:
    probabilities = {str(ANY): verdict.score or 0.0}
    probabilities |= {label.value: value for label, value in verdict.labels.items()}
    return [name for name, value in probabilities.items() if value >= limits.get(name, 2.0)]


def _suspect(
    number: int,
    verdict: Verdict,
    policy: Policy,
    allowances: Allowances,
    used: Counter[str],
) -> _Suspect | None:
    """Say whether a sentence is suspect, leaving out labels that the word list answers.

    Where listed words answer every label that speaks, `any` is answered with them; one label
    that they do not answer keeps the sentence suspect.
    """
    limits = policy.fail_on
    low = {c: min(limits.get(c, 2.0), policy.suspect.get(c, 2.0)) for c in (ANY, *LABELS)}
    reached = _reached(verdict, low)
    if not reached:
        return None
    speaking = [Label(name) for name in reached if name != ANY] or [
        max(LABELS, key=lambda label: verdict.labels[label])
    ]
    findings: list[Finding] = []
    answered = 0
    for label in speaking:
        own = [finding for finding in verdict.candidates if finding.label is label]
        own = [f for f in own if f.score >= low[label]] or own
        left = [finding for finding in own if not allowances.allows(finding)]
        if own and not left:
            answered += 1
        findings += left
    if answered == len(speaking):
        used["words"] += 1
        return None
    if not findings:
        findings = [
            Finding(speaking[0], verdict.start, verdict.end, verdict.text, verdict.score or 0)
        ]
    kept = {finding.label.value for finding in findings}
    failing = [name for name in _reached(verdict, limits) if name == ANY or name in kept]
    return _Suspect(verdict, number, bool(failing), tuple(findings))


def _let_through(
    suspect: _Suspect, article: Article, allowances: Allowances, used: Counter[str]
) -> bool:
    verdict = suspect.verdict
    if any(start < verdict.end and verdict.start < end for start, end in article.allowed):
        used["marked"] += 1
        return True
    place = place_name(article.name, article.record)
    if allowances.baseline.accepts(place, _print(suspect)):
        used["baseline"] += 1
        return True
    return False


def _print(suspect: _Suspect) -> str:
    return fingerprint(suspect.verdict.text, {f.label.value for f in suspect.findings})


def _flag(suspect: _Suspect, article: Article, many: bool) -> Flag:
    verdict = suspect.verdict
    marks = tuple(
        Mark(finding, article.position(finding.start), article.end_position(finding.end))
        for finding in suspect.findings
    )
    return Flag(
        number=suspect.number,
        level=Decision.HOLD if suspect.fails or many else Decision.WARN,
        text=verdict.text,
        score=verdict.score or 0.0,
        labels=dict(verdict.labels),
        marks=marks,
        start=article.position(verdict.start),
        end=article.end_position(verdict.end),
        fingerprint=_print(suspect),
    )


def _reasons(
    fails: Sequence[_Suspect],
    suspects: Sequence[_Suspect],
    judged: int,
    whole: Whole,
    policy: Policy,
) -> tuple[str, ...]:
    reasons = []
    if fails:
        noun = "sentence is" if len(fails) == 1 else "sentences are"
        reasons.append(f"{len(fails)} {noun} damaged beyond the policy's limit for one")
    if whole.many:
        reasons.append(
            f"{len(suspects)} of {judged} sentences ({whole.share:.0%}) are suspect; from "
            f"{policy.count} and {policy.share:.0%} an article is held"
        )
    if whole.high:
        reasons.append(
            f"as a whole it is damaged with a probability of {whole.probability:.0%}; from "
            f"{policy.document:.0%} an article is held"
        )
    if not whole.holds and len(suspects) > len(fails):
        noun = "sentence is" if len(suspects) - len(fails) == 1 else "sentences are"
        reasons.append(f"{len(suspects) - len(fails)} {noun} suspect, too few to hold the article")
    return tuple(reasons)
