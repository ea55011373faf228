"""A tokenizer of fewer pieces: what a small encoder spends half its weights on are rare ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tokenizers import Tokenizer

from babelproof.windows import encode
from training.encoders import plain

_CONTINUES = "##"
_TEMPLATE = "TemplateProcessing"


def count_pieces(tokenizer: Tokenizer, sentences: Sequence[str]) -> Counter[int]:
    """Count the ids of the pieces that sentences are read as."""
    return Counter(
        number for sentence in encode(tokenizer, sentences) for number in sentence.ids.tolist()
    )


def kept_pieces(tokenizer: Tokenizer, uses: Mapping[int, int], number: int) -> list[int]:
    """Choose ids to keep, in their order: the `number` most used pieces beside a fixed stock.

    The stock is all special tokens and single characters, at a word's start and within:
    with them every word that can be spelt now can be spelt then, so nothing becomes unknown.
    Raises ValueError for another kind of tokenizer, and for one whose characters are not
    all pieces.
    """
    vocabulary = _vocabulary(json.loads(tokenizer.to_str()))
    lacking = sorted(set(_characters(vocabulary)) - set(vocabulary))
    if lacking:
        raise ValueError(
            f"vocabulary: expected every character to be a piece, found none for {lacking[:5]}; "
            "without them words would become unknown, so keep the whole vocabulary"
        )
    special = set(tokenizer.get_added_tokens_decoder())
    stock = special | {
        found for piece, found in vocabulary.items() if len(piece.removeprefix(_CONTINUES)) == 1
    }
    others = sorted(
        (found for found in vocabulary.values() if found not in stock and uses.get(found)),
        key=lambda found: (-uses[found], found),
    )
    return sorted(stock | set(others[:number]))


def prune_tokenizer(tokenizer: Tokenizer, kept: Sequence[int]) -> Tokenizer:
    """Give a tokenizer of the pieces `kept` alone, numbered anew in their order.

    Raises ValueError for a post-processor whose ids it does not know.
    """
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    anew = {old: new for new, old in enumerate(kept)}
    content["model"]["vocab"] = {
        piece: anew[old] for piece, old in _vocabulary(content).items() if old in anew
    }
    for token in content["added_tokens"]:
        token["id"] = anew[token["id"]]
    after = content["post_processor"]
    if after is not None:
        if after["type"] != _TEMPLATE:
            raise ValueError(
                f"vocabulary: expected a post-processor of type {_TEMPLATE} or none, found "
                f"{after['type']}; keep the whole vocabulary"
            )
        for token in after["special_tokens"].values():
            token["ids"] = [anew[old] for old in token["ids"]]
    return plain(Tokenizer.from_str(json.dumps(content)))


def _vocabulary(content: Mapping[str, Any]) -> dict[str, int]:
    """Give the pieces of a serialised tokenizer and their ids."""
    model = content["model"]
    if model.get("type") != "WordPiece" or model["continuing_subword_prefix"] != _CONTINUES:
        raise ValueError(
            f"vocabulary: expected a WordPiece tokenizer, found {model.get('type')}; keep the "
            "whole vocabulary"
        )
    special = {token["content"] for token in content["added_tokens"]}
    pieces: dict[str, int] = model["vocab"]
    # "[unused1]" stands for no text, but a tokenizer does not say so.
    return dict(sorted(pieces.items(), key=lambda item: (item[0] not in special, item[1])))


def _characters(vocabulary: Iterable[str]) -> Iterable[str]:
    """Give the pieces of one character that spell each piece, where it is read in a text."""
    for piece in vocabulary:
        if piece.startswith("[") and piece.endswith("]"):
            continue
        bare = piece.removeprefix(_CONTINUES)
        yield from (_CONTINUES + character for character in bare[1:])
        yield bare[:1] if bare == piece else _CONTINUES + bare[:1]
