"""A training run on a tiny encoder: it learns, stops, resumes and records what it did."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import typer
from safetensors.torch import load_file
from tiny_run import (
    DAMAGED_WORD,
    DATA_HASH,
    WINDOW,
    log_of,
    own_passages,
    tiny_settings,
    train_tiny,
    write_set,
)

from babelproof.detector import Detector
from training.batches import Batch
from training.encoders import load_base
from training.export import export
from training.train import INTERRUPTED, Trainer, main


@pytest.fixture(scope="module")
def finished(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that reached its end."""
    out = tmp_path_factory.mktemp("finished")
    train_tiny(inputs, out)
    return out


def weights(out: Path) -> dict[str, torch.Tensor]:
    return load_file(out / "model" / "model.safetensors")


class Stopping(Trainer):
    """A run that gets the signal to stop during a step, which it still finishes."""

    after = 0

    def step(self, batch: Batch, share: float) -> float:
        loss = super().step(batch, share)
        if self.progress.step + 1 == self.after:
            self.stop(signal.SIGTERM, None)
        return loss


def test_the_log_tells_how_a_run_went(finished: Path) -> None:
    events = log_of(finished)
    assert [events[0]["event"], events[-1]["event"]] == ["start", "end"]
    assert events[0]["step"] == 0
    steps = events[0]["steps"]
    training = [event for event in events if event["event"] == "train"]
    assert [event["step"] for event in training] == list(range(4, steps + 1, 4))
    for event in training:
        assert math.isfinite(event["loss"])
        assert event["loss"] > 0
        assert event["tokens_per_s"] > 0
        assert 0 <= event["share"] < 1
    assert training[-1]["loss"] < training[0]["loss"]
    (dev,) = (event for event in events if event["event"] == "dev")
    assert dev["step"] == steps
    judged = {f"auc_{channel}" for channel in ("any", *DAMAGED_WORD)}
    assert set(dev) == {"event", "step", *judged}  # the others have no positive
    assert all(0 <= dev[name] <= 1 for name in judged)


def test_the_model_comes_with_its_tokenizer_and_its_record(inputs: Path, finished: Path) -> None:
    record = json.loads((finished / "model" / "train.json").read_text())
    assert record["data_hash"] == DATA_HASH
    assert record["base_encoder"] == "base"
    assert (record["cased"], record["seed"], record["history"]) == (False, 7, [])
    assert record["steps"] == log_of(finished)[0]["steps"]
    assert record["tokens"] > 0
    assert record["settings"]["window"] == vars(WINDOW)
    assert set(record["versions"]) == {"python", "torch", "transformers"}
    assert (finished / "model" / "tokenizer.json").is_file()
    before = load_file(inputs / "base" / "model.safetensors")
    after = weights(finished)
    assert set(before) == set(after)
    assert any(not torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("epoch", [0, 1])
def test_a_run_that_was_stopped_ends_as_one_that_was_not(
    inputs: Path, finished: Path, tmp_path: Path, epoch: int
) -> None:
    total = log_of(finished)[0]["steps"]
    settings = tiny_settings(inputs, tmp_path)
    stopped = Stopping(settings)
    stopped.after = epoch * total // 2 + 3
    assert not stopped.run()
    assert stopped.progress.step == stopped.after < total
    assert (tmp_path / "model" / "train.json").is_file()  # something to look at
    assert log_of(tmp_path)[-1] == {"event": "interrupted", "step": stopped.after}

    assert Trainer(settings).run()
    (again,) = (event for event in log_of(tmp_path) if event["event"] == "resume")
    assert again["step"] == stopped.after
    first, second = (
        json.loads((out / "model" / "train.json").read_text()) for out in (finished, tmp_path)
    )
    assert (first["steps"], first["tokens"]) == (second["steps"], second["tokens"])
    expected, found = weights(finished), weights(tmp_path)
    assert set(expected) == set(found)
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-5, atol=1e-6)


