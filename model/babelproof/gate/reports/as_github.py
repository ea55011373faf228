"""GitHub: a run as annotations of a workflow, at the lines of the files."""

from __future__ import annotations

import unicodedata
from typing import TextIO

from babelproof.gate.outcome import Decision, Flag, Outcome, Run
from babelproof.gate.reports import phrases
from babelproof.terminal import highlighted, printable


def write(run: Run, stream: TextIO) -> None:
    """Write a command for each flag and each article without judgement, then the sum."""
    for outcome in run.outcomes:
        if outcome.decision is Decision.ERROR:
            title = "babelproof: not judged"
            _command(stream, "error", _place(outcome, None), title, [phrases.summary(outcome)])
        for flag in outcome.flags:
            _flag(stream, outcome, flag)
    stream.write(phrases.tally(run) + "\n")


def _flag(stream: TextIO, outcome: Outcome, flag: Flag) -> None:
    level = "error" if flag.level is Decision.HOLD else "warning"
    sentence = highlighted(phrases.verdict(outcome, flag), coloured=False).plain
    lines = [sentence, *phrases.facts(flag)]
    title = f"babelproof {flag.level}: {phrases.why(flag)}"
    _command(stream, level, _place(outcome, flag), title, lines)


def _place(outcome: Outcome, flag: Flag | None) -> dict[str, str]:
    """Give the properties that say where. Columns of a record are not those of its file."""
    place = {"file": "".join(map(_name_character, outcome.name))}
    if outcome.record is not None:
        return place | {"line": str(outcome.record)}
    if flag is None:
        return place
    start, end = flag.start, flag.end
    if start.line != end.line:  # the runner refuses columns that span lines
        return place | {"line": str(start.line), "endLine": str(end.line)}
    return place | {
        "line": str(start.line),
        "col": str(start.column),
        "endLine": str(end.line),
        "endColumn": str(end.column),
    }


def _name_character(character: str) -> str:
    # The name must stay that of the file: other spaces than ours are no danger in a log.
    return character if unicodedata.category(character) == "Zs" else printable(character)


def _command(
    stream: TextIO, level: str, place: dict[str, str], title: str, lines: list[str]
) -> None:
    properties = ",".join(
        f"{name}={_property(value)}" for name, value in {**place, "title": printable(title)}.items()
    )
    message = _data("\n".join(map(printable, lines)))
    stream.write(f"::{level} {properties}::{message}\n")


def _data(text: str) -> str:
    """Escape a message as the runner reads it back.

    >>> _data("50%\\nand more")
    '50%25%0Aand more'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property, which ends at a colon or a comma.

    >>> _property("a,b:c")
    'a%2Cb%3Ac'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")
