"""Runs of `babelproof score` for the tests of jobs."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from babelproof.cli import app

DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."
CLEAN = "The president said the talks in Kyiv went to plan."
ODD = 'He said "no,\tnever"; then\nleft — Łódź 🙂.'


def score(bundle: Path, *arguments: object, stdin: bytes = b"") -> Result:
    """Run the command; an exception that it should not let out is raised here."""
    given = ["score", *map(str, arguments), "--bundle", str(bundle)]
    result = CliRunner().invoke(app, given, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(f"{path}.manifest.json").read_text("utf-8"))
    return found


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())
