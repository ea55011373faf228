"""Batches: order, counts and memory stay what they are whatever a record does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import pytest

from babelproof.batch import (
    CHUNK_CHARACTERS,
    CHUNK_RECORDS,
    Counts,
    score_records,
)
from babelproof.facts.dates import Day
from babelproof.jobs.outcomes import settle
from babelproof.jobs.tally import Tally
from babelproof.records import FieldNames, Record
from babelproof.verdict import DocumentVerdict, Reason, Status, Verdict

PLAIN = FieldNames()


class LengthScorer:
    """Scores a document by its length, and breaks where it reads "bomb"."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.days: list[Day | None] = []

    def score_documents(
        self,
        documents: Iterable[str | Sequence[str]],
        dates: Iterable[Day | None] | None = None,
    ) -> list[DocumentVerdict]:
        documents = list(documents)
        self.calls.append(len(documents))
        self.days += dates or ()
        return [self._one(document) for document in documents]

    def _one(self, document: str | Sequence[str]) -> DocumentVerdict:
        text = document if isinstance(document, str) else " ".join(document)
        if text == "bomb":
            raise RuntimeError("went off")
        if text == "broken":
            return DocumentVerdict(Status.ERROR, "sentence 0: no logits")
        if not text:
            return DocumentVerdict(Status.SKIPPED, Reason.EMPTY)
        score = 1 - 1 / len(text)
        if text == "nan":
            score = float("nan")
        sentence = Verdict(text, 0, len(text), Status.OK, score=score, held=score > 0.9)
        return DocumentVerdict.of((sentence,))


def make(contents: Sequence[str | None]) -> Iterator[Record]:
    for line, content in enumerate(contents, start=1):
        if content is None:
            yield Record("in", line, 1, None, None, "unreadable")
        else:
            yield Record("in", line, 1, {"text": content, "n": line}, content, None)


def run(
    contents: Sequence[str | None], scorer: LengthScorer
) -> tuple[list[dict[str, object]], str]:
    tally, lines = Tally(), []
    for item in score_records(make(contents), scorer):
        outcome = settle(item, PLAIN)
        tally.add(outcome, written=True)
        lines.append(json.loads(outcome.line))
    tally.check()
    return lines, str(tally)


def test_order_and_number_are_kept_over_many_chunks() -> None:
    contents = ["x" * (1 + n % 30) if n % 7 else None for n in range(1000)]
    scorer = LengthScorer()
    lines, _ = run(contents, scorer)
    assert len(lines) == 1000
    assert sum(scorer.calls) == sum(content is not None for content in contents)
    assert max(scorer.calls) <= CHUNK_RECORDS
    for number, (content, line) in enumerate(zip(contents, lines, strict=True), start=1):
        if content is None:
            place = {"file": "in", "line": number}
            assert line == {"status": "error", "error": "unreadable", **place}
        else:
            assert (line["n"], line["status"]) == (number, "ok")
            assert line["score"] == pytest.approx(1 - 1 / len(content), abs=1e-6)


@pytest.mark.parametrize("contents", [[], [None], ["one"], [None] * 200])
def test_none_one_and_only_bad_records(contents: list[str | None]) -> None:
    lines, _ = run(contents, LengthScorer())
    assert [line["status"] for line in lines] == [
        "error" if content is None else "ok" for content in contents
    ]


def test_no_more_than_a_chunk_is_read_ahead() -> None:
    read = 0

    def counted() -> Iterator[Record]:
        nonlocal read
        for record in make(["word"] * 1000):
            read += 1
            yield record

    items = score_records(counted(), LengthScorer())
    for done in range(1, 500):
        next(items)
        assert read - done < CHUNK_RECORDS


def test_long_documents_close_a_chunk_early() -> None:
    scorer = LengthScorer()
    run(["x" * (CHUNK_CHARACTERS // 2)] * 6, scorer)
    assert scorer.calls == [2, 2, 2]


def test_bad_lines_are_not_read_ahead_without_end() -> None:
    read = 0

    def endless() -> Iterator[Record]:
        nonlocal read
        while True:
            read += 1
            yield Record("in", read, 1, None, None, "unreadable")

    next(score_records(endless(), LengthScorer()))
    assert read == CHUNK_RECORDS


def test_one_document_that_breaks_the_scorer_takes_no_other_with_it() -> None:
    lines, counts = run(["good", "bomb", "", "also good"], LengthScorer())
    assert [line["status"] for line in lines] == ["ok", "error", "skipped", "ok"]
    assert lines[1] == {
        "text": "bomb",
        "n": 2,
        "schema_version": 1,
        "status": "error",
        "error": "could not be scored: RuntimeError: went off",
        "file": "in",
        "line": 2,
    }
    assert counts == "4 records: 2 scored (0 held), 1 skipped, 1 failed"


def test_an_error_verdict_is_an_error_record() -> None:
    lines, _ = run(["broken"], LengthScorer())
    assert lines[0]["status"] == "error"
    assert lines[0]["error"] == "sentence 0: no logits"


def test_a_score_that_json_cannot_hold_is_an_error_record() -> None:
    lines, counts = run(["nan", "fine"], LengthScorer())
    assert [line["status"] for line in lines] == ["error", "ok"]
    assert "could not be written" in str(lines[0]["error"])
    assert "1 failed" in counts


def test_counts_tell_held_and_skipped_apart() -> None:
    counts = Counts()
    for item in score_records(make(["x" * 40, "short", "", None, None]), LengthScorer()):
        counts.add(item)
    assert (counts.scored, counts.held, counts.skipped, counts.failed) == (2, 1, 1, 2)
    assert counts.records == 5
    assert counts.first_error == "in:4: unreadable"


def test_a_record_is_judged_by_its_own_day_before_the_common_one() -> None:
    fields = [{"date": "2021-05-06T10:00:00Z"}, {"date": "May 6"}, {"date": 5}, {}]
    records = [Record("in", n, 1, dict(f), "text", None) for n, f in enumerate(fields, start=1)]
    scorer = LengthScorer()
    common = Day(2001, 1, 2)
    list(score_records(records, scorer, common))
    assert scorer.days == [Day(2021, 5, 6), common, common, common]
