"""Likelihoods: what a language model says of texts is stored once and told beside references."""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from conftest import TinyModel
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from data.corpora import Translation
from training.language_model import MOST_TOKENS, LanguageModel
from training.likelihood import (
    FEATURES,
    STORE,
    Likelihood,
    LikelihoodError,
    Likelihoods,
    choose,
    read_chosen,
    score,
)

TEXTS = ["the plan met war", "war", "the talks met the plan somehow", "somehow talks", ""]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    tiny = TinyModel.build()
    path = tmp_path_factory.mktemp("tiny") / "tokenizer.json"
    tiny.write_tokenizer(path)
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(tiny.tokens), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=MOST_TOKENS,
    )  # fmt: skip
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(path), pad_token="[PAD]")
    return LanguageModel(LlamaForCausalLM(config).eval(), tokenizer)


def test_surprisals_are_those_of_each_text_alone(model: LanguageModel) -> None:
    encoded = model.encode(TEXTS)
    among = dict(model.surprisals(encoded, rows=5))
    assert sorted(among) == list(range(len(TEXTS)))
    for place, ids in enumerate(encoded):
        ((_, alone),) = model.surprisals([ids])
        assert len(alone) == len(ids) - 1
        np.testing.assert_allclose(among[place], alone, atol=1e-4)
        assert (alone > 0).all()


def test_long_texts_are_cut_and_none_are_no_error(model: LanguageModel) -> None:
    assert len(model.encode(["war " * 2 * MOST_TOKENS])[0]) == MOST_TOKENS
    assert model.encode([]) == []
    assert list(model.surprisals([])) == []


def test_a_stopped_run_goes_on_and_gives_what_one_run_gives(
    model: LanguageModel, tmp_path: Path
) -> None:
    score(TEXTS, tmp_path / "whole", model)
    score(TEXTS[:2], tmp_path / "stopped", model)
    with (tmp_path / "stopped" / STORE).open("a", encoding="utf-8") as out:
        out.write('["half a li')
    score(TEXTS, tmp_path / "stopped", model)
    whole, again = (Likelihoods.read(tmp_path / name) for name in ("whole", "stopped"))
    assert len(whole) == len(again) == len(TEXTS)
    for text in TEXTS:
        one, other = whole.of(text), again.of(text)
        assert one is not None
        assert other is not None
        assert one.tokens == other.tokens
        assert one.total == pytest.approx(other.total, abs=0.01)
    score(TEXTS, tmp_path / "stopped", model)
    assert len(Likelihoods.read(tmp_path / "stopped")) == len(TEXTS)


def test_a_text_is_summed_up_by_its_mean_and_its_worst() -> None:
    found = Likelihood.of(np.array([1.0, 5.0, 2.0, 4.0], dtype=np.float32))
    assert (found.tokens, found.total, found.worst) == (4, 12.0, 5.0)
    assert found.bad == pytest.approx(11 / 3, abs=1e-3)
    assert found.mean == 3.0
    assert Likelihood.of(np.zeros(0, dtype=np.float32)).mean == 0.0


def test_features_are_finite_and_only_of_scored_pairs(model: LanguageModel, tmp_path: Path) -> None:
    score(TEXTS, tmp_path, model)
    likely = Likelihoods.read(tmp_path)
    found = likely.compared(TEXTS[0], TEXTS[2])
    assert found is not None
    assert len(found) == FEATURES
    assert all(map(math.isfinite, found))
    same = likely.compared(TEXTS[0], TEXTS[0])
    assert same is not None
    assert same[3:] == [0.0] * 4
    assert likely.compared("never scored", TEXTS[0]) is None
    assert likely.compared(TEXTS[0], "never scored") is None


@pytest.mark.parametrize("line", ["nonsense", "{}", '["k", 3, 1.0]', '["k", 3, 1, 2, NaN]', "[]"])
def test_a_spoilt_store_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    good = json.dumps(["k", 3, 1.0, 2.0, 3.0])
    (tmp_path / STORE).write_text(f"{good}\n{line}\n{good}\n", encoding="utf-8")
    with pytest.raises(LikelihoodError, match="line 2: expected"):
        Likelihoods.read(tmp_path)


def test_an_absent_store_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(LikelihoodError, match="--out"):
        Likelihoods.read(tmp_path)
    with pytest.raises(LikelihoodError, match="--out"):
        read_chosen(tmp_path)


def row(
    system: str, segment: int, text: str, reference: str = "The ferry was late again."
) -> Translation:
    return Translation("2030", "xx-en", system, segment, "doc", text, reference)


def test_outputs_are_chosen_by_segment_without_repetitions() -> None:
    same = "this output repeats its own reference"
    systems = {
        ("2030", "xx-en", name): [
            *(row(name, n, f"{name} says that the ferry {n} was late") for n in range(30)),
            row(name, 40, "every system says the same sentence here"),
            row(name, 41, "far too short"),
            row(name, 42, "this output has no reference at all", reference=""),
            row(name, 43, same, same),
        ]
        for name in "ABC"
    }  # fmt: skip
    found = choose(systems, 100, 2, Random(1))
    by_segment = {n: [one for one in found if one.segment == n] for n in range(50)}
    assert all(len(by_segment[n]) == 2 for n in range(30))
    assert len(by_segment[40]) == 1
    assert not by_segment[41] + by_segment[42] + by_segment[43]
    assert {one.system for one in found} == {"A", "B", "C"}
    assert choose(systems, 100, 2, Random(1)) == found
    assert len({one.segment for one in choose(systems, 7, 2, Random(1))}) == 7
