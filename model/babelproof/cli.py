"""The command line: each command is loaded when it is asked for.

The gate is started once a draft, and nobody should wait for what the other commands need.
"""

from __future__ import annotations

import gc
import io
import signal
import sys
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

OK = 0
TERMINATED = 143

COMMANDS = {
    "check": "babelproof.check_cli:check",
    "score": "babelproof.jobs.cli:score",
    "stats": "babelproof.jobs.stats_cli:stats",
    "gate": "babelproof.gate.cli:gate",
    "config": "babelproof.gate.cli:show_config",
    "calibrate": "babelproof.calibration.cli:calibrate",
    "serve": "babelproof.serve.cli:serve",
    "facts": "babelproof.facts.cli:app",
    "info": "babelproof.check_cli:info",
}
"""Where each command is, in the order in which --help tells them."""


class LazyGroup(TyperGroup):
    """Commands that are loaded when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command; None where there is none of the name."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is called; a misspelt one is told the nearest of all."""
        if args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


def _load(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = typer.Typer(
    name="babelproof",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(asked: bool) -> None:
    if asked:
        from babelproof.about import version_line
        from babelproof.command import guarded

        with guarded():
            typer.echo(version_line())
        raise typer.Exit(OK)


@app.callback()
def root(
    asked_version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version of the package and of the shipped bundle, and exit.",
        ),
    ] = False,
) -> None:
    """Find the sentences that machine translation, spinning or garbling damaged."""


def _terminate(*_: object) -> NoReturn:
    raise SystemExit(TERMINATED)


def main() -> None:
    """Run the command line; asked to end, it still removes what it has half written."""
    # What is loaded stays, and to look through it for garbage again and again takes a tenth of
    # the gate's time.
    gc.set_threshold(100_000, 50, 50)
    signal.signal(signal.SIGTERM, _terminate)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a letter must not stop us
        sys.stdout.reconfigure(errors="backslashreplace")
    app(prog_name="babelproof")
