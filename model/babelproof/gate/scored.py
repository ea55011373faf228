"""Scored records: what `babelproof score` wrote, judged again without scoring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from babelproof.gate.article import Article, Unreadable, plain
from babelproof.labels import LABELS, Label
from babelproof.records import NO_FIELD, SCHEMA_VERSION, FieldNames, read_jsonl
from babelproof.verdict import DocumentVerdict, Finding, Status, Verdict

JudgedArticle = tuple[Article, DocumentVerdict]


def read_scored(path: str) -> Iterator[JudgedArticle | Unreadable]:
    """Read the records of a scored `.jsonl` file with their verdicts.

    Records without `text` are their sentences, parted by blank lines. A record that was not
    scored, or by another version, is `Unreadable`.
    """
    try:
        with Path(path).open("rb") as stream:
            for record in read_jsonl(stream, path, FieldNames(NO_FIELD)):
                try:
                    yield _read(path, record.line, record.fields, record.error)
                except KeyError as error:
                    yield Unreadable(path, _refused(f"one without {error}"), record.line)
                except (TypeError, ValueError, AttributeError) as error:
                    yield Unreadable(path, _refused(f"another ({error})"), record.line)
    except OSError as error:
        yield Unreadable(
            path, f"expected a scored file, found: {error.strerror}; check its name and permissions"
        )


def joined(name: str, document: DocumentVerdict, line: int | None = None) -> JudgedArticle:
    """Give a document that came as a list of sentences as one article, parted by blank lines.

    Offsets that counted in each item count in the article's text then.
    """
    verdicts = []
    at = 0
    for verdict in document.sentences:
        shift = at - verdict.start
        candidates = tuple(
            replace(f, start=f.start + shift, end=f.end + shift) for f in verdict.candidates
        )
        end = verdict.end + shift
        verdicts.append(replace(verdict, start=at, end=end, candidates=candidates))
        at = end + 2
    text = "\n\n".join(verdict.text for verdict in verdicts)
    return plain(name, text, record=line), replace(document, sentences=tuple(verdicts))


def _refused(found: str) -> str:
    return (
        f"expected a record that babelproof score wrote (schema_version {SCHEMA_VERSION}, its "
        f"fields without a prefix), found {found}; score it with this version, or leave --scored "
        "out to judge its text"
    )


def _read(
    path: str, line: int, fields: Mapping[str, Any] | None, error: str | None
) -> JudgedArticle | Unreadable:
    if fields is None:
        return Unreadable(path, error or _refused("none"), line)
    if fields["schema_version"] != SCHEMA_VERSION:
        version = fields["schema_version"]
        return Unreadable(path, _refused(f"schema_version {version!r}"), line)
    if fields["status"] == "error":
        return Unreadable(path, str(fields.get("error") or fields.get("reason")), line)
    rows = fields["sentences"]
    whole = fields.get("document_score")  # records before 0.6.0 have none
    whole = None if whole is None else float(whole)
    document = DocumentVerdict.of(tuple(map(_verdict, rows)), whole)
    if isinstance(fields.get("text"), str):
        return plain(path, fields["text"], record=line), document
    return joined(path, document, line)


def _verdict(row: Mapping[str, Any]) -> Verdict:
    """Read a sentence's verdict; the findings of the record are all the candidates there are.

    A sentence held through `any` alone gives its findings the probability of `any`: none is
    surer than its label is.
    """
    labels = {label: float(row["labels"][label.value]) for label in LABELS}
    findings = tuple(
        Finding(
            Label(item["label"]),
            item["start"],
            item["end"],
            item["text"],
            min(float(item["score"]), labels[Label(item["label"])]),
            item["source"],
            item["evidence"],
        )
        for item in row["findings"]
    )
    return Verdict(
        row["text"],
        row["start"],
        row["end"],
        Status(row["status"]),
        row.get("reason"),
        None if row["score"] is None else float(row["score"]),
        labels,
        findings,
        bool(row["held"]),
        findings,
    )
