"""Build the training set: `python -m training.build --out work/train --shared ../shared`.

Writes a Hugging Face `datasets` Arrow set (`train` and `dev`) and `manifest.json`. One seed
reaches every draw: the same inputs, recipe and seed give the same set.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import datasets

from babelproof.errors import BundleError
from data.documents import Document
from data.read_labels import READ_LABELS
from data.shared import DataError, shared_path
from data.splits import document_key, split_of
from data.technical import technical_documents
from training.corruptions.registry import Registry, load_registry
from training.corruptions.round_trip import RoundTripError, read_round_trips
from training.damage import damage
from training.excerpts import excerpts, sound_documents
from training.hard_names import officeholders
from training.hard_negatives import hard_negatives
from training.headlines import headline_passages
from training.language_model import LanguageModel, LanguageModelError
from training.leakage import LeakageCheck, drop_leaks
from training.likelihood import LikelihoodError, Likelihoods, read_chosen
from training.manifest import counts, fingerprint, input_hashes
from training.own_reading import OwnReading
from training.passages import FEATURES, Passage, clean_passage
from training.plain import plain_passages
from training.plausible import plausible
from training.rare import rare_passages
from training.real_mt import Translations, compared_passages, translation_passages
from training.recipe import Recipe, RecipeError, read_recipe
from training.references import reference_documents
from training.renamed import rare_surnames, renamed
from training.scarred import scarred
from training.silver import article_passages, damaged_silver, read_passages, silver_passages
from training.tripped import round_trip_passages

FULL = 60_000
"""Passages of a full build, about: `--passages` scales the recipe's counts against it."""

_log = logging.getLogger("training.build")


class BuildError(ValueError):
    """The training set cannot be built as asked."""


@dataclass(frozen=True)
class Sources:
    """What a training set is made from.

    `shared`: the folder of corpora and hand labels; `registry`: the corruptions;
    `round_trips`, `likelihoods`: the folders that the modules of those names write;
    `reader`: the bundle of an earlier release that is asked for its opinion of outputs that
    nobody read, None for the shipped one.
    """

    shared: Path
    registry: Registry
    round_trips: Path
    likelihoods: Path
    reader: Path | None = None

    def own_reading(self, recipe: Recipe) -> OwnReading | None:
        """Open that bundle where the recipe asks for its opinion."""
        share = recipe.compared_own_share if recipe.compared else 0.0
        return OwnReading.load(self.reader, share) if share or recipe.headlines else None


def document_passages(
    shared: Path, recipe: Recipe, registry: Registry, seed: int
) -> Iterator[Passage]:
    """Give excerpts of the clean corpora, most of them damaged.

    An excerpt that no corruption fits stays clean, so the clean share may exceed the
    recipe's.
    """
    total = sum(recipe.corpora.values())
    uses: Counter[str] = Counter()
    surnames = rare_surnames(officeholders(shared)) if recipe.renamed_share else ()
    if recipe.technical:
        rng = Random(f"{seed} technical")
        yield from _technical_passages(recipe, registry, rng, uses)
    for name, weight in recipe.corpora.items():
        rng = Random(f"{seed} {name}")
        count = round(recipe.documents * weight / total)
        if not count:
            continue
        documents = sound_documents(shared, name)
        for excerpt in excerpts(documents, count, rng, recipe.single_share, recipe.max_sentences):
            key = document_key(excerpt)
            text = excerpt
            if rng.random() < recipe.renamed_share:
                text = renamed(excerpt, surnames, rng) or excerpt
            passage = _damaged(text, key, recipe.damaged_share, recipe, registry, rng, uses)
            # The leakage check must see the sentences that the corpus has.
            yield replace(passage, origins=excerpt.sentences)
        wanted = {kind: number * weight / total for kind, number in recipe.rare.items()}
        for passage in rare_passages(documents, wanted, recipe, registry, rng):
            yield replace(passage, id=f"{passage.id}!{passage.kind}")


def _technical_passages(
    recipe: Recipe, registry: Registry, rng: Random, uses: Counter[str]
) -> Iterator[Passage]:
    """Give excerpts of technical prose, few of them damaged: there is little else against it."""
    documents = technical_documents()
    cut = excerpts(documents, recipe.technical, rng, recipe.single_share, recipe.max_sentences)
    for excerpt in cut:
        share = recipe.technical_damaged_share
        yield _damaged(excerpt, document_key(excerpt), share, recipe, registry, rng, uses)


