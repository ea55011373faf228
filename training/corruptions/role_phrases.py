"""A light chunker: noun phrases, and clauses of doer, verb and done-to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from data.documents import Document
from training.corruptions.english import AUXILIARIES, DETERMINERS, FUNCTION_WORDS
from training.corruptions.proper import Mention, is_headline, mentions
from training.corruptions.role_titles import titles
from training.corruptions.role_words import (
    FINITE,
    FORCES,
    NOUN_LIKE,
    PARTICIPLES,
    SAYING,
    TELLING,
    is_agent,
    is_body,
)

PhraseKind = Literal["person", "body", "thing"]


@dataclass(frozen=True)
class Phrase:
    """A noun phrase at characters `[start, end)` of a sentence."""

    start: int
    end: int
    text: str
    head: str
    kind: PhraseKind
    plural: bool
    proper: bool


@dataclass(frozen=True)
class Clause:
    """`subject verb object` in this order; `passive` for `subject was verbed by object`.

    `verb` holds the characters of auxiliaries, verb and `by`; `base` is its dictionary form."""

    sentence: int
    subject: Phrase
    verb: tuple[int, int]
    object: Phrase
    passive: bool
    base: str


@dataclass(frozen=True)
class Token:
    """A word or number at characters `[start, end)`."""

    start: int
    end: int
    text: str

    @property
    def lower(self) -> str:
        return self.text.lower()


_TOKEN = re.compile(r"[^\W_](?:[\w'’.,-]*[^\W_])?")
_NUMERALS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozens", "several",
     "many", "hundreds", "thousands", "some", "both"}
)  # fmt: skip
_VERBS = FINITE.keys() | SAYING.keys() | TELLING.keys()
_POSSESSIVES = frozenset({"his", "her", "its", "their", "our", "my", "your"})
_CLAUSE_OPENERS = frozenset(
    {"that", "and", "as", "after", "when", "while", "because", "before", "but", "if", "where"}
)


@lru_cache(maxsize=4096)
def tokens(sentence: str) -> tuple[Token, ...]:
    """Words and numbers of a sentence in order."""
    return tuple(Token(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(sentence))


class Chunker:
    """Noun phrases of one sentence, found from a given word on."""

    def __init__(self, sentence: str, names: list[Mention]) -> None:
        self.sentence = sentence
        self.tokens = tokens(sentence)
        self._index = {token.start: number for number, token in enumerate(self.tokens)}
        self._names = {mention.start: mention for mention in names}
        self._titles = {title.start: title for title in titles(sentence)}

    def at(
        self, number: int, *, of: bool = True, stop: int | None = None
    ) -> tuple[Phrase, int] | None:
        """The phrase that starts at word `number`, and the number of the word after it.

        It ends before word `stop`; without `of` it takes no `of the …` after its noun.
        """
        limit = min(number + 7, len(self.tokens) if stop is None else stop)
        first = number
        plural = bare = False
        head: Token | None = None
        kind: PhraseKind | None = None
        proper = False
        if number < limit and self.tokens[number].lower == "that":
            # After a verb of saying it opens a clause far more often than a phrase.
            return None
        if number < len(self.tokens) and self.tokens[number].lower in DETERMINERS:
            number += 1
        else:
            bare = True
        while number < limit:
            token = self.tokens[number]
            if number > first and self.sentence[self.tokens[number - 1].end : token.start] != " ":
                break
            name = self._names.get(token.start)
            title = self._titles.get(token.start)
            if title:
                number = self._after(title.end)
                head, kind, proper = self.tokens[number - 1], "person", False
                if title.named and number < len(self.tokens):
                    holder = self._names.get(self.tokens[number].start)
                    if holder:
                        number, proper, bare = self._after(holder.end), True, False
                        head = self.tokens[number - 1]
                break
            if name:
                number = self._after(name.end)
                head, proper, bare = self.tokens[number - 1], True, False
                kind = "person" if name.kind == "person" else "body"
                if name.kind == "other":
                    kind = "thing"
                following = self.tokens[number].text if number < len(self.tokens) else ""
                modifies = self._is_plain(following) and following not in _VERBS
                spaced = self.sentence[name.end : name.end + 1] == " "
                if not (modifies and spaced):
                    plural = name.kind == "people" and name.text.endswith("s")
                    break
                continue
            if token.lower in _NUMERALS or token.text[0].isdigit():
                plural, bare = True, False
                number += 1
                continue
            word = token.text if token.start else token.lower
            if word[0].isupper():
                # "COVID-19" and other capitals that name nobody.
                head, kind, proper, bare = token, "thing", True, False
                number += 1
                continue
            if not self._is_plain(word):
                break
            if head and token.text.endswith("ing"):
                return None
            if head and token.text in _VERBS and token.text not in NOUN_LIKE:
                break
            head, kind, proper = token, None, False
            number += 1
        if head is None or head.lower.endswith("ly"):
            return None
        word = head.text
        if not proper:
            plural = plural or (word.endswith("s") and not word.endswith(("ss", "us", "is")))
            if bare and not plural and not is_body(word) and word not in FORCES | {"police"}:
                return None
            plural = plural or word in {"people", "police", "men", "women", "children"}
        if kind is None:
            kind = _kind(word)
        end = self.tokens[number - 1].end
        if self.sentence[end - 2 : end] in ("'s", "’s"):
            return None
        if of and number < (stop or len(self.tokens)) - 1 and self.tokens[number].lower == "of":
            inner = self.at(number + 1, of=False, stop=stop)
            if inner and self.sentence[end : self.tokens[number].start] == " ":
                end, number = inner[0].end, inner[1]
        start = self.tokens[first].start
        return Phrase(start, end, self.sentence[start:end], word, kind, plural, proper), number

    def before(self, number: int) -> Phrase | None:
        """The longest phrase that ends right before word `number` and opens its clause."""
        for first in range(max(0, number - 8), number):
            token = self.tokens[first]
            lead = self.sentence[: token.start].rstrip(" \"'“‘")
            opens = not lead or lead[-1] in ",;:.—-" or lead.split()[-1] in _CLAUSE_OPENERS
            if not opens:
                continue
            found = self.at(first, stop=number)
            if found and found[1] == number:
                return found[0]
        return None

    def _after(self, end: int) -> int:
        return next(
            (n for n, token in enumerate(self.tokens) if token.start >= end), len(self.tokens)
        )

    @staticmethod
    def _is_plain(word: str) -> bool:
        return bool(word) and word.islower() and word not in FUNCTION_WORDS and len(word) > 1


def _kind(head: str) -> PhraseKind:
    if is_body(head) or head.lower() == "police":
        return "body"
    return "person" if is_agent(head) else "thing"


def chunker(document: Document, number: int) -> Chunker:
    """The chunker of one sentence of a document."""
    names = [mention for mention in mentions(document) if mention.sentence == number]
    return Chunker(document.sentences[number], names)


@lru_cache(maxsize=256)
def clauses(document: Document) -> tuple[Clause, ...]:
    """Clauses whose verb is done on purpose or by force, active and passive."""
    found: list[Clause] = []
    for number, sentence in enumerate(document.sentences):
        if is_headline(sentence):
            continue
        chunks: Chunker | None = None
        for place, token in enumerate(tokens(sentence)):
            if place == 0 or not token.text.islower():
                continue
            if token.text not in FINITE and token.text not in PARTICIPLES:
                continue
            chunks = chunks or chunker(document, number)
            clause = _clause(chunks, number, place)
            if clause:
                found.append(clause)
    return tuple(found)


def _clause(chunks: Chunker, sentence: int, place: int) -> Clause | None:
    words = chunks.tokens
    verb = words[place]
    start, first = verb.start, place
    while first and (words[first - 1].lower in AUXILIARIES or words[first - 1].text.endswith("ly")):
        first -= 1
        start = words[first].start
    passive = any(word.lower in {"is", "are", "was", "were", "be", "been", "being"} for word in
                  words[first:place])  # fmt: skip
    helped = any(word.lower in AUXILIARIES for word in words[first:place])
    if not helped and verb.text not in FINITE:
        return None
    after = place + 1
    if passive:
        if verb.text not in PARTICIPLES or after >= len(words) or words[after].lower != "by":
            return None
        after += 1
    elif after < len(words) and chunks.sentence[verb.end : words[after].start] != " ":
        return None
    subject = chunks.before(first)
    found = chunks.at(after) if after < len(words) else None
    if subject is None or found is None:
        return None
    # "its first case" before the name that "its" means is a riddle, not an exchange.
    if tokens(found[0].text)[0].lower in _POSSESSIVES or subject.head == found[0].head:
        return None
    follows = words[found[1]].lower if found[1] < len(words) else ""
    if follows == "to" or follows[:1].isdigit():
        return None
    end = words[after - 1].end
    base = PARTICIPLES.get(verb.text) or FINITE[verb.text].base
    return Clause(sentence, subject, (start, end), found[0], passive, base)
