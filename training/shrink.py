"""Cut a trained model down to a student: `python -m training.shrink --base DIR --out DIR`.

The student starts from some of the teacher's layers (Sanh et al. 2019, DistilBERT), from some
heads and inner units of each (`training.prune`), and from the pieces of the vocabulary that are
in use. What it lost it learns again from its teacher (`training.distil`).
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from datasets import load_from_disk
from transformers import AutoModelForTokenClassification, PretrainedConfig

from babelproof.bundle import MANIFEST, load_bundle
from babelproof.errors import BundleError
from babelproof.torch_backend.model import fit_to
from data.cases import CaseKind, load_cases
from training.encoders import Base, load_base, origin, save_model
from training.layouts import Layout
from training.prune import Documents, ShrinkError, inner_name, prune
from training.vocabulary import count_pieces, kept_pieces, prune_tokenizer

State = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Sizes:
    """What a student keeps: `layers` by number, in order; None keeps all.

    `heads`, `inner`: attention heads and inner units of each layer. `vocabulary`: pieces beside
    the special tokens and single characters, which all stay.
    """

    layers: tuple[int, ...] | None = None
    heads: int | None = None
    inner: int | None = None
    vocabulary: int | None = None


def shrink(base: Base, sizes: Sizes, documents: Documents) -> Base:
    """Give the smaller model, with a fresh copy of every weight that it keeps.

    `documents`: text like what it will read, for inner units and pieces. Raises `ShrinkError`
    for sizes that the model does not have.
    """
    small = base
    if sizes.heads is not None or sizes.inner is not None:
        # Before layers go: behind a gap a unit would answer to states that it never met.
        small = prune(small, sizes.heads, sizes.inner, documents)
    if sizes.layers is not None:
        small = keep_layers(small, sizes.layers)
    if sizes.vocabulary is not None:
        small = keep_vocabulary(small, sizes.vocabulary, documents)
    return small


def keep_layers(base: Base, layers: Sequence[int]) -> Base:
    """Keep the layers of these numbers, which must rise, and leave the others out."""
    own = Layout.of(base.model.config).layers
    if not layers or list(layers) != sorted(set(layers) & set(range(len(own)))):
        raise ShrinkError(
            f"layers: expected rising numbers from 0 to {len(own) - 1}, found {list(layers)}"
        )
    config = copy.deepcopy(base.model.config)
    config.num_hidden_layers = len(layers)
    names = {
        old: new
        for number, layer in zip(layers, Layout.of(config).layers, strict=True)
        for old, new in zip(astuple(own[number]), astuple(layer), strict=True)
    }
    every = {name for layer in own for name in astuple(layer)}
    state = {}
    for name, value in base.model.state_dict().items():
        part, _, kind = name.rpartition(".")
        if part not in every:
            state[name] = value
        elif part in names:
            state[f"{names[part]}.{kind}"] = value
    return _remade(base, config, state)


def keep_vocabulary(base: Base, number: int, documents: Documents) -> Base:
    """Keep the `number` pieces that documents use most, beside the stock of `kept_pieces`."""
    if number < 0:
        raise ShrinkError(f"vocabulary: expected at least 0 pieces, found {number}")
    sentences = [sentence for document in documents for sentence in document]
    kept = kept_pieces(base.tokenizer, count_pieces(base.tokenizer, sentences), number)
    config = copy.deepcopy(base.model.config)
    config.vocab_size = len(kept)
    if config.pad_token_id is not None:
        config.pad_token_id = kept.index(config.pad_token_id)
    state: State = dict(base.model.state_dict())
    words = f"{Layout.of(config).words}.weight"
    state[words] = state[words][kept]
    small = _remade(base, config, state)
    return replace(small, tokenizer=prune_tokenizer(base.tokenizer, kept))


def _remade(base: Base, config: PretrainedConfig, state: Mapping[str, torch.Tensor]) -> Base:
    model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager")
    fit_to(model, state)
    model.load_state_dict(state)
    return replace(base, model=model.eval())


def _sizes_of(base: Base) -> dict[str, int]:
    config = base.model.config
    layout = Layout.of(config)
    asked = base.model.get_submodule(layout.layers[0].query).out_features
    return {
        "layers": config.num_hidden_layers,
        "heads": asked * layout.heads // layout.width,
        "inner": getattr(config, inner_name(config)),
        "vocabulary": config.vocab_size,
    }


def shrunk_model(folder: Path, sizes: Sizes, out: Path, documents: Documents) -> dict[str, Any]:
    """Write the model folder of a student and give its record, as `training.train` writes one.

    `folder`: a trained model or a bundle. Raises `ShrinkError` where it was never trained.
    """
    base = load_base(str(folder))
    if not base.history:
        raise ShrinkError(f"{folder}: expected a trained model or a bundle, found no record in it")
    small = shrink(base, sizes, documents)
    last = base.history[-1]
    record = {
        "settings": last["settings"],
        "base_encoder": base.name,
        "cased": base.cased,
        **_source(folder, last),
        "shrunk": {"from": origin(folder)},
        **dict.fromkeys(("steps", "tokens", "minutes"), 0),
        "history": base.history,
        "autocast": "None",
    }
    record["shrunk"] |= {
        "layers": list(sizes.layers or range(_sizes_of(base)["layers"])),
        "sizes": _sizes_of(small),
        "sizes_before": _sizes_of(base),
    }
    return save_model(out, small.model, small.tokenizer, record)


def _source(folder: Path, last: Mapping[str, Any]) -> dict[str, Any]:
    """Say on which data and seed a model was trained last."""
    if (folder / MANIFEST).is_file():
        manifest = load_bundle(folder).manifest
        return {"data_hash": manifest.data_hash, "seed": manifest.seed}
    return {"data_hash": last["data_hash"], "seed": last["seed"]}


def _documents(dataset: Path | None) -> Documents:
    """Give what to count and fit on: passages of a set, or without one our own cases.

    The set where there is one, because a student reads what it is taught on. The cases have
    few tokens but all kinds of damage.
    """
    if dataset is None:
        return [case.sentences for kind in CaseKind for case in load_cases(kind)]
    return list(load_from_disk(str(dataset))["train"]["sentences"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut a model down from the command line; 2 where it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m training.shrink", description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="bundle or folder of a model")
    parser.add_argument("--layers", type=int, nargs="+", help="layers to keep, from 0; all")
    parser.add_argument("--heads", type=int, help="attention heads of each layer to keep; all")
    parser.add_argument("--inner", type=int, help="units of each feed-forward to keep; all")
    parser.add_argument("--tokens-from", type=Path, help="training set; default: our own cases")
    parser.add_argument("--vocabulary", type=int, help="pieces to keep; needs --tokens-from")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        if options.vocabulary is not None and options.tokens_from is None:
            raise ShrinkError("--vocabulary: expected --tokens-from with the text to count in")
        layers = None if options.layers is None else tuple(options.layers)
        sizes = Sizes(layers, options.heads, options.inner, options.vocabulary)
        record = shrunk_model(options.base, sizes, options.out, _documents(options.tokens_from))
    except (OSError, ValueError, BundleError) as error:
        print(f"training.shrink: {error}", file=sys.stderr)
        return 2
    print(f"{options.out}: {record['shrunk']['sizes']} of {record['shrunk']['sizes_before']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
