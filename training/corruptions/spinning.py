"""Synonym spinning: words give way to synonyms of a sense that is not meant."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from babelproof.labels import Label
from training.corruptions.base import Corruption
from training.corruptions.edits import Edit, Editor, Word, capital_like, corruption, words
from training.corruptions.english import FUNCTION_WORDS
from training.corruptions.wordnet import Reading, wordnet

WRONG_SENSES = Path(__file__).parents[2] / "data" / "wrong_senses.tsv"

# Spinning these gives an odd word that no reader would notice or a slip of another kind.
KEPT = frozenset(
    {"say", "year", "day", "week", "month", "mr", "mrs", "percent", "million", "billion", "new"}
)


class TorturedPhrasesError(ValueError):
    """The file of tortured phrases is absent or has other columns."""


@lru_cache(maxsize=1)
def wrong_senses() -> dict[tuple[str, str], tuple[str, ...]]:
    """Wrong renderings by `(lemma, part of speech)`, from `data/wrong_senses.tsv`."""
    with WRONG_SENSES.open(encoding="utf-8", newline="") as rows:
        return {
            (row["word"], row["pos"]): tuple(row["senses"].split("|"))
            for row in csv.DictReader(rows, delimiter="\t")
        }


def _content(sentence: str) -> list[Word]:
    return [
        word
        for word in words(sentence)
        if word.plain and len(word.text) > 2 and word.lower not in FUNCTION_WORDS
    ]


def _article(sentence: str, word: Word, new: str) -> Edit:
    """The replacement of a word together with an `a` or `an` before it that must agree."""
    for article in ("a ", "an "):
        start = word.start - len(article)
        before = sentence[max(0, start - 1) : word.start].lower()
        if before in (" " + article, article) and start >= 0:
            needs = "an " if new[:1].lower() in "aeiou" else "a "
            if needs != article:
                kept = sentence[start : start + 1]
                return Edit(start, word.end, kept + needs[1:] + new)
    return Edit(word.start, word.end, new)


def _listed(word: Word) -> list[str]:
    """Wrong renderings of a word from the list, in the word's form."""
    found: list[str] = []
    readings = [r for r in wordnet().readings(word.lower) if r.lemma not in KEPT]
    exact = [Reading(word.lower, pos, "base") for pos in "nva"]
    for reading in [*readings[:1], *exact]:
        for new in wrong_senses().get((reading.lemma, reading.pos), ()):
            found.append(reading.inflect(new))
    return [new for new in found if new.lower() != word.lower]


def _looked_up(word: Word) -> list[str]:
    """Synonyms of less frequent senses of a word, in the word's form."""
    reading = wordnet().likely(word.lower)
    if reading is None or reading.lemma in KEPT:
        return []
    found = wordnet().wrong_senses(reading.lemma, reading.pos)
    return [reading.inflect(new) for new in found if new != reading.lemma]


def _spun(sentence: str, there: Sequence[Word], wanted: int, rng: Random) -> list[Edit]:
    edits: list[Edit] = []
    for word in rng.sample(list(there), len(there)):
        listed, looked = _listed(word), _looked_up(word)
        choices = listed if listed and (not looked or rng.random() < 0.5) else looked
        if choices:
            edits.append(_article(sentence, word, rng.choice(choices)))
        if len(edits) == wanted:
            break
    return edits


def wrong_sense(sentence: str, rng: Random) -> list[Edit]:
    """One or two plain words rendered in a wrong sense: `his cupboard of ministers`."""
    there = [word for word in _content(sentence) if _listed(word)]
    chosen = rng.sample(there, min(len(there), rng.choice((1, 1, 2))))
    return [_article(sentence, word, rng.choice(_listed(word))) for word in chosen]


def spun(sentence: str, rng: Random) -> list[Edit]:
    """Three or more content words spun, up to most of them."""
    there = _content(sentence)
    edits = _spun(sentence, there, max(3, round(len(there) * rng.uniform(0.3, 0.9))), rng)
    return edits if len(edits) >= min(3, max(2, len(there) // 2)) else []


def spun_name(sentence: str, rng: Random) -> list[Edit]:
    """A common word within a name spun: `Meals and Drug Administration`."""
    there = words(sentence)
    inside = [
        word
        for i, word in enumerate(there)
        if word.text.isalpha()
        and word.text[0].isupper()
        and word.text[1:].islower()
        and word.lower not in FUNCTION_WORDS
        and _beside_capital(there, i)
    ]
    rng.shuffle(inside)
    edits: list[Edit] = []
    for word in inside:
        choices = _listed(word)
        # "United States" stands in every other document: it would teach that phrase only.
        if choices and not (word.text == "States" and rng.random() < 0.9):
            new = " ".join(part.capitalize() for part in rng.choice(choices).split())
            edits.append(_article(sentence, word, capital_like(new, word.text)))
        if len(edits) == 2:
            break
    return edits


def _beside_capital(there: Sequence[Word], i: int) -> bool:
    near = [there[j] for j in (i - 1, i + 1) if 0 <= j < len(there)]
    return i > 0 and any(word.text[0].isupper() for word in near)


def word_pairs(path: Path) -> dict[str, tuple[str, ...]]:
    """Words and what spinners made of them, aligned from tortured phrases of equal length.

    `path` is a tab-separated file with columns `tortured` and `expected`. Raises
    `TorturedPhrasesError` when it is absent or has other columns.
    """
    if not path.is_file():
        raise TorturedPhrasesError(f"expected tortured phrases in {path}, found no such file")
    pairs: dict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as rows:
        reader = csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"tortured", "expected"} <= set(reader.fieldnames or ()):
            raise TorturedPhrasesError(
                f"{path}: expected columns tortured and expected, found {reader.fieldnames}"
            )
        for row in reader:
            new = (row["tortured"] or "").lower().split()
            old = (row["expected"] or "").lower().split(" (")[0].split()
            if len(old) == len(new):
                for right, wrong in zip(old, new, strict=True):
                    plain = right.isalpha() and wrong.isalpha() and len(wrong) > 2
                    if plain and right[:4] != wrong[:4] and right not in FUNCTION_WORDS:
                        pairs[right].add(wrong)
    return {right: tuple(sorted(wrong)) for right, wrong in sorted(pairs.items())}


def tortured(pairs: Mapping[str, Sequence[str]]) -> Corruption:
    """The corruption `mt.tortured`: two or more words spun by these pairs."""

    def editor(sentence: str, rng: Random) -> list[Edit]:
        there = [word for word in _content(sentence) if word.lower in pairs]
        if len(there) < 2:
            return []
        chosen = rng.sample(there, rng.randint(2, max(2, len(there) * 2 // 3)))
        return [_article(sentence, word, rng.choice(pairs[word.lower])) for word in chosen]

    return corruption("mt", "tortured", Label.MT, editor)


EDITORS: dict[str, Editor] = {"wrong_sense": wrong_sense, "spun": spun, "spun_name": spun_name}
