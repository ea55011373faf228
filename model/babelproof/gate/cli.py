"""The command line of the gate: `babelproof gate` and `babelproof config`."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from babelproof import __version__
from babelproof.command import day_of, guarded, load_detector
from babelproof.config import find_config, read_config
from babelproof.errors import ConfigError
from babelproof.gate.article import Article, Unreadable
from babelproof.gate.baseline import Baseline, write_baseline
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.outcome import Decision, Outcome, Run
from babelproof.gate.policy import Policy, parse_fail_on, presets
from babelproof.gate.run import make_run, outcomes, unreadable
from babelproof.options import BundleOption, DateOption, FactsOption, NoFactsOption, ThreadsOption

if TYPE_CHECKING:
    from babelproof.detector import Detector

T = TypeVar("T")

PASS, HOLD, CANNOT_JUDGE = 0, 1, 2

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="A configuration file instead of the nearest."),
]


def gate(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="Drafts: .txt, .md, .html, .docx, .jsonl, or - for text on standard input.",
            show_default=False,
        ),
    ] = None,
    config: ConfigOption = None,
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="strict, balanced or lenient.")
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="CHANNEL:P,…",
            help="Probabilities from which one sentence holds its article: country:0.9,any:0.97.",
        ),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME[:FILE],…",
            help="text, json, sarif, junit, github or html; several at once, each to a file: "
            "sarif:out.sarif,html:report.html.",
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--as", metavar="KIND", help="Read every file as this kind.")
    ] = None,
    scored: Annotated[
        bool,
        typer.Option("--scored", help="The files are what `babelproof score` wrote: judge again."),
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Findings accepted so far."),
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept everything that is flagged now.")
    ] = False,
    explain_policy: Annotated[
        bool,
        typer.Option("--explain-policy", help="Print the presets with their measured figures."),
    ] = False,
    facts: FactsOption = None,
    no_facts: NoFactsOption = False,
    date: DateOption = None,
    bundle: BundleOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Judge drafts before they are published: pass or hold, where, and why.

    Exit code: 0 pass (warnings included), 1 hold, 2 something could not be judged: no file
    that can be read, or no English sentence in it (an empty draft is no sound one). Over
    several files 2 goes before 1 before 0.
    """
    if explain_policy:
        typer.echo(explained())
        raise typer.Exit(PASS)
    with guarded():
        if not files:
            raise ConfigError("expected at least one file, found none; - is standard input")
        settings = read_config(config) if config else find_config(_folder(files[0]))
        changes: dict[str, Any] = {"preset": preset} if preset else {}
        if fail_on:
            changes["fail_on"] = parse_fail_on(fail_on)
        targets = _targets(formats or ["text"])
        accepted = baseline or settings.baseline
        allowances = Allowances(settings.words, _baseline(accepted, update_baseline))
        day = day_of(date)
        policy = settings.policy("", changes)  # a wrong option is told before anything runs
        policy_of = cache(lambda name: settings.policy(name, changes))
        if scored:
            found = list(_again(files, policy_of, allowances))
        else:
            detector = load_detector(bundle, threads, facts, no_facts, settings)
            threading.Thread(target=_open_model, args=(detector,)).start()
            found = list(outcomes(_articles(files, kind), detector, policy_of, allowances, day))
        run = make_run(found, policy, settings, {"babelproof": __version__})
        decision = _report(run, targets, accepted if update_baseline else None)
    codes = {Decision.HOLD: HOLD, Decision.ERROR: CANNOT_JUDGE}
    raise typer.Exit(codes.get(decision, PASS))


def _open_model(detector: Detector) -> None:
    """Open the model while the drafts are read; what is wrong with it is told when it is used."""
    with suppress(Exception):
        detector.readings([["The first sentence takes longer."]])


