"""The application: the service's routes around one detector."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from babelproof import __version__
from babelproof.config import Config
from babelproof.detector import Detector
from babelproof.errors import ConfigError, PolicyError
from babelproof.facts.dates import Day
from babelproof.gate.baseline import Baseline
from babelproof.gate.extract import ReadError
from babelproof.serve import answers
from babelproof.serve.batcher import Batcher, ClosingError, Content, FullError, size_of
from babelproof.serve.describe import describe, refusals
from babelproof.serve.guard import Guard, RefusalError, busy, error_body
from babelproof.serve.metrics import Metrics
from babelproof.serve.schemas import (
    FileRequest,
    GateFileRequest,
    GateRequest,
    GateResponse,
    Health,
    LabelsResponse,
    ScoreRequest,
    ScoreResponse,
    TextResponse,
)
from babelproof.serve.settings import Access, Limits
from babelproof.verdict import DocumentVerdict

PALETTE = "gate/reports/palette.css"
PAGE = {
    "/": (("serve/page/index.html",), "text/html"),
    "/page.css": ((PALETTE, "serve/page/page.css"), "text/css"),
    "/page.js": (("serve/page/page.js",), "text/javascript"),
    "/rejudge.js": (("serve/page/rejudge.js",), "text/javascript"),
    "/gate.js": (("serve/page/gate.js",), "text/javascript"),
    "/icon.svg": (("serve/page/icon.svg",), "image/svg+xml"),
}
"""The package's files that make the editor's page, by the paths under which they are served."""

READ_AT_ONCE = 2
"""Drafts read at the same time: a hostile file takes memory, and many must not take many times."""


def make_app(
    detector: Detector,
    config: Config | None = None,
    limits: Limits | None = None,
    access: Access | None = None,
) -> FastAPI:
    """Make the application; its batcher starts and ends with the server that runs it.

    `config` gives the gate's policy, word list and baseline, which is read here: raises
    `ConfigError` when it is none.
    """
    service = _Service(detector, config or Config(), limits or Limits())
    access = access or Access()
    app = FastAPI(
        title="babelproof",
        version=__version__,
        description="Finds the sentences that machine translation, spinning or garbling damaged.",
        lifespan=service.life,
        docs_url=None,  # their scripts would come from outside
        redoc_url=None,
    )
    app.state.service = service
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    _add_routes(app, service)
    describe(app, secured=access.token is not None)
    app.add_middleware(Guard, limits=service.limits, access=access, metrics=service.metrics)
    if access.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(access.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
        )
    return app


class _Service:
    """What the routes share: the detector, its batcher, the figures."""

    def __init__(self, detector: Detector, config: Config, limits: Limits) -> None:
        self.detector, self.config, self.limits = detector, config, limits
        self.accepted = Baseline.read(config.baseline) if config.baseline else Baseline({})
        self.metrics = Metrics()
        self.batcher: Batcher | None = None
        self.reading = asyncio.Semaphore(READ_AT_ONCE)

    @asynccontextmanager
    async def life(self, app: FastAPI) -> AsyncIterator[None]:
        self.batcher = batcher = Batcher(self.detector, self.limits, self.metrics.batch)
        self.metrics.watch_queue(lambda: batcher.queue)
        try:
            yield
        finally:
            await asyncio.to_thread(batcher.close)

    def check_size(self, characters: int) -> None:
        """Refuse more text than one request may hold."""
        if characters > self.limits.characters:
            raise RefusalError(
                413,
                f"expected at most {self.limits.characters:,} characters at once, found "
                f"{characters:,}; send less at once",
            )

    async def verdicts(
        self, contents: Sequence[Content], days: Sequence[Day | None]
    ) -> list[DocumentVerdict]:
        """Have documents scored; refuses what is too much, or takes too long."""
        self.check_size(sum(map(size_of, contents)))
        try:
            if self.batcher is None:
                raise ClosingError
            waiting = asyncio.wrap_future(self.batcher.submit(contents, days))
            found = await asyncio.wait_for(waiting, self.limits.answer_seconds)
        except FullError:
            raise busy("too many documents wait already; come again in a moment") from None
        except ClosingError:
            raise busy("the service is ending; ask another, or this one later", 5) from None
        except TimeoutError:
            raise RefusalError(
                504,
                f"expected an answer within {self.limits.answer_seconds:g} s, found none; send "
                "less at once, or later",
                {"Retry-After": "5"},
            ) from None
        self.metrics.judged(found)
        return found


def _add_routes(app: FastAPI, service: _Service) -> None:
    @app.post("/v1/score", response_model=ScoreResponse, responses=refusals(422))
    async def score(request: ScoreRequest) -> Response:
        """Score documents: a verdict for each, in order."""
        _check_counts(request, service.limits)
        contents = [answers.content_of(document) for document in request.documents]
        days = [answers.day_of(document.date) for document in request.documents]
        found = await service.verdicts(contents, days)
        return _json(await asyncio.to_thread(answers.scored, request, found))

    @app.post("/v1/gate", response_model=GateResponse, responses=refusals(422))
    async def gate(request: GateRequest | GateFileRequest) -> Response:
        """Gate a draft, given as text or as a file: pass, warn, hold or error, where, and why."""
        try:
            async with service.reading:
                draft = await asyncio.to_thread(
                    answers.Draft.of, request, service.config, service.accepted
                )
        except (ConfigError, PolicyError) as failure:
            raise RefusalError(422, str(failure)) from None
        (verdict,) = await service.verdicts([draft.text], [answers.day_of(request.date)])
        return _json(answers.gated(draft, verdict, service.config))

    @app.post("/v1/text", response_model=TextResponse, responses=refusals(422))
    async def text(request: FileRequest) -> Response:
        """Give what the gate would judge of a file, or why it cannot be read."""
        try:
            async with service.reading:
                article = await asyncio.to_thread(answers.article_of, request)
        except ReadError as refusal:
            return _json({"text": "", "allowed": [], "error": str(refusal)})
        service.check_size(len(article.text))
        allowed = [list(pair) for pair in article.allowed]
        return _json({"text": article.text, "allowed": allowed, "error": None})

    @app.get("/v1/labels", response_model=LabelsResponse, responses=refusals())
    async def labels() -> Response:
        """Say what the labels mean, and which thresholds, policy and limits are in effect."""
        return _json(answers.labels(service.detector, service.config, service.limits))

    @app.get("/healthz", response_model=Health)
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @app.get("/readyz", response_model=Health, responses={503: {"model": Health}})
    async def readyz() -> Response:
        """Say whether a request would be taken now."""
        ready = service.batcher is not None and service.batcher.open
        if ready:
            return _json({"status": "ok"})
        return _json({"status": "busy"}, 503, {"Retry-After": "1"})

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")

    package = files("babelproof")
    for path, (names, media_type) in PAGE.items():
        content = b"".join(package.joinpath(name).read_bytes() for name in names)
        app.add_route(path, _static(content, media_type), include_in_schema=False)


def _static(content: bytes, media_type: str) -> Any:
    async def page(request: Request) -> Response:
        return Response(content, media_type=media_type)

    return page


def _check_counts(request: ScoreRequest, limits: Limits) -> None:
    """Refuse more documents or listed sentences than one request may hold."""
    given = [answers.content_of(document) for document in request.documents]
    sentences = sum(len(content) for content in given if isinstance(content, list))
    for name, found, most in (
        ("documents", len(given), limits.documents),
        ("sentences", sentences, limits.sentences),
    ):
        if found > most:
            raise RefusalError(
                413, f"expected at most {most:,} {name} at once, found {found:,}; send fewer"
            )


def _json(
    value: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate is no UTF-8, but Python's escape of it is JSON's own: \ud800.
    body = text.encode("utf-8", "backslashreplace")
    return Response(body, status, headers, media_type="application/json")


async def _invalid(request: Request, failure: Exception) -> Response:
    """Say what is wrong with a request, without repeating what it holds."""
    if not isinstance(failure, RequestValidationError):
        raise failure
    found = [
        f"{'.'.join(map(str, error['loc'][1:])) or 'body'}: {error['msg']}"
        for error in failure.errors()[:3]
    ]
    body = error_body(f"{'; '.join(found)}; see /openapi.json")
    return Response(body, 422, media_type="application/json")


async def _http_error(request: Request, failure: Exception) -> Response:
    if not isinstance(failure, HTTPException):
        raise failure
    body = error_body(str(failure.detail))
    return Response(body, failure.status_code, failure.headers, media_type="application/json")
