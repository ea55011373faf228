"""Settings of a training run: one frozen dataclass, checked, saved beside the model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from babelproof.windows import POOLINGS, Pooling, WindowSettings

Precision = Literal["auto", "bf16", "fp32"]
PRECISIONS: tuple[Precision, ...] = ("auto", "bf16", "fp32")


@dataclass(frozen=True)
class TrainSettings:
    """How one run fine-tunes a base encoder.

    `data`: Arrow set of `training.build`. `base`: what `load_base` opens.
    A run ends after `epochs`, `max_tokens` (padding not counted) or `max_minutes` of training
    time, whichever comes first; the learning rate rises over `warmup` (share of the run) and
    falls linearly to zero at that end.
    `batch_tokens`: padded tokens a batch; `span_loss`: weight of the token loss.
    `keep`: share of the passages of a kind to train on, by the longest prefix of the kind
    that is listed (`""` for all others); what is not listed is kept whole.
    `precision`: `bf16` autocast, `fp32`, or `auto` for whichever this processor is faster in.
    `teacher`: folder of a run's model or a bundle whose states and logits to follow
    (`training.distil`): `teacher_share` of every target is its; `state_loss` and `logit_loss`
    weigh how far states and logits are from its own.
    """

    data: Path
    out: Path
    base: str = "minilm"
    seed: int = 7
    epochs: int = 1
    max_tokens: int | None = None
    max_minutes: float | None = None
    batch_tokens: int = 4096
    learning_rate: float = 2e-4
    weight_decay: float = 0.01
    warmup: float = 0.06
    clip_norm: float = 1.0
    span_loss: float = 0.5
    label_loss: float = 0.5
    span_positive_weight: float = 2.0
    pooling: Pooling = "mean+max"
    precision: Precision = "auto"
    checkpoint_minutes: float = 5.0
    evaluate_minutes: float = 10.0
    log_steps: int = 20
    window: WindowSettings = field(default_factory=WindowSettings)
    keep: Mapping[str, float] = field(default_factory=dict)
    teacher: str | None = None
    teacher_share: float = 0.7
    state_loss: float = 1.0
    logit_loss: float = 0.2

    def __post_init__(self) -> None:
        positive = ("epochs", "batch_tokens", "learning_rate", "checkpoint_minutes", "log_steps")
        for name in positive:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: expected more than 0, found {getattr(self, name)}")
        for name in ("max_tokens", "max_minutes"):
            limit = getattr(self, name)
            if limit is not None and limit <= 0:
                raise ValueError(f"{name}: expected more than 0 or none, found {limit}")
        if self.batch_tokens < self.window.max_tokens:
            raise ValueError(
                f"batch_tokens: expected at least max_tokens ({self.window.max_tokens}), "
                f"found {self.batch_tokens}"
            )
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup: expected a share in [0, 1), found {self.warmup}")
        wrong = {kind: share for kind, share in self.keep.items() if not 0 <= share <= 1}
        if wrong:
            raise ValueError(f"keep: expected shares in [0, 1], found {wrong}")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision: expected one of {PRECISIONS}, found {self.precision!r}")
        if not 0 < self.teacher_share <= 1:
            raise ValueError(
                f"teacher_share: expected above 0 and at most 1, found {self.teacher_share}"
            )
        for name in ("state_loss", "logit_loss"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected at least 0, found {getattr(self, name)}")
        if self.pooling not in POOLINGS:
            raise ValueError(f"pooling: expected one of {POOLINGS}, found {self.pooling!r}")

    @classmethod
    def from_toml(cls, path: Path, **overrides: Any) -> TrainSettings:
        """Read a TOML file; `overrides` that are not None win. Refuses unknown keys."""
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(
                f"{path}: expected keys among {sorted(known)}, found {unknown}; remove or "
                "correct them"
            )
        values |= {key: value for key, value in overrides.items() if value is not None}
        missing = {"data", "out"} - set(values)
        if missing:
            raise ValueError(f"{path}: expected {sorted(missing)} in the file or as options")
        values["window"] = WindowSettings(**values.get("window", {}))
        values["data"], values["out"] = Path(values["data"]), Path(values["out"])
        return cls(**values)

    def kept_share(self, kind: str) -> float:
        """Give the share of passages of this kind to train on.

        >>> settings = TrainSettings(data=".", out=".", keep={"": 0.1, "silver": 1.0})
        >>> settings.kept_share("silver.wmt-weak"), settings.kept_share("clean")
        (1.0, 0.1)
        """
        prefixes = [prefix for prefix in self.keep if kind.startswith(prefix)]
        return self.keep[max(prefixes, key=len)] if prefixes else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return {
            key: str(value) if isinstance(value, Path) else value
            for key, value in asdict(self).items()
        }
