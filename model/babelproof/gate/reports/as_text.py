"""Text: a run as people read it, damaged words underlined, or marked where no colour is."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from babelproof.gate.outcome import Decision, Flag, Outcome, Run
from babelproof.gate.reports import phrases
from babelproof.terminal import STYLES, highlighted, printable, probability

_COLOURS = {
    Decision.PASS: "green",
    Decision.WARN: "yellow",
    Decision.HOLD: "bold red",
    Decision.ERROR: "bold white on red",
}

_QUOTE = "| "
"""Stands before what an article says, and before any line that begins with `::`: where a CI
server reads our output, that would be a command."""


def write(run: Run, stream: TextIO) -> None:
    """Write a run: every article with its decision, reasons and flags, then the sum."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    _Writer(console).run(run)


class _Writer:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._coloured = console.is_terminal and not console.no_color

    def run(self, run: Run) -> None:
        for outcome in run.outcomes:
            self._outcome(outcome)
        self._line(Text(phrases.tally(run), style="bold"))

    def _outcome(self, outcome: Outcome) -> None:
        head = Text(printable(outcome.place), style="bold").append(": ", style="not bold")
        head.append(str(outcome.decision), style=_COLOURS[outcome.decision])
        head.append(f", {printable(phrases.summary(outcome))}", style="not bold")
        self._line(head)
        for reason in outcome.reasons:
            self._line(Text(printable(reason)), indent=2)
        allowed = phrases.let_through(outcome)
        if allowed is not None:
            self._line(Text(printable(allowed), style="dim"), indent=2)
        for flag in outcome.flags:
            self._flag(outcome, flag)
        if outcome.flags:
            self._line(Text())

    def _flag(self, outcome: Outcome, flag: Flag) -> None:
        line = Text(phrases.at(outcome, flag)).append(": ")
        line.append(str(flag.level), style=_COLOURS[flag.level])
        line.append(f" {probability(flag.score)} (").append_text(self._why(flag)).append(")")
        self._line(line, indent=2)
        sentence = highlighted(phrases.verdict(outcome, flag), self._coloured)
        for span in list(sentence.spans):
            sentence.stylize("underline", span.start, span.end)
        self._line(Text(_QUOTE).append_text(sentence), indent=4)
        for fact in phrases.facts(flag):
            self._line(Text(fact, style="italic"), indent=4)

    def _why(self, flag: Flag) -> Text:
        why = Text(phrases.why(flag))
        for label, style in STYLES.items() if self._coloured else ():
            why.highlight_regex(rf"\b{label} \d\.\d+", style)
        return why

    def _line(self, text: Text, indent: int = 0) -> None:
        if text.plain.lstrip().startswith("::"):
            text = Text(_QUOTE).append_text(text)
        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:  # whoever reads a pipe wants one sentence on one line
            self._console.print(Text(" " * indent).append_text(text), soft_wrap=True)
