"""Passages of real machine translation: weak and strong systems, and human references."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from random import Random

from babelproof.labels import LABELS
from data.corpora import Translation, read_system_scores, read_translations
from data.handlabels import TRAINABLE, handlabel_paths, read_texts
from data.splits import judged_key, translation_key
from training.excerpts import length
from training.graded import Compared, Grader
from training.leakage import fold
from training.likelihood import Likelihoods
from training.own_reading import OwnReading
from training.passages import UNLABELLED, Passage, Target
from training.recipe import Recipe
from training.silver import hold_rates

GARBLED: tuple[tuple[str, str], ...] = (
    ("2018", "RWTH-UNSUPER"),
    ("2018", "LMU-unsup"),
    ("2018", "UnsupTartu"),
    ("2018", "JUCBNMT"),
    ("2018", "online-F"),
    ("2019", "apertium-"),
    ("2019", "parfda"),
    ("2019", "DBMS-KU"),
    ("2019", "UMD"),
    ("2019", "Ju_Saarland"),
    ("2019", "IIITH"),
    ("2019", "Apprentice-c"),
    ("2019", "online-X"),
    ("2022", "AIST"),
)
"""Systems whose output is really garbled: year and how the name begins."""

STRONG_PER_DIRECTION = 2
"""Systems of a year and direction that count as strong."""

Place = tuple[str, str, str]
"""Year, direction, and a document's name or a segment's number."""

POOL = 3
"""Graded passages that are looked at for one that is taken."""

LEAST_WORTH = 0.1
"""What a passage without any damage counts in the draw, beside its mean P(hold)."""

LONGEST = 30
"""Segments of the longest document that is guessed."""

_ENDED = re.compile(r"[.!?…:;][\"'”’)\]»]*$")
_YEAR = re.compile(r"^(?:newstest|wmt)?(20\d\d)(?:-([a-z]{2})([a-z]{2}))?$")


class Translations:
    """All translations that training may use, by system, and what it needs to know of them."""

    def __init__(self, shared: Path, likelihoods: Likelihoods | None = None) -> None:
        kept_back = judged_places(
            source
            for path in handlabel_paths(shared)
            if path.stem not in TRAINABLE
            for _, source in read_texts(path)
        )
        self.excluded = 0
        self.rates = hold_rates(shared)
        self.systems: defaultdict[tuple[str, str, str], list[Translation]] = defaultdict(list)
        self.references: defaultdict[tuple[str, str, str], list[Translation]] = defaultdict(list)
        self._documents: dict[tuple[str, str, str], str] = {}
        seen: set[tuple[str, str, int]] = set()
        rows = list(read_translations(shared))
        names = document_names(rows)
        judged = {
            names[row.year, row.direction, row.segment]
            for row in rows
            for part in (row.document, str(row.segment))
            if (row.year, row.direction, part) in kept_back or (row.year, "", part) in kept_back
        }
        for row in rows:
            place = (row.year, row.direction)
            name = names[*place, row.segment]
            row = replace(row, document=name)
            self._documents[*place, str(row.segment)] = translation_key(row)
            self._documents[*place, name] = translation_key(row)
            if name in judged:
                self.excluded += 1
                continue
            if row.text:
                self.systems[*place, row.system].append(row)
            if row.reference and (*place, row.segment) not in seen:
                seen.add((*place, row.segment))
                self.references[*place, ""].append(replace(row, system="", text=row.reference))
        scores = read_system_scores(shared)
        self.strong = _strong(scores)
        self.grader = Grader.fit(shared, scores, likelihoods)

    def key(self, source: str) -> str:
        """Give the split key of a judged row's source: its document where it is one of ours."""
        parts = source.split("|")
        for part in parts[2:]:
            if (parts[0], parts[1], part) in self._documents:
                return self._documents[parts[0], parts[1], part]
        return judged_key(source)


def document_names(rows: Iterable[Translation]) -> dict[tuple[str, str, int], str]:
    """Name the document of every (year, direction, segment), guessed where none is given.

    Segments without a document follow the news they were cut from: one that does not end
    like a sentence is a headline and opens the next document, which has at most `LONGEST`
    segments. A guessed name is `~year~direction~` and the first segment.
    """
    places: defaultdict[tuple[str, str], dict[int, Translation]] = defaultdict(dict)
    for row in rows:
        places[row.year, row.direction].setdefault(row.segment, row)
    names: dict[tuple[str, str, int], str] = {}
    for (year, direction), segments in places.items():
        first = 0
        open_headline = False
        for segment in sorted(segments):
            row = segments[segment]
            headline = not _ENDED.search(row.reference)
            opens = headline and not open_headline
            if not first or opens or segment - first >= LONGEST:
                first = segment
            open_headline = headline
            names[year, direction, segment] = row.document or f"~{year}~{direction}~{first}"
    return names


