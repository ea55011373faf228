"""A base encoder of a few thousand weights and a training set of a few made-up passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from conftest import TinyModel
from datasets import Dataset, DatasetDict
from transformers import BertConfig, BertForTokenClassification

from babelproof.labels import LABELS, OUTPUTS, Label
from babelproof.windows import WindowSettings
from training.passages import CLEAN, FEATURES, UNLABELLED, Mark, Passage, Target, clean_passage
from training.settings import TrainSettings
from training.train import Trainer

WINDOW = WindowSettings(max_tokens=48, stride=12, context_tokens=12)
DATA_HASH = "a" * 64

CLEAN_PASSAGES = (
    ("The minister met the president in Kyiv.", "Talks of the plan followed on Monday."),
    ("The president said the war plan met the minister.",),
    ("Talks in Ukraine followed.", "The minister said a plan on Monday.", "Talks met."),
    ("Antony from Kyiv met the minister after talks.",),
)
DAMAGED_WORD = {Label.NAME: "Brinken", Label.COUNTRY: "Uzbekistan", Label.GARBLE: "65438"}


def write_base(folder: Path, seed: int = 0, dropout: float = 0.0) -> Path:
    """Write a Hugging Face folder: two layers, sixteen numbers wide, twelve outputs."""
    tiny = TinyModel.build()
    config = BertConfig(
        vocab_size=len(tiny.tokens),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        id2label=dict(enumerate(OUTPUTS)),
    )
    torch.manual_seed(seed)
    model = BertForTokenClassification(config)
    # Fresh weights are so small that every token would score alike.
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.mul_(8)
    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    tiny.write_tokenizer(folder / "tokenizer.json")
    return folder


def damaged(number: int, label: Label) -> Passage:
    """Give a passage whose second sentence holds one wrong word, of which all is known."""
    word = DAMAGED_WORD[label]
    second = f"The minister met {word} on Monday."
    start = second.index(word)
    labels = tuple(float(label is other) for other in LABELS)
    target = Target(1.0, labels, (Mark(label, start, start + len(word)),))
    first = CLEAN_PASSAGES[number % len(CLEAN_PASSAGES)][0]
    return Passage(
        f"{label}-{number}", "own", f"{label}.word", str(number), (first, second), (CLEAN, target)
    )


def vague(number: int) -> Passage:
    """Give a passage known to be wrong, but neither where nor how."""
    target = Target(0.7, UNLABELLED, spans_known=False, weight=0.5)
    text = "The plan of a plan met to with."
    return Passage(f"vague-{number}", "own", "vague", str(number), (text,), (target,))


def own_passages(times: int) -> list[Passage]:
    """Give clean, damaged and vague passages, each kind `times` over."""
    passages = []
    for number in range(times):
        for place, sentences in enumerate(CLEAN_PASSAGES):
            key = f"clean-{number}-{place}"
            passages.append(clean_passage(key, "own", key, sentences))
        passages.extend(damaged(number, label) for label in DAMAGED_WORD)
        passages.append(vague(number))
    return passages


def write_set(folder: Path, train: Sequence[Passage], dev: Sequence[Passage]) -> Path:
    """Write an Arrow set as `training.build` does."""
    splits = {"train": train, "dev": dev}
    columns = {
        split: {name: [passage.row()[name] for passage in passages] for name in FEATURES}
        for split, passages in splits.items()
    }
    DatasetDict(
        {split: Dataset.from_dict(values, features=FEATURES) for split, values in columns.items()}
    ).save_to_disk(str(folder))
    (folder / "manifest.json").write_text(json.dumps({"data_hash": DATA_HASH}))
    return folder


def write_inputs(folder: Path) -> None:
    """Write the tiny encoder `base` and the tiny set `data` into a folder."""
    write_base(folder / "base")
    write_set(folder / "data", own_passages(3), own_passages(1))


def tiny_settings(inputs: Path, out: Path, **changes: Any) -> TrainSettings:
    """Give settings of a run that takes a second, in batches of two windows or more."""
    values: dict[str, Any] = {
        "data": inputs / "data",
        "out": out,
        "base": str(inputs / "base"),
        "epochs": 2,
        "batch_tokens": 96,
        "learning_rate": 1e-3,
        "precision": "fp32",
        "log_steps": 4,
        "window": WINDOW,
    }
    return TrainSettings(**(values | changes))


def train_tiny(inputs: Path, out: Path, **changes: Any) -> Path:
    """Train to the end and give the folder of the model."""
    if not Trainer(tiny_settings(inputs, out, **changes)).run():
        raise RuntimeError("expected a run that reaches its end, found one that was stopped")
    return out / "model"


def log_of(out: Path) -> list[dict[str, Any]]:
    """Read a run's log."""
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
