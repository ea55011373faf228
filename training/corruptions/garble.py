"""Broken text: words dropped, doubled, shuffled, sentences fused, cut off, caught in a loop.

`CORRUPTIONS` holds what an editor would hold back, `AWKWARD` what he would mend in passing.
Damage inside tokens (non-words, markup, numbers) lies in `garble_tokens`, what a translator
says again in `garble_loops`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption, Span
from training.corruptions.edits import (
    Edit,
    Editor,
    Word,
    apply_edits,
    corrupted,
    corruption,
    drop,
    edited,
    words,
)
from training.corruptions.english import (
    ARTICLES,
    AUXILIARIES,
    DETERMINERS,
    FUNCTION_WORDS,
    PREPOSITIONS,
)
from training.corruptions.garble_loops import echoed_noun, loop, refrain, stammer
from training.corruptions.garble_tokens import (
    TOKEN_EDITORS,
    in_other_words,
    nonword,
    numbers,
    untranslated,
)


def _gaps(there: list[Word]) -> list[list[Word]]:
    """Groups of words whose loss leaves a hole that no grammar fills: `the _ of`, `in _.`"""
    holes: list[list[Word]] = []
    for i, word in enumerate(there):
        run = there[i + 1 : i + 4]
        if word.lower in ARTICLES or word.lower in PREPOSITIONS:
            # Everything up to the next function word goes: "the [new law] of" -> "the of".
            lost: list[Word] = []
            for follower in run:
                if follower.lower in FUNCTION_WORDS:
                    if lost and follower.lower in PREPOSITIONS | AUXILIARIES:
                        holes.append(lost)
                    break
                lost.append(follower)
        elif word.lower in {"to", "will", "would", "has", "have", "had"}:
            holes += [[w] for w in run[:1] if w.plain and w.lower not in FUNCTION_WORDS]
    return holes


def dropped(sentence: str, rng: Random) -> list[Edit]:
    """Two or more words gone, important ones among them."""
    there = words(sentence)
    holes = _gaps(there)
    if len(there) < 8 or not holes:
        return []
    chosen = rng.sample(holes, min(len(holes), rng.choice((1, 2, 2, 3))))
    lost = {word for hole in chosen for word in hole}
    small = [word for word in there if word.lower in PREPOSITIONS | AUXILIARIES | DETERMINERS]
    wanted = max(0, 2 - len(chosen)) + rng.randint(0, 2)
    # Articles beside a hole stay: the hole shows by them.
    far = [w for w in small if all(abs(w.start - x.start) > 12 for x in lost)]
    lost |= set(rng.sample(far, min(len(far), wanted)))
    if len(lost) < 2 or len(lost) > len(there) // 2:
        return []
    return _drop_runs(sentence, there, lost)


def _drop_runs(sentence: str, there: list[Word], lost: set[Word]) -> list[Edit]:
    """One edit for each run of lost words, so that neighbours do not overlap."""
    edits: list[Edit] = []
    run: list[Word] = []
    for word in [*there, None]:
        if word is not None and word in lost:
            run.append(word)
            continue
        if run:
            edits.append(drop(sentence, Word(run[0].start, run[-1].end, "")))
        run = []
    return edits


def _doubled_word(sentence: str, rng: Random) -> list[Edit]:
    """One function word twice, as a slip of typing: `the the`."""
    there = [w for w in words(sentence)[1:] if w.lower in FUNCTION_WORDS - {"had", "that", "is"}]
    if not there:
        return []
    word = rng.choice(there)
    return [Edit(word.end, word.end, " " + word.text)]


def doubled(sentence: str, rng: Random) -> list[Edit]:
    """A phrase of two to five words twice, at once or a little later."""
    there = words(sentence)
    if len(there) < 7:
        return []
    size = rng.randint(2, min(5, len(there) // 2))
    start = rng.randrange(0, len(there) - size)
    first, last = there[start], there[start + size - 1]
    phrase = sentence[first.start : last.end]
    place = last
    if rng.random() < 0.4:
        place = there[min(len(there) - 1, start + size + rng.randint(0, 4))]
    if start == 0 and there[0].lower in FUNCTION_WORDS:
        phrase = phrase[0].lower() + phrase[1:]
    return [Edit(place.end, place.end, " " + phrase)]


def _disorder(items: list[str], rng: Random) -> list[str] | None:
    """The items so reordered that few neighbours stay together."""
    pairs = set(pairwise(items))
    for _ in range(8):
        new = items[:]
        rng.shuffle(new)
        kept = sum(pair in pairs for pair in pairwise(new))
        if kept <= len(items) // 4 and new != items:
            return new
    return None


def _shuffled(sentence: str, window: list[Word], rng: Random) -> list[Edit]:
    texts = [word.text for word in window]
    first = sentence[: window[0].start].strip() == ""
    if first and texts[0].lower() in FUNCTION_WORDS:
        texts[0] = texts[0].lower()
    new = _disorder(texts, rng)
    if new is None:
        return []
    if first:
        new[0] = new[0][0].upper() + new[0][1:]
    return [Edit(word.start, word.end, text) for word, text in zip(window, new, strict=True)]


def _whole(sentence: str, edits: list[Edit]) -> list[Edit]:
    """Edits of one region as one edit, so that the region is marked as a whole."""
    if not edits:
        return []
    start, end = edits[0].start, edits[-1].end
    piece, _ = apply_edits(
        sentence[start:end], [Edit(e.start - start, e.end - start, e.new) for e in edits]
    )
    return [] if piece == sentence[start:end] else [Edit(start, end, piece)]


def shuffled(sentence: str, rng: Random) -> list[Edit]:
    """Five to nine neighbouring words in disorder."""
    there = words(sentence)
    if len(there) < 7:
        return []
    size = rng.randint(5, min(9, len(there)))
    start = rng.randrange(len(there) - size + 1)
    return _whole(sentence, _shuffled(sentence, there[start : start + size], rng))


def scrambled(sentence: str, rng: Random) -> list[Edit]:
    """Every word of the sentence in disorder."""
    there = words(sentence)
    return _whole(sentence, _shuffled(sentence, there, rng)) if len(there) >= 6 else []


_ASKING = ARTICLES | frozenset(
    "of and with from their his at in to for by on between against during about who which that "
    "is are was were has have will its her or".split()
)
"""Words that no sentence ends on, most of them; a question may end on some."""

_ASKING_NOUN = re.compile(
    r"\b(?:head|heads|number|part|use|result|results|case|director|ministry|minister|ministers|"
    r"president|member|members|department|chief|start|end|lack|kind|series|majority|"
    r"republic|chairman|governor|mayor|decision|plan|plans|attempt|ability|right)(?= (?:of|to) )",
    re.IGNORECASE,
)
"""Nouns that say too little without the `of` or `to` behind them."""


def cut_off(sentence: str, rng: Random) -> list[Edit]:
    """The end of the sentence lost: within a word or a name, or after what asks for more."""
    there = words(sentence)
    if len(there) < 8:
        return []
    late = there[len(there) // 3 : -1]
    drawn = rng.random()
    if drawn < 0.5:
        # Half of the stumps are of names, where there are any: `an interview with Vlad`.
        inside = [word for word in late if len(word.text) >= 6 and word.plain]
        names = [
            word for word in late if len(word.text) >= 6 and word.text.isalpha() and not word.plain
        ]
        if names and (not inside or drawn < 0.25):
            inside = names
        if not inside:
            return []
        word = rng.choice(inside)
        kept = word.start + rng.randint(2, len(word.text) - 3)
        # The last stump is what an editor sees, so it is the new text.
        return [
            Edit(word.start, len(sentence), sentence[word.start : kept] + rng.choice(("", ".")))
        ]
    nouns = list(_ASKING_NOUN.finditer(sentence, late[0].start))
    if nouns and drawn < 0.65:
        noun = rng.choice(nouns)
        return [Edit(noun.start(), len(sentence), noun[0] + rng.choice(("", ".")))]
    asking = [word for word in late if word.lower in _ASKING]
    if not asking:
        return []
    word = rng.choice(asking)
    return [Edit(word.start, len(sentence), word.text + rng.choice(("", ".", ".")))]


def broken_in_two(sentence: str, rng: Random) -> list[Edit]:
    """A full stop in mid-sentence: `an open border with the European Union. belonging to it`."""
    there = words(sentence)
    places = [
        i for i in range(3, len(there) - 3)
        if there[i].lower not in FUNCTION_WORDS and there[i].end + 1 == there[i + 1].start
    ]  # fmt: skip
    if len(there) < 9 or not places:
        return []
    i = rng.choice(places)
    after = there[i + 1]
    if rng.random() < 0.5:
        return [Edit(there[i].end, there[i].end, ".")]
    return [Edit(there[i].end, after.end, f". {after.text[0].upper()}{after.text[1:]}")]


def _fused(document: Document, rng: Random) -> Corrupted | None:
    """The start of one sentence runs on into the middle of another of the document."""
    if len(document.sentences) < 2:
        return None
    number = rng.randrange(len(document.sentences))
    other = rng.choice([i for i in range(len(document.sentences)) if i != number])
    head, tail = document.sentences[number], document.sentences[other]
    first, second = words(head), words(tail)
    if len(first) < 6 or len(second) < 6:
        return None
    # Both cuts fall inside a phrase: after a function word, or between two plain words.
    stop = _inside(first, range(2, len(first) - 2), rng)
    go = _inside(second, range(1, len(second) - 2), rng)
    if stop is None or go is None:
        return None
    rest = tail[second[go].end :].strip()
    if rng.random() < 0.5 and other == number + 1:
        rest = tail[second[go].start :]
    result = edited(head, [Edit(first[stop].end, len(head), " " + rest)])
    if result is None:
        return None
    sentences = list(document.sentences)
    sentences[number], marks = result
    spans = [Span(number, a, b, Label.GARBLE) for a, b in marks]
    return corrupted(document, sentences, spans, "garble.fused")


def _inside(there: list[Word], places: range, rng: Random) -> int | None:
    good = [
        i for i in places
        if (there[i].lower in FUNCTION_WORDS or there[i].plain)
        and there[i].end + 1 == there[i + 1].start
    ]  # fmt: skip
    return rng.choice(good) if good else None


def headline_fused(sentence: str, rng: Random) -> list[Edit]:
    """The headline runs on into its own sentence: `Storm Hits Coast storm of the coast hit ...`"""
    there = words(sentence)
    if len(there) < 9:
        return []
    size = rng.randint(4, 7)
    kept = [w.text for w in there[: size + 2] if w.lower not in ARTICLES][:size]
    title = " ".join(text[0].upper() + text[1:] for text in kept)
    return [Edit(0, there[rng.randint(1, 3)].start, title + rng.choice((" ", " ", ", ")))]


def mixed(sentence: str, rng: Random) -> list[Edit]:
    """Several kinds of damage in one sentence, as weak translators leave it."""
    kinds = rng.sample(
        (dropped, doubled, loop, shuffled, in_other_words, nonword, untranslated, numbers),
        rng.randint(2, 3),
    )
    return [edit for editor in kinds for edit in editor(sentence, rng)]


EDITORS: dict[str, Editor] = {
    "dropped": dropped,
    "doubled": doubled,
    "loop": loop,
    "refrain": refrain,
    "echoed_noun": echoed_noun,
    "stammer": stammer,
    "broken_in_two": broken_in_two,
    "shuffled": shuffled,
    "scrambled": scrambled,
    "cut_off": cut_off,
    "headline_fused": headline_fused,
    "mixed": mixed,
    **TOKEN_EDITORS,
}

CORRUPTIONS: dict[str, Corruption] = {
    "fused": _fused,
    **{name: corruption("garble", name, Label.GARBLE, editor) for name, editor in EDITORS.items()},
}

AWKWARD: dict[str, Corruption] = {
    "doubled_word": corruption("garble", "doubled_word", Label.GARBLE, _doubled_word),
}
"""Slips that an editor mends in passing (severity 1)."""