def judged_places(sources: Iterable[str]) -> set[Place]:
    """Give the documents and segments that judged rows name as their source.

    >>> sorted(judged_places(["2022|de-en|1689|LT22"]))
    [('2022', 'de-en', '1689'), ('2022', 'de-en', 'LT22')]
    """
    places: set[Place] = set()
    for source in sources:
        parts = source.split("|")
        match = _YEAR.match(parts[0])
        if match is None:
            continue
        year, first, second = match.groups()
        direction = f"{first}-{second}" if first else parts[1] if len(parts) > 1 else ""
        places.update((year, direction, part) for part in parts[1 if first else 2 :] if part)
    return places


def translation_passages(
    translations: Translations, recipe: Recipe, rng: Random
) -> Iterator[Passage]:
    """Give the recipe's passages of garbled and strong systems and of references.

    Targets are soft and weigh little: nobody read these sentences one by one. An output is
    graded by its distance from the reference; where too few rows teach that, and for
    references, the share of held ones among those of the system in `silver_train` is taken.
    """
    garbled = {s: rows for s, rows in translations.systems.items() if is_garbled(s)}
    strong = {
        s: rows
        for s, rows in translations.systems.items()
        if s in translations.strong and not is_garbled(s)
    }
    others = {
        s: rows for s, rows in translations.systems.items() if s not in garbled and s not in strong
    }
    plans: tuple[tuple[str, Mapping[Place, Sequence[Translation]], int, float, float], ...] = (
        ("garbled", garbled, recipe.garbled, recipe.garbled_hold, recipe.weak_weight),
        ("strong", strong, recipe.strong, recipe.strong_hold, recipe.strong_weight),
        (
            "reference",
            translations.references,
            recipe.references,
            recipe.reference_hold,
            recipe.weak_weight,
        ),
    )
    for kind, systems, count, hold, weight in plans:
        few = min(4, recipe.max_sentences) if kind == "garbled" else 1
        pieces = [
            piece
            for rows in systems.values()
            for piece in runs(rows, recipe.single_share, recipe.max_sentences, rng)
            # One bad sentence tells less than a document that is bad from end to end.
            if len(piece) >= few or (len(piece) == 1 and rng.random() < recipe.single_share)
        ]
        rng.shuffle(pieces)
        chosen = pieces[:count]
        for piece, grades in zip(chosen, _graded(translations, chosen), strict=True):
            rates = [
                translations.rates.get((row.year, row.direction, row.system), hold)
                if grade is None
                else grade
                for row, grade in zip(piece, grades, strict=True)
            ]
            yield _passage(piece, kind, rates, weight, recipe)
    if recipe.graded and translations.grader is not None:
        yield from _graded_passages(translations, others, recipe, rng)


def _graded_passages(
    translations: Translations,
    systems: Mapping[Place, Sequence[Translation]],
    recipe: Recipe,
    rng: Random,
) -> Iterator[Passage]:
    """Give runs of all other systems, the more damaged the likelier."""
    pieces = [
        piece
        for rows in systems.values()
        for piece in runs(rows, recipe.single_share, recipe.max_sentences, rng)
    ]
    rng.shuffle(pieces)
    pool = pieces[: recipe.graded * POOL]
    drawn = []
    for piece, found in zip(pool, _graded(translations, pool), strict=True):
        # Without a reference nothing is known: such passages are drawn last of all.
        rates = [0.0 if rate is None else rate for rate in found]
        # The highest of weighted random keys: a draw without putting back.
        worth = LEAST_WORTH + sum(rates) / len(rates)
        drawn.append((rng.random() ** (1 / worth), piece, rates))
    drawn.sort(key=lambda item: item[0], reverse=True)
    for _, piece, rates in drawn[: recipe.graded]:
        yield _passage(piece, "graded", rates, recipe.graded_weight, recipe)


