"""`python -m training.to_read`: sentences worth a reader's time, and their labels once read.

`draw` takes sentences of the translated corpora that nobody judged, more often those that the
shipped bundle is unsure of, and writes them into numbered files for a reader; rows of
`silver_train`, whose label is known, are mixed in unseen. `take` reads what the reader wrote,
refuses line by line what it cannot use, says how the reader agrees with the known labels, and
adds the rest to `data/read_labels.tsv`.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Annotated, Any

import numpy as np
import typer
from sklearn.metrics import cohen_kappa_score

from babelproof.detector import Detector
from babelproof.errors import BundleError
from babelproof.labels import Label
from data.corpora import read_headlines
from data.handlabels import HandRow, handlabel_path, handlabel_paths, read_rows, read_texts
from data.read_labels import COLUMNS, HEADLINES, READ_LABELS, digest
from data.shared import DataError, shared_path
from training.leakage import fold
from training.own_reading import Scores
from training.real_mt import Translations

SHARES = (("wmt", 0.5), (HEADLINES, 0.44), ("wmt-ref", 0.06))
"""Shares of outputs, headlines and human translations, the last as the hardest clean text."""

POOL = 3
"""Sentences that the bundle scores for one that is drawn."""

SETTLED = 0.12
"""Weight in the draw of a sentence that the bundle is sure of; an unsure one (0.5) has 1 more."""

DAMAGED = 0.9
"""What the bundle holds for surely damaged is drawn more often again: its false alarms."""

CONTROLS = 0.05
"""Rows with a known label among those read."""

FEWEST_WORDS, MOST_WORDS = 4, 60

LINES = 45
"""Sentences of a file: few enough to be read with care."""

KEY = "key.jsonl"
"""What stands behind the numbers; not for the reader."""

_LABELS = {label.value for label in Label}
_FINDING = re.compile(r"\s*(\w+)\s*:\s*(.*?)\s*", re.DOTALL)

app = typer.Typer(add_completion=False, help=__doc__, no_args_is_help=True)


@dataclass(frozen=True)
class Item:
    """A sentence to read; `known` is its severity where it is a control."""

    text: str
    origin: str
    source: str
    known: int | None = None


class AnswerError(ValueError):
    """A line of a reader that cannot be used."""


def pool(shared: Path, count: int, rng: Random, read: Sequence[str] = ()) -> list[Item]:
    """Draw about `count` sentences that nobody judged, each text once.

    Outputs are drawn system by system, so that the many strong ones do not crowd out the
    weak. `read` are hashes (`data.read_labels.digest`) to leave out.
    """
    seen = {fold(text) for path in handlabel_paths(shared) for text, _ in read_texts(path)}
    done = set(read)
    translations = Translations(shared)
    headlines = list(read_headlines(shared))
    rng.shuffle(headlines)

    def outputs() -> Iterator[Item]:
        systems = sorted(translations.systems)
        while systems:
            row = rng.choice(translations.systems[rng.choice(systems)])
            source = (row.year, row.direction, str(row.segment), row.system)
            yield Item(row.text.strip(), "wmt", "|".join(source))

    def references() -> Iterator[Item]:
        places = sorted(translations.references)
        while places:
            row = rng.choice(translations.references[rng.choice(places)])
            yield Item(row.text.strip(), "wmt-ref", f"{row.year}|{row.direction}|{row.segment}")

    makers = {
        "wmt": outputs(),
        "wmt-ref": references(),
        HEADLINES: (Item(h.text, HEADLINES, f"ru1tv|{h.date}") for h in headlines),
    }
    found: list[Item] = []
    for origin, share in SHARES:
        wanted, tried = round(count * share), 0
        for item in makers[origin]:
            # Where a corpus is nearly drawn out, chance finds the rest too seldom.
            if wanted <= 0 or (tried := tried + 1) > 20 * count:
                break
            key = fold(item.text)
            words = len(item.text.split())
            if key in seen or digest(item.text) in done or not FEWEST_WORDS <= words <= MOST_WORDS:
                continue
            seen.add(key)
            found.append(item)
            wanted -= 1
    return found


def chosen(items: Sequence[Item], scores: Scores, count: int, seed: int) -> list[Item]:
    """Draw `count` of the items, those that the bundle is unsure of more often."""
    verdicts = scores.score([item.text for item in items])
    read = [(item, v.score) for item, v in zip(items, verdicts, strict=True) if v.score is not None]
    p = np.array([score for _, score in read])
    weights = SETTLED + 4 * p * (1 - p) + np.where(p > DAMAGED, 2 * SETTLED, 0.0)
    rng = np.random.default_rng(seed)
    size = min(count, len(read))
    places = rng.choice(len(read), size=size, replace=False, p=weights / weights.sum())
    return [read[place][0] for place in places]


def controls(shared: Path, count: int, rng: Random) -> list[Item]:
    """Draw translated sentences of `silver_train`, as many of each severity."""
    rows = read_rows(handlabel_path(shared, "silver_train"))
    origins = {HEADLINES, "wmt-weak", "wmt-any", "wmt-ref"}
    drawn: list[HandRow] = []
    for severity in (0, 1, 2):
        own = [row for row in rows if row.severity == severity and row.origin in origins]
        drawn += rng.sample(own, min(len(own), count // 3))
    return [Item(row.text, row.origin, row.source, row.severity) for row in drawn]


def write_parts(items: Sequence[Item], folder: Path) -> int:
    """Write the files to read and the key to their numbers; gives how many files."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / KEY).open("w", encoding="utf-8") as key:
        key.writelines(json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in items)
    starts = range(0, len(items), LINES)
    for part, start in enumerate(starts):
        lines = [f"{start + n}\t{item.text}\n" for n, item in enumerate(items[start:][:LINES])]
        (folder / f"in_{part:03d}.txt").write_text("".join(lines), encoding="utf-8")
    return len(starts)