def _damaged(
    document: Document,
    key: str,
    share: float,
    recipe: Recipe,
    registry: Registry,
    rng: Random,
    uses: Counter[str],
) -> Passage:
    """Damage an excerpt with a chance of `share`; clean where nothing fits it either."""
    passage = None
    if rng.random() < share:
        passage = damage(document, key, recipe, registry, rng, uses)
    return passage or clean_passage(document.id, document.source, key, document.sentences)


def hard_negative_passages(shared: Path, count: int, rng: Random) -> Iterator[Passage]:
    """Give clean text of the kinds that are held by mistake."""
    for document in hard_negatives(shared, rng, count):
        kind = f"hard_negative.{document.section}"
        key = document_key(document)
        yield clean_passage(document.id, document.source, key, document.sentences, kind)


def assign(passages: Iterable[Passage], recipe: Recipe, rng: Random) -> dict[str, list[Passage]]:
    """Split passages by the hash of their document and shuffle each split.

    Dev leaves out what is read again (`~` in its id). Passages beyond `dev_limit` are dropped,
    not moved to train, where their documents' twins would meet them.
    """
    splits: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        split = split_of(passage.key, recipe.dev_share)
        if split == "dev" and "~" in passage.id:
            continue
        splits[split].append(replace(passage, split=split))
    for split in ("train", "dev"):
        rng.shuffle(splits[split])
    return {"train": splits["train"], "dev": splits["dev"][: recipe.dev_limit]}


def collect(sources: Sources, recipe: Recipe, seed: int) -> tuple[list[Passage], dict[str, Any]]:
    """Make the passages of every source; the second value says what was absent or left out."""
    shared, registry = sources.shared, sources.registry
    notes: dict[str, Any] = {}
    likelihoods, chosen = None, set[tuple[str, str, str, int]]()
    if recipe.compared:
        try:
            likelihoods, chosen = (
                Likelihoods.read(sources.likelihoods),
                read_chosen(sources.likelihoods),
            )
        except LikelihoodError as error:
            notes["likelihoods_absent"] = str(error)
            _log.warning("no likelihoods: %s", error)
    translations = Translations(shared, likelihoods)
    notes["translations_of_judged_documents_left_out"] = translations.excluded
    if translations.grader is not None:
        notes["grader_auc"] = {
            "all judged outputs": translations.grader.auc,
            "of those with likelihoods, without them": translations.grader.plain_auc,
            "of those with likelihoods, with them": translations.grader.likelihood_auc,
        }
    passages = [
        *silver_passages(
            shared,
            recipe.silver_copies,
            Random(f"{seed} silver"),
            translations.key,
            recipe.scar_share,
        ),
        *read_passages(
            shared, recipe.read_copies, Random(f"{seed} read"), translations.key, recipe.scar_share
        ),
        *damaged_silver(
            shared, recipe, registry, Random(f"{seed} damaged silver"), translations.key
        ),
        *article_passages(
            shared,
            recipe.article_copies,
            recipe.max_sentences,
            Random(f"{seed} articles"),
            translations.key,
        ),
    ]
    _log.info("silver: %d passages", len(passages))
    scars = Random(f"{seed} scars")

    def add(made: Iterable[Passage]) -> None:
        passages.extend(scarred(passage, recipe.scar_share, scars) for passage in made)

    add(translation_passages(translations, recipe, Random(f"{seed} translations")))
    own, chance = sources.own_reading(recipe), Random(f"{seed} compared")
    blended = own if recipe.compared_own_share else None
    add(compared_passages(translations, chosen, recipe, chance, blended))
    if recipe.headlines and own is not None:
        add(headline_passages(shared, recipe, own, Random(f"{seed} headlines")))
    add(reference_documents(translations, recipe, registry, Random(f"{seed} references")))
    _log.info("with translations: %d passages", len(passages))
    del translations
    if recipe.round_trips:
        try:
            rows = list(read_round_trips(sources.round_trips))
        except RoundTripError as error:
            notes["round_trips_absent"] = str(error)
            _log.warning("no round trips: %s", error)
        else:
            chance = Random(f"{seed} round trips")
            add(round_trip_passages(shared, rows, recipe.round_trips, recipe, chance))
            _log.info("with round trips: %d passages", len(passages))
    add(plain_passages(recipe, registry, Random(f"{seed} plain")))
    add(hard_negative_passages(shared, recipe.hard_negatives, Random(f"{seed} negatives")))
    add(document_passages(shared, recipe, registry, seed))
    _log.info("with documents: %d passages", len(passages))
    return passages, notes


