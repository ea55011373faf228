"""Where the encoders we know keep their weights: names of a state dict, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from transformers import PretrainedConfig


@dataclass(frozen=True)
class LayerNames:
    """The linear layers and norms of one transformer layer, without `.weight` and `.bias`."""

    query: str
    key: str
    value: str
    attended: str
    attention_norm: str
    inner: str
    outer: str
    output_norm: str


@dataclass(frozen=True)
class Layout:
    """An encoder with a token head: sizes, and the names of everything that holds weights.

    What is added up to the embedding of a token: its word, its place, counted from
    `first_place`, and for some encoders its kind, of which we only have the first.
    `distances`: the table of what attention gains by how far apart two tokens are, where an
    encoder has one for all its layers.
    """

    width: int
    heads: int
    epsilon: float
    words: str
    places: str
    kinds: str | None
    embedding_norm: str
    layers: tuple[LayerNames, ...]
    head: str = "classifier"
    first_place: int = 0
    distances: str | None = None

    @classmethod
    def of(cls, config: PretrainedConfig) -> Layout:
        """Name the parts of a DistilBERT, BERT or MPNet; refuses others and other activations."""
        makers = {"distilbert": _distilbert, "bert": _bert, "mpnet": _mpnet}
        if config.model_type not in makers:
            raise ValueError(
                f"layout: expected an encoder of type {' or '.join(makers)}, found "
                f"{config.model_type!r}; add its names to training/layouts.py"
            )
        act = config.activation if config.model_type == "distilbert" else config.hidden_act
        if act != "gelu":
            raise ValueError(f"layout: expected the activation gelu, found {act!r}")
        return makers[config.model_type](config)


def _distilbert(config: PretrainedConfig) -> Layout:
    def layer(number: int) -> LayerNames:
        at = f"distilbert.transformer.layer.{number}"
        return LayerNames(
            query=f"{at}.attention.q_lin",
            key=f"{at}.attention.k_lin",
            value=f"{at}.attention.v_lin",
            attended=f"{at}.attention.out_lin",
            attention_norm=f"{at}.sa_layer_norm",
            inner=f"{at}.ffn.lin1",
            outer=f"{at}.ffn.lin2",
            output_norm=f"{at}.output_layer_norm",
        )

    at = "distilbert.embeddings"
    return Layout(
        width=config.dim,
        heads=config.n_heads,
        epsilon=1e-12,  # fixed in the code of transformers, not a setting
        words=f"{at}.word_embeddings",
        places=f"{at}.position_embeddings",
        kinds=None,
        embedding_norm=f"{at}.LayerNorm",
        layers=tuple(map(layer, range(config.n_layers))),
    )


def _bert(config: PretrainedConfig) -> Layout:
    def layer(number: int) -> LayerNames:
        at = f"bert.encoder.layer.{number}"
        return LayerNames(
            query=f"{at}.attention.self.query",
            key=f"{at}.attention.self.key",
            value=f"{at}.attention.self.value",
            attended=f"{at}.attention.output.dense",
            attention_norm=f"{at}.attention.output.LayerNorm",
            inner=f"{at}.intermediate.dense",
            outer=f"{at}.output.dense",
            output_norm=f"{at}.output.LayerNorm",
        )

    at = "bert.embeddings"
    return Layout(
        width=config.hidden_size,
        heads=config.num_attention_heads,
        epsilon=config.layer_norm_eps,
        words=f"{at}.word_embeddings",
        places=f"{at}.position_embeddings",
        kinds=f"{at}.token_type_embeddings",
        embedding_norm=f"{at}.LayerNorm",
        layers=tuple(map(layer, range(config.num_hidden_layers))),
    )


def _mpnet(config: PretrainedConfig) -> Layout:
    def layer(number: int) -> LayerNames:
        at = f"mpnet.encoder.layer.{number}"
        return LayerNames(
            query=f"{at}.attention.attn.q",
            key=f"{at}.attention.attn.k",
            value=f"{at}.attention.attn.v",
            attended=f"{at}.attention.attn.o",
            attention_norm=f"{at}.attention.LayerNorm",
            inner=f"{at}.intermediate.dense",
            outer=f"{at}.output.dense",
            output_norm=f"{at}.output.LayerNorm",
        )

    at = "mpnet.embeddings"
    return Layout(
        width=config.hidden_size,
        heads=config.num_attention_heads,
        epsilon=config.layer_norm_eps,
        words=f"{at}.word_embeddings",
        places=f"{at}.position_embeddings",
        kinds=None,
        embedding_norm=f"{at}.LayerNorm",
        layers=tuple(map(layer, range(config.num_hidden_layers))),
        first_place=2,  # fixed in the code of transformers: padding, token 1, has place 1
        distances="mpnet.encoder.relative_attention_bias",
    )
