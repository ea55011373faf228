"""Finds names of persons, organisations and places by capitals and titles, without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from data.documents import Document
from training.corruptions.name_known import (
    FUNCTION_WORDS,
    GIVEN,
    MONTHS_AND_DAYS,
    NOT_NAMES,
    ORGANISATION_HEADS,
    ORGANISATIONS,
    PEOPLES,
    PLACE_HEADS,
    PLACES,
    SURNAMES,
)
from training.corruptions.role_titles import addresses, titles

MentionKind = Literal["person", "organisation", "place", "people", "other"]


@dataclass(frozen=True)
class Mention:
    """A name at characters `[start, end)` of a sentence, without its title or possessive.

    `title` holds the characters of the title or honorific right before it.
    """

    sentence: int
    start: int
    end: int
    text: str
    kind: MentionKind
    title: tuple[int, int] | None = None

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.text.split())


_L = r"[^\W\d_]"
_UP = "A-ZÀ-ÞŁŚŠŽČĆĐ"
_CAPITAL = rf"(?:(?:[A-Z]\.){{2,}}|[A-Z]\.|(?:al-|el-|d')?(?=[{_UP}]){_L}+(?:[-'’]{_L}+)*)"
_LINK = (
    "(?:de la|de los|de|da|di|del|dos|du|van der|van den|van|von der|von|bin|ibn|el|la|le|"
    "of the|of|for the)"
)
_RUN = re.compile(rf"(?<![\w.'’–/-]){_CAPITAL}(?:(?: {_LINK})? {_CAPITAL})*(?![\w–/-])")
_WORD = re.compile(rf"(?<![\w'’-]){_L}+(?:[-'’]{_L}+)*")
_OWNER = re.compile(r"['’]s? ")
_HOLDER = re.compile(r"(?:Secretary|Minister|Director|Governor|President|Member|Head|Chair) of ")
_POSSESSIVE = re.compile(r"['’]s?$")
_OF = re.compile(r" (?:of the|of|for the) ")
_REPORTS = re.compile(
    r",? (?:said|says|told|tells|asked|warned|added|tweeted|argued|announced|claimed|denied|"
    r"testified|insisted|wrote|replied|resigned|was born|died|, \d\d,)\b"
)
_IN = re.compile(r"\b(?:in|at|near|from|across|throughout|outside|into) $")


@lru_cache(maxsize=256)
def mentions(document: Document) -> tuple[Mention, ...]:
    """All names of a document in order; title-cased headlines give none."""
    lower = _lower_words(document)
    seen = _inner_capitals(document)
    found = [
        mention
        for number, sentence in enumerate(document.sentences)
        for mention in _of_sentence(number, sentence, lower, seen)
    ]
    return tuple(_agree(found))


@lru_cache(maxsize=256)
def capital_runs(document: Document) -> tuple[Mention, ...]:
    """Every run of capitalised words as a careless name finder takes it.

    It keeps function words at the start of a sentence ("But Cruz") and pieces of
    headlines ("Study History"): only good for imitating crude mistakes.
    """
    runs: list[Mention] = []
    for number, sentence in enumerate(document.sentences):
        for match in _RUN.finditer(sentence):
            text = _POSSESSIVE.sub("", match.group())
            words = text.split()
            if len(words) > 5:
                words = words[-3:]
                text = " ".join(words)
            start = match.start() + match.group().rindex(text)
            if len(text) > 2 and not all(word.endswith(".") for word in words):
                runs.append(Mention(number, start, start + len(text), text, "other"))
    return tuple(runs)


def is_headline(sentence: str) -> bool:
    """Whether most long words of a line without a full stop are capitalised: they name nothing."""
    words = [word for word in _WORD.findall(sentence) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return not sentence.endswith(".") and len(words) >= 4 and capitals > 0.7 * len(words)


def same_entity(first: str, second: str) -> bool:
    """Whether two names may belong to one thing: they share a word or a likely acronym."""
    one = {_POSSESSIVE.sub("", word).lower() for word in first.replace("-", " ").split()}
    two = {_POSSESSIVE.sub("", word).lower() for word in second.replace("-", " ").split()}
    if one & two - {"of", "the", "de", "al", "for"}:
        return True
    short, long = sorted((first, second), key=len)
    initials = "".join(word[0] for word in long.split() if word[0].isupper())
    return len(short) > 1 and short.replace(".", "") == initials


def _lower_words(document: Document) -> frozenset[str]:
    return frozenset(
        word for text in document.sentences for word in _WORD.findall(text) if word.islower()
    )


def _inner_capitals(document: Document) -> frozenset[str]:
    """Words with a capital that do not stand at the start of a sentence or a quote."""
    seen: set[str] = set()
    for text in document.sentences:
        if is_headline(text):
            continue
        for match in _WORD.finditer(text):
            before = text[: match.start()].rstrip("\"'“‘( ")
            if match.group()[0].isupper() and before and before[-1] not in ".:?!":
                seen.add(_POSSESSIVE.sub("", match.group()))
    return frozenset(seen)


def _of_sentence(
    number: int, sentence: str, lower: frozenset[str], seen: frozenset[str]
) -> list[Mention]:
    if is_headline(sentence):
        return []
    before = [(title.start, title.end) for title in titles(sentence)] + list(addresses(sentence))
    found: list[Mention] = []
    for match in _RUN.finditer(sentence):
        start, end = match.span()
        # A title inside the run ends one name and starts another.
        cuts = [span for span in before if span[0] < end and span[1] > start]
        # So does the owner of something: "Peru's Ministry of Culture".
        cuts += [m.span() for m in _OWNER.finditer(sentence, start, end)]
        cuts.sort()
        at = start
        for cut_start, cut_end in [*cuts, (end, end)]:
            if at < cut_start:
                piece = _piece(number, sentence, at, cut_start, lower, seen, before)
                found += [piece] if piece else []
            at = max(at, cut_end)
    return found


def _piece(
    number: int,
    sentence: str,
    start: int,
    end: int,
    lower: frozenset[str],
    seen: frozenset[str],
    before: list[tuple[int, int]],
) -> Mention | None:
    text = sentence[start:end]
    # A full stop of an abbreviation belongs to the title, and links cannot stand at an edge.
    stripped = re.sub(rf"^(?:\W|{_LINK} )+", "", text)
    start += len(text) - len(stripped)
    text = re.sub(rf"(?: {_LINK})?\s*$", "", stripped)
    opening = sentence[:start].rstrip("\"'“‘( ")
    initial = not opening or opening[-1] in ".:?!"
    while initial and text and text not in PLACES:
        first, _, rest = text.partition(" ")
        bare = _POSSESSIVE.sub("", first)
        known = bare in seen or bare in GIVEN or bare in SURNAMES or bare in PLACES
        plain = bare.lower() in FUNCTION_WORDS or (bare.lower() in lower and bare not in seen)
        single = not rest and not known and not (bare.isupper() and len(bare) > 1)
        if not plain and not single and (known or not bare.endswith(("ing", "ed", "ly"))):
            break
        if not rest:
            return None
        start += len(first) + 1
        text = rest
        initial = bare.lower() in FUNCTION_WORDS
    text = _POSSESSIVE.sub("", text)
    words = text.split()
    while words and text not in PLACES and words[0].lower() in FUNCTION_WORDS:
        start += len(words[0]) + 1
        text = text[len(words[0]) + 1 :]
        words = words[1:]
    if len(words) > 1 and words[0].endswith(("-elect", "-designate", "-General")):
        start += len(words[0]) + 1
        words = words[1:]
        text = " ".join(words)
    for size in range(1, min(4, len(words) - 1)):
        lead = " ".join(words[:size])
        if words[size] in GIVEN and (lead in PLACES or lead.isupper()):
            # "President of Peru Ana Ruiz", "UK PM Ana Ruiz": what stands before is no name.
            start += len(lead) + 1
            words = words[size:]
            text = " ".join(words)
            break
    if (
        len(text) < 2
        or all(word.endswith(".") for word in words)
        or text in NOT_NAMES
        or _HOLDER.match(text)
    ):
        return None
    title = next((span for span in before if 0 < start - span[1] <= 2), None)
    kind = _kind(sentence, start, text, words, title is not None)
    return Mention(number, start, start + len(text), text, kind, title)


def _kind(sentence: str, start: int, text: str, words: list[str], titled: bool) -> MentionKind:
    if titled and not _OF.search(text):
        return "person"
    if text in PEOPLES:
        return "people"
    if text in PLACES or words[-1] in PLACE_HEADS:
        return "place"
    if text in ORGANISATIONS or any(word in ORGANISATION_HEADS for word in words):
        return "organisation"
    if text in MONTHS_AND_DAYS or words[0] in MONTHS_AND_DAYS:
        return "other"
    if _OF.search(text):
        return "organisation"
    if words[0] in GIVEN and 1 < len(words) <= 4:
        return "person"
    if len(words) == 1 and text.isupper() and len(text) <= 5:
        return "organisation"
    if _IN.search(sentence, max(0, start - 12), start):
        return "place"
    if words[-1] in SURNAMES or (len(words) < 4 and _REPORTS.match(sentence, start + len(text))):
        return "person"
    return "other"


def _agree(found: list[Mention]) -> list[Mention]:
    """Let a surname alone have the kind of the full name of the document."""
    last = {mention.words[-1] for mention in found if mention.kind == "person"}
    return [
        Mention(m.sentence, m.start, m.end, m.text, "person", m.title)
        if m.kind == "other" and len(m.words) == 1 and m.text in last
        else m
        for m in found
    ]
