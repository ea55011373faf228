"""Two spellings of one person inside one document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import jellyfish

from babelproof.facts.claims import Claim
from babelproof.facts.evidence import Evidence
from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.mentions import Finder, Mentions, NameRun, name_runs
from babelproof.facts.people import Names
from babelproof.labels import Label

SHORTEST = 6
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Sir|Lord|Sheikh)\.? $")


def two_spellings(
    read: Sequence[Mentions], found: Sequence[Sequence[Claim]], names: Names, finder: Finder
) -> Iterator[Evidence]:
    """Give names that differ by a letter or two from the name of a person of the document.

    Two full names must share the given name; a surname alone must stand as a person does
    (after a title) and be nobody else's name. The rarer spelling is the finding.
    """
    known = _persons(found, names, finder)
    if not known:
        return
    counts: Counter[str] = Counter()
    runs: list[tuple[int, NameRun]] = []
    for number, mentions in enumerate(read):
        for run in name_runs(mentions.sentence, mentions.taken()):
            runs.append((number, run))
            counts[fold(run.text).split()[-1]] += 1
    titled = {(n, c.name.start) for n, made in enumerate(found) for c in made}
    for number, run in runs:
        words = fold(run.text).split()
        surname = words[-1]
        if len(words) == 1:
            before = read[number].sentence[: run.start]
            if (number, run.start) not in titled and not _HONORIFIC.search(before):
                continue
        for full, (first, place) in known.items():
            given, own = full.split()[0], full.split()[-1]
            if len(words) > 1 and spelling_key(words[0]) != spelling_key(given):
                continue
            if not _near(surname, own) or counts[surname] >= counts[own]:
                continue
            if finder.store.surnamed(surname) or (len(words) == 1 and surname in names.surnames):
                continue
            start = run.start + (run.text.rindex(" ") + 1 if " " in run.text else 0)
            yield Evidence(
                Label.NAME,
                number,
                start,
                run.end,
                f"two spellings in one text: {run.text} here, {first} in sentence {place + 1}",
                first,
                "document",
                first,
                misspelt=True,
            )
            break


def _persons(
    found: Sequence[Sequence[Claim]], names: Names, finder: Finder
) -> dict[str, tuple[str, int]]:
    """Full names of persons in the document: listed ones, and those with an office."""
    known: dict[str, tuple[str, int]] = {}
    for number, made in enumerate(found):
        for claim in made:
            if " " in claim.name.text:
                known.setdefault(fold(claim.name.text), (claim.name.text, number))
    for full in names.full_names:
        if finder.knows(full):
            known.setdefault(fold(full), (full, names.place(full)))
    return {full: where for full, where in known.items() if len(full.split()[-1]) >= SHORTEST}


def _near(one: str, other: str) -> bool:
    if one == other or len(one) < SHORTEST or one.startswith(other) or other.startswith(one):
        return False
    if spelling_key(one) == spelling_key(other):
        return False
    allowed = 1 if max(len(one), len(other)) < 8 else 2
    return jellyfish.damerau_levenshtein_distance(one, other) <= allowed


def repeated(sentences: Sequence[str], evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Give the other places of a surname that was found misspelt somewhere in the document."""
    wrong: dict[str, Evidence] = {}
    for item in evidence:
        if item.label is Label.NAME:
            word = sentences[item.sentence][item.start : item.end]
            if len(word) >= SHORTEST - 1 and " " not in word and item.misspelt:
                wrong.setdefault(word, item)
    for word, item in wrong.items():
        for number, sentence in enumerate(sentences):
            for match in re.finditer(rf"(?<![\w-]){re.escape(word)}(?![\w-])", sentence):
                if (number, match.start()) != (item.sentence, item.start):
                    yield replace(item, sentence=number, start=match.start(), end=match.end())
