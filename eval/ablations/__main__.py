"""`python -m eval.ablations`: train what is missing, measure what is there, write the page.

What finished runs say is kept under `--runs` and they are not repeated: stop it when you must,
start it again, here or elsewhere on the same training set, and the table grows. A run that was
stopped goes on from its last checkpoint under `--work`.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from typing import Annotated

import typer

from data.shared import CHECKOUT, shared_path
from eval.ablations.figures import ASKED, questions, records, rivals
from eval.ablations.page import page
from eval.ablations.runs import AblationError, Budget, Plan, key_of
from eval.ablations.variants import VARIANTS, WHOLE
from eval.baselines import NgramBaseline
from eval.sets import load_document_set, load_text_sets
from training.train import INTERRUPTED

SEED = 0
"""Seed of the bootstrap."""


def main(
    train_set: Annotated[Path, typer.Option(help="Arrow set of training.build.")],
    work: Annotated[Path, typer.Option(help="A folder for what is training.")] = CHECKOUT
    / "work"
    / "ablations",
    runs: Annotated[Path, typer.Option(help="A folder for what finished runs say.")] = CHECKOUT
    / "eval"
    / "ablation_runs",
    config: Annotated[Path, typer.Option(help="TOML file of settings.")] = CHECKOUT
    / "training"
    / "configs"
    / "ablation.toml",
    base: Annotated[str, typer.Option(help="Base encoder of every run.")] = "minilm",
    minutes: Annotated[float, typer.Option(min=0.01, help="Training time of a run.")] = 25.0,
    tokens: Annotated[int | None, typer.Option(min=1, help="Tokens at most of a run.")] = None,
    seeds: Annotated[list[int] | None, typer.Option(help="Seed; repeatable.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Variant; repeatable.")] = None,
    shared: Annotated[Path | None, typer.Option(help="The folder of the corpora.")] = None,
    round_trips: Annotated[Path, typer.Option(help="Round trips of the build.")] = Path(
        ".cache/round_trips"
    ),
    likelihoods: Annotated[Path, typer.Option(help="Likelihoods of the build.")] = Path(
        ".cache/likelihoods"
    ),
    cache: Annotated[Path, typer.Option(help="For the fitted n-grams.")] = Path(".cache"),
    out: Annotated[Path, typer.Option(help="The JSON file.")] = CHECKOUT
    / "eval"
    / "ablations.json",
    to: Annotated[Path, typer.Option(help="The page.")] = CHECKOUT / "docs" / "ablations.md",
) -> None:
    """Train with one thing left out at a time, and say what each is worth."""
    by_name = {variant.name: variant for variant in VARIANTS}
    try:
        unknown = sorted(set(only or ()) - set(by_name))
        if unknown:
            raise AblationError(f"--only: expected one of {', '.join(by_name)}, found {unknown}")
        wanted = [by_name[name] for name in by_name if not only or name in (WHOLE, *only)]
        folder = shared_path(shared)
        keys = {key for key, _ in ASKED.values()}
        texts = [own for own in load_text_sets(folder) if key_of(own) in keys]
        documents = load_document_set(folder)
        plan = Plan(
            config, base, train_set, folder, round_trips, likelihoods, work, runs,
            Budget(minutes, tokens), texts, documents,
        )  # fmt: skip
        ngrams = NgramBaseline.load_or_fit(train_set, cache)
        asked = questions(texts, documents, ngrams, SEED)
        trivial = rivals(asked)
        # Seed by seed: a table that a stop cuts short still has every variant.
        for seed, variant in product(seeds or (1, 2), wanted):
            print(f"{variant.name}, seed {seed}", file=sys.stderr, flush=True)
            plan.run(variant, seed)
            found = {
                "about": plan.identity(),
                "rivals": trivial,
                "variants": records(plan.finished(), asked),
            }
            text = json.dumps(found, indent=1, ensure_ascii=False)
            out.write_text(text + "\n", encoding="utf-8")
            to.write_text(page(found), encoding="utf-8")
    except (OSError, ImportError, ValueError) as error:
        print(f"eval.ablations: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        print("eval.ablations: stopped; start it again to go on", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    print(f"{to}: {len(found['variants'])} variants")


if __name__ == "__main__":
    typer.run(main)
