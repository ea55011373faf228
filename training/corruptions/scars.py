"""Incidental marks that say nothing about damage, made on clean and damaged text alike.

Without them the model learns the marks that corruptions leave by the way: spacing, quotes,
capitals, a lost full stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from training.corruptions.base import Span
from training.corruptions.edits import Edit, capital_like, without_overlap, words
from training.corruptions.english import FUNCTION_WORDS

Scar = Callable[[str, Random], list[Edit]]


def _each(pattern: str, new: str, share: float = 1.0) -> Scar:
    """A scar that replaces (a share of) the matches of a pattern."""
    compiled = re.compile(pattern)

    def scar(text: str, rng: Random) -> list[Edit]:
        return [
            Edit(m.start(), m.end(), m.expand(new))
            for m in compiled.finditer(text)
            if share == 1.0 or rng.random() < share
        ]

    return scar


def detokenised(text: str, rng: Random) -> list[Edit]:
    """Tokens of a corpus joined by spaces: `" Stop , " he said .`"""
    return [
        Edit(m.start(), m.end(), _spaced(text, m))
        for m in re.finditer(r"(?<!\d)[,:](?!\d)|[;!?()\"“”]|(?:'s|'re|'ve|n't)\b|\.$", text)
    ]


def _spaced(text: str, match: re.Match[str]) -> str:
    before = "" if match.start() == 0 or text[match.start() - 1] == " " else " "
    after = "" if match.end() == len(text) or text[match.end()] == " " else " "
    return before + match.group() + after


def straight_quotes(text: str, rng: Random) -> list[Edit]:
    """Curly quotes and apostrophes become straight."""
    new = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}
    return [Edit(i, i + 1, new[c]) for i, c in enumerate(text) if c in new]


def curly_quotes(text: str, rng: Random) -> list[Edit]:
    """Straight quotes and apostrophes become curly."""
    edits: list[Edit] = []
    for i, letter in enumerate(text):
        opens = i == 0 or text[i - 1] in " ([—-"
        if letter == '"':
            edits.append(Edit(i, i + 1, "“" if opens else "”"))
        elif letter == "'":
            edits.append(Edit(i, i + 1, "‘" if opens else "’"))
    return edits


def latex_quotes(text: str, rng: Random) -> list[Edit]:
    """Double quotes as old corpora write them: ``so''."""
    edits: list[Edit] = []
    for i, letter in enumerate(text):
        if letter in '"“”':
            opens = letter == "“" or (letter == '"' and (i == 0 or text[i - 1] in " ("))
            edits.append(Edit(i, i + 1, "``" if opens else "''"))
    return edits


def british_quotes(text: str, rng: Random) -> list[Edit]:
    """Double quotes become single ones."""
    new = {"“": "‘", "”": "’", '"': "'"}
    return [Edit(i, i + 1, new[c]) for i, c in enumerate(text) if c in new]


def lost_quotes(text: str, rng: Random) -> list[Edit]:
    """One double quote lost."""
    found = list(re.finditer(r"[\"“”]", text))
    return [Edit(m.start(), m.end(), "") for m in found[:1]]


def lost_full_stop(text: str, rng: Random) -> list[Edit]:
    """The last full stop lost."""
    return [Edit(len(text) - 1, len(text), "")] if re.search(r"[\w\"”')]\.$", text) else []


def gained_full_stop(text: str, rng: Random) -> list[Edit]:
    """A full stop after a line that had none, as some systems set after headlines."""
    return [Edit(len(text), len(text), ".")] if re.search(r"\w[\"”')]?$", text) else []


def double_spaces(text: str, rng: Random) -> list[Edit]:
    """Some spaces doubled."""
    return [Edit(m.start(), m.end(), "  ") for m in re.finditer(" ", text) if rng.random() < 0.15]


def odd_spaces(text: str, rng: Random) -> list[Edit]:
    """Some spaces that do not break or are thin."""
    return [
        Edit(m.start(), m.end(), rng.choice("\u00a0\u00a0\u2009\u202f"))
        for m in re.finditer(" ", text)
        if rng.random() < 0.15
    ]


def dashes(text: str, rng: Random) -> list[Edit]:
    """One way of writing a dash for all the others."""
    new = rng.choice((" -- ", " - ", "—", " – ", " — ", "--"))
    return [Edit(m.start(), m.end(), new) for m in re.finditer(r" ?(?:—|--)(?!-) ?| [–-] ", text)]


def title_case(text: str, rng: Random) -> list[Edit]:
    """Capitals on all words but the small ones, as in American headlines."""
    return [
        Edit(word.start, word.end, capital_like(word.text, "A"))
        for word in words(text)
        if word.text[0].islower() and (len(word.text) > 3 or word.lower not in FUNCTION_WORDS)
    ]


def upper_case(text: str, rng: Random) -> list[Edit]:
    """All letters capital, where that keeps every letter one letter."""
    return [
        Edit(word.start, word.end, word.text.upper())
        for word in words(text)
        if not word.text.isupper() and len(word.text.upper()) == len(word.text)
    ]


def upper_opening(text: str, rng: Random) -> list[Edit]:
    """The first words in capitals, as a lead is set."""
    return upper_case(text, rng)[: rng.randint(1, 4)]


def lower_start(text: str, rng: Random) -> list[Edit]:
    """The first letter small, where a function word opens the sentence."""
    first = next(iter(words(text)), None)
    known = first is not None and first.lower in FUNCTION_WORDS and first.lower != "i"
    return [Edit(first.start, first.start + 1, first.text[0].lower())] if first and known else []


def dateline(text: str, rng: Random) -> list[Edit]:
    """A place and an agency glued before the sentence."""
    place = rng.choice(
        ("WASHINGTON", "LONDON", "Washington, D.C.", "GENEVA", "Beijing", "NAIROBI, Kenya", "PARIS",
         "Canberra", "TOKYO", "Washington, DC", "BRUSSELS", "New Delhi", "UNITED NATIONS")
    )  # fmt: skip
    agency = rng.choice(("", "", " (Reuters)", " (AP)", " (AFP)", ", Nov. 3", ", 12 May"))
    joint = rng.choice((" - ", " — ", " -- ", "- ", " – ", ": "))
    return [Edit(0, 0, place + agency + joint)] if text[:1].isalpha() else []


SCARS: dict[str, Scar] = {
    "space_before_punctuation": _each(r"(?<=[\w\"”')])([.,;:!?])(?=\s|$)", r" \1"),
    "space_before_possessive": _each(r"(?<=\w)(['’](?:s|re|ve|ll|d)\b)", r" \1"),
    "space_before_some": _each(r"(?<=[\w\"”')])([.,;:!?])(?=\s|$)", r" \1", 0.5),
    "no_space_after_comma": _each(r"(?<=[A-Za-z]), (?=[A-Za-z])", ",", 0.4),
    "detokenised": detokenised,
    "straight_quotes": straight_quotes,
    "curly_quotes": curly_quotes,
    "latex_quotes": latex_quotes,
    "british_quotes": british_quotes,
    "lost_quotes": lost_quotes,
    "lost_full_stop": lost_full_stop,
    "gained_full_stop": gained_full_stop,
    "double_spaces": double_spaces,
    "odd_spaces": odd_spaces,
    "dashes": dashes,
    "title_case": title_case,
    "upper_case": upper_case,
    "upper_opening": upper_opening,
    "lower_start": lower_start,
    "dateline": dateline,
}
"""Every scar by name. One that does not apply gives no edits."""

RARE = frozenset({"title_case", "upper_case", "upper_opening", "lower_start", "dateline"})
"""Scars that change the look of the whole sentence: drawn a quarter as often."""

FREQUENT = frozenset({"lost_full_stop", "gained_full_stop"})
"""Scars that tell most of where a sentence came from: drawn four times as often."""


def _move(place: int, edits: Sequence[Edit], end: bool) -> int:
    """Where a character place of the old text lies in the new one."""
    shift = 0
    for edit in edits:
        if edit.end < place or (edit.end == place and (not end or edit.start < edit.end)):
            shift += len(edit.new) - (edit.end - edit.start)
        elif edit.start < place:
            # Within an edit: as far into the new text as into the old, at most to its end.
            return edit.start + shift + min(place - edit.start, len(edit.new))
        else:
            break
    return place + shift


def apply_scar(
    name: str, text: str, spans: Sequence[Span], rng: Random
) -> tuple[str, tuple[Span, ...]]:
    """The text with one named scar, and its spans moved along with it.

    Spans keep their order and number; `KeyError` for a name not in `SCARS`.
    """
    edits = [e for e in without_overlap(SCARS[name](text, rng)) if text[e.start : e.end] != e.new]
    pieces: list[str] = []
    place = 0
    for edit in edits:
        pieces += [text[place : edit.start], edit.new]
        place = edit.end
    new = "".join([*pieces, text[place:]])
    if not new.strip() or new != new.strip():
        return text, tuple(spans)
    moved = tuple(
        replace(s, start=_move(s.start, edits, False), end=_move(s.end, edits, True)) for s in spans
    )
    if any(s.start >= s.end for s in moved):
        return text, tuple(spans)
    return new, moved


def scar_with_spans(text: str, spans: Sequence[Span], rng: Random) -> tuple[str, tuple[Span, ...]]:
    """The text with one or two scars that apply to it, and its spans moved along.

    The spans must lie in this text (their sentence number is kept). The result is never
    blank nor padded; text that no scar fits comes back as it was.
    """
    moved = tuple(spans)
    weights = [0.25 if name in RARE else 4.0 if name in FREQUENT else 1.0 for name in SCARS]
    wanted = rng.choice((1, 1, 1, 2))
    for _ in range(6):
        name = rng.choices(list(SCARS), weights)[0]
        new, moved = apply_scar(name, text, moved, rng)
        wanted -= new != text
        text = new
        if wanted <= 0:
            break
    return text, moved


def scar(text: str, rng: Random) -> str:
    """The text with one or two scars that apply to it."""
    return scar_with_spans(text, (), rng)[0]
