"""Runs of the gate made by hand, for the tests of its reports."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from babelproof.gate.article import Article, plain
from babelproof.gate.outcome import Decision, Flag, Mark, Outcome, Run
from babelproof.gate.reports import write_report
from babelproof.labels import LABELS, Label
from babelproof.verdict import Finding

FACT = {
    "fact": "Antony Blinken: US Secretary of State 2021-01-26 to 2025-01-20",
    "person": "Antony Blinken",
    "source": "wikidata",
    "proposal": "American",
}

FACT_LINE = (
    "Antony Blinken: US Secretary of State 2021-01-26 to 2025-01-20 "
    "(write American; source: wikidata)"
)
"""The line that reports give of `FACT`."""

HOSTILE = (
    "<script>alert('x')</script> & \"it\" \u202egnp.exe\u202c said a\u200bb \ud800 \x00 \x1b[31m. "
    "::error::{0} [here](https://evil.example) ]]> \ufffe --> 50%,\r\nnext: 🙂 👩\u200d💻."
)

NO_PLACE = "no single place; no label stands out"
NOT_RECORDED = "no place is recorded for mt"
"""What `decide` notes of sentences without a place."""

Wound = tuple[str, Label, float, Any]
"""A word, its label, how sure, and the evidence."""


def flag(
    article: Article, number: int, text: str, level: Decision, score: float, *wounds: Wound
) -> Flag:
    """Give the flag of a sentence that stands in an article."""
    start = article.text.index(text)
    marks = []
    for word, label, sure, evidence in wounds:
        at = article.text.index(word, start)
        source = "model" if evidence is None else "both"
        finding = Finding(label, at, at + len(word), word, sure, source, evidence)
        place = article.position(at), article.end_position(at + len(word))
        marks.append(Mark(finding, *place))
    labels = dict.fromkeys(LABELS, 0.0123456789)
    labels |= {label: sure for _, label, sure, _ in wounds}
    end = article.end_position(start + len(text))
    position = article.position(start)
    print_ = f"print-{number}"
    named = tuple(dict.fromkeys(label for _, label, _, _ in wounds))
    return Flag(number, level, text, score, labels, tuple(marks), position, end, print_, named)


def outcome(
    article: Article, decision: Decision, sentences: list[tuple[str, float | None]], **more: Any
) -> Outcome:
    """Give an outcome with the spans of sentences that stand in the article in order."""
    spans = []
    at = 0
    for text, score in sentences:
        at = article.text.index(text, at)
        spans.append((at, at + len(text), score))
        at += len(text)
    scores = [score for _, score in sentences if score is not None]
    return Outcome(
        article.name,
        decision,
        article.record,
        score=max(scores, default=None),
        sentences=len(spans),
        judged=len(scores),
        text=article.text,
        spans=tuple(spans),
        **more,
    )


def held(name: str = "drafts/envoy draft.md", record: int | None = None) -> Outcome:
    """An article with two held sentences, a warned one, a clean one and one not judged."""
    country = "Uzbek Secretary of State Antony Blinken met\nthe envoys in the capital."
    green = "They gave the project a green street, and then a green street."
    sure = "He was sure that of it."
    clean = "The envoys flew home on Friday."
    text = f"TALKS END\n\n{country} {clean}\n\n{green} {sure}\n"
    article = plain(name, text, record=record)
    flags = (
        flag(
            article,
            1,
            country,
            Decision.HOLD,
            0.991234567,
            ("Uzbek", Label.COUNTRY, 0.97, FACT),
            ("Uzbek Secretary", Label.ROLE, 0.61, None),
        ),
        flag(
            article,
            3,
            green,
            Decision.HOLD,
            0.93,
            ("a green street", Label.MT, 0.93, None),
            ("then a green street", Label.MT, 0.7, None),
        ),
        flag(article, 4, sure, Decision.WARN, 0.71, ("sure that of it", Label.GARBLE, 0.66, None)),
    )
    sentences: list[tuple[str, float | None]] = [
        ("TALKS END", None),
        (country, 0.991234567),
        (clean, 0.02),
        (green, 0.93),
        (sure, 0.71),
    ]
    reasons = ("2 sentences are damaged beyond the policy's limit for one",)
    return outcome(article, Decision.HOLD, sentences, flags=flags, reasons=reasons)


def hostile() -> Outcome:
    """An article, a name and evidence that try to steer whoever shows them."""
    article = plain("a,b:50%\x1b<i>\u202e.txt", HOSTILE)
    wounds = ("said a\u200bb", Label.NAME, 0.9, {"fact": "<img src=x onerror=y>\u202e\x07"})
    flags = (flag(article, 0, HOSTILE, Decision.HOLD, 1.0, wounds),)
    reasons = ("::warning::<b>held</b>\x1b[2J",)
    return outcome(article, Decision.HOLD, [(HOSTILE, 1.0)], flags=flags, reasons=reasons)


def warned() -> Outcome:
    """An article that is warned of, with a sentence that no label is named for, and one whose
    label has no place."""
    suspect, recorded = "The ministry confirmed the plan.", "It has a green street."
    article = plain("warned.txt", f"{suspect} {recorded}")
    flags = (
        replace(flag(article, 0, suspect, Decision.WARN, 0.64), note=NO_PLACE),
        replace(
            flag(article, 1, recorded, Decision.WARN, 0.55),
            named=(Label.MT,),
            labels=dict.fromkeys(LABELS, 0.01) | {Label.MT: 0.31},
            note=NOT_RECORDED,
        ),
    )
    reasons = ("2 sentences are suspect, too few to hold the article",)
    sentences: list[tuple[str, float | None]] = [(suspect, 0.64), (recorded, 0.55)]
    allowed = {"words": 2, "marked": 0, "baseline": 1}
    return outcome(
        article,
        Decision.WARN,
        sentences,
        flags=flags,
        reasons=reasons,
        allowances=allowed,
        alone=1,
    )


def passed() -> Outcome:
    """A clean article."""
    article = plain("clean.txt", "All is well here.")
    return outcome(article, Decision.PASS, [(article.text, 0.01)])


def failed(record: int | None = None) -> Outcome:
    """A file that could not be read."""
    return Outcome(
        "broken.docx", Decision.ERROR, record, error="expected a document, found no archive"
    )


def run(*outcomes: Outcome) -> Run:
    """Give a run of some outcomes, or of one of every kind."""
    return Run(
        outcomes or (held(), passed(), warned(), held("wire.jsonl", 3), hostile(), failed()),
        {"preset": "balanced", "fail_on": {"any": 0.97, Label.NAME: 0.9}, "count": 2},
        {"babelproof": "0.1.0", "bundle": "default 3"},
        "2024-05-06T09:08:07+02:00",
    )


def report(format: str, of: Run | None = None) -> str:
    """Write a run as text."""
    stream = io.StringIO()
    write_report(run() if of is None else of, format, stream)
    return stream.getvalue()
