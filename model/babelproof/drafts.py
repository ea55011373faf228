"""Drafts: a document's sentences before scoring, with those that cannot be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babelproof.language import is_foreign, why_not
from babelproof.sentences import SentenceSpan, split
from babelproof.verdict import Reason, Status, Verdict
from babelproof.windows import normalise


@dataclass(frozen=True)
class DraftSentence:
    """A sentence, with its verdict already where there is nothing to judge."""

    span: SentenceSpan
    verdict: Verdict | None = None

    @property
    def read(self) -> str:
        """What the encoder reads: text in another language is no context for English."""
        if self.verdict is None or self.verdict.reason == Reason.TOO_SHORT:
            return self.span.text
        return ""


@dataclass(frozen=True)
class Draft:
    """A document's sentences in order, or the error that keeps it from having any."""

    sentences: tuple[DraftSentence, ...] = ()
    error: str | None = None

    @property
    def size(self) -> int:
        """A measure of the memory that scoring takes, in characters."""
        return sum(50 + len(sentence.span.text) for sentence in self.sentences) + 50


def draft(document: object) -> Draft:
    """Prepare a document: a string is split, a list of strings is kept as given.

    Never raises: anything else becomes a draft, or a sentence of one, with an error.
    """
    if isinstance(document, str):
        spans = split(document)
        foreign = _is_foreign([span.text for span in spans])
        return Draft(tuple(_sentence(span, foreign) for span in spans))
    if not isinstance(document, Sequence) or isinstance(document, (bytes, bytearray)):
        found = type(document).__name__
        return Draft(error=f"expected a string or a list of strings, found {found}")
    foreign = _is_foreign([item for item in document if isinstance(item, str)])
    return Draft(tuple(_item(item, foreign) for item in document))


def _is_foreign(texts: Sequence[str]) -> bool:
    # One sentence is no document beside which to judge it.
    return len(texts) > 1 and is_foreign(normalise("\n".join(texts)))


def _item(item: object, foreign: bool) -> DraftSentence:
    if isinstance(item, str):
        return _sentence(SentenceSpan(item, 0, len(item)), foreign)
    reason = f"expected a string, found {type(item).__name__}"
    return DraftSentence(SentenceSpan("", 0, 0), Verdict("", 0, 0, Status.ERROR, reason))


def _sentence(span: SentenceSpan, foreign: bool) -> DraftSentence:
    reason = why_not(span.text, foreign)
    if reason is None:
        return DraftSentence(span)
    verdict = Verdict(span.text, span.start, span.end, Status.SKIPPED, reason)
    return DraftSentence(span, verdict)