def answer(line: str, items: Sequence[Item]) -> tuple[int, int, list[str]]:
    """Read `number TAB severity TAB label: words || label: words`: number, severity, spans.

    `*` for words is the whole sentence. Raises `AnswerError` for what cannot be used.
    """
    number, _, rest = line.partition("\t")
    severity, _, findings = rest.partition("\t")
    if not number.strip().isdecimal() or int(number) >= len(items):
        raise AnswerError(f"expected a number below {len(items)} first, found {line!r}")
    if severity.strip() not in ("0", "1", "2"):
        raise AnswerError(f"expected severity 0, 1 or 2 after a tab, found {line!r}")
    text = items[int(number)].text
    spans = []
    for finding in findings.split("||") if findings.strip() else ():
        match = _FINDING.fullmatch(finding)
        if match is None or match[1] not in _LABELS:
            raise AnswerError(f"expected `label: words`, found {finding!r} in {line!r}")
        words = text if match[2] == "*" else match[2]
        start = text.find(words)
        if not words or start < 0:
            raise AnswerError(f"expected words of the sentence, found {words!r} in {line!r}")
        spans.append(f"{match[1]}:{start}-{start + len(words)}")
    if bool(spans) != bool(int(severity)):
        raise AnswerError(f"expected findings where the severity is not 0, found {line!r}")
    return int(number), int(severity), spans


def agreement(pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Compare severities (known, given): kappa of hold or not, and of hold against clean."""
    held = [(known == 2, given == 2) for known, given in pairs]
    sides = [(known, given) for known, given in pairs if 1 not in (known, given)]
    return {
        "controls": len(pairs),
        "kappa_hold": _kappa(held),
        "kappa_hold_clean": _kappa(sides),
        "table": {
            f"{known} read as {given}": count
            for (known, given), count in sorted(Counter(pairs).items())
        },
    }


def _kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    if len({value for pair in pairs for value in pair}) < 2:
        return None
    return round(float(cohen_kappa_score(*zip(*pairs, strict=True))), 3)


def read_key(folder: Path) -> list[Item]:
    """Give the sentences behind the numbers of a folder that `draw` wrote."""
    path = folder / KEY
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: expected the key of `draw`, found {error.strerror}") from None
    return [Item(**json.loads(line)) for line in lines]


def add_labels(rows: Sequence[tuple[str, ...]], path: Path) -> int:
    """Add rows of `COLUMNS` to the file, sorted; a sentence that is there stays as it was."""
    known: dict[str, tuple[str, ...]] = {}
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            _, *lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            known = {line[0]: tuple(line) for line in lines}
    before = len(known)
    for row in rows:
        known.setdefault(row[0], row)
    table = [COLUMNS, *(known[name] for name in sorted(known))]
    path.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8")
    return len(known) - before


@app.command()
def draw(
    out: Annotated[Path, typer.Option(help="A folder for the files to read.")],
    count: Annotated[int, typer.Option(min=1, help="Sentences to draw.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of every draw.")] = 1,
    shared: Annotated[Path | None, typer.Option(help="The folder of the corpora.")] = None,
    labels: Annotated[Path, typer.Option(help="Labels that are there.")] = READ_LABELS,
    reader: Annotated[Path | None, typer.Option(help="Bundle to ask; the shipped one.")] = None,
) -> None:
    """Draw sentences to read."""
    try:
        folder = shared_path(shared)
        rng = Random(f"{seed} to read")
        done = [line.partition("\t")[0] for line in labels.read_text("utf-8").splitlines()]
        items = pool(folder, count * POOL, rng, done)
        own = Detector.load(reader)
        items = chosen(items, own, count, seed)
        items += controls(folder, round(count * CONTROLS), rng)
        rng.shuffle(items)
        parts = write_parts(items, out)
    except (BundleError, DataError, OSError) as error:
        print(f"training.to_read: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    print(f"{out}: {len(items)} sentences in {parts} files; answer in out_NNN.txt beside each")


@app.command()
def take(
    folders: Annotated[list[Path], typer.Argument(help="Folders of `draw`, answered.")],
    labels: Annotated[Path, typer.Option(help="The file to add to.")] = READ_LABELS,
) -> None:
    """Take what a reader wrote."""
    rows: list[tuple[str, ...]] = []
    pairs: list[tuple[int, int]] = []
    severities: Counter[int] = Counter()
    refused = 0
    try:
        for folder in folders:
            items = read_key(folder)
            for path in sorted(folder.glob("out_*.txt")):
                for line in path.read_text(encoding="utf-8").splitlines():
                    if not line.strip():
                        continue
                    try:
                        number, severity, spans = answer(line, items)
                    except AnswerError as error:
                        refused += 1
                        print(f"{path}: {error}", file=sys.stderr)
                        continue
                    item = items[number]
                    if item.known is not None:
                        pairs.append((item.known, severity))
                        continue
                    severities[severity] += 1
                    rows.append(
                        (digest(item.text), item.origin, item.source, str(severity),
                         " ".join(spans))
                    )  # fmt: skip
        added = add_labels(rows, labels)
    except (DataError, OSError) as error:
        print(f"training.to_read: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    print(
        json.dumps(
            {"added": added, "refused": refused, "severities": dict(sorted(severities.items()))}
            | agreement(pairs),
            indent=1,
        )
    )


if __name__ == "__main__":
    app()