def show_config(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Settings in effect for this file.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Print the configuration in effect, for a file or for this folder, as JSON.

    Exit code: 0 printed, 2 the configuration cannot be read.
    """
    with guarded():
        settings = read_config(config) if config else find_config(_folder(file or "."))
        shown = settings.to_dict()
        if file:
            shown["policy"] = settings.policy(file).to_dict()
    typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))


def explained() -> str:
    """Say what each preset does and what was measured with it."""
    parts = []
    for name, given in presets().items():
        policy, measured = given["policy"], given["measured"]
        limits = ", ".join(f"{c} {p:g}" for c, p in policy["fail_on"].items())
        suspects = ", ".join(f"{c} {p:g}" for c, p in policy["suspect"].items())
        lines = [
            f"{name}: an article is held by one sentence from {limits}; or when at least "
            f"{policy['share']:.0%} of its sentences, and no fewer than {policy['count']}, are "
            f"suspect ({suspects}); or when one is, and the probability that it is damaged as a "
            f"whole reaches {policy['document']:g}"
        ]
        for what, figure in measured.items():
            value, low, high, count, total = figure
            lines.append(f"  {what}: {value:.1%} [{low:.1%}, {high:.1%}], {count} of {total}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _folder(name: str) -> Path:
    path = Path.cwd() if name == "-" else Path(name)
    return path if path.is_dir() else path.parent


def _targets(formats: Sequence[str]) -> list[tuple[str, Path | None]]:
    from babelproof.gate.reports import FORMATS

    targets: list[tuple[str, Path | None]] = []
    for item in ",".join(formats).split(","):
        name, _, file = item.strip().partition(":")
        if name not in FORMATS:
            raise ConfigError(f"--format: expected one of {', '.join(FORMATS)}, found {name!r}")
        targets.append((name, Path(file) if file else None))
    without = [name for name, path in targets if path is None]
    if len(without) > 1:
        without.sort(key=lambda name: name != "text")  # what people read stays on the screen
        example = f"{without[0]},{','.join(f'{name}:report.{name}' for name in without[1:])}"
        raise ConfigError(
            "--format: expected a file for each of several formats but one, found none for "
            f"{' and '.join(without)}; name it behind a colon: --format {example}"
        )
    return targets


def _baseline(path: Path | None, update: bool) -> Baseline:
    if update:
        if path is None:
            raise ConfigError("--update-baseline: expected --baseline FILE with it, found none")
        return Baseline({})  # what was accepted before and is gone is not kept
    return Baseline({}) if path is None else Baseline.read(path)


def _articles(files: Sequence[str], kind: str | None) -> Iterator[Article | Unreadable]:
    from babelproof.gate.read import read_articles

    for name in files:
        yield from _at_least_one(name, read_articles(name, kind))


def _at_least_one(name: str, items: Iterator[T | Unreadable]) -> Iterator[T | Unreadable]:
    """Give the items; a file without any was not judged, and must not pass silently."""
    first = next(items, None)
    yield Unreadable(name, "expected a record, found none") if first is None else first
    yield from items


def _again(
    files: Sequence[str], policy_of: Callable[[str], Policy], allowances: Allowances
) -> Iterator[Outcome]:
    from babelproof.gate.scored import read_scored

    for name in files:
        for item in _at_least_one(name, read_scored(name)):
            if isinstance(item, Unreadable):
                yield unreadable(item)
            else:
                yield decide(*item, policy_of(name), allowances)


def _report(
    run: Run, targets: Sequence[tuple[str, Path | None]], baseline: Path | None
) -> Decision:
    from babelproof.gate.reports import write_report

    for name, path in targets:
        with ExitStack() as stack:
            stream = sys.stdout
            if path is not None:
                stream = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            write_report(run, name, stream)
    if baseline is not None:
        count = write_baseline(baseline, run.outcomes)
        noun = "sentence" if count == 1 else "sentences"
        typer.echo(f"babelproof: accepted {count} {noun} in {baseline}", err=True)
        return Decision.ERROR if run.decision is Decision.ERROR else Decision.PASS
    return run.decision