def compared_passages(
    translations: Translations,
    chosen: Set[tuple[str, str, str, int]],
    recipe: Recipe,
    rng: Random,
    own: OwnReading | None = None,
) -> Iterator[Passage]:
    """Give `recipe.compared` of the outputs that a language model compared, each alone.

    `own` is asked for its opinion of each, where given. With a chance of
    `compared_reference_share` the reference of the segment follows as a passage of its own,
    so that what parts the two is the damage and not the topic.
    """
    rows = [
        row
        for name in sorted(translations.systems)
        for row in translations.systems[name]
        if (row.year, row.direction, row.system, row.segment) in chosen
    ]
    rng.shuffle(rows)
    pieces = [(row,) for row in rows[: recipe.compared]]
    shown: set[tuple[str, str, int]] = set()
    rates = [found[0] or 0.0 for found in _graded(translations, pieces)]
    if own is not None:
        rates = own.blended([row.text for (row,) in pieces], rates)
    for (row,), rate in zip(pieces, rates, strict=True):
        yield _passage((row,), "compared", [rate], recipe.compared_weight, recipe)
        place = (row.year, row.direction, row.segment)
        if place not in shown and rng.random() < recipe.compared_reference_share:
            shown.add(place)
            reference = replace(row, system="", text=row.reference)
            usual = translations.rates.get((row.year, row.direction, ""), recipe.reference_hold)
            yield _passage(
                (reference,), "compared_reference", [usual], recipe.compared_weight, recipe
            )


def _graded(
    translations: Translations, pieces: Sequence[Sequence[Translation]]
) -> Iterator[list[float | None]]:
    """Give each row's P(hold) by its distance from the reference, None where unknown."""
    compared = [
        Compared((row.year, row.direction, row.system), row.text, row.reference)
        for piece in pieces
        for row in piece
        if row.system and row.reference
    ]
    grader = translations.grader
    found = iter(grader.holds(compared).tolist() if grader else [None] * len(compared))
    for piece in pieces:
        yield [next(found) if row.system and row.reference else None for row in piece]


def is_garbled(system: tuple[str, str, str]) -> bool:
    """Say whether a (year, direction, system) is one of the really garbled ones."""
    year, _, name = system
    return any(year == other and name.startswith(start) for other, start in GARBLED)


def reference_target(translations: Translations, row: Translation, recipe: Recipe) -> Target:
    """Give the soft target of a human reference: by its direction where enough were read."""
    rate = translations.rates.get((row.year, row.direction, ""), recipe.reference_hold)
    return _target(row, rate, recipe.weak_weight, recipe)


def _target(row: Translation, hold: float, weight: float, recipe: Recipe) -> Target:
    if not row.system:
        return Target(hold, (0.0,) * len(LABELS), spans_known=False, weight=weight)
    if fold(row.text) == fold(row.reference):
        # Even a garbled system gets a short sentence right now and then.
        return Target(recipe.reference_hold, (0.0,) * len(LABELS), weight=weight)
    return Target(hold, UNLABELLED, spans_known=False, weight=weight)


def runs(
    rows: Sequence[Translation], single_share: float, most: int, rng: Random
) -> Iterator[Sequence[Translation]]:
    """Cut one system's rows into runs of one document."""
    ordered = sorted(rows, key=lambda row: (row.year, row.direction, row.document, row.segment))
    start = 0
    while start < len(ordered):
        size = length(rng, single_share, most)
        end = start + 1
        while (
            end < min(start + size, len(ordered))
            and ordered[end].document == ordered[start].document
        ):
            end += 1
        yield ordered[start:end]
        start = end


def _passage(
    piece: Sequence[Translation],
    kind: str,
    rates: Sequence[float],
    weight: float,
    recipe: Recipe,
) -> Passage:
    first = piece[0]
    return Passage(
        id=f"wmt|{first.year}|{first.direction}|{first.system or 'reference'}|{first.segment}",
        source="wmt_into_english",
        kind=f"wmt.{kind}",
        key=translation_key(first),
        sentences=tuple(row.text for row in piece),
        targets=tuple(
            _target(row, rate, weight, recipe) for row, rate in zip(piece, rates, strict=True)
        ),
    )


def _strong(scores: Mapping[tuple[str, str, str], float]) -> set[tuple[str, str, str]]:
    directions: defaultdict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for (year, direction, system), score in scores.items():
        directions[year, direction].append((score, system))
    return {
        (*place, system)
        for place, systems in directions.items()
        for _, system in sorted(systems, reverse=True)[:STRONG_PER_DIRECTION]
    }
