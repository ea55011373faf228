"""Runs: one variant trained with one seed, and what its model says of the development sets."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import datasets
import numpy as np
from numpy.typing import NDArray

from babelproof.durable import replaced
from babelproof.processors import brief, processor_model
from eval.ablations.variants import Variant
from eval.sets import DocumentSet, TextSet
from training.build import Sources, build, write
from training.corruptions.registry import load_registry
from training.predict import sentence_logits
from training.recipe import Recipe
from training.settings import TrainSettings
from training.train import Trainer

DOCUMENTS = "documents"
"""Name of the whole documents among a run's scores."""

Scores = Mapping[str, NDArray[np.float32]]
"""Logits [n, 6] of the sentences of each set, by `key_of`; NaN where one was not read."""


class AblationError(ValueError):
    """The ablations cannot go on as asked."""


@dataclass(frozen=True)
class Budget:
    """How long every run trains: minutes, and tokens at most (None: as many as it can)."""

    minutes: float
    tokens: int | None = None


@dataclass(frozen=True)
class Run:
    """A finished run: what it was and what it says."""

    about: Mapping[str, Any]
    scores: Scores


@dataclass(frozen=True)
class Plan:
    """What all runs share: settings file, base encoder, training set, sets to score, folders.

    Under `work` lies what is needed while a run trains, under `runs` what it says afterwards.
    """

    config: Path
    base: str
    train_set: Path
    shared: Path
    round_trips: Path
    likelihoods: Path
    work: Path
    runs: Path
    budget: Budget
    texts: Sequence[TextSet]
    documents: DocumentSet

    def run(self, variant: Variant, seed: int) -> Run:
        """Train and score, or give what an earlier call found.

        Raises `AblationError` where that was made otherwise, and `KeyboardInterrupt` after
        SIGTERM or SIGINT; what was trained until then is kept.
        """
        name = f"{variant.name}-{seed}"
        folder, training = self.runs / name, self.work / name
        wanted = self.identity()
        if (folder / "run.json").is_file():
            found = read_run(folder)
            made = {name: found.about.get(name) for name in wanted}
            if made != wanted:
                raise AblationError(
                    f"{folder}: expected a run of {wanted}, found one of {made}; "
                    "choose another --runs, or remove the folder"
                )
            return found
        settings = TrainSettings.from_toml(
            self.config,
            **{
                "data": self._set_of(variant),
                "out": training,
                "base": self.base,
                "seed": seed,
                "max_minutes": self.budget.minutes,
                "max_tokens": self.budget.tokens,
                **variant.settings,
            },
        )
        trainer = Trainer(settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, trainer.stop)
        if not trainer.run():
            raise KeyboardInterrupt
        about = {
            "variant": variant.name,
            "seed": seed,
            **wanted,
            "tokens": trainer.progress.tokens,
            "trained_minutes": round(trainer.progress.seconds / 60, 1),
            "processor": brief(processor_model()),
        }
        scores = dict(self._scores(trainer))
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "scores.npz").open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **scores)
        with replaced(folder / "run.json") as file:
            file.write((json.dumps(about, indent=1) + "\n").encode())
        # The scores are all that is asked of it, and a model takes half a gigabyte.
        shutil.rmtree(training)
        return Run(about, scores)

    def finished(self) -> list[Run]:
        """Give every run that is done and was made as this plan makes them."""
        runs = [read_run(record.parent) for record in sorted(self.runs.glob("*/run.json"))]
        ours = self.identity()
        return [run for run in runs if {name: run.about.get(name) for name in ours} == ours]

    def identity(self) -> dict[str, Any]:
        """Say what every run of this plan shares, and no other run has."""
        manifest = json.loads((self.train_set / "manifest.json").read_text(encoding="utf-8"))
        return {
            "config": self.config.name,
            "base": self.base,
            "data_hash": manifest["data_hash"],
            "minutes": self.budget.minutes,
            "most_tokens": self.budget.tokens,
        }

    def _set_of(self, variant: Variant) -> Path:
        """Give the training set of a variant; makes it where it is another than the whole."""
        if not variant.recipe and variant.change is None:
            return self.train_set
        manifest = json.loads((self.train_set / "manifest.json").read_text(encoding="utf-8"))
        # By the hash: a variant of another set that was made here before is not taken for it.
        out = self.work / "sets" / f"{variant.name}-{manifest['data_hash'][:12]}"
        if (out / "manifest.json").is_file():
            return out
        if variant.recipe:
            recipe = replace(Recipe(**manifest["recipe"]), **variant.recipe)
            registry = load_registry(self.shared)
            sources = Sources(self.shared, registry, self.round_trips, self.likelihoods)
            build(sources, out, recipe, manifest["seed"])
            return out
        change = variant.change
        whole = datasets.load_from_disk(str(self.train_set))
        passages = [new for passage in whole["train"] for new in change(passage)]  # type: ignore[misc]
        changed = manifest | {"data_hash": f"{manifest['data_hash']} {variant.name}"}
        write(out, {"train": passages, "dev": list(whole["dev"])}, changed)
        return out

    def _scores(self, trainer: Trainer) -> Iterator[tuple[str, NDArray[np.float32]]]:
        def read(documents: Sequence[Sequence[str]]) -> NDArray[np.float32]:
            settings = trainer.settings
            logits = sentence_logits(
                trainer.model,
                trainer.base.tokenizer,
                documents,
                settings.window,
                settings.pooling,
                autocast=trainer.autocast,
            )
            return np.concatenate(logits)

        for own in self.texts:
            yield key_of(own), read([[own.texts[i] for i in run] for run in own.runs()])
        yield DOCUMENTS, read([document.sentences for document in self.documents.documents])


def key_of(texts: TextSet) -> str:
    """Name a set, read as it is read, among a run's scores."""
    return f"{texts.name} {texts.setting}"


def read_run(folder: Path) -> Run:
    """Read a finished run; refuses a folder without one."""
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        with np.load(folder / "scores.npz") as file:
            return Run(about, {name: file[name] for name in file.files})
    except (OSError, ValueError, KeyError) as error:
        raise AblationError(f"{folder}: expected run.json and scores.npz, found {error}") from None
