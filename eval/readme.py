"""`python -m eval.readme`: puts measured figures and a real output into the README's marks."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.figures import FiguresError, percent, read_metrics, render_figures
from eval.table import markdown


def replace_block(readme: str, name: str, content: str) -> str:
    """Return the README with `content` between the marks of `name`; refuses one without both."""
    opening, closing = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, start, rest = readme.partition(opening)
    _, end, after = rest.partition(closing)
    if not start or not end or opening in after or closing in after:
        raise FiguresError(
            f"README: expected {opening} and then {closing}, once each, found them otherwise; "
            "put both marks where the block belongs"
        )
    return f"{before}{opening}\n{content.strip()}\n{closing}{after}"


def replace_figures(readme: str, figures: str) -> str:
    """Return the README with `figures` between their marks."""
    return replace_block(readme, "figures", figures)


def example_output(article: Path) -> str:
    """Run `babelproof check` on an article and give its unedited output as a code block.

    Raises FiguresError where the command could not judge the article.
    """
    command = [sys.executable, "-m", "babelproof", "check", str(article)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise FiguresError(f"{' '.join(command[2:])}: expected a verdict, found {done.stderr}")
    return f"```console\n$ babelproof check {article}\n{done.stdout.rstrip()}\n```"


RECORD = {"id": 7, "text": "The envoy flew home. Uzbek Foreign Minister Dmytro Kuleba saw him off."}


def example_record() -> str:
    """Run `babelproof score` on one record and give its output, indented, as a code block."""
    command = [sys.executable, "-m", "babelproof", "score", "-"]
    line = json.dumps(RECORD) + "\n"
    done = subprocess.run(command, input=line, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FiguresError(f"{' '.join(command[2:])}: expected a record, found {done.stderr}")
    pretty = json.dumps(json.loads(done.stdout), indent=2, ensure_ascii=False)
    return f"```console\n$ echo '{line.strip()}' | babelproof score - | jq\n{pretty}\n```"


FACTS = Path("eval/facts.json")


def render_facts(figures: Mapping[str, Any]) -> str:
    """Return what the facts find and flag by mistake, from eval/facts.json."""
    ways = (("facts", "facts alone"), ("model", "model alone"), ("both", "both, as shipped"))
    rows = [
        (
            what,
            *(percent(figures[way][key][:3]) for key in ("wrong_held", "right_held")),
        )
        for way, what in ways
    ]
    table = markdown(("held", "of the wrong sentences", "of the right sentences"), rows)
    news = figures["news"]
    wrong, right = (figures["facts"][key][4] for key in ("wrong_held", "right_held"))
    return (
        f"Measured on {figures['created']} on {wrong + right} hand-written sentences, {wrong} of "
        f"them wrong, with {figures['people']} people and {figures['countries']} countries "
        f"(95% intervals; its errors were looked at while the rules were made, so expect somewhat "
        f"less elsewhere):\n\n{table}\n\n"
        f"On {news[4]:,} sentences of clean news the facts raise {news[3]} false alarms "
        f"({news[0]:.2%}); they cost {figures['milliseconds_per_sentence']} ms a sentence."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the README anew; with --check, only say whether it is up to date (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m eval.readme", description=__doc__)
    parser.add_argument("--metrics", type=Path, default=Path("eval/metrics.json"))
    parser.add_argument("--readme", type=Path, default=Path("README.md"))
    parser.add_argument("--facts", type=Path, default=FACTS)
    parser.add_argument("--example", type=Path, help="article whose check goes in, unedited")
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    try:
        old = options.readme.read_text(encoding="utf-8")
        new = replace_figures(old, render_figures(read_metrics(options.metrics)))
        if "<!-- facts:" in new:
            facts = json.loads(options.facts.read_text(encoding="utf-8"))
            new = replace_block(new, "facts", render_facts(facts))
        if options.example is not None:
            new = replace_block(new, "output", example_output(options.example))
            new = replace_block(new, "record", example_record())
    except (FiguresError, OSError, KeyError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.check:
        if new != old:
            print(f"{options.readme}: figures are out of date", file=sys.stderr)
        return int(new != old)
    options.readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
