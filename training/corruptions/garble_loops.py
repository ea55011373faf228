"""Loops of neural translators: what was said is said again, in place of what should follow.

A translator that has lost its source goes round: `to take into account the size of the market
and to take into account the size of the market`, `the first half of the half of the first
half`. Such sentences are fluent at every step and made of words of their own.
"""

from __future__ import annotations

from random import Random

from training.corruptions.edits import Edit, Word, capital_like, words
from training.corruptions.english import ARTICLES, DETERMINERS, FUNCTION_WORDS, PREPOSITIONS

_JOINTS = (" and ", " and ", " and ", ", and ", ", ", " as well as ", ", which is ", " ")
"""What stands between a phrase and its refrain."""

_ENDS = ".!?"


def loop(sentence: str, rng: Random) -> list[Edit]:
    """A short phrase that a weak translator repeats: `of the of the of the country`."""
    there = words(sentence)
    starts = [i for i, word in enumerate(there[:-2]) if word.lower in PREPOSITIONS | ARTICLES]
    if len(there) < 6 or not starts:
        return []
    start = rng.choice(starts)
    last = there[start + rng.randint(1, 2)]
    phrase = sentence[there[start].start : last.end]
    if start == 0:
        phrase = phrase[0].lower() + phrase[1:]
    return [Edit(last.end, last.end, (rng.choice((" ", " ", ", ")) + phrase) * rng.randint(2, 5))]


def refrain(sentence: str, rng: Random) -> list[Edit]:
    """A phrase of four to ten words again, once or twice, and mostly nothing after it."""
    there = words(sentence)
    starts = [
        i for i, word in enumerate(there[:-4])
        if i > 0 and word.lower in PREPOSITIONS | ARTICLES
    ]  # fmt: skip
    if len(there) < 8 or not starts:
        return []
    start = rng.choice(starts)
    lasts = [
        i for i in range(start + 3, min(len(there), start + 11))
        if there[i].lower not in FUNCTION_WORDS
    ]  # fmt: skip
    if not lasts:
        return []
    last = rng.choice(lasts)
    phrase = sentence[there[start].start : there[last].end]
    again = "".join(rng.choice(_JOINTS) + phrase for _ in range(rng.choice((1, 1, 1, 2))))
    stop = sentence[-1] if sentence[-1] in _ENDS else ""
    if rng.random() < 0.75:
        return [Edit(there[last].end, len(sentence), again + stop)]
    return [Edit(there[last].end, there[last].end, again)]


def echoed_noun(sentence: str, rng: Random) -> list[Edit]:
    """One noun in the place of two others: `the decision on the decision of the decision`."""
    nouns = _nouns(words(sentence))
    if len({noun.lower for noun in nouns}) < 3:
        return []
    said = rng.choice(nouns)
    others = [noun for noun in nouns if noun.lower != said.lower]
    chosen = rng.sample(others, min(len(others), rng.randint(2, 4)))
    return [Edit(word.start, word.end, capital_like(said.lower, word.text)) for word in chosen]


def _nouns(there: list[Word]) -> list[Word]:
    """Give words that stand alone behind an article, a determiner or a preposition."""
    before = ARTICLES | DETERMINERS | PREPOSITIONS
    following = [*there[1:], None]
    return [
        word
        for previous, word, after in zip([None, *there], there, following, strict=False)
        if previous is not None
        and previous.lower in before
        and word.plain
        and len(word.text) > 3
        and word.lower not in FUNCTION_WORDS
        and (after is None or after.start > word.end + 1 or after.lower in FUNCTION_WORDS)
    ]


def stammer(sentence: str, rng: Random) -> list[Edit]:
    """A word or a short sentence over and over: `Place of birth: birth: birth: birth:`."""
    there = words(sentence)
    if len(there) < 3:
        return []
    if len(there) <= 6:
        whole = sentence.rstrip(_ENDS + " ")
        joint = rng.choice((" ", ", ", ": ", "; "))
        piece = rng.choice((whole, f"({whole})"))
        return [Edit(len(whole), len(sentence), (joint + piece) * rng.randint(2, 6))]
    longer = [i for i, word in enumerate(there[2:], 2) if len(word.text) > 3]
    if not longer:
        return []
    word = there[rng.choice(longer)]
    joint = rng.choice((" ", " ", ", ", ": "))
    return [Edit(word.end, word.end, (joint + word.text) * rng.randint(2, 6))]
