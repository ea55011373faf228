"""Names that change places: around a verb, between two places, in a sentence or everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.name_known import (
    FUNCTION_WORDS,
    MONTHS_AND_DAYS,
    ORGANISATION_HEADS,
    ORGANISATIONS,
    SURNAMES,
)
from training.corruptions.proper import (
    Mention,
    capital_runs,
    is_headline,
    mentions,
    same_entity,
)
from training.corruptions.replacements import Replacement, replace_all
from training.corruptions.role_words import FINITE, PARTICIPLES, SAYING, SYMMETRIC, TELLING

_ROLE = (Label.ROLE,)
_BOTH = (Label.ROLE, Label.COUNTRY)
_BROKEN = (Label.ROLE, Label.GARBLE)
_WORDS = re.compile(r"[A-Za-z'’-]+")


def actors(document: Document) -> list[Mention]:
    """Names that can do or suffer something: no adjectives, months or odd capitals."""
    return [
        mention
        for mention in mentions(document)
        if mention.kind in ("person", "organisation", "place")
        and mention.text not in _NOT_ACTORS
        and len(mention.words) < 6
        # "(FEMA)" repeats the name before it and "(R-ME)" says where a senator is from.
        and document.sentences[mention.sentence][mention.start - 1 : mention.start] != "("
    ]


_NOT_ACTORS = MONTHS_AND_DAYS | (ORGANISATION_HEADS - ORGANISATIONS)


def _unlike(document: Document, one: Mention, two: Mention) -> bool:
    """Whether two names are of sorts that cannot stand in for one another."""
    if one.kind == two.kind:
        return False
    if "person" in (one.kind, two.kind):
        return True
    # A body can stand for its country in much ("a report from Qatar"), but not as a place.
    place = one if one.kind == "place" else two
    sentence = document.sentences[place.sentence]
    return bool(re.search(r"\b(?:in|near|at|across)(?: the)? $", sentence[: place.start]))


def _counts(found: list[Mention]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for mention in found:
        last = mention.words[-1] if mention.kind == "person" else mention.text
        counts[last] = counts.get(last, 0) + 1
    return counts


def is_known(mention: Mention, counts: dict[str, int]) -> bool:
    """Whether a reader can know the bearer: famous, a known place, or named again."""
    if mention.kind == "place" or mention.words[-1] in SURNAMES:
        return True
    return counts.get(mention.words[-1] if mention.kind == "person" else mention.text, 0) > 1


def exchange(document: Document, one: Mention, two: Mention) -> list[Replacement]:
    """Put each name into the place of the other, articles and first capitals mended."""
    labels = _BOTH if one.kind == two.kind == "place" else _ROLE
    return [_put(document, one, two, labels), _put(document, two, one, labels)]


def _extent(document: Document, mention: Mention) -> tuple[int, str]:
    """Start and text of a name with the article that belongs to it."""
    sentence = document.sentences[mention.sentence]
    start = mention.start
    if sentence[max(0, start - 4) : start].lower() == "the " and not mention.title:
        return start - 4, sentence[start - 4 : mention.end]
    return start, mention.text


def _put(
    document: Document, place: Mention, name: Mention, labels: tuple[Label, ...]
) -> Replacement:
    start, _ = _extent(document, place)
    _, text = _extent(document, name)
    sentence = document.sentences[place.sentence]
    if start == 0 or sentence[max(0, start - 2) : start] in ('. "', ': "'):
        text = text[:1].upper() + text[1:]
    elif text.startswith("The "):
        text = "the " + text[4:]
    return Replacement(place.sentence, start, place.end, text, labels)


def _sides(sentence: str, one: Mention, two: Mention) -> bool:
    """Whether a verb that is not mutual stands between two names of a sentence."""
    between = sentence[one.end : two.start]
    if len(between) > 70 or re.match(r"\s*(?:,|\(|;|\)|and\b)[^,]*,?\s*$", between):
        return False
    words = [word.lower() for word in _WORDS.findall(between)]
    if not words or any(word in SYMMETRIC for word in words):
        return False
    # A second clause in between means that the names are not doer and done-to of one verb.
    if {"that", "who", "which", "because", "while", "after", "before", "when"} & set(words):
        return False
    return any(
        word in FINITE or word in TELLING or word in PARTICIPLES or word in SAYING for word in words
    )


def agents(document: Document, rng: Random) -> Corrupted | None:
    """Doer and done-to of one sentence change places around a verb."""
    found = actors(document)
    counts = _counts(found)
    pairs = [
        (one, two)
        for one, two in pairwise(found)
        if one.sentence == two.sentence
        and not same_entity(one.text, two.text)
        and (one.kind != two.kind or is_known(one, counts) or is_known(two, counts))
        and _sides(document.sentences[one.sentence], one, two)
    ]
    if not pairs:
        return None
    one, two = rng.choice(pairs)
    return replace_all(document, exchange(document, one, two), "role.agents")


def _draw(
    found: list[Mention], rng: Random, fits: Callable[[Mention, Mention], bool]
) -> tuple[Mention, Mention] | None:
    """Two names of different bearers that fit; a few draws, since pairs are many."""
    for _ in range(16 if len(found) > 1 else 0):
        one, two = rng.sample(found, 2)
        if fits(one, two) and not same_entity(one.text, two.text):
            return one, two
    return None


def places(document: Document, rng: Random) -> Corrupted | None:
    """Two names of different sorts, or a described person and another, change places once."""

    def fits(one: Mention, two: Mention) -> bool:
        if _unlike(document, one, two):
            return True
        if one.kind != "person" or two.kind != "person" or not _described(document, one):
            return False
        if one.sentence != two.sentence:
            return True
        ends = sorted((one, two), key=lambda mention: mention.start)
        between = document.sentences[one.sentence][ends[0].end : ends[1].start].lower()
        return len(between) > 5 and not set(_WORDS.findall(between)) & SYMMETRIC

    pair = _draw(actors(document), rng, fits)
    if pair is None:
        return None
    return replace_all(document, exchange(document, *pair), "role.places")


def _described(document: Document, mention: Mention) -> bool:
    """Whether a title before a name or words after it say who the bearer is."""
    after = document.sentences[mention.sentence][mention.end : mention.end + 8]
    return mention.title is not None or bool(
        re.match(r", (?:the|a|an|who|whose|\d\d|his)\b", after)
    )


def sentence_wide(document: Document, rng: Random) -> Corrupted | None:
    """All mentions of two names in one sentence change places; the rest keeps them."""
    found = actors(document)
    number = rng.choice(found).sentence if found else -1
    here = [mention for mention in found if mention.sentence == number]
    groups = _groups(here)
    pairs = [
        (one, two)
        for index, one in enumerate(groups)
        for two in groups[index + 1 :]
        if _unlike(document, one[0], two[0]) or _sides(document.sentences[number], one[0], two[0])
    ]
    if not pairs:
        return None
    one, two = rng.choice(pairs)
    replacements = [_put(document, m, two[0], _labels(one, two)) for m in one]
    replacements += [_put(document, m, one[0], _labels(one, two)) for m in two]
    return replace_all(document, replacements, "role.sentence_wide")


def _labels(one: list[Mention], two: list[Mention]) -> tuple[Label, ...]:
    return _BOTH if one[0].kind == two[0].kind == "place" else _ROLE


def _groups(found: list[Mention]) -> list[list[Mention]]:
    """Mentions by bearer: names that share a word belong together."""
    groups: list[list[Mention]] = []
    for mention in found:
        for group in groups:
            if same_entity(group[0].text, mention.text):
                group.append(mention)
                break
        else:
            groups.append([mention])
    return groups


def everywhere(document: Document, rng: Random) -> Corrupted | None:
    """Two names of different sorts change places in the whole document."""
    groups = _groups(actors(document))
    pairs = [
        (one, two)
        for index, one in enumerate(groups)
        for two in groups[index + 1 :]
        if _unlike(document, one[0], two[0]) and len(one) + len(two) <= 10
    ]
    if not pairs:
        return None
    one, two = rng.choice(pairs)
    replacements = [_put(document, m, two[0], _labels(one, two)) for m in one]
    replacements += [_put(document, m, one[0], _labels(one, two)) for m in two]
    return replace_all(document, replacements, "role.everywhere")


def instead(document: Document, rng: Random) -> Corrupted | None:
    """A name of another sort stands where a name belongs: once or all over a sentence."""
    found = actors(document)
    pair = _draw(found, rng, lambda one, two: _unlike(document, one, two))
    if pair is None:
        return None
    one, two = pair
    places_of = [one]
    if rng.random() < 0.5:
        places_of = [m for m in found if m.sentence == one.sentence and m.text == one.text]
    replacements = [_put(document, mention, two, _ROLE) for mention in places_of]
    return replace_all(document, replacements, "role.instead")


def fragment(document: Document, rng: Random) -> Corrupted | None:
    """A piece of a headline or a function word with a name stands in place of a name."""
    crude = [run for run in capital_runs(document) if _is_fragment(document, run)]
    found = actors(document)
    pairs = [(run, name) for run in crude for name in found if not same_entity(run.text, name.text)]
    if not pairs:
        return None
    run, name = rng.choice(pairs)
    parses = len(run.words) == 2 and run.words[0] == "The"
    labels = _ROLE if parses else _BROKEN
    scope = rng.random()
    where = [name]
    if scope < 0.3:
        where = [m for m in found if m.text == name.text]
    elif scope < 0.5:
        where = [m for m in found if m.text == name.text and m.sentence == name.sentence]
    replacements = [
        Replacement(m.sentence, m.start, m.end, run.text, labels)
        for m in where
        if m.end <= run.start or m.start >= run.end or m.sentence != run.sentence
    ]
    if rng.random() < 0.5:
        replacements.append(Replacement(run.sentence, run.start, run.end, name.text, _ROLE))
    return replace_all(document, replacements, "role.fragment")


def _is_fragment(document: Document, run: Mention) -> bool:
    if not 1 < len(run.words) < 6:
        return False
    if run.words[0].lower() in FUNCTION_WORDS and run.start == 0:
        return True
    return is_headline(document.sentences[run.sentence])


EXCHANGES: dict[str, Corruption] = {
    "agents": agents,
    "places": places,
    "sentence_wide": sentence_wide,
    "everywhere": everywhere,
    "instead": instead,
    "fragment": fragment,
}
"""The corruptions of this file by name; `role.CORRUPTIONS` holds the family."""
