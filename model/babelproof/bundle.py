"""Bundles: one self-describing folder with all that scoring needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from babelproof.errors import BundleError, ThresholdError
from babelproof.labels import CHANNELS, LABELS, OUTPUTS
from babelproof.signal import ANY_ALONE, DocumentSignal, Signal, sigmoid
from babelproof.verdict import OperatingPoints, Setting, Thresholds
from babelproof.windows import Pooling, WindowSettings

FORMAT = 2
"""The version of the layout that this package reads and writes."""

MANIFEST = "bundle.json"
MODEL, TOKENIZER, REFERENCE = "model.onnx", "tokenizer.json", "reference.json"
FILES = (MODEL, TOKENIZER, REFERENCE)
SHIPPED = Path(__file__).parent / "bundle"
"""The folder of the bundle that comes with the package."""

ADVICE = "export the bundle again, or reinstall babelproof if it is the shipped one"


@dataclass(frozen=True)
class Calibration:
    """Turns a channel's pooled logit into a probability: sigmoid(slope * logit + intercept)."""

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        for name in ("slope", "intercept"):
            _number(f"calibration {name}", getattr(self, name))
        if self.slope <= 0:
            raise BundleError(
                f"calibration slope: expected above 0, found {self.slope}; a falling "
                f"calibration would rank sentences backwards, so calibrate again"
            )


