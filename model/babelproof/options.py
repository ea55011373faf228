"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from babelproof.backend import Backend, Precision
from babelproof.files import Kind

BundleOption = Annotated[
    Path | None,
    typer.Option(
        "--bundle", metavar="FOLDER", help="The trained bundle to use instead of the shipped one."
    ),
]
FastOption = Annotated[
    bool,
    typer.Option(
        "--fast",
        help="Use the smaller, faster model of the package babelproof-fast: it finds a little "
        "less.",
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads", min=1, metavar="N", help="Processor threads; by default, those we may use."
    ),
]
BackendOption = Annotated[
    Backend,
    typer.Option("--backend", help="What computes: the runtime that comes along, or torch."),
]
DeviceOption = Annotated[
    str,
    typer.Option(
        "--device", metavar="NAME", help="Where torch computes: cpu, cuda or cuda:NUMBER."
    ),
]
PrecisionOption = Annotated[
    Precision,
    typer.Option("--precision", help="What torch multiplies in; auto is what is fast there."),
]
KindOption = Annotated[
    Kind | None,
    typer.Option("--as", help="Read every input as this kind, whatever its name says."),
]


FactsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--facts",
        metavar="FILE",
        help="A CSV file of your own people and offices (name, aliases, office, country, start, "
        "end); repeatable. A person there replaces ours.",
    ),
]
NoFactsOption = Annotated[
    bool, typer.Option("--no-facts", help="Leave the facts out: the model alone judges.")
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        help="Judge who is in office by this day, or by a record's field 'date'; without one any "
        "past office is as good.",
        show_default=False,
    ),
]
