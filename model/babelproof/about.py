"""About: what is installed and which bundle is loaded, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from babelproof import __version__
from babelproof.bundle import load_bundle
from babelproof.errors import BundleError

if TYPE_CHECKING:
    from babelproof.detector import Detector


def version_line() -> str:
    """Name the package's version and the shipped bundle's, sound or not."""
    line = f"babelproof {__version__}"
    try:
        manifest = load_bundle().manifest
    except BundleError:
        return f"{line}, no usable bundle (`babelproof info` says why)"
    return f"{line}, bundle {manifest.name} {manifest.version} ({manifest.created})"


def describe(detector: Detector) -> dict[str, Any]:
    """Sum up what is loaded as JSON-ready values, what is asked for most first."""
    manifest = detector.bundle
    return {
        "package": __version__,
        "bundle": manifest.name,
        "version": manifest.version,
        "created": manifest.created,
        "folder": str(detector.folder),
        "sha256": detector.digest,
        "base_encoder": manifest.base_encoder,
        "quantization": manifest.quantization,
        "max_tokens": manifest.max_tokens,
        "backend": detector.engine.to_dict(),
        "threads": detector.threads,
        "thresholds": detector.operating_points.to_dict(),
        "calibrated_on": manifest.calibrated_on,
        "parity": dict(manifest.parity),
        "data_hash": manifest.data_hash,
        "seed": manifest.seed,
        "versions": dict(manifest.versions),
        "facts": _facts(detector),
    }


def _facts(detector: Detector) -> dict[str, Any]:
    if detector.witness is None:
        return {}
    about = detector.witness.judge.store.about
    names = ("people", "tenures", "first", "last")
    return {name: about[name] for name in names if name in about}


def print_description(description: Mapping[str, Any], console: Console) -> None:
    """Print a description as two columns; nested values follow their name with a dot."""
    rows = _flat("", description)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        # Unwrapped: a path or sum broken over two lines cannot be copied.
        console.print(Text(f"{name:<{width}}", style="bold") + f"  {value}", soft_wrap=True)


def _flat(name: str, value: object) -> list[tuple[str, str]]:
    """Give one row for each value that is no mapping; an empty one is left out."""
    if isinstance(value, Mapping):
        return [
            row
            for key, item in value.items()
            for row in _flat(f"{name}.{key}" if name else str(key), item)
        ]
    if value is None or value == "":
        return []
    return [(name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))]
