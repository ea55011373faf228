"""Settings of a run: refused before an hour is lost, not after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from babelproof.windows import WindowSettings
from training.settings import TrainSettings


def settings(**changes: Any) -> TrainSettings:
    return TrainSettings(**({"data": Path("data"), "out": Path("out")} | changes))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("batch_tokens", -1),
        ("batch_tokens", 255),  # less than one window
        ("learning_rate", 0.0),
        ("learning_rate", -1e-4),
        ("checkpoint_minutes", 0),
        ("log_steps", 0),
        ("max_tokens", 0),
        ("max_minutes", -1.0),
        ("warmup", -0.01),
        ("warmup", 1.0),
        ("precision", "fp16"),
        ("pooling", "min"),
    ],
)
def test_values_that_no_run_could_use_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: expected .*, found "):
        settings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch_tokens", 256), ("warmup", 0.0), ("max_minutes", 0.1), ("pooling", "max")],
)
def test_values_on_the_boundary_are_taken(name: str, value: object) -> None:
    assert getattr(settings(**{name: value}), name) == value


def test_a_file_gives_settings_and_options_win_over_it(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(
        'data = "set"\nout = "run"\nseed = 3\nepochs = 5\n'
        "[window]\nmax_tokens = 32\nstride = 8\ncontext_tokens = 4\n"
    )
    read = TrainSettings.from_toml(path, out=Path("other"), seed=9, max_minutes=None)
    assert (read.data, read.out) == (Path("set"), Path("other"))
    assert (read.seed, read.epochs, read.max_minutes) == (9, 5, None)
    assert read.window == WindowSettings(32, 8, 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('data = "a"\nout = "b"\nlearning_rat = 1', "learning_rat"),
        ('out = "b"', r"expected \['data'\]"),
        ('data = "a"', r"expected \['out'\]"),
        ('data = "a"\nout = "b"\nepochs = -2', "epochs: expected more than 0"),
        ('data = "a"\nout = "b"\n[window]\nmax_tokens = 2', "max_tokens: expected at least 8"),
        ("data = ", "Invalid value"),
    ],
)
def test_files_with_unknown_missing_or_bad_keys_are_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "run.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        TrainSettings.from_toml(path)


def test_the_settings_of_a_model_can_be_read_back_from_its_record() -> None:
    original = settings(base="minilm", max_minutes=2.5, window=WindowSettings(64, 16, 8))
    stored = json.loads(json.dumps(original.to_dict()))
    window = WindowSettings(**stored.pop("window"))
    paths = {name: Path(stored.pop(name)) for name in ("data", "out")}
    assert TrainSettings(**stored, **paths, window=window) == original


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[1].glob("training/configs/*.toml")))
def test_the_configurations_of_the_repository_are_sound(path: Path) -> None:
    assert TrainSettings.from_toml(path, data=Path("a"), out=Path("b")).base in (
        "distilbert",
        "minilm",
    )
