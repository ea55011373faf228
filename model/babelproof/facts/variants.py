"""A name that is spelt once in another way than everywhere else in its document.

Damage to a name ("Hervard" beside "Harvard") shows without knowing whom it names. What keeps
sound names apart that merely look alike is that nobody has seen the rarer one: it is no
familiar word, no ending of the other, and stands where the other stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import jellyfish

from babelproof.facts.evidence import Evidence
from babelproof.facts.folding import fold, spelling_key
from babelproof.facts.mentions import HONORIFICS, Mentions, bare, capitalised
from babelproof.labels import Label
from babelproof.language import is_common

SHORTEST = 5
"""Letters of a misspelt word; the right one may have one less."""

ALONE = 6
"""Letters from which a likeness is enough without the same word beside both."""

TWO_APART = 7
"""Letters from which two edits may lie between two spellings."""

JUMBLED = 8
"""Letters from which the same letters in another order are one name, wherever they stand."""


@dataclass(frozen=True)
class _Word:
    """A capitalised word of a document, and the words of its name beside it as written.

    They are folded when they are asked for: few words are looked at so closely.
    """

    sentence: int
    start: int
    end: int
    text: str
    written_before: str
    written_after: str

    @property
    def before(self) -> str:
        """The folded word before it; empty for one that says nothing."""
        return "" if is_common(self.written_before) else fold(self.written_before)

    @property
    def after(self) -> str:
        """The folded word after it."""
        return fold(self.written_after)


def variants(read: Sequence[Mentions], familiar: Container[str]) -> Iterator[Evidence]:
    """Give the names that a document spells in two ways, at the rarer one.

    `familiar`: folded words that are nobody's misspelling.
    """
    places: defaultdict[str, list[_Word]] = defaultdict(list)
    for number, mentions in enumerate(read):
        for word in _words(number, mentions.sentence):
            places[word.text].append(word)
    counts = Counter({text: len(found) for text, found in places.items()})
    rare = [
        text
        for text, count in counts.items()
        if count == 1 and len(text) >= SHORTEST and not text.isupper()
        if fold(text) not in familiar
    ]
    others = {text: fold(text) for text in counts if not text.isupper()} if rare else {}
    for text in rare:
        word = places[text][0]
        own = fold(text)
        for other, folded in others.items():
            if text.isascii() != other.isascii():
                continue  # "Aéroport" is another language
            once = counts[other] == 1
            jumbled = _jumbled(own, folded)
            if (once and folded not in familiar) or not (jumbled or _alike(own, folded)):
                continue
            # Slips seldom hit the first letter: Lakota and Nakota are two peoples.
            surely = once or own[0] != folded[0]
            if jumbled or _same_place(word, places[other], surely):
                first = places[other][0].sentence + 1
                yield Evidence(
                    Label.NAME,
                    word.sentence,
                    word.start,
                    word.end,
                    f"two spellings in one text: {text} here, {other} in sentence {first}",
                    other,
                    "document",
                    other,
                    misspelt=True,
                    likeness=True,
                )
                break


def _words(number: int, sentence: str) -> Iterator[_Word]:
    """Give the words of capitalised runs, those of a sentence's begin included."""
    for start, end in capitalised(sentence):
        at = start
        parts = sentence[start:end].split(" ")
        for place, part in enumerate(parts):
            word = bare(part)
            if len(word) >= SHORTEST - 1 and word.isalpha() and word[0].isupper():
                before = parts[place - 1] if place else ""
                # A possessive parts the name from what follows it.
                after = parts[place + 1] if word == part and place + 1 < len(parts) else ""
                yield _Word(number, at, at + len(word), word, before, after)
            at += len(part) + 1


def _alike(rare: str, often: str) -> bool:
    """Say whether one word may be a misspelling of the other: both folded."""
    short, long = sorted((len(rare), len(often)))
    if long - short > 2 or rare == often:
        return False
    if rare.endswith(often) or often.endswith(rare):
        return False  # Buganda and Uganda
    if spelling_key(rare) == spelling_key(often):
        return False  # two usual ways to write one name
    apart = jellyfish.damerau_levenshtein_distance(rare, often)
    if apart > 2 or (apart == 2 and short < TWO_APART):
        return False
    begin = _shared(rare, often)
    ending = _shared(rare[begin:][::-1], often[begin:][::-1])
    if ending == 0 and begin >= short - 2:
        return False  # Bosnian and Bosniak, Seychelles and Seychellois
    if apart == 1:
        return True
    # Two edits: within the word, or letters that changed places.
    return (begin >= 1 and ending >= 2) or (begin >= 1 and not Counter(rare) - Counter(often))


def _jumbled(rare: str, often: str) -> bool:
    """Say whether letters within a long word have changed places: Vanderbtli for Vanderbilt."""
    if len(rare) != len(often) or len(rare) < JUMBLED or rare == often:
        return False
    return rare[:3] == often[:3] and sorted(rare) == sorted(often)


def _shared(one: str, other: str) -> int:
    """Count the letters with which both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _same_place(word: _Word, others: Sequence[_Word], surely: bool) -> bool:
    """Say whether a word stands as the others do, rather than as somebody else's name.

    `surely`: only the same word of a name beside both will do.
    """
    if word.after and word.after in {other.after for other in others}:
        return True
    if word.before in {other.before for other in others} - {""}:
        return True
    if surely or len(word.text) < ALONE:
        return False
    return not word.before or word.before in HONORIFICS
