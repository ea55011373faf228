"""`--fast`: the smaller bundle of a package of its own, or a word on how to get it."""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import babelproof
from babelproof import BundleError, fast_bundle
from babelproof.bundle import load_bundle
from babelproof.cli import app
from babelproof.command import NOTHING_RAN

ROOT = Path(__file__).parent.parent
DAMAGED = "The minister met Sandra Brinken in Kyiv."
ADVICE = "expected the package babelproof-fast"


@pytest.fixture
def installed(tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with the tiny bundle, in place of the one that may be installed."""
    monkeypatch.delitem(sys.modules, "babelproof_fast", raising=False)
    package = tmp_path / "site" / "babelproof_fast"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copytree(tiny_bundle, package / "bundle")
    monkeypatch.syspath_prepend(str(package.parent))
    return package / "bundle"


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "babelproof_fast", None)


def run(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def test_fast_scores_with_the_bundle_of_the_package(installed: Path, tiny_bundle: Path) -> None:
    assert fast_bundle() == installed
    record = json.dumps({"sentences": [DAMAGED]})
    fast = run("score", "-", "--fast", stdin=record)
    assert (fast.exit_code, fast.stdout) == (
        0,
        run("score", "-", "--bundle", tiny_bundle, stdin=record).stdout,
    )
    described = json.loads(run("info", "--json", "--fast").stdout)
    assert described["bundle"] == load_bundle(tiny_bundle).manifest.name
    article = installed.parent / "article.txt"
    article.write_text(DAMAGED)
    assert run("check", article, "--fast").exit_code == 1
    few = run("calibrate", "--clean", article, "--false-alarms", "1%", "--fast")
    assert "expected at least" in few.stderr  # it was read with that bundle, and is too little


@pytest.mark.parametrize("command", [["score", "-"], ["check", "-"], ["info"]])
def test_without_the_package_it_says_what_to_install(missing: None, command: list[str]) -> None:
    result = run(*command, "--fast", stdin="{}")
    assert result.exit_code == NOTHING_RAN
    assert ADVICE in result.stderr
    with pytest.raises(BundleError, match=ADVICE):
        fast_bundle()


def test_fast_and_a_bundle_are_one_too_many(installed: Path, tiny_bundle: Path) -> None:
    result = run("score", "-", "--fast", "--bundle", tiny_bundle, stdin="{}")
    assert result.exit_code == NOTHING_RAN
    assert "--bundle and --fast: expected one of them, found both" in result.stderr


def test_the_package_is_apart_from_ours_and_of_its_version() -> None:
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert own["packages"]["find"]["include"] == ["babelproof*"]
    package = ROOT / "model/fast/babelproof_fast"
    assert f'__version__ = "{babelproof.__version__}"' in (package / "__init__.py").read_text()


def test_its_bundle_is_whole_and_holds_the_damaged_example() -> None:
    bundle = ROOT / "model/fast/babelproof_fast/bundle"
    assert load_bundle(bundle).manifest.name == "babelproof-en-fast"
    examples = ROOT / "examples"
    spun = run("check", examples / "bridge_inquiry_spun.txt", "--bundle", bundle)
    assert spun.exit_code == 1, spun.output
    for clean in ("harbour_talks.txt", "salt_battery.txt"):
        assert run("check", examples / clean, "--bundle", bundle).exit_code == 0
