"""What every command does: load the detector, read a date, stop with a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from babelproof.backend import Backend, Precision
from babelproof.errors import (
    BackendError,
    BundleError,
    CalibrationError,
    ConfigError,
    FactsError,
    PolicyError,
)
from babelproof.facts.dates import Day, parse_day
from babelproof.fast import fast_bundle
from babelproof.files import FileError

if TYPE_CHECKING:
    from babelproof.config import Config
    from babelproof.detector import Detector

NOTHING_RAN = 2
INTERRUPTED = 130
READER_GONE = 141

_TOLD = (
    *(BackendError, BundleError, CalibrationError, ConfigError),
    *(FactsError, FileError, PolicyError),
)
"""Errors whose message says all that a user needs."""


def load_detector(
    bundle: Path | None,
    threads: int | None,
    facts: list[Path] | None,
    no_facts: bool,
    config: Config | None = None,
    backend: Backend = Backend.ONNX,
    device: str = "cpu",
    precision: Precision = Precision.AUTO,
) -> Detector:
    """Load the detector that options ask for, or stop.

    `facts` come after the files of `config`, or of the nearest configuration; neither is
    looked at where facts are left out.
    """
    # Imported here: the runtime takes a moment to load, and --help needs none of it.
    from babelproof.detector import Detector

    if facts and no_facts:
        stop("--facts and --no-facts: expected one of them, found both; drop one")
    own = False if no_facts else desks(facts, config)
    try:
        return Detector.load(bundle, threads, own, backend, device, precision)
    except ValueError as failure:  # BundleError is one, and so is what a tokenizer lacks
        stop(str(failure))


def bundle_of(bundle: Path | None, fast: bool) -> Path | None:
    """Give the bundle that the options `--bundle` and `--fast` ask for, or stop."""
    if not fast:
        return bundle
    if bundle is not None:
        stop("--bundle and --fast: expected one of them, found both; drop one")
    try:
        return fast_bundle()
    except BundleError as failure:
        stop(str(failure))


def desks(own: list[Path] | None, config: Config | None = None) -> list[Path]:
    """Give the users' files of facts in effect: the configuration's, then the command line's.

    Without `config`, the nearest configuration of this folder counts.
    """
    from babelproof.config import find_config

    settings = find_config(Path.cwd()) if config is None else config
    return [*settings.facts, *(own or [])]


def day_of(date: str | None) -> Day | None:
    """Read the option `--date`, or stop."""
    try:
        return None if date is None else parse_day(date)
    except FactsError as failure:
        stop(f"--date: {failure}")


@contextmanager
def guarded() -> Iterator[None]:
    """Turn what can stop a run into a message and an exit code; nothing else is caught."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # The interpreter flushes standard output once more at its end: let it succeed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(READER_GONE) from None
    except _TOLD as failure:
        stop(str(failure))
    except OSError as failure:
        stop(f"{failure.filename or 'input or output'}: {failure.strerror or failure}")


def stop(message: str) -> NoReturn:
    """Say why nothing can run, and end with the exit code for it."""
    typer.echo(f"babelproof: {message}", err=True)
    raise typer.Exit(NOTHING_RAN)
