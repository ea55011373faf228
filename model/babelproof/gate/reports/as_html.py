"""HTML: a run as one page to read and print, without scripts or anything from outside."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from string import Template
from typing import TextIO

from babelproof.gate.outcome import Decision, Flag, Outcome, Run
from babelproof.gate.reports import phrases
from babelproof.gate.reports.chart import chart
from babelproof.gate.reports.markup import element, isolated, shown, span
from babelproof.labels import LABELS
from babelproof.terminal import marks, probability
from babelproof.verdict import Finding

STYLES = ("palette.css", "report.css")
"""The names of the style sheets beside this module, which go into the page."""

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$security">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<style>$style</style>
</head>
<body>
<header>
$header
</header>
<main>
$articles
</main>
<footer class="soft">
$footer
</footer>
</body>
</html>
"""
)


def write(run: Run, stream: TextIO) -> None:
    """Write a run as a page: a summary, then every article whole with its damage marked."""
    folder = files(__package__)
    style = "".join(folder.joinpath(name).read_text(encoding="ascii") for name in STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _PAGE.substitute(
        # Only the style above may apply: no script, no image, no font, no form.
        security="default-src 'none'; script-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{digest}'",
        title=shown(f"babelproof gate: {phrases.tally(run)}"),
        style=style,
        header=_header(run),
        articles="\n".join(_article(o, f"a{n}") for n, o in enumerate(run.outcomes, start=1)),
        footer=_footer(run),
    )
    # References for all that is not ASCII: sound in whatever the stream encodes.
    stream.write(page.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def _badge(decision: Decision) -> str:
    return span(str(decision), f"badge {decision}")


def _header(run: Run) -> str:
    rows = [
        element(
            "tr",
            element("td", element("a", isolated(outcome.place), href=f"#a{number}"))
            + element("td", _badge(outcome.decision))
            + element("td", str(outcome.held), class_="number")
            + element("td", str(outcome.judged), class_="number")
            + element(
                "td", "-" if outcome.score is None else probability(outcome.score), class_="number"
            ),
        )
        for number, outcome in enumerate(run.outcomes, start=1)
    ]
    columns = "".join(
        element("th", name, scope="col", class_=class_)
        for name, class_ in (
            ("Article", None),
            ("Decision", None),
            ("Held", "number"),
            ("Judged", "number"),
            ("Highest", "number"),
        )
    )
    caption = "Sentences held and judged, and the highest probability that one would be held"
    table = element(
        "table",
        element("caption", caption)
        + element("thead", element("tr", columns))
        + element("tbody", "".join(rows)),
    )
    hint = "Point at a highlighted sentence, tap it, or reach it with the tab key, to see why."
    return "\n".join(
        (
            element("h1", f"Gate report {_badge(run.decision)}"),
            element("p", shown(phrases.tally(run))),
            element("div", table, class_="scroll", tabindex="0", role="region", aria_label="Sums"),
            element("p", hint, class_="soft screen"),
        )
    )


def _article(outcome: Outcome, ident: str) -> str:
    title = element("h2", f"{isolated(outcome.place)} {_badge(outcome.decision)}", id=ident)
    said = [shown(phrases.summary(outcome)), *map(shown, outcome.reasons)]
    allowed = phrases.let_through(outcome)
    said += [] if allowed is None else [shown(allowed)]
    reasons = element("ul", "".join(element("li", line) for line in said), class_="reasons")
    jumps = ", ".join(
        element("a", f"{flag.number + 1} ({flag.level})", href=f"#{ident}-s{flag.number + 1}")
        for flag in outcome.flags
    )
    parts = [title, reasons, chart(outcome, ident)]
    parts += [element("p", f"Sentences: {jumps}", class_="screen")] if jumps else []
    parts += [element("div", text, class_="text")] if (text := _text(outcome, ident)) else []
    return element("section", "\n".join(parts), class_="article", aria_labelledby=ident)


def _text(outcome: Outcome, ident: str) -> str:
    """Give the article whole, its flagged sentences highlighted in their place."""
    flags = {flag.number: flag for flag in outcome.flags}
    pieces = []
    at = 0
    for number, (start, end, _) in enumerate(outcome.spans):
        if number not in flags or start < at:  # no character is shown twice
            continue
        pieces += [shown(outcome.text[at:start]), _flag(outcome, flags.pop(number), ident)]
        at = end
    pieces.append(shown(outcome.text[at:]))
    pieces += ["\n\n" + _flag(outcome, flag, ident) for flag in flags.values()]
    return "".join(pieces)


def _flag(outcome: Outcome, flag: Flag, ident: str) -> str:
    own = f"{ident}-s{flag.number + 1}"
    verdict = phrases.verdict(outcome, flag)
    pieces = [span(phrases.DONE[flag.level], f"tag {flag.level}")]
    at = 0
    for mark in marks(verdict):
        surest = sorted(mark.findings, key=lambda finding: -finding.score)
        label = ", ".join(dict.fromkeys(finding.label.value for finding in surest))
        word = shown(flag.text[mark.start : mark.end]) + span(label, "label")
        pieces += [shown(flag.text[at : mark.start])]
        pieces += [element("mark", word, class_=surest[0].label.value)]
        at = mark.end
    pieces.append(shown(flag.text[at:]))
    note = element("span", _note(outcome, flag), class_="note", role="tooltip", id=f"{own}-note")
    return element(
        "span",
        "".join(pieces) + note,
        id=own,
        class_=f"flag {flag.level}",
        role="group",
        tabindex="0",
        aria_describedby=f"{own}-note",
    )


def _note(outcome: Outcome, flag: Flag) -> str:
    """Say why a sentence is flagged, in elements that may stand within a line."""
    head = (
        element("b", f"{phrases.DONE[flag.level].capitalize()}: {probability(flag.score)}")
        + " probability that an editor would hold this sentence"
        + f" (line {flag.start.line}, column {flag.start.column})"
    )
    lines = [element("span", head)]
    told: set[str] = set()
    for finding in phrases.findings(flag):
        lines += _finding(finding, flag, explain=finding.label not in told)
        told.add(finding.label)
    lines += [] if flag.note is None else [element("span", shown(f"{flag.note}."))]
    others = ", ".join(f"{label} {probability(flag.labels.get(label, 0.0))}" for label in LABELS)
    lines.append(span(f"All labels: {others}", "soft"))
    lines.append(span(isolated(phrases.at(outcome, flag)), "soft"))
    return "".join(lines)


def _finding(finding: Finding, flag: Flag, explain: bool) -> list[str]:
    word = "The sentence" if finding.text == flag.text else f"“{isolated(finding.text)}”"
    meaning = phrases.MEANINGS[finding.label]
    said = f"{word}: {element('b', f'{finding.label} {probability(finding.score)}')}."
    lines = [element("span", f"{said} {meaning.says} {meaning.advice}" if explain else said)]
    fact = phrases.fact(finding)
    return lines if fact is None else [*lines, span(shown(fact), "fact")]


def _footer(run: Run) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items()))
    policy = json.dumps(phrases.jsonable(run.policy), indent=2, sort_keys=True, ensure_ascii=False)
    return element("p", shown(f"{run.created}. {versions}")) + element(
        "details", element("summary", "The policy in effect") + element("pre", shown(policy))
    )
