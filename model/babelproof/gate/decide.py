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
from babelproof.verdict import DocumentVerdict, Finding, Reason, Status, Verdict

SPELLING = frozenset({Label.NAME, Label.MT, Label.GARBLE})
"""Labels that a word list may answer: it says how words are spelt, not who did what."""

EVEN = 0.5
"""A label is named from even odds that it is what makes a sentence suspect: from half of the
probability that does. Against a sentence's own, which the rest of its article raises, one that
is damaged beyond doubt would go without its label."""


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
    """A sentence that reaches a limit. `speaking`: its labels that no word list answers.

    `named`: those of them that are likely enough to be shown; `findings` are theirs.
    """

    verdict: Verdict
    number: int
    fails: bool
    speaking: tuple[Label, ...]
    named: tuple[Label, ...]
    findings: tuple[Finding, ...]


def decide(
    article: Article, document: DocumentVerdict, policy: Policy, allowances: Allowances
) -> Outcome:
    """Give an article's outcome. An article that could not be judged never passes.

    So an empty draft is an error, and one in another language: neither is known to be sound.
    One of a word or two passes: it says nothing that could be damaged, and feeds are full of
    them.
    """
    blank = Outcome(
        article.name,
        Decision.ERROR,
        article.record,
        score=document.score,
        sentences=len(document.sentences),
        text=article.text,
        spans=tuple((v.start, v.end, v.score) for v in document.sentences),
    )
    if document.status is Status.ERROR:
        return replace(blank, error=document.reason or "not scored")
    judged = [
        (number, verdict)
        for number, verdict in enumerate(document.sentences)
        if verdict.status is Status.OK and len(verdict.text.split()) >= policy.min_words
    ]
    if not judged:
        reason = document.reason or Reason.TOO_SHORT
        if reason == Reason.TOO_SHORT:
            reasons = (f"nothing to judge: {reason}",)
            return replace(blank, decision=Decision.PASS, reasons=reasons)
        return replace(blank, error=_nothing(reason))
    used: Counter[str] = Counter()
    reaching = [_suspect(number, verdict, policy, allowances) for number, verdict in judged]
    found = [suspect for suspect in reaching if suspect is not None]
    suspects = [s for s in found if not _let_through(s, article, allowances, used)]
    fails = [suspect for suspect in suspects if suspect.fails]
    held = sum(suspect.verdict.held for suspect in suspects)
    whole = Whole.of(len(suspects), held, len(judged), document.document_score, policy)
    decision = (
        Decision.HOLD if fails or whole.holds else Decision.WARN if suspects else Decision.PASS
    )
    flags = tuple(_flag(suspect, article, whole.holds) for suspect in suspects)
    warned = {flag.number for flag in flags if flag.level is Decision.WARN}
    settled = {suspect.number for suspect in found} - warned
    return replace(
        blank,
        decision=decision,
        reasons=_reasons(fails, suspects, len(judged), whole, policy),
        document_score=whole.probability,
        judged=len(judged),
        alone=_alone(document, settled, article, allowances),
        flags=flags,
        allowances=dict(used),
    )


def _nothing(reason: str) -> str:
    return (
        f"nothing to judge: expected English sentences, found none ({reason}); write some or "
        "leave the draft out"
    )


def _alone(
    document: DocumentVerdict,
    settled: Collection[int],
    article: Article,
    allowances: Allowances,
) -> int:
    """Count the sentences that the detector holds beyond those `settled`: held, or allowed."""
    return sum(
        verdict.held
        and number not in settled
        and not _marked(verdict, article)
        and not all(map(allowances.allows, verdict.findings))
        for number, verdict in enumerate(document.sentences)
    )


def _reached(verdict: Verdict, limits: Mapping[str, float]) -> list[str]:
    probabilities = {str(ANY): verdict.score or 0.0}
    probabilities |= {label.value: value for label, value in verdict.labels.items()}
    return [name for name, value in probabilities.items() if value >= limits.get(name, 2.0)]


