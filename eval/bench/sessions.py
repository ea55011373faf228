"""Sessions: the bare model of ONNX Runtime on what `babelproof score` packs, nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import onnxruntime

from babelproof.batch import CHUNK_RECORDS
from babelproof.bundle import MODEL, load_bundle
from babelproof.encoder import batches, feed
from babelproof.reader import Reader
from eval.bench.job import Job, Work

Feed = dict[str, Any]


def packed(job: Job) -> tuple[list[Feed], int, int]:
    """Give the inputs of every forward pass of `score`, their tokens, and the sentences."""
    reader = Reader(load_bundle(job.bundle), job.threads)
    drafts = job.read().drafts()
    feeds: list[Feed] = []
    tokens = sentences = 0
    for start in range(0, len(drafts), CHUNK_RECORDS):
        part = drafts[start : start + CHUNK_RECORDS]
        read = [[sentence.read for sentence in item.sentences] for item in part]
        windows = [window for _, window in reader.windows(read)]
        tokens += sum(map(len, windows))
        sentences += sum(s.verdict is None for item in part for s in item.sentences)
        for numbers in batches(windows):
            feeds.append(feed([windows[number] for number in numbers], reader.encoder.pad))
    return feeds, tokens, sentences


def session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open a model as a plain user of ONNX Runtime does, each pass on so many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def bare_side_by_side(job: Job) -> Work:
    """The bare session, as many passes at once as there are threads."""
    feeds, tokens, sentences = packed(job)
    one = session(job.bundle / MODEL, 1)
    pool = ThreadPoolExecutor(job.threads)

    def run(_: int) -> None:
        for _ in pool.map(lambda item: one.run(["logits"], item), feeds):
            pass

    return Work(run, sentences, tokens, f"{job.threads} passes at once, one thread each")


def bare_in_turn(job: Job) -> Work:
    """The bare session, one pass after the other on all threads."""
    feeds, tokens, sentences = packed(job)
    one = session(job.bundle / MODEL, job.threads)

    def run(_: int) -> None:
        for item in feeds:
            one.run(["logits"], item)

    return Work(run, sentences, tokens, f"one pass at a time on {job.threads} threads")
