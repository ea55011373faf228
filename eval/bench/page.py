"""Page: the bench's figures as a page with a table and a plot, written from the JSON alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TITLES: Mapping[str, str] = {
    "score": "`babelproof score`, documents",
    "score-sentences": "`babelproof score`, single sentences",
    "fast": "`babelproof score --fast`, documents",
    "fast-sentences": "`babelproof score --fast`, single sentences",
    "bare": "bare ONNX session on the same windows",
    "bare-sentences": "the same, single sentences",
    "bare-in-turn": "bare ONNX session on the same windows, in turn",
    "bare-in-turn-sentences": "the same, single sentences",
    "pipeline": "transformers pipeline, same weights, fp32, one sentence at a time",
    "pipeline-batched": "the same in its best batch",
    "ngrams": "TF-IDF of letters and logistic regression",
    "language-model": "perplexity under SmolLM2-135M",
}
"""What each row is, in the order of the table."""

SENTENCE_TOKENS = 25
"""Tokens of the sentences in which rates are asked for."""

RATES: Mapping[str, int] = {"score": 400, "fast": 1000}
"""Sentences of that length that are asked for a second, on two processors."""


def ratios(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the ratios that are asked for, as far as their rows are there, and what is asked."""
    by_name = {row["name"]: row for row in rows}

    def median(name: str, unit: str) -> float | None:
        return by_name[name][unit]["median"] if name in by_name else None

    found = []
    for ending, what in (("", "documents"), ("-sentences", "single sentences")):
        rate = median(f"score{ending}", "tokens_per_second")
        names = (f"bare{ending}", f"bare-in-turn{ending}")
        bare = [value for name in names if (value := median(name, "tokens_per_second"))]
        if rate and bare:
            text = f"tokens/s end to end against the faster bare session, {what}"
            found.append({"what": text, "ratio": round(rate / max(bare), 3), "asked": 0.85})
    # Single sentences are what the pipeline reads; of documents `score` reads context too.
    for ours, what in (("score-sentences", "single sentences"), ("score", "documents")):
        rate = median(ours, "sentences_per_second")
        for name, asked in (("pipeline", 8.0), ("pipeline-batched", 3.0)):
            other = median(name, "sentences_per_second")
            if rate and other:
                text = f"sentences/s end to end, {what}, against {TITLES[name]}"
                found.append({"what": text, "ratio": round(rate / other, 2), "asked": asked})
    for name in ("score", "fast"):
        tokens = median(f"{name}-sentences", "tokens_per_second")
        if tokens:
            text = f"sentences/s of {SENTENCE_TOKENS} tokens, {TITLES[f'{name}-sentences']}"
            found.append(
                {"what": text, "ratio": round(tokens / SENTENCE_TOKENS), "asked": RATES[name]}
            )
    return found


def page(found: Mapping[str, Any], plot: str | None) -> str:
    """Give the page in Markdown; `plot` names the picture beside it."""
    parts = [
        "# How fast it is",
        "Written by `python -m eval.bench` from `eval/bench.json`; do not edit.",
    ]
    if "table" in found:
        parts += _table(found["table"])
    if found.get("scaling"):
        parts += _scaling(found["scaling"])
    if plot is not None:
        parts.append(f"![Sentences a second, and memory over time]({plot})")
    return "\n\n".join(parts) + "\n"


