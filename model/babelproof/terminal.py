"""Terminal: verdicts as people read them, damaged words highlighted."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from babelproof.batch import Scored
from babelproof.labels import Label
from babelproof.records import Record
from babelproof.verdict import DocumentVerdict, Finding, Verdict

STYLES: dict[Label, str] = {
    Label.MT: "bold black on yellow",
    Label.GARBLE: "bold white on red",
    Label.NAME: "bold black on cyan",
    Label.ROLE: "bold white on magenta",
    Label.COUNTRY: "bold white on blue",
}

_NUMBER = 4
"""Columns of a sentence's number."""
_BIDIRECTIONAL = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def printable(text: str) -> str:
    """Give text that cannot steer a terminal, as long as it was.

    White space becomes a space; other control characters, lone surrogates and marks that
    turn the writing direction become U+FFFD.

    >>> printable("a\\tb\\x1b[31m")
    'a b�[31m'
    """
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    if character in _BIDIRECTIONAL or unicodedata.category(character) in ("Cc", "Cs"):
        return "\ufffd"
    return character


@dataclass(frozen=True)
class Mark:
    """Characters `[start, end)` of a sentence and the findings that touch them."""

    start: int
    end: int
    findings: tuple[Finding, ...]

    @property
    def style(self) -> str:
        """The colour of the surest finding."""
        return STYLES[max(self.findings, key=lambda finding: finding.score).label]

    @property
    def caption(self) -> str:
        """The labels with their probabilities, each once: `name 0.93, mt 0.71`."""
        return ", ".join(_captions(self.findings).values())


def marks(verdict: Verdict) -> list[Mark]:
    """Join the findings of a sentence that overlap; offsets count from its first character."""
    joined: list[Mark] = []
    for finding in sorted(verdict.findings, key=lambda finding: (finding.start, finding.end)):
        start = max(finding.start - verdict.start, 0)
        end = min(finding.end - verdict.start, len(verdict.text))
        if start >= end:
            continue
        if joined and start < joined[-1].end:
            last = joined.pop()
            joined.append(Mark(last.start, max(end, last.end), (*last.findings, finding)))
        else:
            joined.append(Mark(start, end, (finding,)))
    return joined


def probability(score: float) -> str:
    """Write a probability with two decimals, never rounding it up to certainty.

    >>> probability(0.934), probability(0.9999)
    ('0.93', '0.99')
    """
    return f"{min(score, 0.99) if score < 1 else score:.2f}"


def highlighted(verdict: Verdict, coloured: bool) -> Text:
    """Give the sentence with its damaged words in colour, or marked `[[word]]{name 0.93}`."""
    shown = printable(verdict.text)
    text = Text()
    at = 0
    for mark in marks(verdict):
        text.append(shown[at : mark.start])
        if coloured:
            text.append(shown[mark.start : mark.end], style=mark.style)
        else:
            text.append(f"[[{shown[mark.start : mark.end]}]]{{{mark.caption}}}")
        at = mark.end
    text.append(shown[at:])
    return text


class View:
    """Prints verdicts to a console: in colour on a terminal, marked and unwrapped elsewhere."""

    def __init__(self, console: Console, every_sentence: bool = False) -> None:
        self._console = console
        self._every = every_sentence
        self._coloured = console.is_terminal and not console.no_color

    def show(self, item: Scored) -> None:
        """Print one document: a title line with the summary, then its sentences."""
        line = Text(printable(_title(item.record)), style="bold")
        if item.verdict is None:
            line.append(f": {printable(item.error or 'could not be scored')}", style="red")
            self._print(line)
            return
        line.append(": ")
        line.append(summary(item.verdict), style="bold red" if item.verdict.held else "green")
        self._print(line)
        for number, sentence in enumerate(item.verdict.sentences, start=1):
            if sentence.held:
                self._held(number, sentence)
            elif self._every:
                self._other(number, sentence)
        if item.verdict.held or self._every:
            self._print(Text())

    def _held(self, number: int, verdict: Verdict) -> None:
        captions = [
            Text(caption, style=STYLES[label] if self._coloured else "")
            for label, caption in _captions(verdict.findings).items()
        ]
        # The labels stand over the sentence, clear of the words they highlight.
        body = Text("held: ").append_text(Text(", ").join(captions)).append("\n")
        body.append_text(highlighted(verdict, self._coloured))
        for finding in verdict.findings:
            if finding.evidence is not None:
                body.append(f"\n{_evidence(finding)}", style="italic dim")
        self._row(number, verdict.score, body)

    def _other(self, number: int, verdict: Verdict) -> None:
        body = Text(printable(verdict.text))
        if verdict.score is None:
            body = Text(f"{verdict.status}, {verdict.reason}: ", style="dim").append_text(body)
        self._row(number, verdict.score, body)

    def _row(self, number: int, score: float | None, body: Text) -> None:
        shown = " -  " if score is None else probability(score)
        lead = Text(f"{number:>{_NUMBER}}", style="dim").append(f"  {shown}", style="default")
        if self._console.is_terminal:
            row = Table.grid(padding=(0, 2))
            row.add_row(lead, body)
            self._console.print(row)
            return
        for line in body.split("\n", allow_blank=True):
            self._print(lead + "  " + line)
            lead = Text(" " * len(lead))

    def _print(self, text: Text) -> None:
        # Whoever reads a pipe wants one sentence on one line.
        self._console.print(text, soft_wrap=not self._console.is_terminal)


def _title(record: Record) -> str:
    """Name a document: its file, and its line and id where a file holds several."""
    fields = record.fields
    if fields is not None and fields.get("file") == record.file:
        return record.file
    known = fields.get("id") if fields is not None else None
    return f"{record.file}:{record.line}" + (f" ({known})" if isinstance(known, str | int) else "")


def summary(verdict: DocumentVerdict) -> str:
    """Say in one phrase how a document came out."""
    if verdict.status == "skipped":
        return f"skipped ({verdict.reason})"
    judged = sum(sentence.score is not None for sentence in verdict.sentences)
    held = sum(sentence.held for sentence in verdict.sentences)
    noun = "sentence" if judged == 1 else "sentences"
    skipped = len(verdict.sentences) - judged
    return f"held {held} of {judged} {noun}" + (f", {skipped} skipped" if skipped else "")


def _captions(findings: Sequence[Finding]) -> dict[Label, str]:
    """Give each label present with its highest probability as text, the surest first."""
    scores: dict[Label, float] = {}
    for finding in findings:
        scores[finding.label] = max(finding.score, scores.get(finding.label, 0.0))
    surest = sorted(scores.items(), key=lambda item: -item[1])
    return {label: f"{label} {probability(score)}" for label, score in surest}


def _evidence(finding: Finding) -> str:
    evidence = finding.evidence
    if isinstance(evidence, dict) and isinstance(evidence.get("fact"), str):
        evidence = evidence["fact"]
    text = evidence if isinstance(evidence, str) else json.dumps(evidence, ensure_ascii=False)
    return f"{finding.label}: {printable(text)}"