def test_a_finished_run_takes_no_more_steps(finished: Path, inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes((finished / "checkpoint.pt").read_bytes())
    trainer = Trainer(tiny_settings(inputs, tmp_path))
    assert trainer.run()
    assert [event["event"] for event in log_of(tmp_path)] == ["resume", "dev", "end"]
    for name, value in weights(finished).items():
        assert torch.equal(weights(tmp_path)[name], value)


def test_equal_seeds_give_equal_weights_and_others_do_not(
    inputs: Path, finished: Path, tmp_path: Path
) -> None:
    train_tiny(inputs, tmp_path / "same")
    train_tiny(inputs, tmp_path / "other", seed=8)
    expected, same, other = (
        weights(out) for out in (finished, tmp_path / "same", tmp_path / "other")
    )
    assert all(torch.allclose(same[name], value, atol=1e-6) for name, value in expected.items())
    assert any(not torch.allclose(other[name], value) for name, value in expected.items())


def test_a_run_does_not_go_on_from_a_checkpoint_of_another(
    inputs: Path, finished: Path, tmp_path: Path
) -> None:
    (tmp_path / "checkpoint.pt").write_bytes((finished / "checkpoint.pt").read_bytes())
    with pytest.raises(ValueError, match=r"seed.*remove the folder"):
        Trainer(tiny_settings(inputs, tmp_path, seed=8)).run()
    data = write_set(tmp_path / "data", own_passages(3), own_passages(1))
    (data / "manifest.json").write_text(json.dumps({"data_hash": "b" * 64}))
    with pytest.raises(ValueError, match=r"data_hash.*remove the folder"):
        Trainer(tiny_settings(inputs, tmp_path, data=data)).run()


@pytest.mark.parametrize("limit", [{"max_tokens": 300}, {"max_minutes": 1e-6}])
def test_a_run_ends_at_its_limit(inputs: Path, tmp_path: Path, limit: dict[str, float]) -> None:
    trainer = Trainer(tiny_settings(inputs, tmp_path, epochs=1000, **limit))
    assert trainer.run()
    assert 0 < trainer.progress.step < 20
    if "max_tokens" in limit:
        # The batch that reaches the limit is the last.
        assert 300 <= trainer.progress.tokens < 300 + trainer.settings.batch_tokens


def test_dev_scores_and_checkpoints_come_during_the_run(inputs: Path, tmp_path: Path) -> None:
    saved = []

    class Counted(Trainer):
        def save(self) -> None:
            super().save()
            saved.append(self.progress.step)

    trainer = Counted(
        tiny_settings(inputs, tmp_path, epochs=1, evaluate_minutes=1e-9, checkpoint_minutes=1e-9)
    )
    assert trainer.run()
    steps = log_of(tmp_path)[0]["steps"]
    assert saved[:steps] == list(range(1, steps + 1))
    dev = [event["step"] for event in log_of(tmp_path) if event["event"] == "dev"]
    assert dev[:steps] == list(range(1, steps + 1))


def test_dev_passages_without_damage_have_no_auc(inputs: Path, tmp_path: Path) -> None:
    clean = [passage for passage in own_passages(1) if passage.kind.startswith("clean")]
    data = write_set(tmp_path / "data", own_passages(1), clean)
    train_tiny(inputs, tmp_path / "run", data=data, epochs=1)
    (dev,) = (event for event in log_of(tmp_path / "run") if event["event"] == "dev")
    assert set(dev) == {"event", "step"}


def test_a_second_run_starts_where_the_first_ended(
    inputs: Path, finished: Path, tmp_path: Path
) -> None:
    warm = Trainer(tiny_settings(inputs, tmp_path, base=str(finished / "model"), epochs=1))
    for name, value in weights(finished).items():
        assert torch.equal(warm.model.state_dict()[name], value)
    assert warm.run()
    record = json.loads((tmp_path / "model" / "train.json").read_text())
    assert record["base_encoder"] == "base"
    (before,) = record["history"]
    assert before["steps"] == log_of(finished)[0]["steps"]
    third = load_base(str(tmp_path / "model"))
    assert [run["seed"] for run in third.history] == [7, 7]
    assert [run["settings"]["epochs"] for run in third.history] == [2, 1]


def write_config(path: Path, base: Path, epochs: int) -> Path:
    path.write_text(
        f'base = "{base}"\nepochs = {epochs}\nbatch_tokens = 96\nprecision = "fp32"\n'
        "[window]\nmax_tokens = 48\nstride = 12\ncontext_tokens = 12\n"
    )
    return path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"config": "missing.toml"}, "missing.toml"),
        ({"epochs": 0}, "epochs: expected more than 0"),
        ({"base": "bert-base-cased"}, "base encoder: expected minilm, distilbert"),
        ({"data": Path("no-such-set")}, "no-such-set"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_options(
    inputs: Path,
    tmp_path: Path,
    options: dict[str, Any],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = write_config(tmp_path / "run.toml", inputs / "base", options.pop("epochs", 1))
    config = tmp_path / options.pop("config", config.name)
    with pytest.raises(typer.Exit) as caught:
        main(**{"config": config, "data": inputs / "data", "out": tmp_path / "run"} | options)
    assert caught.value.exit_code == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_sigterm_leaves_a_checkpoint_from_which_the_run_goes_on(
    inputs: Path, tmp_path: Path
) -> None:
    config = write_config(tmp_path / "run.toml", inputs / "base", epochs=1000)
    out = tmp_path / "run"
    root = Path(__file__).parents[1]
    path = os.pathsep.join((str(root), str(root / "model")))
    command = (sys.executable, "-m", "training.train", "--threads", "1")
    with subprocess.Popen(
        [*command, "--config", str(config), "--data", str(inputs / "data"), "--out", str(out)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 240
        # The first line of training steps says that the handler is in place.
        while not (out / "log.jsonl").is_file() or log_of(out)[-1]["event"] != "train":
            assert process.poll() is None, "ended before its first step"
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == INTERRUPTED == 143
    assert (out / "checkpoint.pt").is_file()
    step = log_of(out)[-1]["step"]
    assert log_of(out)[-1]["event"] == "interrupted"

    settings = tiny_settings(inputs, out, epochs=1000, max_minutes=1e-6)
    trainer = Trainer(settings)
    assert trainer.run()  # out of time at once, but it knows where it stood
    assert trainer.progress.step == step


@pytest.mark.slow
def test_a_tiny_encoder_learns_its_training_set_by_heart(inputs: Path, tmp_path: Path) -> None:
    """Through saving, export and reloading: the bundle tells the training rows apart."""
    known = [passage for passage in own_passages(3) if passage.kind != "vague"]
    data = write_set(tmp_path / "data", known, known)
    model = train_tiny(
        inputs, tmp_path / "run", data=data, epochs=60, learning_rate=5e-3, batch_tokens=256
    )
    export(model, tmp_path / "bundle", "tiny", "1", "2026-01-01")
    detector = Detector.load(tmp_path / "bundle")
    assert detector.bundle.windows() == WINDOW
    for passage in known:
        (rows,) = detector.logits([passage.sentences])
        for row, target in zip(rows, passage.targets, strict=True):
            truth = np.array([target.hold, *target.labels]) > 0.5
            np.testing.assert_array_equal(row > 0, truth, passage.id)
    (verdict,) = detector.score_documents([list(known[4].sentences)])
    assert verdict.held
    (finding,) = verdict.sentences[1].findings
    assert (finding.label, finding.text) == ("name", "Brinken")
