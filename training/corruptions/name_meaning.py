"""Names read as words and words read as names: translated, foreign, made up."""

from __future__ import annotations

import re
from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.name_known import SURNAMES
from training.corruptions.name_places import names, one_change, renamed
from training.corruptions.name_translit import drift
from training.corruptions.name_words import BODY_WORDS, COMMON_NOUNS, EXONYMS, MEANINGS
from training.corruptions.proper import is_headline
from training.corruptions.replacements import Replacement, with_article

_NAME = (Label.NAME,)
_BODY = re.compile(r"(?<![\w-])[A-Z][\w']+(?: (?:(?:of|and|for|the) )*[A-Z][\w']+)+")
_NOUN = re.compile(r"(?<=\b[Tt]he )[a-z]{4,10}(?= (?:of|in|has|was|is|will|for|and|on|to|said)\b)")


def translated(document: Document, rng: Random) -> Corrupted | None:
    """A name is translated as the common word that it is, or that a syllable of it is."""
    found = [m for m in names(document) if len(m.words) < 4 and not m.text.isupper()]
    if not found:
        return None
    known = [m for m in found if m.text in MEANINGS or m.words[-1] in MEANINGS]
    mention = rng.choice(known) if known and rng.random() < 0.85 else rng.choice(found)
    head, last = mention.words[:-1], mention.words[-1]
    if mention.text in MEANINGS:
        text = rng.choice(MEANINGS[mention.text])
    else:
        noun = rng.choice(MEANINGS.get(last, COMMON_NOUNS))
        text = " ".join([*head, noun])
        if head and rng.random() < 0.15:
            text = f"{head[0]} the {noun}"
    pick = rng.random()
    if mention.start == 0:
        text = text[:1].upper() + text[1:]
    elif pick < 0.3:
        text = " ".join(word if word in _SMALL else word.capitalize() for word in text.split())
    if text.lower() == mention.text.lower() or (pick < 0.3 and text in SURNAMES):
        return None
    return one_change(document, renamed(mention, text), "translated")


_SMALL = frozenset({"of", "the", "to", "in", "on"})


def foreign(document: Document, rng: Random) -> Corrupted | None:
    """A place stands under the name it has in another language."""
    found = [mention for mention in names(document) if mention.text in EXONYMS]
    if not found:
        return None
    mention = rng.choice(found)
    return one_change(document, renamed(mention, rng.choice(EXONYMS[mention.text])), "foreign")


def body(document: Document, rng: Random) -> Corrupted | None:
    """The name of a body or place is translated word by word, or its words change order."""
    found = [
        (number, match)
        for number, sentence in enumerate(document.sentences)
        if not is_headline(sentence)
        for match in _BODY.finditer(sentence)
        if sum(word in BODY_WORDS for word in match.group().split()) > 1
    ]
    if not found:
        return None
    number, match = rng.choice(found)
    words = match.group().split()
    known = [place for place, word in enumerate(words) if word in BODY_WORDS]
    if rng.random() < 0.3 and len(words) in (2, 3) and "of" not in words:
        text = f"{words[-1]} of {' '.join(words[:-1])}"
    else:
        for place in rng.sample(known, rng.randint(1, min(2, len(known)))):
            new = rng.choice(BODY_WORDS[words[place]])
            words[place] = new.title() if rng.random() < 0.6 else new
        text = " ".join(words).replace("'S", "'s").replace(" Of ", " of ")
    if match.start() == 0:
        text = text[:1].upper() + text[1:]
    start, text, offset = with_article(document.sentences[number], match.start(), text)
    mark = (offset, len(text), Label.NAME)
    return one_change(
        document, Replacement(number, start, match.end(), text, _NAME, (mark,)), "body"
    )


def word_as_name(document: Document, rng: Random) -> Corrupted | None:
    """A common noun is taken for a name: capitalised and spelt by ear."""
    found = [
        (number, match)
        for number, sentence in enumerate(document.sentences)
        for match in _NOUN.finditer(sentence)
    ]
    if not found:
        return None
    number, match = rng.choice(found)
    new = drift(match.group().capitalize(), rng, steps=2)
    if not new:
        return None
    sentence, start = document.sentences[number], match.start()
    # Names take no article in most cases: "the harvest" becomes "Kharvest".
    if rng.random() < 0.5 and start > 4:
        start -= 4
    elif rng.random() < 0.3:
        new += " " + rng.choice(sorted(SURNAMES))
    if sentence[start : match.end()].lower() == new.lower():
        return None
    return one_change(document, Replacement(number, start, match.end(), new, _NAME), "word_as_name")


MEANT: dict[str, Corruption] = {
    "translated": translated,
    "foreign": foreign,
    "body": body,
    "word_as_name": word_as_name,
}
"""The corruptions of this file by name; `name.CORRUPTIONS` holds the family."""
