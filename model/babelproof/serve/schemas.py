"""Schemas: what the service takes and gives, as the OpenAPI description says it."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from babelproof.facts.dates import parse_day
from babelproof.gate.outcome import Decision
from babelproof.labels import LABELS, Label
from babelproof.verdict import Status

DAMAGED = "The the bridge was of closed of closed after on Monday."
SOUND = "The envoy flew home on Monday."


_NAME = "Its file name: settings for paths go by it, and the report repeats it."
_KIND = "How it is read; by default as its name says, else as text."
_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


def _day(text: str) -> str:
    parse_day(text)  # raises FactsError, a ValueError
    return text


Probability = Annotated[float, Field(ge=0, le=1)]
Threshold = Annotated[float, Field(gt=0, le=1)]
Date = Annotated[
    Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})] | None,
    Field(
        default=None,
        description="The day that the text speaks of, by which the facts judge who is in office.",
        examples=["2021-05-06"],
    ),
]


class _Taken(BaseModel):
    """Takes no field that it does not know: a misspelt one must not be passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TextDocument(_Taken):
    """A document as one text, split into sentences here; offsets count its code points."""

    text: str
    id: str | int | None = Field(default=None, description="Comes back with the document.")
    date: Date


class SentencesDocument(_Taken):
    """A document as a list of sentences, kept as given; offsets count within each."""

    sentences: list[str]
    id: str | int | None = Field(default=None, description="Comes back with the document.")
    date: Date


class ScoreRequest(_Taken):
    """Documents to score; each is judged by itself, its sentences in context."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"documents": [{"text": f"{SOUND} {DAMAGED}"}]}]}
    )

    documents: list[TextDocument | SentencesDocument] = Field(min_length=1)
    candidates: bool = Field(
        default=False,
        description="Give the findings below the thresholds too, so that other thresholds can "
        "be applied without another request.",
    )


class _Given(BaseModel):
    model_config = ConfigDict(extra="allow")


class FindingRecord(_Given):
    """Characters `[start, end)` that show a label."""

    label: Label
    start: int
    end: int
    text: str
    score: Probability
    source: Literal["model", "facts", "both"]
    evidence: Any = None


class CandidateRecord(FindingRecord):
    """A finding, whether or not it reaches a threshold."""

    told: str | None = Field(description="What speaks for it, in one line, as reports say it.")


class SentenceRecord(_Given):
    """The verdict on a sentence, as `babelproof score` writes it."""

    text: str
    start: int
    end: int
    status: Status
    reason: str | None = None
    score: Probability | None
    held: bool
    labels: dict[Label, Probability]
    findings: list[FindingRecord]
    candidates: list[CandidateRecord] | None = None


class DocumentRecord(_Given):
    """The verdict on a document, as `babelproof score` writes it."""

    id: str | int | None = None
    schema_version: int
    status: Status
    reason: str | None = None
    score: Probability | None
    held: bool
    document_score: Probability | None
    sentences: list[SentenceRecord]


class ScoreResponse(BaseModel):
    """A verdict for every document, in order."""

    documents: list[DocumentRecord]


class BaselineRecord(_Taken):
    """A baseline: findings accepted so far, as `--update-baseline` writes them."""

    version: Literal[1]
    accepted: dict[str, list[str]] = Field(
        description="Fingerprints of flagged sentences, by the draft's name."
    )


class _GateSettings(_Taken):
    """How a draft is judged. What is not given is as the service's configuration says."""

    preset: Literal["strict", "balanced", "lenient"] | None = None
    fail_on: dict[Literal["any", "mt", "garble", "name", "role", "country"], Threshold] | None = (
        Field(
            default=None,
            description="Probabilities from which one sentence holds the draft.",
            examples=[{"country": 0.9}],
        )
    )
    words: list[str] = Field(
        default=[], max_length=10_000, description="Words and names that are right here."
    )
    baseline: BaselineRecord | None = Field(
        default=None,
        description="Findings accepted so far, in place of the configuration's baseline.",
        examples=[{"version": 1, "accepted": {"draft.md": ["0123456789abcdef"]}}],
    )
    date: Date


class GateRequest(_GateSettings):
    """A draft to pass or hold, as text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "draft.md", "content": f"# Bridge\n\n{SOUND} {DAMAGED}\n"}]
        }
    )

    content: str = Field(description="The source of the draft, as the file has it.")
    name: str = Field(default="draft.txt", min_length=1, max_length=500, description=_NAME)
    kind: Literal["txt", "md", "html"] | None = Field(default=None, description=_KIND)


class FileRequest(_Taken):
    """A file, as its bytes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "draft.txt", "data": b64encode(SOUND.encode()).decode()}]
        }
    )

    name: str = Field(min_length=1, max_length=500, description=_NAME)
    data: str = Field(
        pattern=_BASE64,
        description="The file's bytes in base64, without line breaks.",
        json_schema_extra={"contentEncoding": "base64"},
    )
    kind: Literal["txt", "md", "html", "docx"] | None = Field(default=None, description=_KIND)


class GateFileRequest(_GateSettings, FileRequest):
    """A draft to pass or hold, as its file's bytes: a .docx file, or any other kind."""


class TextResponse(BaseModel):
    """What is judged of a file: its text, without code, navigation and the like."""

    text: str
    allowed: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="Ranges [start, end) of code points that the source marks as right."
    )
    error: str | None = Field(description="Why the file cannot be read, and then has no text.")


class OutcomeRecord(_Given):
    """What the gate says of the draft."""

    name: str
    decision: Decision
    reasons: list[str]
    error: str | None
    score: Probability | None
    sentences: int
    judged: int
    held: int
    flags: list[dict[str, Any]]


class GateResponse(_Given):
    """The gate's report, by the package's `gate-report.schema.json`."""

    schema_version: int
    decision: Decision
    counts: dict[str, int]
    policy: dict[str, Any]
    versions: dict[str, str]
    outcomes: list[OutcomeRecord]


class LabelRecord(BaseModel):
    """A label: what it means and what to do."""

    label: Label
    title: str
    says: str
    advice: str
    threshold: Annotated[Threshold, Field(description="In documents of several sentences.")]


class LabelsResponse(BaseModel):
    """The labels and thresholds in effect, and what one request may hold."""

    labels: list[LabelRecord] = Field(min_length=len(LABELS), max_length=len(LABELS))
    thresholds: dict[str, Threshold] = Field(description="Those of sentences in documents.")
    thresholds_alone: dict[str, Threshold] = Field(
        description="Those of sentences in documents with fewer that can be judged."
    )
    in_context_from: int = Field(description="From how many judged sentences it is a document.")
    policy: dict[str, Any] = Field(description="The gate's policy for a draft without a name.")
    words: list[str] = Field(description="The configuration's words that are right here.")
    bundle: str
    version: str
    package: str
    limits: dict[str, int]


class Health(BaseModel):
    """Whether the service lives, or takes requests."""

    status: Literal["ok", "busy"]


class ErrorRecord(BaseModel):
    """Why a request was refused: what was expected, what was found, what to do."""

    error: str