def _suspect(
    number: int, verdict: Verdict, policy: Policy, allowances: Allowances
) -> _Suspect | None:
    """Give what makes a sentence suspect, None where it is not.

    Where listed words answer every label that speaks, none is left, and `any` is answered
    with them; one label that they do not answer keeps the sentence suspect.
    """
    limits = policy.fail_on
    low = {c: min(limits.get(c, 2.0), policy.suspect.get(c, 2.0)) for c in (ANY, *LABELS)}
    reached = _reached(verdict, low)
    if not reached:
        return None
    own = [Label(name) for name in reached if name != ANY]
    speaking = []
    findings: list[Finding] = []
    for label in own or [_likeliest(verdict)]:
        candidates = [finding for finding in verdict.candidates if finding.label is label]
        sure = [f for f in candidates if f.score >= low[label]] or candidates
        left = [finding for finding in sure if not allowances.allows(finding)]
        if left or not sure:
            speaking.append(label)
            findings += left
    failing = [name for name in _reached(verdict, limits) if name == ANY or name in speaking]
    if not own and verdict.labels[_likeliest(verdict)] < low[ANY] * EVEN:
        return _Suspect(verdict, number, bool(failing), tuple(speaking), (), ())
    named = tuple(sorted(speaking, key=lambda label: -verdict.labels[label]))
    return _Suspect(verdict, number, bool(failing), tuple(speaking), named, tuple(findings))


def _likeliest(verdict: Verdict) -> Label:
    return max(LABELS, key=lambda label: verdict.labels[label])


def _let_through(
    suspect: _Suspect, article: Article, allowances: Allowances, used: Counter[str]
) -> bool:
    place = place_name(article.name, article.record)
    if not suspect.speaking:
        allowed = "words"
    elif _marked(suspect.verdict, article):
        allowed = "marked"
    elif allowances.baseline.accepts(place, _print(suspect)):
        allowed = "baseline"
    else:
        return False
    used[allowed] += 1
    return True


def _marked(verdict: Verdict, article: Article) -> bool:
    return any(start < verdict.end and verdict.start < end for start, end in article.allowed)


def _print(suspect: _Suspect) -> str:
    return fingerprint(suspect.verdict.text, {label.value for label in suspect.speaking})


def _flag(suspect: _Suspect, article: Article, whole: bool) -> Flag:
    verdict = suspect.verdict
    marks = tuple(
        Mark(finding, article.position(finding.start), article.end_position(finding.end))
        for finding in suspect.findings
    )
    return Flag(
        number=suspect.number,
        level=Decision.HOLD if suspect.fails or whole else Decision.WARN,
        text=verdict.text,
        score=verdict.score or 0.0,
        labels=dict(verdict.labels),
        marks=marks,
        start=article.position(verdict.start),
        end=article.end_position(verdict.end),
        fingerprint=_print(suspect),
        named=suspect.named,
        note=_note(suspect, whole),
    )


def _note(suspect: _Suspect, whole: bool) -> str | None:
    """Say why a sentence shows no place, or lacks that of a label; None where it lacks none."""
    if not suspect.named:
        rest = "the article as a whole reads as damaged" if whole else "no label stands out"
        return f"no single place; {rest}"
    placed = {finding.label for finding in suspect.findings}
    missing = [label for label in suspect.named if label not in placed]
    return f"no place is recorded for {' and '.join(missing)}" if missing else None


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
    if whole.many and whole.supported:
        reasons.append(
            f"{len(suspects)} of {judged} sentences ({whole.share:.0%}) are suspect; from "
            f"{policy.count} and {policy.share:.0%} an article is held"
        )
    if whole.high and whole.supported:
        reasons.append(
            f"as a whole it is damaged with a probability of {whole.probability:.0%}; from "
            f"{policy.document:.0%} an article is held"
        )
    if not whole.holds and len(suspects) > len(fails):
        noun = "sentence is" if len(suspects) - len(fails) == 1 else "sentences are"
        few = "too few" if whole.supported else "too few of them held by themselves"
        reasons.append(f"{len(suspects) - len(fails)} {noun} suspect, {few} to hold the article")
    return tuple(reasons)