@dataclass(frozen=True)
class Manifest:
    """What `bundle.json` says; refuses whatever this package could not score with.

    `calibration` and the operating points are by channel, `span_threshold` is by label: the
    token logit above which a token belongs to a span. `calibration` and `operating_point` are
    for sentences that stand alone, `calibration_in_context` and `operating_point_in_context`
    for those of documents; None: the same. `hold`
    says how the signal comes about that the probability to hold a sentence is calibrated on,
    `document` what whole documents are judged by; None: they are not. `files` are SHA-256 sums.
    """

    name: str
    version: str
    created: str
    base_encoder: str
    max_tokens: int
    stride: int
    context_tokens: int
    cased: bool
    quantization: str
    calibration: Mapping[str, Calibration]
    operating_point: Mapping[str, float]
    span_threshold: Mapping[str, float]
    files: Mapping[str, str] = field(default_factory=dict)
    pooling: Pooling = "mean+max"
    hold: Signal = ANY_ALONE
    lead_tokens: int = 0
    operating_point_in_context: Mapping[str, float] | None = None
    document: DocumentSignal | None = None
    calibration_in_context: Mapping[str, Calibration] | None = None
    channels: tuple[str, ...] = CHANNELS
    outputs: tuple[str, ...] = OUTPUTS
    format: int = FORMAT
    data_hash: str = ""
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    parity: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    calibrated_on: Any = None

    def __post_init__(self) -> None:
        _equal("format", self.format, FORMAT)
        for name in ("max_tokens", "stride", "context_tokens", "lead_tokens"):
            _typed(name, getattr(self, name), int)
        for name in ("name", "version", "created", "base_encoder", "quantization"):
            _typed(name, getattr(self, name), str)
        _typed("cased", self.cased, bool)
        _equal("channels", tuple(self.channels), CHANNELS)
        _equal("outputs", tuple(self.outputs), OUTPUTS)
        if self.pooling not in get_args(Pooling):
            _refuse("pooling", f"one of {', '.join(get_args(Pooling))}", self.pooling)
        _keys("calibration", self.calibration, CHANNELS)
        if self.calibration_in_context is not None:
            _keys("calibration_in_context", self.calibration_in_context, CHANNELS)
        _keys("operating_point", self.operating_point, CHANNELS)
        if self.operating_point_in_context is not None:
            _keys("operating_point_in_context", self.operating_point_in_context, CHANNELS)
        _keys("span_threshold", self.span_threshold, LABELS)
        for label, value in self.span_threshold.items():
            _number(f"span_threshold of {label}", value)
        try:
            self.windows()
            self.operating_points()
        except (ThresholdError, ValueError) as error:
            raise BundleError(f"{MANIFEST}: {error}; {ADVICE}") from error

    def windows(self) -> WindowSettings:
        """Give the settings that the windows of this bundle need."""
        return WindowSettings(self.max_tokens, self.stride, self.context_tokens, self.lead_tokens)

    def operating_points(self) -> OperatingPoints:
        """Give the thresholds for sentences that stand alone and for those in context."""
        alone = Thresholds(self.operating_point)
        own = self.operating_point_in_context
        return OperatingPoints(alone, alone if own is None else Thresholds(own))

    def signals(
        self, logits: NDArray[np.floating], levels: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Turn pooled logits [n, 6] into what the calibration takes [n, 6]: see `hold`.

        `levels` [n]: of the sentences in their documents, by `hold.levels`; None: each alone.
        """
        signals = np.array(logits, dtype=np.float64)
        signals[:, 0] = self.hold.combine(signals, levels)
        return signals

    def probabilities(
        self,
        logits: NDArray[np.floating],
        levels: NDArray[np.float64] | None = None,
        setting: Setting = Setting.ALONE,
    ) -> NDArray[np.float64]:
        """Turn pooled logits [n, 6] into calibrated probabilities [n, 6].

        `levels`: see `signals`. `setting`: how all of the sentences were read.
        """
        own = self.calibration_in_context if setting is Setting.IN_CONTEXT else None
        chosen = self.calibration if own is None else own
        pairs = [chosen[channel] for channel in CHANNELS]
        slope = np.array([pair.slope for pair in pairs])
        intercept = np.array([pair.intercept for pair in pairs])
        return sigmoid(slope * self.signals(logits, levels) + intercept)

    def to_dict(self) -> dict[str, Any]:
        """Give the manifest as JSON-ready values, in the order of the fields."""
        return {**asdict(self), "channels": list(self.channels), "outputs": list(self.outputs)}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Manifest:
        """Read a manifest from JSON values; refuses missing and unknown keys."""
        # Before anything else: another format may well have other keys.
        _equal("format", values.get("format"), FORMAT)
        known = {item.name for item in fields(cls)}
        # Bundles before 0.5.0 read no lead, those before 0.6.0 have one operating point only
        # and judge no documents, those before 0.10.0 have one calibration.
        since = {
            "lead_tokens": 0,
            "operating_point_in_context": None,
            "document": None,
            "calibration_in_context": None,
        }
        values = {**since, **values}
        _keys("keys", values, known, unknown_too=True)
        calibrations = {
            name: None if values[name] is None else _calibrations(name, values[name])
            for name in ("calibration", "calibration_in_context")
        }
        for name in ("channels", "outputs"):
            _typed(name, values[name], list)
        tuples = {name: tuple(values[name]) for name in ("channels", "outputs")}
        _typed("hold", values["hold"], dict)
        try:
            hold = Signal.of(values["hold"])
        except ValueError as error:
            raise BundleError(f"{MANIFEST}, hold: {error}; {ADVICE}") from error
        document = values["document"]
        try:
            document = None if document is None else DocumentSignal.of(document)
        except ValueError as error:
            raise BundleError(f"{MANIFEST}, {error}; {ADVICE}") from error
        made = {**calibrations, "hold": hold, "document": document}
        return cls(**{**values, **tuples, **made})


@dataclass(frozen=True)
class Bundle:
    """A folder whose files are those that its manifest names.

    `digest` is the SHA-256 of `bundle.json`, which names the sums of the others.
    """

    folder: Path
    manifest: Manifest
    digest: str


def file_hash(path: Path) -> str:
    """Give a file's SHA-256 sum in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load_bundle(path: str | Path | None = None) -> Bundle:
    """Read and check a bundle folder; without a path, the one that the package ships.

    Raises `BundleError` when a file is missing, was changed, or does not fit this version.
    """
    folder = SHIPPED if path is None else Path(path)
    if not folder.is_dir():
        raise BundleError(f"{folder}: expected a bundle folder, found none; {ADVICE}")
    missing = [name for name in (MANIFEST, *FILES) if not (folder / name).is_file()]
    if missing:
        raise BundleError(
            f"{folder}: expected {', '.join((MANIFEST, *FILES))}, found no "
            f"{', '.join(missing)}; {ADVICE}"
        )
    raw = (folder / MANIFEST).read_bytes()
    try:
        values = json.loads(raw)
    except ValueError as error:
        raise BundleError(f"{folder / MANIFEST}: expected JSON, found {error}; {ADVICE}") from error
    _typed("content", values, dict)
    manifest = Manifest.of(values)
    _keys("files", manifest.files, FILES)
    for name in FILES:
        found = file_hash(folder / name)
        if found != manifest.files[name]:
            raise BundleError(
                f"{folder / name}: expected SHA-256 {manifest.files[name]}, found {found}: "
                f"the file was changed or cut off; {ADVICE}"
            )
    return Bundle(folder, manifest, hashlib.sha256(raw).hexdigest())


def write_manifest(folder: str | Path, manifest: Manifest) -> Manifest:
    """Write `bundle.json` into a folder that holds the other files, with their sums."""
    folder = Path(folder)
    values = manifest.to_dict()
    values["files"] = {name: file_hash(folder / name) for name in FILES}
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return Manifest.of(values)


def _calibrations(name: str, values: Mapping[str, Any]) -> dict[str, Calibration]:
    """Read the calibration of every channel."""
    _keys(name, values, CHANNELS)
    for channel, pair in values.items():
        _keys(f"{name} of {channel}", pair, ("slope", "intercept"))
    return {channel: Calibration(**pair) for channel, pair in values.items()}


def _refuse(name: str, expected: str, found: object) -> None:
    raise BundleError(f"{MANIFEST}, {name}: expected {expected}, found {found!r}; {ADVICE}")


def _equal(name: str, found: object, expected: object) -> None:
    if found != expected:
        _refuse(name, repr(expected), found)


def _typed(name: str, found: object, kind: type) -> None:
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        _refuse(name, f"a value of type {kind.__name__}", found)


def _number(name: str, found: object) -> None:
    if not isinstance(found, (int, float)) or isinstance(found, bool) or not isfinite(found):
        _refuse(name, "a finite number", found)


def _keys(name: str, found: object, expected: Any, unknown_too: bool = True) -> None:
    if not isinstance(found, Mapping):
        _refuse(name, "an object", found)
    elif set(found) != set(expected):
        _refuse(name, f"the keys {', '.join(sorted(expected))}", sorted(found))
