"""Self-training on headlines: only what an earlier release is sure of, half of it damaged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelproof.verdict import Status, Verdict
from training.headlines import DAMAGED, SOUND, headline_passages
from training.own_reading import OwnReading
from training.passages import UNLABELLED
from training.recipe import Recipe


class ByEnding:
    """Reads P(hold) off the last word; what ends otherwise is not judged."""

    def score(self, texts: Iterable[str]) -> list[Verdict]:
        return [self._verdict(text) for text in texts]

    @staticmethod
    def _verdict(text: str) -> Verdict:
        try:
            p = float(text.split()[-1])
        except ValueError:
            return Verdict(text, 0, len(text), Status.SKIPPED)
        return Verdict(text, 0, len(text), Status.OK, score=p)


def shared(folder: Path, *texts: str) -> Path:
    mt = folder / "corpora" / "mt"
    mt.mkdir(parents=True)
    rows = {
        "date": ["2001-02-03"] * len(texts),
        "category": ["News"] * len(texts),
        "src": [f"source {n}" for n in range(len(texts))],
        "mt": list(texts),
    }
    pq.write_table(pa.table(rows), mt / "ru1tv_headlines.parquet")
    return folder


def test_sure_headlines_are_taken_in_equal_numbers(tmp_path: Path) -> None:
    sound = [f"Ferry number {n} leaves port {SOUND}" for n in range(4)]
    damaged = [f"Ferry number {n} port leaves {DAMAGED}" for n in range(2)]
    between = ["Ferry leaves the port 0.06", "Port leaves the ferry 0.74"]
    others = ["Too short 0.9", "Nobody judges this one here", damaged[0]]
    folder = shared(tmp_path, *sound, *damaged, *between, *others)
    recipe = Recipe(headlines=10, headline_weight=0.4)
    found = list(headline_passages(folder, recipe, OwnReading(ByEnding(), 0.5), Random(1)))
    kinds = [passage.kind for passage in found]
    assert kinds == ["headline.sound"] * 2 + ["headline.damaged"] * 2
    assert {passage.sentences[0] for passage in found[2:]} == set(damaged)
    for passage in found:
        (target,) = passage.targets
        assert (target.weight, target.spans_known) == (0.4, False)
    assert found[0].targets[0].hold == SOUND
    assert found[0].targets[0].labels == (0.0,) * 5
    assert found[-1].targets[0].hold == DAMAGED
    assert found[-1].targets[0].labels == UNLABELLED
    again = list(headline_passages(folder, recipe, OwnReading(ByEnding(), 0.5), Random(1)))
    assert again == found


@pytest.mark.parametrize(("wanted", "taken"), [(0, 0), (1, 0), (2, 2), (3, 2)])
def test_no_more_are_taken_than_asked(tmp_path: Path, wanted: int, taken: int) -> None:
    texts = [f"Ferry number {n} leaves {p}" for n in range(20) for p in (0.01, 0.99)]
    folder = shared(tmp_path, *texts)
    own = OwnReading(ByEnding(), 0.5)
    found = list(headline_passages(folder, Recipe(headlines=wanted), own, Random(2)))
    assert len(found) == taken
