"""Function words as a non-native system sets them: articles, prepositions, tense, agreement.

A single slip is awkward, no more; three in one sentence are what an editor holds back.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from training.corruptions.edits import Edit, Editor, Word, capital_like, drop, words
from training.corruptions.english import ARTICLES, FUNCTION_WORDS, PREPOSITIONS, gerund
from training.corruptions.wordnet import wordnet

WRONG_PREPOSITION: dict[str, tuple[str, ...]] = {
    "in": ("on", "at", "to", "into"), "on": ("in", "at", "over", "to"),
    "at": ("in", "on", "by"), "of": ("from", "for", "in"), "for": ("to", "of", "by"),
    "to": ("for", "at", "in", "on"), "by": ("from", "with", "through"),
    "with": ("by", "from", "to"), "from": ("of", "since", "out"),
    "during": ("while", "in time"), "since": ("from", "for"), "against": ("to", "versus"),
    "between": ("among", "amid"), "about": ("on", "over of"), "over": ("above", "upon"),
    "after": ("behind", "through"), "before": ("until", "to"), "under": ("below", "beneath"),
    "into": ("in", "at"), "through": ("over", "by"), "without": ("not with",),
    "until": ("before", "up"), "despite": ("in spite",), "among": ("between",),
}  # fmt: skip

WRONG_AUXILIARY: dict[str, tuple[str, ...]] = {
    "is": ("are", "be", "has"), "are": ("is", "be"), "was": ("were", "is been", "had"),
    "were": ("was", "had"), "has": ("have", "is", "had have"), "have": ("has", "are"),
    "had": ("has have", "was"), "does": ("do",), "do": ("does",), "been": ("being", "be"),
    "will": ("would to", "shall to", "is"), "would": ("will be", "would to"),
    "can": ("can to", "may to"), "could": ("can to",), "may": ("can to", "must"),
    "must": ("must to",), "should": ("should to", "shall to"),
}  # fmt: skip

WRONG_PRONOUN: dict[str, tuple[str, ...]] = {
    "he": ("she", "it"), "she": ("he", "it"), "his": ("her", "its"), "her": ("his", "its"),
    "him": ("her", "it"), "they": ("it", "he"), "their": ("its", "his", "her"),
    "its": ("his", "her", "their"), "it": ("he", "she"), "them": ("it", "him"),
    "who": ("which", "what"), "himself": ("herself", "itself"), "which": ("who", "what"),
    "these": ("this",), "this": ("these",), "those": ("that",), "that": ("what", "which"),
}  # fmt: skip


def _swap(there: list[Word], wrong: dict[str, tuple[str, ...]], rng: Random) -> list[Edit]:
    return [
        Edit(word.start, word.end, capital_like(rng.choice(wrong[word.lower]), word.text))
        for word in there
        if word.lower in wrong
    ]


def _articles(sentence: str, there: list[Word], rng: Random) -> list[Edit]:
    edits: list[Edit] = []
    for word, after in pairwise(there):
        if word.lower in ARTICLES:
            if rng.random() < 0.6:
                edits.append(_dropped_article(sentence, word, after))
            else:
                other = {"the": "a", "a": "the", "an": "the"}[word.lower]
                edits.append(Edit(word.start, word.end, capital_like(other, word.text)))
        elif (
            # "in parliament" -> "in the parliament", "of Russia" -> "of the Russia"
            word.lower in PREPOSITIONS
            and after.lower not in FUNCTION_WORDS
            and after.text[0].isalpha()
            and rng.random() < 0.3
        ):
            edits.append(Edit(after.start, after.start, "the "))
    return edits


def _dropped_article(sentence: str, word: Word, after: Word) -> Edit:
    if word.start > 0:
        return drop(sentence, word)
    return Edit(0, after.end, after.text[0].upper() + after.text[1:])


def _verbs(there: list[Word]) -> list[Edit]:
    """Verbs in a wrong form: `to meeting`, `he say`, `has sign`."""
    edits: list[Edit] = []
    for before, word in pairwise(there):
        if not word.plain or word.lower in FUNCTION_WORDS:
            continue
        reading = wordnet().likely(word.lower)
        if reading is None:
            continue
        if reading.pos == "v" and reading.form == "base" and before.lower in {"to", "will"}:
            edits.append(Edit(word.start, word.end, gerund(reading.lemma)))
        elif (reading.pos == "v" and reading.form in {"third", "past"}) or (
            reading.form == "plural" and before.text.isdigit()
        ):
            edits.append(Edit(word.start, word.end, reading.lemma))
    return edits


def _slips(sentence: str, rng: Random) -> list[Edit]:
    """Every slip that the sentence allows, in random order, those of one place apart."""
    there = words(sentence)
    found = [
        *_articles(sentence, there, rng),
        *_swap(there, WRONG_PREPOSITION, rng),
        *_swap(there, WRONG_AUXILIARY, rng),
        *_swap(there, WRONG_PRONOUN, rng),
        *_verbs(there),
    ]
    rng.shuffle(found)
    kept: list[Edit] = []
    for edit in found:
        if all(edit.start > other.end or edit.end < other.start for other in kept):
            kept.append(edit)
    return kept


def slips(sentence: str, rng: Random) -> list[Edit]:
    """Four slips or more, a quarter of the function words at least."""
    found = _slips(sentence, rng)
    if len(found) < 4:
        return []
    return found[: rng.randint(4, max(4, len(found) * 2 // 3))]


def one_slip(sentence: str, rng: Random) -> list[Edit]:
    """One slip: awkward, not damaging."""
    return _slips(sentence, rng)[:1]


def wrong_pronoun(sentence: str, rng: Random) -> list[Edit]:
    """One pronoun exchanged: `he` for `she`, `which` for `who`."""
    found = _swap(words(sentence), WRONG_PRONOUN, rng)
    return [rng.choice(found)] if found else []


EDITORS: dict[str, Editor] = {"slips": slips}
MILD_EDITORS: dict[str, Editor] = {"one_slip": one_slip, "wrong_pronoun": wrong_pronoun}
