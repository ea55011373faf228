"""Likelihoods of translations and of their human references under a language model.

`python -m training.likelihood --shared ../shared --out .cache/likelihoods` scores, once, the
judged outputs of `silver_train` that have a reference, and outputs that nobody read, each
with its reference. An output far less likely than a reference of the same content is usually
damaged; `training.graded` learns how much less. What is scored is kept, so that a stopped run
goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import math
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from babelproof.durable import replaced
from data.corpora import Translation
from data.handlabels import handlabel_path, read_rows
from data.shared import DataError
from training.language_model import LanguageModel, LanguageModelError

STORE = "likelihoods.jsonl"
CHOSEN = "chosen.jsonl"

FEWEST_WORDS, MOST_WORDS = 6, 45
"""Words of outputs nobody read: shorter ones have little in them, longer ones cost much."""

PIECE = 512
"""Texts scored between two writes."""

_log = logging.getLogger("training.likelihood")


class LikelihoodError(ValueError):
    """What is stored is not what this module writes."""


@dataclass(frozen=True)
class Likelihood:
    """What a language model says of one text.

    `tokens`: those guessed; `total`: their surprisals' sum, `worst`: the largest, and `bad`:
    the mean of the three largest, all in nats.
    """

    tokens: int
    total: float
    worst: float
    bad: float

    @classmethod
    def of(cls, surprisals: NDArray[np.float32]) -> Likelihood:
        """Sum up a text's surprisals [tokens]; a text of one token has none."""
        if not len(surprisals):
            return cls(0, 0.0, 0.0, 0.0)
        largest = np.sort(surprisals)[::-1][:3]
        return cls(
            len(surprisals),
            round(float(surprisals.sum()), 3),
            round(float(largest[0]), 3),
            round(float(largest.mean()), 3),
        )

    @property
    def mean(self) -> float:
        """Nats a token."""
        return self.total / max(self.tokens, 1)


class Likelihoods:
    """Likelihoods by text, as `python -m training.likelihood` stored them."""

    def __init__(self, found: Mapping[str, Likelihood]) -> None:
        self._found = found

    @classmethod
    def read(cls, folder: Path) -> Likelihoods:
        """Read a folder; LikelihoodError where it holds none or a line is malformed."""
        path = folder / STORE
        if not path.is_file():
            raise LikelihoodError(
                f"expected {path}, found none; run: python -m training.likelihood --out {folder}"
            )
        return cls(_read(path))

    def __len__(self) -> int:
        return len(self._found)

    def of(self, text: str) -> Likelihood | None:
        """Give a text's likelihood, None where it was not scored."""
        return self._found.get(_key(text))

    def compared(self, text: str, reference: str) -> list[float] | None:
        """Give the features of an output beside its reference, None where one was not scored."""
        said, meant = self.of(text), self.of(reference)
        if said is None or meant is None:
            return None
        return [
            said.mean,
            said.worst,
            said.bad,
            said.mean - meant.mean,
            said.total - meant.total,
            said.worst - meant.worst,
            said.bad - meant.bad,
        ]


FEATURES = 7
"""Numbers that `Likelihoods.compared` gives."""


def read_chosen(folder: Path) -> set[tuple[str, str, str, int]]:
    """Give (year, direction, system, segment) of the outputs nobody read that were chosen."""
    path = folder / CHOSEN
    if not path.is_file():
        raise LikelihoodError(
            f"expected {path}, found none; run: python -m training.likelihood --out {folder}"
        )
    lines = path.read_text(encoding="utf-8").splitlines()
    return {(row[0], row[1], row[2], int(row[3])) for row in map(json.loads, lines)}


