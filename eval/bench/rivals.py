"""Rivals: the same weights in transformers, letters alone, and a language model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from babelproof.bundle import load_bundle
from eval.bench.job import Contender, ContenderError, Job, Work


def pipeline(*sizes: int) -> Contender:
    """Give the same weights in a plain transformers pipeline in fp32, in the best of batches."""

    def make(job: Job) -> Work:
        import torch
        from transformers import PreTrainedTokenizerFast
        from transformers import pipeline as make_pipeline

        from training.encoders import load_base

        torch.set_num_threads(job.threads)
        base = load_base(str(job.bundle))
        model = base.model.eval()
        model.set_attn_implementation("sdpa")  # what transformers itself would choose
        names = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "cls", "sep", "unk")}
        longest = load_bundle(job.bundle).manifest.max_tokens
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=base.tokenizer, model_max_length=longest, **names
        )
        ready: Any = make_pipeline(
            "token-classification", model=model, tokenizer=tokenizer, device="cpu"
        )
        texts = job.read().sentences()
        lengths = [len(ids) for ids in tokenizer(texts, truncation=True)["input_ids"]]
        return Work(
            lambda size: ready(texts, batch_size=size),
            len(texts),
            sum(lengths),
            sizes=sizes,
            trial=lambda size: ready(texts[:200], batch_size=size),
        )

    return make


def ngrams(job: Job) -> Work:
    """Character n-grams and logistic regression, fitted on the detector's own training rows."""
    from eval.baselines import NgramBaseline

    if job.train_set is None:
        raise ContenderError("expected a training set to fit it on, found none; give --train-set")
    model = NgramBaseline.load_or_fit(job.train_set, job.cache)
    texts = job.read().sentences()
    note = f"fitted on {model.sentences:,} sentences"
    return Work(lambda _: model.scores(texts), len(texts), None, note)


def language_model(job: Job) -> Work:
    """The perplexity of each sentence under SmolLM2-135M, in its best batch, fp32."""
    import torch

    from training.language_model import LanguageModel, LanguageModelError

    torch.set_num_threads(job.threads)
    try:
        model = LanguageModel.load()
    except LanguageModelError as error:
        raise ContenderError(str(error)) from error
    texts = job.read().sentences()
    encoded = model.encode(texts)

    def perplexities(rows: Sequence[Sequence[int]], size: int) -> list[float]:
        read = model.surprisals(rows, size)
        return [float(np.exp(found.mean())) if len(found) else 1.0 for _, found in read]

    return Work(
        lambda size: perplexities(encoded, size),
        len(texts),
        sum(map(len, encoded)),
        "by length",
        sizes=(1, 4, 16),
        trial=lambda size: perplexities(encoded[:48], size),
    )


def best(sizes: Sequence[int], run: Callable[[int], object]) -> int:
    """Give the batch size that takes the least time, each tried once after a warm one."""
    if len(sizes) == 1:
        return sizes[0]
    run(sizes[0])
    taken = []
    for size in sizes:
        began = time.perf_counter()
        run(size)
        taken.append(time.perf_counter() - began)
    return sizes[int(np.argmin(taken))]
