"""The model behind a shipped graph, in `transformers`: its sizes are read from the graph too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import torch
from transformers import (
    AutoModelForTokenClassification,
    BertConfig,
    DistilBertConfig,
    MPNetConfig,
    PretrainedConfig,
    PreTrainedModel,
)

from babelproof.torch_backend.weights import state_of

State = dict[str, torch.Tensor]


def read_model(path: Path) -> PreTrainedModel:
    """Give the encoder with its token head, in float32 and ready to score.

    It has no dropout, so that training may go on from it as it began. Raises ValueError where
    the file is no graph that `training.export` wrote.
    """
    graph = onnx.load(str(path)).graph
    state = state_of(graph, path)
    model: PreTrainedModel = AutoModelForTokenClassification.from_config(_config(graph, state))
    fit_to(model, state)
    missing, unexpected = model.load_state_dict(state, strict=False, assign=True)
    if missing or unexpected:
        raise ValueError(
            f"{path}: expected the weights of a {model.config.model_type} encoder, found missing "
            f"{missing[:3]}, unexpected {unexpected[:3]}; export the bundle again"
        )
    return model.eval()


def fit_to(model: PreTrainedModel, state: Mapping[str, torch.Tensor]) -> None:
    """Give the linear layers of a model the sizes that they have in a state.

    A student keeps some heads and inner units of each layer (`training.prune`); a config of
    transformers knows one number for all, and heads that fill the width.
    """
    for name, module in list(model.named_modules()):
        found = state.get(f"{name}.weight")
        if isinstance(module, torch.nn.Linear) and found is not None:
            outputs, inputs = found.shape
            if (inputs, outputs) != (module.in_features, module.out_features):
                model.set_submodule(name, torch.nn.Linear(inputs, outputs))


def _config(graph: onnx.GraphProto, state: State) -> PretrainedConfig:
    """Tell the encoder's kind by the names of its weights, its sizes by their shapes."""
    if "bert.embeddings.word_embeddings.weight" in state:
        own = _like_bert(graph, state, "bert", "attention.self.query.weight")
        kinds = len(state["bert.embeddings.token_type_embeddings.weight"])
        return BertConfig(**own, type_vocab_size=kinds)
    if "mpnet.embeddings.word_embeddings.weight" in state:
        own = _like_bert(graph, state, "mpnet", "attention.attn.q.weight")
        distances = len(state["mpnet.encoder.relative_attention_bias.weight"])
        return MPNetConfig(**own, relative_attention_num_buckets=distances)
    at = "distilbert.embeddings"
    at_once = int(_attribute(graph, "MultiHeadAttention", "num_heads"))
    words, width = state[f"{at}.word_embeddings.weight"].shape
    return DistilBertConfig(
        vocab_size=words,
        dim=width,
        n_heads=_heads(width, at_once, state, "attention.q_lin.weight"),
        n_layers=_layers(state, "attention.q_lin.weight"),
        hidden_dim=len(state["distilbert.transformer.layer.0.ffn.lin1.weight"]),
        max_position_embeddings=len(state[f"{at}.position_embeddings.weight"]),
        num_labels=len(state["classifier.weight"]),
        dropout=0.0,
        attention_dropout=0.0,
        seq_classif_dropout=0.0,
    )


def _like_bert(graph: onnx.GraphProto, state: State, kind: str, asked: str) -> dict[str, Any]:
    """Give the settings that the successors of BERT share; `asked`: a layer's query weights."""
    at = f"{kind}.embeddings"
    words, width = state[f"{at}.word_embeddings.weight"].shape
    at_once = int(_attribute(graph, "MultiHeadAttention", "num_heads"))
    return {
        "vocab_size": words,
        "hidden_size": width,
        "num_attention_heads": _heads(width, at_once, state, asked),
        "num_hidden_layers": _layers(state, asked),
        "intermediate_size": len(state[f"{kind}.encoder.layer.0.intermediate.dense.weight"]),
        "max_position_embeddings": len(state[f"{at}.position_embeddings.weight"]),
        "layer_norm_eps": _attribute(graph, "LayerNormalization", "epsilon"),
        "num_labels": len(state["classifier.weight"]),
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }


def _heads(width: int, at_once: int, state: State, part: str) -> int:
    """Say how many heads would fill the width: a student may have fewer (`fit_to`)."""
    asked = next(len(value) for name, value in state.items() if name.endswith(part))
    return width * at_once // asked


def _layers(state: State, part: str) -> int:
    return sum(name.endswith(part) for name in state)


def _attribute(graph: onnx.GraphProto, operator: str, name: str) -> float:
    """Give an attribute of the first node of this operator; all of ours have the same."""
    return next(
        float(onnx.helper.get_attribute_value(item))
        for node in graph.node
        if node.op_type == operator
        for item in node.attribute
        if item.name == name
    )
