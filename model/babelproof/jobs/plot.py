"""Plot: an output's scores and labels as a picture, PNG, SVG or a page of HTML."""

from __future__ import annotations

import html
import io
from pathlib import Path
from typing import Any

from babelproof.durable import replaced
from babelproof.files import FileError
from babelproof.jobs.extras import need
from babelproof.jobs.summary import Summary
from babelproof.jobs.tally import BINS

ENDINGS = (".html", ".png", ".svg")

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}
svg{{max-width:100%;height:auto}}</style></head>
<body><h1>{title}</h1><p>{text}</p>
{picture}
</body></html>
"""


def check_plot(name: str) -> Path:
    """Give the path of a plot; refuses an ending that is none of `ENDINGS`."""
    path = Path(name)
    if path.suffix.lower() not in ENDINGS:
        raise FileError(
            f"--plot {name}: expected a name that ends with {', '.join(ENDINGS)}, found another"
        )
    return path


def plot_summary(summary: Summary, title: str, path: Path) -> None:
    """Draw the scores of the sentences and the labels of those held, and write the picture."""
    figure = _figure(summary)
    picture = io.BytesIO()
    kind = path.suffix.lower().removeprefix(".")
    figure.savefig(picture, format="png" if kind == "png" else "svg", dpi=150)
    data = picture.getvalue()
    if kind == "html":
        svg = data.decode("utf-8")
        page = _PAGE.format(
            title=html.escape(title),
            text=html.escape(str(summary.tally)),
            picture=svg[svg.index("<svg") :],
        )
        data = page.encode("utf-8")
    with replaced(path) as stream:
        stream.write(data)


def _figure(summary: Summary) -> Any:
    tally = summary.tally
    figure = need("matplotlib.figure", "--plot", "plot").Figure(
        figsize=(10, 4), layout="constrained"
    )
    scores, labels = figure.subplots(1, 2, width_ratios=(2, 1))
    edges = [number / BINS for number in range(BINS)]
    scores.bar(edges, tally.scores, width=1 / BINS, align="edge", edgecolor="white")
    scores.set_yscale("symlog")
    scores.set(xlim=(0, 1), xlabel="score", ylabel="sentences", title="Scores of sentences")
    names, counts = list(tally.labels), list(tally.labels.values())
    labels.barh(names, counts)
    labels.invert_yaxis()
    most = max(counts, default=0) or 1
    labels.set(xlim=(0, most * 1.05), xlabel="sentences", title="Held, by label")
    return figure
