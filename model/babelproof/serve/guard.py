"""The guard: before every request. Tokens, sizes, times, headers, and no text in logs."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import math
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from babelproof.serve.metrics import Metrics
from babelproof.serve.settings import PAGE_HEADERS, Access, Limits

log = logging.getLogger("babelproof.serve")

OPEN = ("/", "/page.css", "/page.js", "/rejudge.js", "/icon.svg", "/healthz", "/readyz")
"""What needs no token: the empty page, and what a supervisor asks."""

RETRY_SECONDS = 1


class RefusalError(Exception):
    """A request that is not answered: a status, why and what to do, and headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers or {})


def busy(message: str, seconds: int = RETRY_SECONDS) -> RefusalError:
    """Refuse for now: the client may come again after some seconds."""
    return RefusalError(503, message, {"Retry-After": str(seconds)})


def error_body(message: str) -> bytes:
    """Give the body of every refusal; ASCII, so that nothing in it can fail to be written."""
    return json.dumps({"error": message}).encode("ascii")


class Guard:
    """Wraps the application; reads a request's body itself, so that no limit can be passed by."""

    def __init__(self, app: ASGIApp, limits: Limits, access: Access, metrics: Metrics) -> None:
        self._app, self._limits, self._access, self._metrics = app, limits, access, metrics
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [(k.encode(), v.encode()) for k, v in PAGE_HEADERS.items()]
                own.append((b"cache-control", b"no-store" if scope["path"] != "/" else b"no-cache"))
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        try:
            await self._guarded(scope, receive, answer)
        except RefusalError as refusal:
            await _refuse(answer, refusal)
        except Exception as failure:  # its message may hold the text, so only its kind is logged
            log.error("a request failed: %s", type(failure).__name__)
            if status == 500:
                await _refuse(answer, RefusalError(500, "the service failed; see its log"))
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.answered(route, status, time.perf_counter() - started)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        if self._access.token is not None and scope["path"] not in OPEN:
            self._check(self._access.token, headers.get(b"authorization", b""))
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if self._under_way >= 2 * self._limits.queue_requests:
            raise busy("too many requests are under way; come again in a moment")
        self._under_way += 1
        try:
            body = await self._body(headers.get(b"content-length", b""), receive)
            if body is None:  # the client has gone
                return
            await self._app(scope, _replay(body, receive), send)
        finally:
            self._under_way -= 1

    def _check(self, token: str, given: bytes) -> None:
        scheme, _, credentials = given.partition(b" ")
        # Compared in constant time: how long it takes says nothing about the token.
        sound = hmac.compare_digest(credentials.strip(), token.encode())
        if scheme.lower() != b"bearer" or not sound:
            raise RefusalError(
                401,
                "expected the header 'Authorization: Bearer TOKEN' with the service's token, "
                "found none or another",
                {"WWW-Authenticate": "Bearer"},
            )

    async def _body(self, announced: bytes, receive: Receive) -> bytes | None:
        most = self._limits.body_bytes
        too_large = RefusalError(
            413,
            f"expected a body of at most {most:,} bytes, found more; send less at once",
            {"Connection": "close"},
        )
        if announced.isdigit() and int(announced[:20]) > most:
            raise too_large
        data = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    data += message.get("body", b"")
                    if len(data) > most:
                        raise too_large
                    if not message.get("more_body", False):
                        return bytes(data)
        except TimeoutError:
            raise RefusalError(
                408,
                f"expected the whole body within {math.ceil(self._limits.body_seconds)} s, "
                "found part of it; send it again",
                {"Connection": "close"},
            ) from None


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: Send, refusal: RefusalError) -> None:
    body = error_body(refusal.message)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **refusal.headers,
    }
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
