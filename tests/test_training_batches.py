"""Training windows and batches: the right targets on the right tokens, in few shapes."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from conftest import TinyModel
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from babelproof.labels import CHANNELS
from babelproof.windows import WindowSettings
from training.batches import SHAPE_STEP, Example, collate, make_examples, padded, plan
from training.passages import CLEAN, UNLABELLED, Mark, Passage, Target

WINDOW = WindowSettings(max_tokens=48, stride=12, context_tokens=12)
ANY, MT, GARBLE, NAME, ROLE, COUNTRY = range(len(CHANNELS))


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    TinyModel.build().write_tokenizer(path)
    loaded = Tokenizer.from_file(str(path))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


def row(sentences: list[str], targets: list[Target]) -> dict[str, Any]:
    passage = Passage("p", "own", "kind", "key", tuple(sentences), tuple(targets))
    return passage.row()


def wrong(text: str, *marks: tuple[str, str], known: bool = True) -> Target:
    """Give a target that marks words (label, word) of a sentence."""
    found = tuple(
        Mark(label, text.index(word), text.index(word) + len(word)) for label, word in marks
    )
    return Target(1.0, UNLABELLED, found, spans_known=known)


def single(tokenizer: Tokenizer, text: str, target: Target) -> Example:
    (example,) = make_examples([row([text], [target])], tokenizer, WINDOW)
    return example


def marked(tokenizer: Tokenizer, example: Example, channel: int, value: int = 1) -> list[str]:
    """Give the tokens whose target on a channel has this value."""
    hit = example.token_targets[:, channel] == value
    return [str(tokenizer.id_to_token(int(number))) for number in example.input_ids[hit]]


def test_a_span_marks_its_tokens_and_no_others(tokenizer: Tokenizer) -> None:
    text = "The minister met Brinken in Kyiv."
    example = single(tokenizer, text, wrong(text, ("name", "Brinken")))
    assert marked(tokenizer, example, NAME) == ["brin", "##ken"]
    assert marked(tokenizer, example, ANY) == ["brin", "##ken"]
    for channel in (MT, GARBLE, ROLE, COUNTRY):
        assert marked(tokenizer, example, channel) == []
        assert len(marked(tokenizer, example, channel, 0)) == 8


def test_offsets_count_characters_of_the_original_text(tokenizer: Tokenizer) -> None:
    text = "“The\u00a0minister” 😀 met Brinken…"
    example = single(tokenizer, text, wrong(text, ("name", "Brinken")))
    assert marked(tokenizer, example, NAME) == ["brin", "##ken"]


def test_a_span_within_a_token_marks_that_token(tokenizer: Tokenizer) -> None:
    text = "The minister met Brinken in Kyiv."
    start = text.index("Brinken") + 4  # between "brin" and "##ken"
    target = Target(1.0, UNLABELLED, (Mark("name", start + 1, start + 2),))
    assert marked(tokenizer, single(tokenizer, text, target), NAME) == ["##ken"]


def test_spans_that_touch_a_token_from_outside_leave_it_alone(tokenizer: Tokenizer) -> None:
    text = "The minister met Brinken in Kyiv."
    at = text.index("Brinken")
    target = Target(1.0, UNLABELLED, (Mark("name", at - 1, at), Mark("name", at + 7, at + 8)))
    assert marked(tokenizer, single(tokenizer, text, target), NAME) == []


def test_a_span_without_a_label_leaves_the_labels_of_its_tokens_unknown(
    tokenizer: Tokenizer,
) -> None:
    text = "The minister met Brinken in Kyiv."
    target = wrong(text, ("any", "Brinken in"), ("name", "Brinken"))
    example = single(tokenizer, text, target)
    assert marked(tokenizer, example, ANY) == ["brin", "##ken", "in"]
    assert marked(tokenizer, example, NAME) == ["brin", "##ken"]
    assert marked(tokenizer, example, COUNTRY, -1)[1:4] == ["brin", "##ken", "in"]
    assert "met" in marked(tokenizer, example, COUNTRY, 0)
    # The order in which spans are stored changes nothing.
    swapped = Target(1.0, UNLABELLED, target.marks[::-1])
    again = single(tokenizer, text, swapped)
    np.testing.assert_array_equal(again.token_targets, example.token_targets)


def test_unknown_spans_leave_every_token_unknown(tokenizer: Tokenizer) -> None:
    text = "The minister met Brinken in Kyiv."
    example = single(tokenizer, text, wrong(text, known=False))
    assert (example.token_targets == -1).all()


def test_special_tokens_have_no_target(tokenizer: Tokenizer) -> None:
    example = single(tokenizer, "The minister met.", CLEAN)
    special = example.sentence_ids == -1
    assert marked(tokenizer, example, ANY, -1) == ["[CLS]", "[SEP]"]
    assert (example.token_targets[special] == -1).all()
    assert (example.token_targets[~special] == 0).all()


def test_each_sentence_keeps_its_own_targets(tokenizer: Tokenizer) -> None:
    """Also where windows start with sentences of the window before, for context."""
    texts = [f"The minister met talks {'on ' * number}Brinken." for number in range(9)]
    targets = [
        Target(number / 10, UNLABELLED, (), spans_known=number % 2 == 0, weight=number + 1.0)
        for number in range(9)
    ]
    examples = make_examples([row(texts, targets)], tokenizer, WINDOW)
    assert len(examples) > 2
    seen: Counter[int] = Counter()
    for example in examples:
        assert len(example.targets) == len(example.weights) == example.sentence_ids.max() + 1
        for place in range(len(example.targets)):
            number = int(example.weights[place]) - 1
            seen[number] += 1
            assert example.targets[place, 0] == pytest.approx(number / 10)
            own = example.sentence_ids == place
            assert own.sum() == 7 + number
            assert (example.token_targets[own] == (0 if number % 2 == 0 else -1)).all()
    assert set(seen) == set(range(9))
    assert max(seen.values()) > 1


def test_pieces_of_an_overlong_sentence_get_their_part_of_the_marks(tokenizer: Tokenizer) -> None:
    text = "the " * 20 + "Brinken " + "a " * 40 + "Uzbekistan " + "plan " * 30 + "65438"
    target = wrong(text, ("name", "Brinken"), ("country", "Uzbekistan"), ("garble", "65438"))
    examples = make_examples([row(["Talks met.", text], [CLEAN, target])], tokenizer, WINDOW)
    pieces = examples[1:]
    assert len(pieces) >= 3
    found: Counter[str] = Counter()
    for piece in pieces:
        assert len(piece.input_ids) == WINDOW.max_tokens
        np.testing.assert_array_equal(piece.targets[:, 0], [1.0])
        for channel, tokens in (
            (NAME, {"brin", "##ken"}),
            (COUNTRY, {"uzbekistan"}),
            (GARBLE, {"65438"}),
        ):
            hit = marked(tokenizer, piece, channel)
            held = [tokenizer.id_to_token(int(number)) for number in piece.input_ids]
            assert Counter(hit) == Counter(token for token in held if token in tokens)
            found.update(hit)
    assert set(found) == {"brin", "##ken", "uzbekistan", "65438"}


def test_sentences_without_tokens_are_in_no_window(tokenizer: Tokenizer) -> None:
    rows = [row(["", "The plan met."], [CLEAN, wrong("The plan met.", ("mt", "plan"))])]
    (example,) = make_examples(rows, tokenizer, WINDOW)
    np.testing.assert_array_equal(example.targets[:, 0], [1.0])
    assert make_examples([row([" "], [CLEAN])], tokenizer, WINDOW) == []


def test_passages_do_not_share_windows(tokenizer: Tokenizer) -> None:
    rows = [row(["The plan met."], [CLEAN]), row(["A war."], [CLEAN])]
    assert [len(example.targets) for example in make_examples(rows, tokenizer, WINDOW)] == [1, 1]


@pytest.mark.parametrize(("length", "expected"), [(1, 16), (16, 16), (17, 32), (256, 256)])
def test_lengths_are_padded_to_multiples(length: int, expected: int) -> None:
    assert padded(length) == expected
    assert expected % SHAPE_STEP == 0


def example(size: int, sentences: int = 1) -> Example:
    return Example(
        np.arange(1, size + 1, dtype=np.int32),
        np.minimum(np.arange(size), sentences - 1).astype(np.int32),
        np.full((sentences, len(CHANNELS)), 0.5, dtype=np.float32),
        np.ones((size, len(CHANNELS)), dtype=np.int8),
        np.full(sentences, 2.0, dtype=np.float32),
    )


@given(
    sizes=st.lists(st.integers(1, 100), max_size=60),
    batch_tokens=st.integers(16, 512),
    seed=st.integers(0, 99),
)
def test_every_batch_has_one_shape_and_every_example_a_place(
    sizes: list[int], batch_tokens: int, seed: int
) -> None:
    examples = [example(size) for size in sizes]
    batches = plan(examples, batch_tokens, Random(seed))
    assert {number for batch in batches for number in batch} == set(range(len(sizes)))
    for batch in batches:
        (length,) = {padded(sizes[number]) for number in batch}
        assert len(batch) == max(1, batch_tokens // length)
    # A batch is filled up only with what its shape lacks.
    repeats = Counter(number for batch in batches for number in batch)
    for length in {padded(size) for size in sizes}:
        members = [number for number, size in enumerate(sizes) if padded(size) == length]
        surplus = sum(repeats[number] - 1 for number in members)
        assert surplus < max(1, batch_tokens // length)


def test_the_plan_is_a_function_of_the_random_draw() -> None:
    examples = [example(size) for size in range(1, 90)]
    first, again, other = (plan(examples, 128, Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == len(other)  # a run's steps can be counted beforehand


def test_a_batch_holds_its_examples_and_padding_without_targets() -> None:
    batch = collate([example(20, 3), example(17, 1)], pad=0)
    assert batch.input_ids.shape == batch.attention_mask.shape == (2, 32)
    assert batch.token_targets.shape == (2, 32, len(CHANNELS))
    assert batch.targets.shape == (2, 3, len(CHANNELS))
    assert batch.tokens == 37 == int(batch.attention_mask.sum())
    assert batch.input_ids[1].tolist() == [*range(1, 18), *[0] * 15]
    assert (batch.sentence_ids[1, 17:] == -1).all()
    assert (batch.token_targets[1, 17:] == -1).all()
    assert (batch.token_targets[1, :17] == 1).all()
    assert (batch.targets[1, 1:] == -1).all()
    assert batch.weights.tolist() == [[2.0, 2.0, 2.0], [2.0, 0.0, 0.0]]
    moved = batch.to(torch.device("cpu"))
    assert moved.tokens == 37
    assert torch.equal(moved.input_ids, batch.input_ids)
