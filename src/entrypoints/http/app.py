"""The HTTP door of a platform: every route, behind one outermost frame."""

import sys
from collections.abc import AsyncIterator
from functools import cache
from typing import BinaryIO

from aiohttp import web

from entrypoints.http.access_log import AccessLog
from entrypoints.http.client import Client
from entrypoints.http.client_address import ClientAddress
from entrypoints.http.cors import Cors
from entrypoints.http.dispatch import Dispatch
from entrypoints.http.door import Checks, Door
from entrypoints.http.media_gate import MediaGate
from entrypoints.http.metrics import HttpMetrics
from entrypoints.http.openapi import document
from entrypoints.http.outer import TRAFFIC, Outer, Serve
from entrypoints.http.presenters import VideoPresenter
from entrypoints.http.public_answers import PublicAnswers
from entrypoints.http.routes import auth, channels, system, uploads, users, video_sides, videos
from entrypoints.http.tus import TusDoor
from entrypoints.http.unmatched import Unmatched
from entrypoints.settings import Settings
from entrypoints.wiring.platform import Platform

TABLES = (auth.table, users.table, channels.table, videos.table, video_sides.table, uploads.table, system.table)
MAX_BODY = 1024**4
"""aiohttp's own limit on bodies; each operation has a stricter one, which answers in the envelope."""


def make_app(
    platform: Platform,
    settings: Settings,
    *,
    checks: Checks,
    client: Client | None = None,
    log_stream: BinaryIO | None = None,
) -> web.Application:
    """The application that serves ``platform``.

    ``checks`` ask each engine whether it answers, for /health/ready. Pages are ``client``'s; without one the API is all
    that there is. The access log goes to ``log_stream`` (standard output where there is none), unless the settings
    switch it off.
    """
    metrics, address = HttpMetrics(), ClientAddress(settings.trusted_proxies)
    access_log = _access_log(settings, log_stream)
    outer = Outer(
        metrics=metrics,
        cors=Cors(settings.cors_origins),
        address=address,
        access_log=access_log,
        https=settings.public_url.startswith("https://"),
    )
    door = Door(
        platform=platform,
        settings=settings,
        checks=checks,
        rate_limiter=platform.ports.rate_limiter if settings.rate_limits_enabled else None,
        presenter=VideoPresenter(platform.ports.links, platform.ports.clock),
        media_gate=MediaGate(platform),
        metrics=metrics,
        address=address,
        public=PublicAnswers(platform.ports.cache),
        document=cache(lambda: document(TABLES)),
    )
    app = web.Application(client_max_size=MAX_BODY)
    app[TRAFFIC] = outer.traffic
    _route(app, door, outer, client)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        if access_log is not None:
            await access_log.close()

    app.cleanup_ctx.append(closing)
    return app


def _route(app: web.Application, door: Door, outer: Outer, client: Client | None) -> None:
    for table in TABLES:
        for operation in table.operations:
            dispatch = Dispatch(door, operation)
            serve: Serve = TusDoor(dispatch, outer.cors) if operation.tus else dispatch
            handler = outer.wrap(operation.path, serve)
            methods = ("GET", "HEAD") if operation.method == "GET" else (operation.method,)
            for method in methods:
                app.router.add_route(method, operation.path, handler)
    unmatched = Unmatched(app.router, outer.cors, client)
    app.router.add_route("*", "/{path:.*}", outer.wrap("unmatched", unmatched))


def _access_log(settings: Settings, stream: BinaryIO | None) -> AccessLog | None:
    if not settings.access_log:
        return None
    target = stream or sys.stdout.buffer
    text = settings.log_format == "text" or (settings.log_format == "auto" and target.isatty())
    return AccessLog(target, "text" if text else "json")
