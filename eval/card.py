"""`python -m eval.card`: the bundle's model card, written from its manifest and metrics.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from babelproof.bundle import MODEL, Manifest, load_bundle
from babelproof.errors import BundleError
from babelproof.labels import CHANNELS, LABELS
from eval.figures import FiguresError, read_metrics, render_figures
from eval.table import markdown, number

MEANINGS = {
    "any": "a careful desk editor would hold the sentence before publication",
    "mt": "reads as a literal or wrong-sense translation, or as spun by synonyms",
    "garble": "broken as text: words missing, doubled, shuffled, fused, non-words, debris",
    "name": "a name mis-rendered: misspelt, wrong, or translated as a common word",
    "role": "who did what to whom, or who holds which office, is exchanged or impossible",
    "country": "a wrong country, nationality, capital or people",
}

LIMITS = (
    "It judges the English alone. A fluent translation with a wrong meaning looks clean.",
    "Its weights know who holds an office no longer than their training text does; the facts that "
    "the package reads beside them know it to a day of their own (`babelproof facts date`).",
    "Probabilities are calibrated for the mix of damaged and clean development sentences; in "
    "text with less damage a sentence held is more often held wrongly.",
    "A sentence without its document shows less: exchanged countries and roles need context.",
    "Clumsy, archaic or very informal human prose can be held; so can rare but right names.",
    "Text far from news (terse technical notes, web chat) can read as machine translation as a "
    "whole: then its sentences are raised together and the gate holds it.",
)


def render_card(manifest: Manifest, metrics: Mapping[str, Any]) -> str:
    """Return the card as Markdown; refuses figures that were measured on other weights."""
    measured, own = metrics["bundle"]["model_sha256"], manifest.files[MODEL]
    if measured != own:
        raise FiguresError(
            f"metrics.json: expected figures of model {own[:12]}, found those of "
            f"{measured[:12]}; run `python -m eval.run` on this bundle"
        )
    return "\n\n".join(_parts(manifest, metrics)) + "\n"


def _parts(manifest: Manifest, metrics: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "---\nlanguage: en\nlicense: apache-2.0\npipeline_tag: token-classification\n"
        f"base_model: {manifest.base_encoder}\n---"
    )
    yield f"# {manifest.name} {manifest.version}"
    yield (
        "Says which sentences of an English text were damaged by machine translation, spinning "
        "or garbling, what is wrong, where, and how sure it is. This file is written by "
        "`python -m eval.card` from `bundle.json` and the evaluation's `metrics.json`."
    )
    yield "## Labels\n\n" + "\n".join(f"- `{name}`: {MEANINGS[name]}" for name in CHANNELS)
    yield "## Use\n\n```python\nfrom babelproof.detector import Detector\n\n" + (
        "detector = Detector.load()  # or the path of this folder\n"
        'detector.score_documents(["A whole article."])\n```'
    )
    yield "## Model\n\n" + "\n".join(
        f"- {name}: {value}"
        for name, value in (
            ("base encoder", manifest.base_encoder),
            ("made", manifest.created),
            ("weights", f"{manifest.quantization}, SHA-256 {manifest.files[MODEL]}"),
            ("case", "kept" if manifest.cased else "lowered"),
            (
                "window",
                f"{manifest.max_tokens} tokens, of which {manifest.context_tokens} repeat the "
                f"sentences before and {manifest.lead_tokens} those that open the document; a "
                f"longer sentence is read in pieces that share "
                f"{manifest.stride}",
            ),
            ("a sentence's score", f"{manifest.pooling} of its tokens"),
            ("training data", manifest.data_hash or "not named"),
            ("seed", manifest.seed),
            *(("made with", f"{name} {value}") for name, value in manifest.versions.items()),
        )
    )
    if manifest.training:
        yield "## Training\n\n" + _bullets(manifest.training)
    if manifest.parity:
        yield "## Agreement of the shipped graph with the trained weights\n\n" + _bullets(
            manifest.parity
        )
    yield "## Probabilities and thresholds\n\n" + _thresholds(manifest)
    if isinstance(manifest.calibrated_on, Mapping):
        yield "Fitted on:\n\n" + _bullets(manifest.calibrated_on)
    yield "## Figures\n\n" + render_figures(metrics)
    yield "## Limits\n\n" + "\n".join(f"- {limit}" for limit in LIMITS)
    yield (
        "## Licence\n\nApache-2.0, as is the base encoder; the project's NOTICE names the data "
        "sources that ask for attribution."
    )


def _thresholds(manifest: Manifest) -> str:
    points = manifest.operating_points()
    alone = manifest.calibration
    together = manifest.calibration_in_context or alone
    rows = [
        (
            channel,
            number(alone[channel].slope),
            number(alone[channel].intercept),
            number(together[channel].slope),
            number(together[channel].intercept),
            number(points.alone[channel]),
            number(points.in_context[channel]),
            number(manifest.span_threshold[channel]) if channel in LABELS else "-",
        )
        for channel in CHANNELS
    ]
    return (
        "P = sigmoid(slope x logit + intercept); a sentence is held from its threshold on, by "
        "any channel: one that stands alone, or one of a document. A token belongs to a finding "
        "from the span logit on.\n\n"
        + markdown(
            (
                "channel",
                "slope alone",
                "intercept",
                "slope in a document",
                "intercept",
                "held alone from",
                "held in a document from",
                "span logit",
            ),
            rows,
        )
    )


def _bullets(values: Mapping[str, Any], indent: str = "") -> str:
    """Return nested values as a nested list, names made readable."""
    lines = []
    for name, value in values.items():
        shown = str(name).replace("_", " ")
        if isinstance(value, Mapping) and all(not isinstance(v, Mapping) for v in value.values()):
            inner = ", ".join(f"{str(key).replace('_', ' ')} {v}" for key, v in value.items())
            lines.append(f"{indent}- {shown}: {inner}")
        elif isinstance(value, Mapping):
            lines += [f"{indent}- {shown}:", _bullets(value, indent + "  ")]
        else:
            lines.append(f"{indent}- {shown}: {value}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write README.md into the bundle folder; exit code 2 when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m eval.card", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="bundle folder")
    parser.add_argument("--metrics", type=Path, default=Path("eval/metrics.json"))
    options = parser.parse_args(arguments)
    try:
        manifest = load_bundle(options.bundle).manifest
        card = render_card(manifest, read_metrics(options.metrics))
    except (BundleError, FiguresError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    (options.bundle / "README.md").write_text(card, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
