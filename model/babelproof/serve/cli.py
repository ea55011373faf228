"""The command line of the service: `babelproof serve`."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from babelproof.command import guarded, load_detector, stop
from babelproof.config import find_config, read_config
from babelproof.errors import ConfigError
from babelproof.options import BundleOption, FactsOption, NoFactsOption, ThreadsOption


def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="The address to listen at; others than this machine's "
            "own open the service to the network.",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")
    ] = 8000,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            envvar="BABELPROOF_TOKEN",
            show_envvar=True,
            show_default=False,
            help="Ask every client for this bearer token. Better in the environment: others on "
            "the machine can see a command line.",
        ),
    ] = None,
    origins: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", metavar="URL", help="Let pages of this origin ask in browsers; repeatable."
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="The gate's configuration instead of the nearest."
        ),
    ] = None,
    queue: Annotated[
        int | None, typer.Option("--queue", min=1, metavar="N", help="Requests that may wait.")
    ] = None,
    characters: Annotated[
        int | None,
        typer.Option("--characters", min=1, metavar="N", help="Characters in one request."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", min=0.1, metavar="S", help="Time in which an answer must come."),
    ] = None,
    facts: FactsOption = None,
    no_facts: NoFactsOption = False,
    bundle: BundleOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Serve the editor's page at / and the HTTP interface under /v1, described at /openapi.json.

    No text is kept or logged. Ends on SIGTERM or Ctrl-C, after what it has taken.

    Exit code: 0 ended as asked, 2 could not run.
    """
    try:
        import uvicorn

        from babelproof.serve.app import make_app
        from babelproof.serve.settings import Access, Limits
    except ModuleNotFoundError as missing:
        stop(
            f"expected what the service needs, found no {missing.name}; "
            "pip install 'babelproof[serve]'"
        )
    with guarded():
        settings = read_config(config) if config else find_config(Path.cwd())
        settings.policy()  # a wrong setting is told before anything runs
        access = Access(token or None, tuple(origins or ()))
        usual = Limits()
        limits = replace(
            usual,
            queue_requests=queue or usual.queue_requests,
            characters=characters or usual.characters,
            answer_seconds=seconds or usual.answer_seconds,
        )
        detector = load_detector(bundle, threads, facts, no_facts, settings)
        detector.score(["The first sentence takes longer, so it is ours."])
        app = make_app(detector, settings, limits, access)
        options = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="info",
            access_log=False,  # an address may hold text
            server_header=False,
            timeout_graceful_shutdown=int(limits.shutdown_seconds),
        )
        # uvicorn sends the signal that ended it once more: ending as asked is no failure.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        server = uvicorn.Server(options)
        try:
            server.run()
        except SystemExit:  # the address is in use, or is none: uvicorn has said so
            raise ConfigError(
                f"expected a free address, found {host}:{port} not to be one"
            ) from None
        if not server.started:
            raise ConfigError(f"expected a free address, found {host}:{port} not to be one")