def choose(
    systems: Mapping[tuple[str, str, str], Sequence[Translation]],
    segments: int,
    outputs: int,
    rng: Random,
) -> list[Translation]:
    """Give `outputs` different outputs of each of `segments` segments drawn by chance.

    A reference is scored once for all its outputs. Segments of fewer outputs give those that
    they have; outputs that repeat their reference or one another are passed over.
    """
    by_segment: defaultdict[tuple[str, str, int], list[Translation]] = defaultdict(list)
    for name in sorted(systems):
        for row in systems[name]:
            words = len(row.text.split())
            if row.reference and FEWEST_WORDS <= words <= MOST_WORDS:
                by_segment[row.year, row.direction, row.segment].append(row)
    places = sorted(by_segment)
    rng.shuffle(places)
    chosen = []
    for place in places[:segments]:
        rows = by_segment[place]
        rng.shuffle(rows)
        seen = {rows[0].reference}
        for row in rows:
            if len(seen) > outputs:
                break
            if row.text not in seen:
                seen.add(row.text)
                chosen.append(row)
    return chosen


class Surprised(Protocol):
    """What scoring needs of `training.language_model.LanguageModel`."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]: ...

    def surprisals(
        self, encoded: Sequence[Sequence[int]]
    ) -> Iterator[tuple[int, NDArray[np.float32]]]: ...


def score(texts: Iterable[str], folder: Path, model: Surprised) -> None:
    """Add to the folder what it lacks of the texts' likelihoods."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / STORE
    known = _read(path) if path.is_file() else {}
    # Without the half line that a stopped run may have left at the end.
    with replaced(path) as whole:
        whole.writelines(_line(key, found) for key, found in known.items())
    wanted = {_key(text): text for text in texts}
    left = [(key, text) for key, text in wanted.items() if key not in known]
    encoded = model.encode([text for _, text in left])
    # Pieces of like length: little padding, and a stopped run loses a piece at most.
    order = sorted(range(len(left)), key=lambda place: len(encoded[place]))
    with path.open("ab") as out:
        for start in range(0, len(order), PIECE):
            places = order[start : start + PIECE]
            for number, surprisals in model.surprisals([encoded[place] for place in places]):
                out.write(_line(left[places[number]][0], Likelihood.of(surprisals)))
            out.flush()
            _log.info("%d of %d texts scored", start + len(places), len(left))


def _line(key: str, found: Likelihood) -> bytes:
    row = [key, found.tokens, found.total, found.worst, found.bad]
    return (json.dumps(row) + "\n").encode()


def _read(path: Path) -> dict[str, Likelihood]:
    found = {}
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            key, tokens, *numbers = json.loads(line)
            total, worst, bad = map(float, numbers)
            if not math.isfinite(total + worst + bad):
                raise ValueError("not finite")
            found[str(key)] = Likelihood(int(tokens), total, worst, bad)
        except (ValueError, TypeError) as error:
            if number == len(lines):
                break  # a stopped run's half line: it is scored again
            raise LikelihoodError(
                f"{path}, line {number}: expected [key, tokens, total, worst, bad], found "
                f"{line[:60]!r} ({error})"
            ) from None
    return found


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the judged outputs and those drawn, with their references."""
    # Not above: `real_mt` reads what this module stores.
    from training.real_mt import Translations

    shared = Path(os.environ.get("BABELPROOF_SHARED", "../shared"))
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--shared", type=Path, default=shared)
    parser.add_argument("--out", type=Path, default=Path(".cache/likelihoods"))
    parser.add_argument("--segments", type=int, default=3000, help="segments nobody read")
    parser.add_argument("--outputs", type=int, default=2, help="outputs of each of them")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        translations = Translations(given.shared)
        rows = choose(translations.systems, given.segments, given.outputs, Random(given.seed))
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / CHOSEN).write_text(
            "".join(
                json.dumps([row.year, row.direction, row.system, row.segment]) + "\n"
                for row in rows
            ),
            encoding="utf-8",
        )
        judged = [
            row
            for row in read_rows(handlabel_path(given.shared, "silver_train"))
            if row.origin.startswith("wmt")
        ]
        texts = [text for row in judged if row.reference for text in (row.text, row.reference)]
        texts += [text for row in rows for text in (row.text, row.reference)]
        score(texts, given.out, LanguageModel.load("auto"))
    except (DataError, LanguageModelError, LikelihoodError) as error:
        parser.exit(2, f"training.likelihood: {error}\n")


if __name__ == "__main__":
    main()
