"""Fine-tune a base encoder: `python -m training.train --config training/configs/minilm.toml`."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from random import Random
from types import FrameType
from typing import Annotated, Any

import numpy as np
import torch
import typer
from datasets import load_from_disk
from sklearn.metrics import roc_auc_score

from babelproof.labels import CHANNELS
from babelproof.windows import SpecialIds
from training.attention import fuse_attention
from training.batches import Batch, Example, collate, make_examples, plan
from training.checkpoint import Progress, load_checkpoint, save_checkpoint
from training.distil import Teacher, logit_loss, read_states, soften, state_loss
from training.encoders import Base, load_base, save_model
from training.loss import batch_loss
from training.precision import autocast_type
from training.predict import sentence_logits
from training.schedule import learning_rate, share_done
from training.settings import TrainSettings

INTERRUPTED = 143
"""Exit code of a run that SIGTERM stopped after its checkpoint; start it again to go on."""


class Trainer:
    """One run over one data set; `run` returns whether it reached its end."""

    def __init__(self, settings: TrainSettings) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.autocast = autocast_type(self.device, settings.precision)
        self.base: Base = load_base(settings.base)
        self.model = fuse_attention(self.base.model).to(self.device)
        dataset = load_from_disk(str(settings.data))
        self.manifest: dict[str, Any] = json.loads(
            (settings.data / "manifest.json").read_text(encoding="utf-8")
        )
        self.dev = list(dataset["dev"])
        self.teacher = (
            Teacher(settings.teacher, self.base, self.device) if settings.teacher else None
        )
        self.pad = SpecialIds.of(self.base.tokenizer).pad
        draws = Random(settings.seed)
        passages = [
            passage
            for passage in dataset["train"]
            if draws.random() < settings.kept_share(passage["kind"])
        ]
        self.examples: list[Example] = make_examples(passages, self.base.tokenizer, settings.window)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        # Restored here, so that a checkpoint of another run is refused before anything runs.
        self.progress = (
            load_checkpoint(settings.out, self.model, self.optimizer, self.identity) or Progress()
        )
        self.stopping = False
        settings.out.mkdir(parents=True, exist_ok=True)

    @property
    def identity(self) -> dict[str, Any]:
        """What must be equal for a checkpoint to belong to this run."""
        return {
            "data_hash": self.manifest["data_hash"],
            "base": self.settings.base,
            "seed": self.settings.seed,
            "batch_tokens": self.settings.batch_tokens,
            "keep": dict(self.settings.keep),
            "teacher": self.settings.teacher,
        }

    def log(self, record: dict[str, Any]) -> None:
        """Append one JSON line to `log.jsonl` and print it."""
        line = json.dumps(record)
        with (self.settings.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, flush=True)

    def save(self) -> None:
        """Write a checkpoint of this moment."""
        save_checkpoint(self.settings.out, self.model, self.optimizer, self.progress, self.identity)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Ask the loop to end after the step it is in (a signal handler)."""
        self.stopping = True

    def step(self, batch: Batch, share: float) -> float:
        """Take one optimiser step and give its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.settings)
        batch = batch.to(self.device)
        with torch.autocast(
            self.device.type, dtype=self.autocast, enabled=self.autocast is not None
        ):
            lesson = self.teacher.read(batch) if self.teacher else None
            logits, states = read_states(self.model, batch)
        if lesson is None:
            loss = batch_loss(logits, batch, self.settings)
        else:
            taught = soften(
                batch, lesson.logits, self.settings.teacher_share, self.settings.pooling
            )
            loss = batch_loss(logits, taught, self.settings)
            apart = state_loss(states, lesson.states, batch.attention_mask)
            loss = loss + self.settings.state_loss * apart
            told = logit_loss(logits, lesson.logits, batch, self.settings.pooling)
            loss = loss + self.settings.logit_loss * told
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip_norm)
        self.optimizer.step()
        return float(loss.detach())

    def run(self) -> bool:
        """Train until the limit of the settings or a signal; resumes by itself."""
        settings = self.settings
        steps = len(plan(self.examples, settings.batch_tokens, Random(0)))
        total = steps * settings.epochs
        tokens = sum(len(example.input_ids) for example in self.examples)
        self.log(
            {
                "event": "resume" if self.progress.step else "start",
                "step": self.progress.step,
                "steps": total,
                "windows": len(self.examples),
                "tokens_per_epoch": tokens,
                "autocast": str(self.autocast),
                "device": str(self.device),
            }
        )
        recent: list[float] = []
        mark, mark_tokens = time.monotonic(), self.progress.tokens
        last_save = last_evaluation = self.progress.seconds
        while (share := share_done(self.progress, total, settings)) < 1:
            epoch, offset = divmod(self.progress.step, steps)
            # The order is a function of seed and epoch alone, so a resumed run meets
            # the same batches in the same order.
            order = plan(self.examples, settings.batch_tokens, Random(settings.seed * 1000 + epoch))
            for numbers in order[offset:]:
                began = time.monotonic()
                share = share_done(self.progress, total, settings)
                if share >= 1 or self.stopping:
                    break
                batch = collate([self.examples[number] for number in numbers], self.pad)
                self.model.train()
                recent.append(self.step(batch, share))
                self.progress = Progress(
                    self.progress.step + 1,
                    self.progress.tokens + batch.tokens,
                    self.progress.seconds + time.monotonic() - began,
                )
                if self.progress.step % settings.log_steps == 0:
                    now = time.monotonic()
                    self.log(
                        {
                            "event": "train",
                            "step": self.progress.step,
                            "share": round(share, 4),
                            "loss": round(float(np.mean(recent)), 4),
                            "tokens_per_s": round(
                                (self.progress.tokens - mark_tokens) / (now - mark)
                            ),
                        }
                    )
                    recent, mark, mark_tokens = [], now, self.progress.tokens
                if self.progress.seconds - last_evaluation >= 60 * settings.evaluate_minutes:
                    self.evaluate()
                    last_evaluation = self.progress.seconds
                    mark, mark_tokens = time.monotonic(), self.progress.tokens
                if self.progress.seconds - last_save >= 60 * settings.checkpoint_minutes:
                    self.save()
                    last_save = self.progress.seconds
                    mark, mark_tokens = time.monotonic(), self.progress.tokens
            if self.stopping:
                self.save()
                # An interrupted run leaves a model too: to look at, or to start from.
                self.write_model()
                self.log({"event": "interrupted", "step": self.progress.step})
                return False
        self.save()
        self.evaluate()
        record = self.write_model()
        self.log({"event": "end", "tokens": record["tokens"], "minutes": record["minutes"]})
        return True

    def evaluate(self) -> None:
        """Log AUC on the dev split of the corruptions, for any and by label.

        It says that training goes on as it should; hand labels alone say how good it is.
        """
        logits = sentence_logits(
            self.model,
            self.base.tokenizer,
            [passage["sentences"] for passage in self.dev],
            self.settings.window,
            self.settings.pooling,
            autocast=self.autocast,
        )
        if not logits:
            return
        scores = np.concatenate(logits)
        truth = np.array(
            [
                [hold, *labels]
                for passage in self.dev
                for hold, labels in zip(passage["hold"], passage["labels"], strict=True)
            ]
        )
        record: dict[str, Any] = {"event": "dev", "step": self.progress.step}
        for column, channel in enumerate(CHANNELS):
            # A label is told from clean sentences, not from other damage.
            positive = truth[:, column] >= 0.5
            negative = (truth[:, 0] >= 0) & (truth[:, 0] <= 0.1)
            rows = (positive | negative) & np.isfinite(scores[:, column])
            if positive[rows].any() and negative[rows].any():
                auc = roc_auc_score(positive[rows], scores[rows, column])
                record[f"auc_{channel}"] = round(float(auc), 4)
        self.log(record)

    def write_model(self) -> dict[str, Any]:
        """Write the model in Hugging Face format, its tokenizer and how it came about."""
        record = {
            "settings": self.settings.to_dict(),
            "base_encoder": self.base.name,
            "cased": self.base.cased,
            "data_hash": self.manifest["data_hash"],
            "seed": self.settings.seed,
            "steps": self.progress.step,
            "tokens": self.progress.tokens,
            "minutes": round(self.progress.seconds / 60, 1),
            "history": self.base.history,
            "autocast": str(self.autocast),
        }
        if self.teacher is not None:
            record["taught"] = self.teacher.origin | {"share": self.settings.teacher_share}
        folder = self.settings.out / "model"
        return save_model(folder, self.model, self.base.tokenizer, record)


def main(
    config: Annotated[Path, typer.Option(help="TOML file of settings.")],
    data: Annotated[Path | None, typer.Option(help="Arrow set of training.build.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; resumes there.")] = None,
    base: Annotated[
        str | None, typer.Option(help="minilm, distilbert, mpnet(6), or a folder.")
    ] = None,
    max_minutes: Annotated[float | None, typer.Option(help="Training time.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of every draw.")] = None,
    teacher: Annotated[str | None, typer.Option(help="Model or bundle to follow.")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads; default: all.")] = None,
) -> None:
    """Fine-tune a base encoder; start it again with the same options to resume."""
    if threads:
        torch.set_num_threads(threads)
    try:
        settings = TrainSettings.from_toml(
            config,
            data=data,
            out=out,
            base=base,
            max_minutes=max_minutes,
            seed=seed,
            teacher=teacher,
        )
        trainer = Trainer(settings)
    except (OSError, ValueError, TypeError, ImportError) as error:
        print(f"training.train: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    signal.signal(signal.SIGTERM, trainer.stop)
    signal.signal(signal.SIGINT, trainer.stop)
    if not trainer.run():
        raise typer.Exit(INTERRUPTED)


if __name__ == "__main__":
    typer.run(main)
