"""Passages with round trips: sentences that a real translator sent there and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from babelproof.labels import LABELS, Label
from data.corpora import COLUMN_SOURCES, read_clean
from data.documents import Document
from data.splits import document_key
from training.corruptions.round_trip import RoundTrip
from training.excerpts import is_sound
from training.passages import CLEAN, UNKNOWN, Passage, Target
from training.recipe import Recipe

CLEAR_TRANSLATION = 0.85
"""Share of the held round trips of `silver_train` whose reader said `mt` as well."""


def target_of(trip: RoundTrip) -> Target:
    """Give the target of a round trip: a translation for sure, names perhaps damaged too.

    Whether it is garbled is unknown: above all Esperanto and Galician leave words
    untranslated in some sentences and not in others. Roles and countries are hardly ever
    exchanged.
    """
    known = {Label.MT: CLEAR_TRANSLATION * trip.hold, Label.ROLE: 0.0, Label.COUNTRY: 0.0}
    labels = tuple(known.get(label, UNKNOWN) for label in LABELS)
    return Target(trip.hold, labels, spans_known=False)


def round_trip_passages(
    shared: Path, trips: Iterable[RoundTrip], count: int, recipe: Recipe, rng: Random
) -> Iterator[Passage]:
    """Give up to `count` passages in which one or more sentences are round trips.

    A quarter stand alone; otherwise one to three sentences of a run are replaced, or all
    that have a round trip, among neighbours as they were. A round trip whose document no
    longer holds its text is left out.
    """
    places: defaultdict[tuple[str, str], dict[int, RoundTrip]] = defaultdict(dict)
    for trip in trips:
        name = COLUMN_SOURCES.get(trip.source, trip.source)
        places[name, trip.doc_id][trip.index] = trip
    documents = _documents(shared, places)
    passages = []
    for place in sorted(documents):
        document = documents[place]
        fitting = {
            index: trip
            for index, trip in places[place].items()
            if index < len(document.sentences)
            and " ".join(document.sentences[index].split()) == trip.text
        }
        for numbers in _runs(sorted(fitting), recipe.max_sentences):
            passages.append(_passage(document, fitting, numbers, recipe, rng))
    rng.shuffle(passages)
    yield from passages[:count]


def _documents(shared: Path, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Document]:
    wanted = set(places)
    found = {}
    for name in sorted({name for name, _ in wanted}):
        for document in read_clean(shared, name):
            if (name, document.id) in wanted:
                found[name, document.id] = document
    return found


def _runs(numbers: Sequence[int], most: int) -> Iterator[list[int]]:
    """Group numbers that lie near enough for one passage."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[0] >= most // 2:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _passage(
    document: Document,
    trips: dict[int, RoundTrip],
    numbers: Sequence[int],
    recipe: Recipe,
    rng: Random,
) -> Passage:
    if rng.random() < recipe.single_share:
        chosen = [rng.choice(numbers)]
        start, end = chosen[0], chosen[0] + 1
    else:
        few = rng.random() < 0.7
        chosen = rng.sample(numbers, min(len(numbers), rng.randint(1, 3))) if few else [*numbers]
        spare = max(0, recipe.max_sentences - (numbers[-1] + 1 - numbers[0]))
        start = max(0, numbers[0] - rng.randint(0, spare))
        end = min(len(document.sentences), start + recipe.max_sentences)
    sentences, targets, origins = [], [], []
    for number in range(start, end):
        text = document.sentences[number]
        if number in chosen:
            trip = trips[number]
            sentences.append(trip.round_trip)
            targets.append(target_of(trip))
        elif is_sound(text, document.source):
            sentences.append(text)
            targets.append(CLEAN)
        else:
            continue
        origins.append(text)
    return Passage(
        id=f"round_trip|{document.source}|{document.id}#{start}",
        source=document.source,
        kind="round_trip",
        key=document_key(document),
        sentences=tuple(sentences),
        targets=tuple(targets),
        origins=tuple(origins),
    )
