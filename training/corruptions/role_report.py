"""Who said what to whom turned round: `agencies quoted the minister` and its like."""

from __future__ import annotations

from random import Random

from babelproof.labels import Label
from data.documents import Document
from training.corruptions.base import Corrupted, Corruption
from training.corruptions.english import AUXILIARIES
from training.corruptions.proper import same_entity
from training.corruptions.replacements import Replacement, replace_all
from training.corruptions.role_clause import agree
from training.corruptions.role_phrases import Chunker, Phrase, chunker, tokens
from training.corruptions.role_words import FINITE, SAYING, TELLING, third_form

_ROLE = (Label.ROLE,)
_NUMBERED = frozenset({"is", "are", "was", "were", "has", "have", "does", "do"})
Pair = tuple[int, Phrase, Phrase]
"""Sentence number and the two phrases to exchange, in order."""


def _turn(document: Document, pair: Pair, kind: str) -> Corrupted | None:
    number, one, two = pair
    sentence = document.sentences[number]
    head, tail = two.text, one.text
    if not sentence[: one.start].strip("\"'“‘( "):
        head = head[:1].upper() + head[1:]
        if not one.proper or tail.split()[0] in {"The", "A", "An"}:
            tail = tail[:1].lower() + tail[1:]
    between = _agreed(sentence[one.end : two.start], two.plural)
    if len(between) < 40:
        text = f"{head}{between}{tail}"
        return replace_all(document, [Replacement(number, one.start, two.end, text, _ROLE)], kind)
    replacements = [
        Replacement(number, one.start, one.end, head, _ROLE),
        Replacement(number, two.start, two.end, tail, _ROLE),
    ]
    return replace_all(document, replacements, kind)


def _agreed(between: str, plural: bool) -> str:
    """The verb between two phrases in the number of its new subject."""
    verb = between.strip()
    base = TELLING.get(verb)
    if base and plural and verb == third_form(base):
        return f" {base} "
    return f" {agree(verb, plural)} " if verb.endswith(" by") else between


def _known(document: Document, one: Phrase, two: Phrase) -> bool:
    return all(
        phrase.proper and sum(phrase.head in text for text in document.sentences) > 1
        for phrase in (one, two)
    )


def _different(one: Phrase, two: Phrase) -> bool:
    # Two plain persons ("the man told the woman") can change places without a trace.
    if one.kind == two.kind and not (one.proper or two.proper):
        return False
    return not same_entity(one.text, two.text)


def teller(document: Document, rng: Random) -> Corrupted | None:
    """Subject and object of `told`, `quoted`, `warned` and the like change places."""
    pairs: list[Pair] = []
    for number, sentence in enumerate(document.sentences):
        words = tokens(sentence)
        for place, token in enumerate(words[:-1]):
            if place == 0 or token.text not in TELLING:
                continue
            pair = _told(chunker(document, number), place)
            if pair and _different(*pair):
                pairs.append((number, *pair))
    return _turn(document, rng.choice(pairs), "role.teller") if pairs else None


def _told(chunks: Chunker, place: int) -> tuple[Phrase, Phrase] | None:
    """Who told and who was told, before and after the verb `told` or `was told by`."""
    words = chunks.tokens
    first, after = place, place + 1
    if words[after].lower == "by" and words[place - 1].lower in {"was", "were", "is", "are"}:
        first, after = place - 1, place + 2
    if after >= len(words) or chunks.sentence[words[after - 1].end : words[after].start] != " ":
        return None
    # "notified Peru of the plan": what follows "of" is no part of the hearer.
    subject, found = chunks.before(first), chunks.at(after, of=False)
    if not subject or not found or "thing" in (subject.kind, found[0].kind):
        return None
    return subject, found[0]


def sayer(document: Document, rng: Random) -> Corrupted | None:
    """Who says it and whom it is about change places ("the minister said the flood …")."""
    pairs: list[Pair] = []
    for number, sentence in enumerate(document.sentences):
        words = tokens(sentence)
        for place, token in enumerate(words[:-2]):
            if place == 0 or token.text not in SAYING:
                continue
            chunks = chunker(document, number)
            subject = chunks.before(place)
            start = place + 1 + (words[place + 1].lower == "that")
            if start >= len(words) or sentence[token.end : words[place + 1].start] != " ":
                continue
            found = chunks.at(start)
            follows = words[found[1]].lower if found and found[1] < len(words) else ""
            if follows not in AUXILIARIES and follows not in FINITE:
                continue
            if not subject or not found:
                continue
            # The verbs that stay must not disagree with their new subjects.
            numbered = follows in _NUMBERED or token.text == third_form(SAYING[token.text])
            if numbered and subject.plural != found[0].plural:
                continue
            if subject.kind != "thing" and _different(subject, found[0]):
                about = found[0]
                # Two who can both speak change places unseen, unless the text knows them.
                if about.kind == "thing" or _known(document, subject, about):
                    pairs.append((number, subject, about))
    return _turn(document, rng.choice(pairs), "role.sayer") if pairs else None


def source(document: Document, rng: Random) -> Corrupted | None:
    """The source after `according to` changes places with the subject of the sentence."""
    pairs: list[Pair] = []
    for number, sentence in enumerate(document.sentences):
        place = sentence.lower().find("according to ")
        if place < 0:
            continue
        chunks = chunker(document, number)
        words = chunks.tokens
        start = next((n for n, word in enumerate(words) if word.start >= place + 13), len(words))
        cited = chunks.at(start) if start < len(words) else None
        if not cited:
            continue
        if place == 0:
            comma = cited[1] < len(words) and sentence[cited[0].end : words[cited[1]].start] == ", "
            subject = chunks.at(cited[1]) if comma else None
            if subject and _different(cited[0], subject[0]):
                pairs.append((number, cited[0], subject[0]))
        else:
            subject = chunks.at(0)
            if subject and sentence[subject[0].end : words[subject[1]].start] != " ":
                continue
            if subject and _different(subject[0], cited[0]):
                pairs.append((number, subject[0], cited[0]))
    return _turn(document, rng.choice(pairs), "role.source") if pairs else None


REPORTS: dict[str, Corruption] = {"teller": teller, "sayer": sayer, "source": source}
"""The corruptions of this file by name; `role.CORRUPTIONS` holds the family."""
