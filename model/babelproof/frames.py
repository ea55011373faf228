"""Frames: verdicts on columns, for `datasets`, pandas and Arrow, each imported when it is used.

>>> from datasets import load_dataset  # doctest: +SKIP
>>> from babelproof.frames import ColumnScorer  # doctest: +SKIP
>>> scorer = ColumnScorer()  # doctest: +SKIP
>>> given = load_dataset("csv", data_files="a.csv", split="train")  # doctest: +SKIP
>>> given.map(scorer, batched=True, features=scorer.features(given.features))  # doctest: +SKIP
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babelproof.detector import Detector
    from babelproof.verdict import DocumentVerdict

COLUMNS = ("status", "reason", "score", "held")
"""The columns added first; those of a document or of a single sentence follow."""


@dataclass
class ColumnScorer:
    """Scores a column of texts, batch by batch; can be pickled, and loads its bundle once.

    `text`: the column's name. `unit`: `sentence`, each text judged alone, or `document`,
    split and judged in context. `prefix`: put before the name of each column added.
    `bundle`: a folder instead of the shipped bundle. `threads`: of the detector.

    A text that is None or no string gets the status `error` and a reason; every other
    column of ours is then None. The evidence of a finding is JSON text, as in Parquet.

    `scorer(batch)` is for `Dataset.map(scorer, batched=True, features=...)`, where `features`
    gives the types, `frame` for pandas, `table` for Arrow.
    """

    text: str = "text"
    unit: str = "sentence"
    prefix: str = ""
    bundle: str | Path | None = None
    threads: int | None = None
    _detector: Detector | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.unit not in ("sentence", "document"):
            raise ValueError(f"unit: expected 'sentence' or 'document', found {self.unit!r}")

    def __getstate__(self) -> dict[str, Any]:
        # A process that it is sent to loads its own; and `datasets` tells two maps apart by
        # what is pickled, which must not depend on whether the bundle is loaded.
        return {**self.__dict__, "_detector": None}

    @property
    def columns(self) -> list[str]:
        """Name the columns added, in order."""
        whole = self.unit == "document"
        nested = ("document_score", "sentences") if whole else ("labels", "findings")
        return [self.prefix + name for name in (*COLUMNS, *nested)]

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Give the columns added to a batch of columns, as `Dataset.map(batched=True)` wants.

        Pass `features=scorer.features(dataset.features)` to `map` too: it takes a column's type
        from the first batch that it writes, where there may be no reason, score or finding yet,
        and then fails at the first batch that has one.
        Raises KeyError when the batch lacks the text column, ValueError when it has one of
        ours: a `prefix` then tells them apart; TypeError when it is a single row.
        """
        if self.text not in batch:
            raise KeyError(f"{self.text}: expected this column, found {', '.join(batch)}")
        taken = [name for name in self.columns if name in batch]
        if taken:
            raise ValueError(
                f"columns: expected none named like ours, found {', '.join(taken)}; give a prefix"
            )
        return self.score(batch[self.text])

    def frame(self, frame: Any) -> Any:
        """Give a copy of a pandas `DataFrame` with our columns, its index kept.

        Scores are floats, NaN where there is none; `held` is a nullable boolean.
        """
        import pandas

        found = self({name: frame[name] for name in frame.columns})
        real = dict.fromkeys((self.prefix + "score", self.prefix + "document_score"), "float64")
        types = {**real, self.prefix + "held": "boolean"}
        return frame.assign(
            **{
                name: pandas.Series(values, frame.index, types.get(name, "object"))
                for name, values in found.items()
            }
        )

    def table(self, table: Any) -> Any:
        """Give a `pyarrow.Table` with our columns after its own, of the types of our Parquet."""
        import pyarrow

        # Of the other columns only the names are looked at.
        batch: dict[str, list[Any]] = {name: [] for name in table.column_names}
        if self.text in batch:
            batch[self.text] = table.column(self.text).to_pylist()
        types = self._types()
        for name, values in self(batch).items():
            table = table.append_column(name, pyarrow.array(values, types[name]))
        return table

    def features(self, before: Any) -> Any:
        """Give the `datasets.Features` of a mapped dataset from those it had, for `map`."""
        import datasets
        import pyarrow

        types = self._types()
        schema = pyarrow.schema([(name, types[name]) for name in self.columns])
        return datasets.Features({**before, **datasets.Features.from_arrow_schema(schema)})

    def _types(self) -> dict[str, Any]:
        from babelproof.jobs.parquet_writer import own_types

        size = len(self.prefix)
        return {name: own_types()[name[size:]] for name in self.columns}

    def score(self, texts: Iterable[Any]) -> dict[str, list[Any]]:
        """Give the columns for texts, in their order.

        Raises TypeError for a single text, whose characters would each be judged.
        """
        if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
            raise TypeError(
                f"{self.text}: expected a column of texts, found {type(texts).__name__}; put it in "
                f"a list, or pass batched=True to map"
            )
        given = list(texts)
        documents = [[text] if self.unit == "sentence" else text for text in given]
        verdicts = self._loaded().score_documents(documents)
        rows = [self._row(verdict) for verdict in verdicts]
        size = len(self.prefix)
        return {name: [row.get(name[size:]) for row in rows] for name in self.columns}

    def _row(self, verdict: DocumentVerdict) -> dict[str, Any]:
        found = verdict.sentences[0].to_dict() if self.unit == "sentence" else verdict.to_dict()
        if found["status"] == "error":
            return {"status": "error", "reason": found.get("reason")}
        for sentence in found.get("sentences", [found]):
            sentence["findings"] = [_flat(finding) for finding in sentence["findings"]]
            sentence.setdefault("reason", None)
        return found

    def _loaded(self) -> Detector:
        if self._detector is None:
            from babelproof.detector import Detector

            self._detector = Detector.load(self.bundle, threads=self.threads)
        return self._detector


def _flat(finding: Mapping[str, Any]) -> dict[str, Any]:
    evidence = finding["evidence"]
    text = None if evidence is None else json.dumps(evidence, ensure_ascii=False)
    return {**finding, "evidence": text}
