"""The command line of the facts: `babelproof facts lookup` and `babelproof facts date`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from babelproof.command import desks, guarded
from babelproof.facts.desk import read_desk
from babelproof.facts.evidence import describe
from babelproof.facts.store import FactStore, Person, Tenure

NOTHING_FOUND = 1

app = typer.Typer(
    name="facts",
    help="Look into the facts: who is known to have held which office, and from where.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

FactsOption = Annotated[
    list[Path] | None,
    typer.Option("--facts", metavar="FILE", help="A CSV file of your own people; repeatable."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def load_store(own: list[Path] | None) -> FactStore:
    """Load the shipped facts with the configuration's files and those of the command line."""
    store = FactStore.load()
    for desk in desks(own):
        store = store.with_people(read_desk(desk, store))
    return store


@app.command()
def lookup(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A full name or a surname.")],
    own: FactsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of a person, and from where.

    Exit code: 0 somebody found, 1 nobody of that name, 2 could not run.
    """
    with guarded():
        store = load_store(own)
    people = store.named(name) or store.surnamed(name)
    if as_json:
        typer.echo(json.dumps([_row(person) for person in people], ensure_ascii=False, indent=1))
    elif not people:
        typer.echo(f"{name}: nobody known; absence proves nothing (see `babelproof facts date`)")
    else:
        typer.echo("\n\n".join(_text(store, person) for person in people))
    raise typer.Exit(0 if people else NOTHING_FOUND)


@app.command()
def date(as_json: JsonOption = False) -> None:
    """Say what period the shipped facts cover, and where they come from."""
    store = FactStore.load()
    about = dict(store.about)
    if as_json:
        typer.echo(json.dumps(about, indent=1))
        return
    typer.echo(
        f"{about['people']:,} people in {about['tenures']:,} offices, {about['first']} to "
        f"{about['last']}; after July 2022 most cabinets are known from snapshots only."
    )
    for source, rows in about["sources"].items():
        typer.echo(f"  {rows:>7,}  {source}")


def _text(store: FactStore, person: Person) -> str:
    lines = [person.name + (f" ({person.qid})" if person.qid else "")]
    if person.aliases:
        lines.append("  also: " + ", ".join(person.aliases))
    for tenure in sorted(person.tenures, key=_started):
        fact = describe(store, person, tenure).removeprefix(f"{person.name}: ")
        lines.append(f"  {fact}  [{tenure.source}]")
    return "\n".join(lines)


def _started(tenure: Tenure) -> str:
    return tenure.start or tenure.seen or tenure.end


def _row(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "aliases": list(person.aliases),
        "wikidata": person.qid or None,
        "offices": [
            {key: getattr(tenure, key) for key in ("role", "office", "country", "start", "end")}
            | {"seen": tenure.seen, "known_to": tenure.as_of, "source": tenure.source}
            for tenure in sorted(person.tenures, key=_started)
        ],
    }
