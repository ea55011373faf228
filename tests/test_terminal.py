"""Terminal: what people see points at the right words and cannot steer their terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from babelproof.batch import Scored
from babelproof.labels import LABELS, Label
from babelproof.records import Record
from babelproof.terminal import View, highlighted, marks, printable, probability
from babelproof.verdict import DocumentVerdict, Finding, Reason, Status, Verdict

TEXT = "Minister Brinken met the ministers in Tokio."
AT = 100  # where the sentence starts in its document


def finding(word: str, label: Label, score: float, evidence: object = None) -> Finding:
    start = AT + TEXT.index(word)
    return Finding(label, start, start + len(word), word, score, evidence=evidence)


def sentence(*findings: Finding, score: float = 0.97) -> Verdict:
    return Verdict(
        TEXT,
        AT,
        AT + len(TEXT),
        Status.OK,
        score=score,
        labels=dict.fromkeys(LABELS, 0.1),
        held=bool(findings),
        findings=findings,
    )


def shown(
    item: Scored, *, every: bool = False, terminal: bool = False, no_color: bool = False
) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=terminal,
        no_color=no_color,
        width=60,
        highlight=False,
        color_system="truecolor" if terminal else None,
    )
    View(console, every_sentence=every).show(item)
    return out.getvalue()


def document(*sentences: Verdict) -> Scored:
    record = Record("a.txt", 1, 0, {"file": "a.txt", "text": ""}, "", None)
    return Scored(record, DocumentVerdict.of(sentences), None)


def test_damaged_words_are_marked_without_colour() -> None:
    verdict = sentence(finding("Tokio", Label.COUNTRY, 0.5), finding("Brinken", Label.NAME, 0.934))
    assert highlighted(verdict, coloured=False).plain == (
        "Minister [[Brinken]]{name 0.93} met the ministers in [[Tokio]]{country 0.50}."
    )


def test_damaged_words_are_coloured_and_the_text_unchanged() -> None:
    text = highlighted(sentence(finding("Brinken", Label.NAME, 0.9)), coloured=True)
    assert text.plain == TEXT
    (span,) = text.spans
    assert text.plain[span.start : span.end] == "Brinken"


def test_overlapping_findings_share_one_mark() -> None:
    verdict = sentence(
        finding("Minister Brinken", Label.ROLE, 0.6),
        finding("Brinken met", Label.NAME, 0.8),
        finding("Brinken", Label.NAME, 0.7),
    )
    (mark,) = marks(verdict)
    assert TEXT[mark.start : mark.end] == "Minister Brinken met"
    assert mark.caption == "name 0.80, role 0.60"


def test_adjoining_findings_stay_apart() -> None:
    verdict = sentence(finding("Minister", Label.ROLE, 0.6), finding(" Brinken", Label.NAME, 0.8))
    assert len(marks(verdict)) == 2


def test_a_finding_beyond_the_sentence_is_cut_to_it() -> None:
    verdict = sentence(Finding(Label.MT, AT - 5, AT + 8, "x", 0.5), Finding(Label.MT, 0, 3, "x", 1))
    (mark,) = marks(verdict)
    assert (mark.start, mark.end) == (0, 8)


def test_only_held_sentences_are_shown_unless_all_are_asked_for() -> None:
    clean = Verdict("All is well here.", 0, 17, Status.OK, score=0.02)
    skipped = Verdict("Hm.", 18, 21, Status.SKIPPED, Reason.TOO_SHORT)
    item = document(clean, sentence(finding("Brinken", Label.NAME, 0.9)), skipped)
    brief = shown(item)
    assert "a.txt: held 1 of 2 sentences, 1 skipped" in brief
    assert "   2  0.97  held: name 0.90\n            Minister [[Brinken]]{name 0.90} met" in brief
    assert "All is well" not in brief
    full = shown(item, every=True)
    assert "   1  0.02  All is well here." in full
    assert "   3   -    skipped, too short to judge: Hm." in full


def test_nothing_held_says_so() -> None:
    assert shown(document(Verdict("Good.", 0, 5, Status.OK, score=0.1))) == (
        "a.txt: held 0 of 1 sentence\n"
    )


def test_a_skipped_document_and_an_error_say_why() -> None:
    assert shown(document(Verdict("", 0, 0, Status.SKIPPED, Reason.EMPTY))) == (
        "a.txt: skipped (empty)\n"
    )
    failed = Scored(Record("b.jsonl", 4, 0, {"id": 17}, None, "found both"), None, "found both")
    assert shown(failed) == "b.jsonl:4 (17): found both\n"


def test_evidence_is_shown() -> None:
    plain = finding("Brinken", Label.NAME, 0.9, evidence="no such person in office")
    nested = finding("Tokio", Label.COUNTRY, 0.9, evidence={"country": "JP"})
    out = shown(document(sentence(plain, nested)))
    assert "name: no such person in office" in out
    assert 'country: {"country": "JP"}' in out


def test_a_pipe_gets_no_colour_and_one_line_a_sentence() -> None:
    long = Verdict("word " * 100, 0, 500, Status.OK, score=0.3)
    out = shown(document(long), every=True)
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3  # title, sentence, blank


def test_a_terminal_gets_colour_and_wrapped_lines() -> None:
    out = shown(document(sentence(finding("Brinken", Label.NAME, 0.9))), terminal=True)
    assert "\x1b[" in out
    assert "[[" not in out


def test_a_terminal_without_colour_gets_marks() -> None:
    item = document(sentence(finding("Brinken", Label.NAME, 0.9)))
    assert "[[Brinken]]{name 0.90}" in shown(item, terminal=True, no_color=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b]0;title\x07b", "a\ufffd]0;title\ufffdb"),
        ("a\tb\r\nc", "a b  c"),
        ("\u202eabc", "\ufffdabc"),
        ("\ud800", "\ufffd"),
        ("“Łódź” 🙂 [bold]", "“Łódź” 🙂 [bold]"),
    ],
)
def test_text_cannot_steer_the_terminal(text: str, expected: str) -> None:
    assert printable(text) == expected
    verdict = Verdict(text, 0, len(text), Status.OK, score=0.1)
    out = shown(document(verdict), every=True)
    assert "\x1b" not in out
    assert expected in out


def test_control_codes_in_names_and_errors_are_harmless() -> None:
    out = shown(Scored(Record("\x1b[2J.txt", 1, 0, None, None, "\x1b[2J"), None, "\x1b[2J"))
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.0, "0.00"), (0.006, "0.01"), (0.9951, "0.99"), (0.99999, "0.99"), (1.0, "1.00")],
)
def test_only_certainty_is_written_as_certainty(score: float, expected: str) -> None:
    assert probability(score) == expected