def write(
    out: Path, splits: Mapping[str, Sequence[Mapping[str, Any]]], manifest: Mapping[str, Any]
) -> None:
    """Write rows (`Passage.row`) as an Arrow set with its manifest.

    A set that lay there is replaced when all is done.
    """
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    datasets.disable_progress_bars()
    datasets.DatasetDict(
        {
            name: datasets.Dataset.from_list(list(rows), features=FEATURES)
            for name, rows in splits.items()
        }
    ).save_to_disk(str(part))
    (part / "manifest.json").write_text(
        json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    if out.exists():
        if not (out / "manifest.json").is_file():
            raise BuildError(
                f"{out}: expected a training set or nothing, found something else; "
                f"choose another --out"
            )
        shutil.rmtree(out)
    part.rename(out)


def build(sources: Sources, out: Path, recipe: Recipe, seed: int) -> dict[str, Any]:
    """Build a training set in the folder `out` and give its manifest.

    Raises `BuildError` where one half would be empty, or `out` holds something else, and
    `LanguageModelError` where the recipe asks for one that is not installed.
    """
    started = time.monotonic()
    shared, registry = sources.shared, sources.registry.without(recipe.held_out)
    if recipe.proposals > 1:
        registry = plausible(registry, LanguageModel.load("auto"), recipe.proposals)
    passages, notes = collect(replace(sources, registry=registry), recipe, seed)
    check = LeakageCheck.of(shared)
    passages, dropped = drop_leaks(passages, check)
    _log.info("leakage check dropped %d passages", sum(dropped.values()))
    splits = assign(passages, recipe, Random(f"{seed} order"))
    for name, members in splits.items():
        if not members:
            raise BuildError(
                f"{name}: expected passages, found none; build more of them or raise dev_share"
            )
    inputs = [*shared.glob("corpora/*/*.parquet"), *shared.glob("handlabels/*.jsonl")]
    inputs += [READ_LABELS] if recipe.read_copies else []
    for folder in (sources.round_trips, sources.likelihoods):
        inputs += folder.glob("*.jsonl")
    manifest = {
        "format": 1,
        "data_hash": fingerprint([*splits["train"], *splits["dev"]]),
        "seed": seed,
        "recipe": recipe.as_dict(),
        "corruptions": sorted(registry.corruptions),
        **notes,
        "counts": {name: counts(members) for name, members in splits.items()},
        "leakage": check.report.as_dict() | {"dropped_by_kind": dropped},
        "inputs": input_hashes(inputs, shared),
        "seconds": round(time.monotonic() - started, 1),
    }
    rows = {name: [passage.row() for passage in members] for name, members in splits.items()}
    write(out, rows, manifest)
    return manifest


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the training set from the command line; 2 when it cannot be built."""
    parser = argparse.ArgumentParser(prog="training.build", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--passages", type=int, default=FULL, help=f"about; default {FULL}")
    parser.add_argument("--recipe", type=Path, help="TOML file of settings")
    parser.add_argument("--round-trips", type=Path, default=Path(".cache/round_trips"))
    parser.add_argument("--likelihoods", type=Path, default=Path(".cache/likelihoods"))
    parser.add_argument("--reader", type=Path, help="bundle to ask; default: the shipped one")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)7d ms %(message)s")
    try:
        if given.passages < 1:
            raise BuildError(f"--passages: expected at least 1, found {given.passages}")
        shared = shared_path(given.shared)
        recipe = read_recipe(given.recipe).scaled(given.passages / FULL)
        registry = load_registry(shared)
        sources = Sources(shared, registry, given.round_trips, given.likelihoods, given.reader)
        manifest = build(sources, given.out, recipe, given.seed)
    except (BuildError, BundleError, DataError, LanguageModelError, RecipeError) as error:
        print(f"training.build: {error}", file=sys.stderr)
        return 2
    train = manifest["counts"]["train"]
    print(
        f"{given.out}: {train['passages']} passages, {train['sentences']} sentences, about "
        f"{train['tokens_estimate']:,} tokens to train on; data_hash {manifest['data_hash'][:12]}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
