"""A tiny bundle, built here: every weight is known, so every verdict can be foretold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from string import ascii_lowercase, digits

import numpy as np
import pytest

from babelproof.bundle import Calibration, Manifest, load_bundle, write_manifest
from babelproof.detector import Detector
from babelproof.labels import CHANNELS, LABELS, OUTPUTS

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
PLAIN_WORDS = (
    *("the", "a", "of", "and", "to", "in", "with", "on", "after", "said", "met", "talks"),
    *("minister", "president", "monday", "war", "plan", "ukraine", "kyiv", "antony", "from"),
)
TELLING = {
    # token: the channels it fires; "brinken" is two tokens, of which only the second tells
    "##ken": ("name",),
    "uzbekistan": ("country",),
    "quoted": ("role",),
    "millet": ("mt", "name"),
    "65438": ("garble",),
    "somehow": (),  # fires `any` alone
}
QUIET_SENTENCE, QUIET_SPAN, LOUD_SPAN = -4.0, -6.0, 8.0
CONTEXT = 0.25
"""How much of the window's mean goes to each token: scores depend on context and padding."""


@dataclass(frozen=True)
class TinyModel:
    """Token logits by hand: a table of twelve numbers a token, plus a share of their mean."""

    tokens: tuple[str, ...]
    table: np.ndarray

    @classmethod
    def build(cls) -> TinyModel:
        letters = ascii_lowercase + digits
        tokens = (
            *SPECIAL,
            *letters,
            *(f"##{letter}" for letter in letters),
            *("-", ".", ",", "'", '"', "+", "?", "!", "[", "]", "brin"),
            *(word for word in PLAIN_WORDS if word != "a"),
            *TELLING,
        )
        table = np.full((len(tokens), len(OUTPUTS)), QUIET_SPAN, dtype=np.float32)
        table[:, : len(CHANNELS)] = QUIET_SENTENCE
        # No two tokens are quite alike, so that a mixed-up order would show.
        table += np.linspace(0, 0.5, len(tokens), dtype=np.float32)[:, np.newaxis]
        for token, channels in TELLING.items():
            for channel in ("any", *channels):
                table[tokens.index(token), OUTPUTS.index(f"span_{channel}")] = LOUD_SPAN
        return cls(tokens, table)

    def write_onnx(self, path: Path, width: int = len(OUTPUTS)) -> None:
        """Write the graph: a lookup, plus the mean over the tokens that are not padding."""
        from onnx import TensorProto, helper, numpy_helper, save

        table = self.table[:, :width]
        nodes = [
            helper.make_node("Gather", ["table", "input_ids"], ["own"]),
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
            helper.make_node("Mul", ["own", "column"], ["kept"]),
            helper.make_node("ReduceSum", ["kept", "middle"], ["total"], keepdims=1),
            helper.make_node("ReduceSum", ["column", "middle"], ["count"], keepdims=1),
            helper.make_node("Div", ["total", "count"], ["mean"]),
            helper.make_node("Mul", ["mean", "share"], ["around"]),
            helper.make_node("Add", ["own", "around"], ["logits"]),
        ]
        weights = {
            "table": table,
            "last": np.array([2], dtype=np.int64),
            "middle": np.array([1], dtype=np.int64),
            "share": np.array(CONTEXT, dtype=np.float32),
        }
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            nodes,
            "tiny",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, shape)
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, width])],
            [numpy_helper.from_array(value, name) for name, value in weights.items()],
        )
        opsets = [helper.make_opsetid("", 17)]
        save(helper.make_model(graph, opset_imports=opsets, ir_version=8), str(path))

    def write_tokenizer(self, path: Path) -> None:
        """Write a lower-casing WordPiece tokenizer that spells unknown words letter by letter."""
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

        vocabulary = {token: number for number, token in enumerate(self.tokens)}
        tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.add_special_tokens(list(SPECIAL))
        # A bundle may come with these switched on; nothing may be cut off all the same.
        tokenizer.enable_truncation(16)
        tokenizer.enable_padding()
        tokenizer.save(str(path))


def tiny_manifest() -> Manifest:
    """Give the manifest of the tiny bundle: small windows, thresholds of one half."""
    return Manifest(
        name="tiny",
        version="1",
        created="2026-01-01",
        base_encoder="none",
        max_tokens=48,
        stride=12,
        context_tokens=12,
        cased=False,
        quantization="none",
        calibration={channel: Calibration(1.0, 0.0) for channel in CHANNELS},
        operating_point=dict.fromkeys(CHANNELS, 0.5),
        span_threshold=dict.fromkeys(LABELS, 0.0),
    )


def write_tiny_bundle(folder: Path) -> Path:
    """Write a sound bundle: its reference scores are those that it gives here."""
    folder.mkdir(parents=True, exist_ok=True)
    model = TinyModel.build()
    model.write_onnx(folder / "model.onnx")
    model.write_tokenizer(folder / "tokenizer.json")
    sentences = ["The minister met Sandra Brinken in Kyiv.", "Talks on Uzbekistan followed."]
    write_reference(folder, sentences, [[0.0] * len(CHANNELS)] * len(sentences))
    logits = Detector(load_bundle(folder)).logits([sentences])[0].tolist()
    write_reference(folder, sentences, logits)
    return folder


def write_reference(folder: Path, sentences: list[str], logits: list[list[float]]) -> None:
    """Write the reference scores and a manifest that goes with them."""
    content = {"tolerance": 0.02, "cases": [{"sentences": sentences, "logits": logits}]}
    (folder / "reference.json").write_text(json.dumps(content), encoding="utf-8")
    write_manifest(folder, replace(tiny_manifest()))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the marks of passed self-checks out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny bundle; never write to it (`write_tiny_bundle` makes another)."""
    return write_tiny_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session")
def detector(tiny_bundle: Path) -> Detector:
    """A detector of the tiny bundle."""
    return Detector.load(tiny_bundle)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a tiny training run needs: its base model and its Arrow set."""
    # Imported here: torch is slow to load, and most tests do without.
    from tiny_run import write_inputs

    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder)
    return folder
