"""The encoder: the same logits whatever shares a pass, in as many threads as one likes."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import numpy as np
import pytest
from conftest import TinyModel
from numpy.typing import NDArray

from babelproof.bundle import load_bundle
from babelproof.encoder import Encoder, batches, feed
from babelproof.onnx_engine import TOKENS_A_BATCH
from babelproof.reader import Reader
from babelproof.windows import Window


def windows(bundle: Path, count: int, seed: int = 0, most: int = 40) -> list[Window]:
    """Give windows of one sentence each, of very different lengths."""
    rng = Random(seed)
    words = [token for token in TinyModel.build().tokens if token.isalpha() and len(token) > 1]
    texts = [" ".join(rng.choices(words, k=rng.randint(1, most))) for _ in range(count)]
    return [window for _, window in Reader(load_bundle(bundle)).windows([[t] for t in texts])]


def encoder(bundle: Path, threads: int) -> Encoder:
    return Encoder(bundle / "model.onnx", 0, threads)


def logits(running: Encoder, given: list[Window]) -> dict[int, NDArray[np.float32]]:
    found = list(running.run(given))
    assert len(found) == len(given)
    return dict(found)


def same(found: NDArray[np.float32], expected: NDArray[np.float32]) -> None:
    """Compare up to rounding: the tiny model, unlike the shipped one, adds padding up too."""
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_each_window_comes_out_once_as_it_does_alone(tiny_bundle: Path, threads: int) -> None:
    running = encoder(tiny_bundle, threads)
    given = windows(tiny_bundle, 80)
    found = logits(running, given)
    assert sorted(found) == list(range(80))
    for number, window in enumerate(given):
        assert found[number].shape == (len(window), 12)
        ((_, alone),) = running.run([window])
        same(found[number], alone)


def test_no_windows_give_nothing(tiny_bundle: Path) -> None:
    assert list(encoder(tiny_bundle, 2).run([])) == []


def test_batches_hold_every_window_once_within_the_budget(tiny_bundle: Path) -> None:
    given = windows(tiny_bundle, 200, seed=1)
    made = list(batches(given))
    assert sorted(itertools.chain.from_iterable(made)) == list(range(200))
    lengths = [[len(given[number]) for number in batch] for batch in made]
    assert list(itertools.chain.from_iterable(lengths)) == sorted(map(len, given))
    assert all(len(own) * max(own) <= TOKENS_A_BATCH for own in lengths)
    # Full: the first window of the next batch would not have fitted.
    assert all(
        (len(own) + 1) * after[0] > TOKENS_A_BATCH for own, after in itertools.pairwise(lengths)
    )


def test_a_window_beyond_the_budget_is_a_batch_of_its_own(tiny_bundle: Path) -> None:
    given = windows(tiny_bundle, 5)
    assert [len(batch) for batch in batches(given, 4)] == [1] * 5
    assert list(batches([])) == []


def test_a_feed_is_padded_to_its_longest_window(tiny_bundle: Path) -> None:
    given = windows(tiny_bundle, 3, seed=2)
    made = feed(given, pad=7)
    assert {values.shape for values in made.values()} == {(3, max(map(len, given)))}
    for row, window in enumerate(given):
        assert made["input_ids"][row, : len(window)].tolist() == window.input_ids.tolist()
        assert (made["input_ids"][row, len(window) :] == 7).all()
        assert made["attention_mask"][row].sum() == len(window)


def test_a_caller_that_stops_early_leaves_the_encoder_usable(tiny_bundle: Path) -> None:
    running = encoder(tiny_bundle, 1)
    given = windows(tiny_bundle, 300, seed=3)
    stream = running.run(given)
    first, values = next(stream)
    stream.close()
    same(logits(running, given)[first], values)


def test_callers_at_once_get_their_own_windows(tiny_bundle: Path) -> None:
    running = encoder(tiny_bundle, 2)
    one, other = windows(tiny_bundle, 60, seed=4), windows(tiny_bundle, 60, seed=5)
    mixed = itertools.zip_longest(running.run(one), running.run(other))
    left, right = (dict(part) for part in zip(*mixed, strict=True))
    expected = logits(running, one), logits(running, other)
    for found, wanted in zip((left, right), expected, strict=True):
        for number, values in wanted.items():
            same(found[number], values)


@pytest.mark.parametrize("threads", [0, -1, 1.5, "two"])
def test_threads_are_a_number_from_one(tiny_bundle: Path, threads: object) -> None:
    with pytest.raises(ValueError, match="threads: expected None or a number from 1"):
        Encoder(tiny_bundle / "model.onnx", 0, threads)  # type: ignore[arg-type]