def _table(table: Mapping[str, Any]) -> list[str]:
    rows = sorted(table["rows"], key=lambda row: list(TITLES).index(row["name"]))
    lines = [
        "| | sentences/s | lowest to highest | tokens/s | peak memory | start-up | sentences "
        "| runs |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        rate, tokens = row["sentences_per_second"], row["tokens_per_second"]
        lines.append(
            f"| {_titled(row)} | {rate['median']:,.1f} "
            f"| {rate['low']:,.1f} to {rate['high']:,.1f} "
            f"| {'-' if tokens is None else format(tokens['median'], ',.0f')} "
            f"| {row['peak_mb']:,.0f} MB | {row['startup_seconds']:.1f} s "
            f"| {row['sentences']:,} | {len(row['seconds'])} |"
        )
    sample = table["sample"]
    lengths = sample["tokens_a_sentence"]
    parts = [
        machine(table["machine"]),
        f"Sample: {sample['sentences']:,} sentences in {sample['texts']:,} documents "
        f"({sample['origin']}); rivals that take long read its first "
        f"{sample['rival_sentences']:,} sentences. Tokens of a sentence: mean "
        f"{lengths['mean']}, 5% up to {lengths['p5']}, half up to {lengths['p50']}, 95% up to "
        f"{lengths['p95']}, longest {lengths['highest']}. Rates are the median of the runs; "
        "tokens are those that the model reads, context read again included, padding not.",
        "\n".join(lines),
    ]
    if table["refused"]:
        reasons = [f"- {TITLES[name]}: {reason}" for name, reason in table["refused"].items()]
        parts.append("Not measured:\n\n" + "\n".join(reasons))
    wanted = [
        "| | found | asked | |",
        "|---|---:|---:|---|",
        *(
            f"| {item['what']} | {item['ratio']} | at least {item['asked']:g} "
            f"| {'reached' if item['ratio'] >= item['asked'] else 'missed'} |"
            for item in ratios(rows)
        ),
    ]
    return parts + (["\n".join(wanted)] if len(wanted) > 2 else [])


def _titled(row: Mapping[str, Any]) -> str:
    title = TITLES[row["name"]]
    return f"{title} ({row['note']})" if row["note"] else title


def _scaling(scaling: Mapping[str, Any]) -> list[str]:
    lines = [
        "| sentences | records | seconds | sentences/s | time for one more thousand "
        "| peak, first half | peak, second half |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    before: Mapping[str, Any] | None = None
    for run in sorted(scaling["runs"], key=lambda run: int(run["sentences"])):
        more = "-"
        if before is not None and run["sentences"] > before["sentences"]:
            extra = run["sentences"] - before["sentences"]
            more = f"{1000 * (run['seconds'] - before['seconds']) / extra:.2f} s"
        lines.append(
            f"| {run['sentences']:,} | {run['records']:,} | {run['seconds']:,.1f} "
            f"| {run['sentences_per_second']:,.1f} | {more} | {run['peak_mb_first_half']:,.0f} MB "
            f"| {run['peak_mb_second_half']:,.0f} MB |"
        )
        before = run
    return [
        "## More work",
        f"`babelproof score` on ever more documents of the same kind, once each, its cache of "
        f"repeated windows at its default. {machine(scaling['machine'])}",
        "\n".join(lines),
    ]


def machine(given: Mapping[str, Any]) -> str:
    """Say where and when something was measured."""
    versions = ", ".join(f"{name} {number}" for name, number in given["versions"].items())
    return (
        f"Measured on {given['date']}: {given['processor']}, {given['threads']} of "
        f"{given['processors']} processors used; {versions}; bundle {given['bundle']}."
    )


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Draw rates of the table, and memory over time of the longest run, as SVG."""
    import matplotlib

    matplotlib.use("svg")
    # The same figures give the same file.
    matplotlib.rcParams["svg.hashsalt"] = "babelproof"
    from matplotlib import pyplot

    runs = found.get("scaling", {}).get("runs", [])
    panels = [name for name, given in (("table", found.get("table")), ("runs", runs)) if given]
    figure, axes = pyplot.subplots(1, len(panels), figsize=(6.5 * len(panels), 4), squeeze=False)
    for name, axis in zip(panels, axes[0], strict=True):
        if name == "table":
            rows = sorted(
                found["table"]["rows"], key=lambda row: row["sentences_per_second"]["median"]
            )
            rates = [row["sentences_per_second"] for row in rows]
            middle = [rate["median"] for rate in rates]
            reach = [
                [rate["median"] - rate["low"] for rate in rates],
                [rate["high"] - rate["median"] for rate in rates],
            ]
            ours = ("score", "fast")
            colours = ["C0" if row["name"].startswith(ours) else "0.7" for row in rows]
            axis.barh([row["name"] for row in rows], middle, xerr=reach, color=colours)
            axis.set_xscale("log")
            axis.set_xlabel("sentences a second")
        else:
            for run in sorted(runs, key=lambda run: int(run["sentences"])):
                times, sizes = zip(*run["resident_mb_over_time"], strict=True)
                label = f"{run['sentences']:,} sentences"
                axis.plot(shares(times), sizes, label=label)
            axis.set_ylim(bottom=0)
            axis.set_xlabel("share of the run")
            axis.set_ylabel("resident memory, MB")
            axis.legend()
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def shares(times: Sequence[float]) -> list[float]:
    """Give times as shares of the last one."""
    return [at / times[-1] for at in times]
