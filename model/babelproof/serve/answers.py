"""Answers: what the service says, from verdicts and runs, in the formats of the command line."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babelproof import __version__
from babelproof.config import Config
from babelproof.detector import Detector
from babelproof.facts.dates import Day, parse_day
from babelproof.gate.article import Article, Unreadable
from babelproof.gate.baseline import Baseline
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.extract import ReadError
from babelproof.gate.outcome import Outcome
from babelproof.gate.policy import Policy
from babelproof.gate.read import kind_of, read_bytes
from babelproof.gate.reports.as_json import to_dict
from babelproof.gate.reports.phrases import MEANINGS, fact, jsonable
from babelproof.gate.run import make_run, unreadable
from babelproof.labels import LABELS
from babelproof.records import SCHEMA_VERSION
from babelproof.serve.schemas import (
    FileRequest,
    GateFileRequest,
    GateRequest,
    ScoreRequest,
    SentencesDocument,
    TextDocument,
)
from babelproof.serve.settings import Limits
from babelproof.verdict import IN_CONTEXT_FROM, DocumentVerdict, Verdict


def content_of(document: TextDocument | SentencesDocument) -> str | list[str]:
    """Give what is scored of a document."""
    return document.text if isinstance(document, TextDocument) else document.sentences


def day_of(date: str | None) -> Day | None:
    """Read a date that was checked before."""
    return None if date is None else parse_day(date)


def scored(request: ScoreRequest, verdicts: Sequence[DocumentVerdict]) -> dict[str, Any]:
    """Answer a request to score: a record for every document, in order."""
    documents = []
    for document, verdict in zip(request.documents, verdicts, strict=True):
        record: dict[str, Any] = {} if document.id is None else {"id": document.id}
        record |= {"schema_version": SCHEMA_VERSION, **verdict.to_dict()}
        if request.candidates:
            for sentence, shown in zip(verdict.sentences, record["sentences"], strict=True):
                shown["candidates"] = _candidates(sentence)
        documents.append(record)
    return {"documents": documents}


def _candidates(sentence: Verdict) -> list[dict[str, Any]]:
    """Give all findings, each with what speaks for it in one line."""
    return [finding.to_dict() | {"told": fact(finding)} for finding in sentence.candidates]


def article_of(request: GateRequest | FileRequest) -> Article:
    """Read a draft as its kind, or else its name, says. Raises `ReadError`."""
    named = kind_of(request.name)
    if isinstance(request, GateRequest):
        source = request.content.encode("utf-8", "surrogatepass")
        known: tuple[str, ...] = ("md", "html")
    else:
        known = ("md", "html", "docx")
        try:
            source = b64decode(request.data, validate=True)
        except binascii.Error as failure:
            raise ReadError(f"expected base64, found another text ({failure})") from None
    kind = request.kind or (named if named in known else None) or "txt"
    return read_bytes(request.name, kind, source)


@dataclass(frozen=True)
class Draft:
    """A draft under way through the gate: what was read of it, and what it is judged by."""

    article: Article | Unreadable
    policy: Policy
    allowances: Allowances

    @classmethod
    def of(
        cls, request: GateRequest | GateFileRequest, config: Config, accepted: Baseline
    ) -> Draft:
        """Read a draft; what cannot be read is kept as such.

        `accepted` is the configuration's baseline. Raises `PolicyError`.
        """
        changes: dict[str, Any] = {}
        if request.preset is not None:
            changes["preset"] = request.preset
        if request.fail_on is not None:
            changes["fail_on"] = request.fail_on
        policy = config.policy(request.name, changes)
        if request.baseline is not None:
            given = request.baseline.accepted
            accepted = Baseline({place: frozenset(prints) for place, prints in given.items()})
        article: Article | Unreadable
        try:
            article = article_of(request)
        except ReadError as refusal:
            article = Unreadable(request.name, str(refusal))
        return cls(article, policy, Allowances((*config.words, *request.words), accepted))

    @property
    def text(self) -> str:
        """What is judged of it."""
        return self.article.text if isinstance(self.article, Article) else ""

    def outcome(self, verdict: DocumentVerdict) -> Outcome:
        """Decide: what could not be read is an error, never a pass."""
        if isinstance(self.article, Unreadable):
            return unreadable(self.article)
        return decide(self.article, verdict, self.policy, self.allowances)


def gated(draft: Draft, verdict: DocumentVerdict, config: Config) -> dict[str, Any]:
    """Answer a request to gate: the gate's JSON report."""
    run = make_run([draft.outcome(verdict)], draft.policy, config, {"babelproof": __version__})
    answer: dict[str, Any] = jsonable(to_dict(run))
    return answer


def labels(detector: Detector, config: Config, limits: Limits) -> dict[str, Any]:
    """Say which labels there are, from which probabilities they hold, by which policy, and what
    limits there are."""
    thresholds = detector.operating_points.to_dict()
    return {
        "labels": [
            {
                "label": label.value,
                "title": MEANINGS[label].title,
                "says": MEANINGS[label].says,
                "advice": MEANINGS[label].advice,
                "threshold": thresholds["in_context"][label.value],
            }
            for label in LABELS
        ],
        "thresholds": thresholds["in_context"],
        "thresholds_alone": thresholds["alone"],
        "in_context_from": IN_CONTEXT_FROM,
        "policy": config.policy().to_dict(),
        "words": list(config.words),
        "bundle": detector.bundle.name,
        "version": detector.bundle.version,
        "package": __version__,
        "limits": {
            name: getattr(limits, name)
            for name in ("body_bytes", "characters", "documents", "sentences")
        },
    }
