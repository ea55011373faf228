"""The description: what OpenAPI says beyond the routes themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from babelproof.serve.schemas import ErrorRecord

_WHY = {
    400: "The body is no JSON.",
    401: "The token is missing or another.",
    408: "The body did not come in time.",
    413: "The body, or what it holds, is larger than one request may be.",
    422: "The body is not as described; the message says where.",
    500: "The service failed.",
    503: "Too much waits already, or the service is ending.",
    504: "The answer took too long.",
}


def refusals(*more: int) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals that a route may answer with."""
    codes = (400, 401, 408, 413, *more, 500, 503, 504) if more else (401, 500)
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        found[code] = {"model": ErrorRecord, "description": _WHY[code]}
        if code in (503, 504):
            found[code]["headers"] = {
                "Retry-After": {
                    "description": "Seconds after which to come again.",
                    "schema": {"type": "integer"},
                }
            }
    return found


def describe(app: FastAPI, *, secured: bool) -> None:
    """Add to the description that a bearer token is needed, where it is."""
    if not secured:
        return
    plain = app.openapi

    def described() -> dict[str, Any]:
        schema = plain()
        schema.setdefault("components", {})["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"}
        }
        for path, operations in schema["paths"].items():
            if path.startswith("/v1/"):
                for operation in operations.values():
                    operation["security"] = [{"token": []}]
        return schema

    app.openapi = described  # type: ignore[method-assign]
