"""Charts: the scores of an article's sentences as bars, drawn in SVG."""

from __future__ import annotations

from babelproof.gate.outcome import Decision, Outcome
from babelproof.gate.reports.markup import element
from babelproof.gate.reports.phrases import DONE
from babelproof.terminal import probability

_TOP = 14
"""Room above the bars, for the signs of what is held."""
_TALL = 90
_LEFT = 26
_WIDE = 640
"""What the bars share, as long as none is thinner than `_THIN` or wider than `_THICK`."""
_THIN = 4
_THICK = 16


def chart(outcome: Outcome, ident: str) -> str:
    """Draw a bar for every sentence, or nothing where there is none.

    A filled triangle stands over a held one, a hollow one over one warned of.
    """
    if not outcome.spans:
        return ""
    pitch = max(_THIN, min(_THICK, _WIDE // len(outcome.spans)))
    wide = _LEFT + max(pitch * len(outcome.spans), 200)
    levels = {flag.number: flag.level for flag in outcome.flags}
    parts = [
        element("title", "Scores of the sentences", id=f"{ident}-chart"),
        element("desc", _told(outcome), id=f"{ident}-told"),
        *_axes(wide),
    ]
    for number, (_, _, score) in enumerate(outcome.spans):
        parts.append(_bar(number, score, levels.get(number), pitch))
    tall = _TOP + _TALL + 4
    drawing = element(
        "svg",
        "".join(parts),
        role="img",
        aria_labelledby=f"{ident}-chart {ident}-told",
        width=str(wide),
        height=str(tall),
        viewBox=f"0 0 {wide} {tall}",
    )
    scroll = element(
        "div",
        drawing,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Chart of {outcome.place}",
    )
    legend = (
        "Each bar is a sentence: the probability that an editor would hold it. "
        "A filled triangle: held; a hollow one: warned of; no bar: not judged."
    )
    return element("figure", scroll + element("figcaption", legend))


def _told(outcome: Outcome) -> str:
    """Say the chart in words, for those who cannot see it."""
    flagged = ", ".join(
        f"sentence {flag.number + 1} {probability(flag.score)} {DONE[flag.level]}"
        for flag in outcome.flags
    )
    return f"{len(outcome.spans)} sentences. " + (f"{flagged}." if flagged else "None is flagged.")


def _axes(wide: int) -> list[str]:
    lines = []
    for value in (0.0, 0.5, 1.0):
        y = _TOP + _TALL * (1 - value)
        lines.append(
            element(
                "line", "", class_="axis", x1=str(_LEFT), x2=str(wide), y1=f"{y:g}", y2=f"{y:g}"
            )
        )
        lines.append(
            element("text", f"{value:g}", x=str(_LEFT - 6), y=f"{y + 3:g}", text_anchor="end")
        )
    return lines


def _bar(number: int, score: float | None, level: Decision | None, pitch: int) -> str:
    if score is None:
        return ""
    x = _LEFT + number * pitch
    tall = max(_TALL * min(max(score, 0.0), 1.0), 1.0)
    top = _TOP + _TALL - tall
    wide = max(pitch - 2, 3)
    done = f", {DONE[level]}" if level is not None else ""
    bar = element(
        "rect",
        element("title", f"Sentence {number + 1}: {probability(score)}{done}"),
        class_=f"bar {level}" if level is not None else "bar",
        x=str(x),
        y=f"{top:.1f}",
        width=str(wide),
        height=f"{tall:.1f}",
    )
    if level is None:
        return bar
    middle = x + wide / 2
    path = f"M{middle - 4:g} {top - 10:.1f}h8l-4 7z"
    return bar + element("path", "", class_=f"sign {level}", d=path)
