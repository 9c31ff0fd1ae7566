"""A listening server: it takes connections within a context, and drains when the context ends."""

import gc
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvloop
from aiohttp import web

from entrypoints.http.outer import TRAFFIC

T = TypeVar("T")

BACKLOG = 1024
KEEP_ALIVE_SECONDS = 75.0
"""Longer than the idle time of common proxies (60 s), so that it is they who close a connection, never mid-request."""

CLOSING_SECONDS = 1.0
"""For the last bytes of answers, and again for handlers that were cancelled after the drain time."""


@asynccontextmanager
async def listen(
    app: web.Application, host: str, port: int, *, drain_seconds: float = 10.0, reuse_port: bool = False
) -> AsyncIterator[str]:
    """Serve ``app`` on host and port (0: any free one) and yield the address.

    At the end no new connections are taken, idle ones are closed, and requests under way get ``drain_seconds`` to
    finish. A client that goes away does not cancel its handler: what has begun to change something runs to its end,
    and streams notice by themselves at their next read or write.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        handler_cancellation=False,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        shutdown_timeout=CLOSING_SECONDS,
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=BACKLOG, reuse_port=reuse_port or None)
    try:
        await site.start()
        gc.collect()
        gc.freeze()  # what is there now stays as long as the server; collections need not look at it again
        yield _address(host, runner.addresses[0][1])
    finally:
        try:
            if site in runner.sites:
                await site.stop()
            # aiohttp's own shutdown reads no more of the bodies under way, so an upload could never finish in it.
            await app[TRAFFIC].drain(drain_seconds)
        finally:
            await runner.cleanup()
            gc.unfreeze()


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a program on uvloop, which carries about half as many requests again as asyncio's own loop."""
    return uvloop.run(main)


def _address(host: str, port: int) -> str:
    if host in ("", "0.0.0.0", "::"):  # noqa: S104  # compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
