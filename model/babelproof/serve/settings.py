"""Settings of the service: its limits, who may ask, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite

from babelproof.errors import ConfigError


@dataclass(frozen=True)
class Limits:
    """What one request and all together may ask for; refuses what is not above 0.

    Sizes are in bytes or characters (code points), times in seconds. `window` is how long
    waiting documents are gathered, `batch_characters` what closes a batch before.
    """

    body_bytes: int = 2_000_000
    characters: int = 200_000
    documents: int = 256
    sentences: int = 5_000
    queue_requests: int = 128
    queue_characters: int = 2_000_000
    body_seconds: float = 20.0
    answer_seconds: float = 60.0
    shutdown_seconds: float = 60.0
    window: float = 0.004
    batch_characters: int = 40_000

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not isfinite(value) or value <= 0:
                raise ConfigError(f"{item.name}: expected a number above 0, found {value}")


@dataclass(frozen=True)
class Access:
    """Who may ask: holders of `token`, everybody without one; pages of `origins` in browsers."""

    token: str | None = field(default=None, repr=False)
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.token is not None and (not self.token.isascii() or len(self.token.split()) != 1):
            raise ConfigError(
                "token: expected ASCII characters without spaces, found others or none; "
                "choose another token"
            )
        for origin in self.origins:
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or not host or "/" in host or "*" in host:
                raise ConfigError(
                    f"origin: expected one such as https://cms.example.org, found {origin!r}"
                )


PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""The headers of every answer. The page's scripts and styles come from files beside it only."""
