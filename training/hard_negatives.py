"""Clean text of the kinds that tools like ours hold by mistake.

Headlines, unusual but right names, several countries in one sentence, quotes of non-native
speakers, boilerplate, tables, old prose, datelines: from our own templates, the lexicons and
facts, and the clean corpora.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from data.corpora import read_clean
from data.documents import Document
from training.corruptions.edits import words
from training.corruptions.scars import apply_scar
from training.hard_names import officeholders
from training.hard_templates import Filling, templates

SOURCE = "hard_negatives"
"""`source` of documents that no corpus stands behind."""

KINDS: dict[str, float] = {
    "officeholders": 0.15,
    "corpus_headline": 0.10,
    "headed": 0.08,
    "wrapped": 0.08,
    "old_prose": 0.05,
    "corpus_dateline": 0.04,
    "headline": 0.07,
    "boilerplate": 0.07,
    "countries": 0.08,
    "quote": 0.05,
    "sports": 0.04,
    "table": 0.03,
    "foreign": 0.03,
    "numbers": 0.03,
    "short": 0.03,
    "dateline": 0.02,
    "names": 0.03,
    "old": 0.02,
}
"""Share of each kind; kinds that are not ours are kinds of templates."""

NEWS = "wikipedia_current_events"
SPEECHES = "us_presidential_speeches"
FORMAL_BEFORE = "1962"
"""Speeches before this year are written prose of an older kind."""
_MOST = 6

_HELPERS = re.compile(r"\b(?:is|are|was|were|has been|have been) (?=\w+(?:ed|en|ght|und)\b)")
# A sentence that leans on the one before it makes no headline.
_LEANING = re.compile(
    r"^(?:He|She|It|They|This|These|That|Those|His|Her|Their|Its|Also|However|But|And|Later|There|"
    r"In|On|At|After|Earlier|Another|Both)\b|afterwards?|\balso\b|\bthe (?:suspect|clash)\b",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"\b(?:[Tt]he|[Aa]n?) (?=\w)")


def headline(sentence: str, rng: Random) -> str | None:
    """A headline from a lead: its first clause without articles, helpers and full stop.

    `None` where the lead is too long, quotes someone or is no plain statement.
    """
    if re.search(r"[\"“”():;?!]", sentence) or _LEANING.search(sentence):
        return None
    clause = re.split(r", (?:which|who|with|according|as|while|after|in|on|and|but)\b", sentence)[0]
    clause = clause.rstrip(".")
    if "," in clause or not 5 <= len(words(clause)) <= 14:
        return None
    text = _HELPERS.sub("", _ARTICLES.sub("", clause), count=1)
    text = text[:1].upper() + text[1:]
    style = rng.random()
    if style < 0.35:
        return apply_scar("title_case", text, (), rng)[0]
    return text.upper() if style > 0.93 else text


def _made(kind: str, number: int, sentences: list[str]) -> Document:
    clean = tuple(" ".join(text.split()) for text in sentences)
    return Document(f"{SOURCE}/{kind}/{number}", clean, SOURCE, section=kind)


def _templates(kind: str, number: int, rng: Random) -> Document:
    """One to five templates of a kind, each with people and countries of its own."""
    wanted = 1 if rng.random() < 0.35 else rng.randint(2, 5)
    chosen = rng.sample(templates()[kind], min(wanted, len(templates()[kind])))
    sentences = [text for template in chosen for text in Filling(rng).fill(template)]
    return _made(kind, number, sentences)


def _excerpt(document: Document, kind: str, number: int, rng: Random) -> tuple[str, list[str]]:
    size = rng.randint(1, _MOST)
    start = rng.randrange(max(1, len(document.sentences) - size + 1))
    return f"{document.id}#{kind}{number}", list(document.sentences[start : start + size])


def _of_corpus(kind: str, documents: list[Document], number: int, rng: Random) -> Document | None:
    """A document made of a corpus's own sentences; keeps the corpus's id before `#`."""
    document = rng.choice(documents)
    name, sentences = _excerpt(document, kind, number, rng)
    filling = Filling(rng)
    if kind in ("corpus_headline", "headed"):
        title = headline(sentences[0], rng)
        if title is None:
            return None
        sentences = [title, *(sentences if kind == "headed" else ())]
    elif kind == "corpus_dateline":
        sentences[0] = apply_scar("dateline", sentences[0], (), rng)[0]
    elif kind == "wrapped":
        marks = [filling.fill(t)[0] for t in rng.sample(templates()["boilerplate"], 4)]
        first = rng.randint(0, 2)
        sentences = [*marks[:first], *sentences, *marks[first : first + rng.randint(1, 2)]]
    clean = tuple(" ".join(text.split()) for text in sentences)
    return replace(document, id=name, sentences=clean, section=kind)


def _old(document: Document) -> bool:
    return bool(document.date) and str(document.date) < FORMAL_BEFORE


def hard_negatives(shared: Path, rng: Random, n: int) -> Iterator[Document]:
    """Give `n` clean documents of difficult kinds, the kind in `section`.

    Documents made from a corpus carry its name in `source` and its document's id before
    `#` in `id`, so that they fall in their document's split. Raises the readers' errors
    where a corpus or the facts are missing.
    """
    if n <= 0:
        return
    news = list(read_clean(shared, NEWS))
    old = [document for document in read_clean(shared, SPEECHES) if _old(document)]
    people = officeholders(shared)
    makers: dict[str, Callable[[int, Random], Document | None]] = {
        kind: partial(_templates, kind) for kind in templates() if kind in KINDS
    }
    for kind in ("corpus_headline", "headed", "wrapped", "corpus_dateline"):
        makers[kind] = partial(_of_corpus, kind, news)
    makers["old_prose"] = partial(_of_corpus, "old_prose", old)
    makers["officeholders"] = lambda number, rng: _made(
        "officeholders", number, people.sentences(rng)
    )
    for number in range(n):
        document = None
        while document is None:
            kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
            document = makers[kind](number, rng)
        yield document
