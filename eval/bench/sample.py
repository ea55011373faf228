"""Sample: the texts that are scored, drawn from the corpora or a file of one's own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babelproof.drafts import Draft, draft
from babelproof.jobs.formats import Unit
from babelproof.records import FieldNames, read_jsonl
from data.corpora import read_clean
from data.shared import DataError

NEWS = (
    "us_senate_press_releases",
    "wikipedia_current_events",
    "whitehouse_press_briefings",
    "state_human_rights_reports",
    "australian_pm_transcripts",
)
"""Corpora that read like what a newsroom gets: releases, briefings, reports, short news."""

ARTICLE_SENTENCES = 40
"""Longer documents are cut into articles of this many sentences."""


class SampleError(ValueError):
    """A sample that is too small, or a file that holds no texts."""


@dataclass(frozen=True)
class Sample:
    """Texts, and what one is: a document to be split, or one sentence. `origin` says whence."""

    texts: tuple[str, ...]
    unit: Unit
    origin: str

    def drafts(self) -> list[Draft]:
        """Prepare the texts as `babelproof score` does."""
        single = self.unit is Unit.SENTENCE
        return [draft([text] if single else text) for text in self.texts]

    def sentences(self) -> list[str]:
        """Give the sentences that are judged, in order."""
        return [
            sentence.span.text
            for item in self.drafts()
            for sentence in item.sentences
            if sentence.verdict is None
        ]

    def singly(self) -> Sample:
        """Give the same sentences, each a text of its own."""
        return Sample(tuple(self.sentences()), Unit.SENTENCE, self.origin)

    def write(self, path: Path) -> Path:
        """Write the texts as JSONL records."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            for text in self.texts:
                file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
        return path


def news(shared: Path, sentences: int, seed: int, corpora: Iterable[str] = NEWS) -> Sample:
    """Draw documents from the clean corpora, mixed, until they have enough sentences.

    No sentence comes twice: a cache of repeated ones would measure the sample, not the
    program. Raises `SampleError` where the corpora hold fewer.
    """
    names = tuple(corpora)
    articles = [article for name in names for article in _articles(shared, name)]
    random.Random(seed).shuffle(articles)
    seen: set[str] = set()
    texts: list[str] = []
    for article in articles:
        own = list(dict.fromkeys(text for text in article if text not in seen))
        own = own[: sentences - len(seen)]
        if own:
            seen.update(own)
            texts.append(" ".join(own))
        if len(seen) >= sentences:
            return Sample(tuple(texts), Unit.DOCUMENT, f"{', '.join(names)}; seed {seed}")
    raise SampleError(
        f"sample: expected {sentences:,} different sentences in {', '.join(names)}, found "
        f"{len(seen):,}; ask for fewer"
    )


def _articles(shared: Path, name: str) -> Iterator[tuple[str, ...]]:
    try:
        for document in read_clean(shared, name):
            for start in range(0, len(document.sentences), ARTICLE_SENTENCES):
                yield document.sentences[start : start + ARTICLE_SENTENCES]
    except DataError as failure:
        raise SampleError(f"{failure}; or give a file with --sample") from None


def from_file(path: Path) -> Sample:
    """Read the texts of a JSONL file; refuses one without any."""
    texts: list[str] = []
    try:
        with path.open("rb") as stream:
            for record in read_jsonl(stream, path.name, FieldNames()):
                content = record.content
                if content:
                    texts.append(content if isinstance(content, str) else " ".join(content))
    except OSError as failure:
        raise SampleError(f"{path}: expected a JSONL file, found: {failure.strerror}") from None
    if not texts:
        raise SampleError(
            f"{path}: expected JSONL records with a `text` or `sentences`, found none"
        )
    return Sample(tuple(texts), Unit.DOCUMENT, path.name)
