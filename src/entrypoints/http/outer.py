"""The outermost frame of every request: request id, timing, errors, headers, metrics, the access log.

One function wraps each handler and does it all: a chain of middlewares would cost more than what they do.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from entrypoints.http.access_log import AccessLog, Entry
from entrypoints.http.call import Scope
from entrypoints.http.client_address import ClientAddress
from entrypoints.http.cors import Cors
from entrypoints.http.errors import response_for, status_of
from entrypoints.http.metrics import HttpMetrics
from entrypoints.http.request_ids import RequestIds
from streamcore.shared.errors import StreamcoreError

log = structlog.get_logger()

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CLIENT_GONE = 499
"""nginx's status for a client that went away before its answer; no client ever sees it."""

HSTS = "max-age=31536000; includeSubDomains"

Serve = Callable[[web.Request, Scope], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Traffic:
    """How many requests are under way, and whether the server is closing."""

    def __init__(self) -> None:
        self.count = 0
        self.draining = False
        self._idle = asyncio.Event()

    def leave(self) -> None:
        self.count -= 1
        if self.draining and self.count == 0:
            self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Come back when no request is under way any more, or after ``seconds``."""
        self.draining = True
        if self.count:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), seconds)


TRAFFIC = web.AppKey("traffic", Traffic)


class Outer:
    """Wraps handlers; ``access_log`` is None where it is switched off, ``https`` says that all clients use it."""

    def __init__(
        self,
        *,
        metrics: HttpMetrics,
        cors: Cors,
        address: ClientAddress,
        access_log: AccessLog | None,
        https: bool,
    ) -> None:
        self._request_id = RequestIds().of
        self._observe = metrics.observe
        self.traffic = Traffic()
        self.cors = cors
        self._address = address
        self._log = access_log.write if access_log else None
        self._https = https
        self._plain = not (https or cors.active or address.behind_proxies)

    def wrap(self, route: str, serve: Serve) -> Handler:
        """``serve``, in the outermost frame; ``route`` is its pattern."""

        traffic = self.traffic

        async def handle(request: web.Request) -> web.StreamResponse:
            traffic.count += 1
            scope = Scope(self._request_id(request.headers.get("X-Request-ID")), route, self.dress)
            began = time.perf_counter()
            try:
                response = await serve(request, scope)
            except (asyncio.CancelledError, ConnectionError):
                self._account(request, scope, CLIENT_GONE, 0, time.perf_counter() - began)
                raise
            except Exception as error:
                response = self._failed(error, scope)
            finally:
                traffic.leave()
            size = scope.sent
            if size is None:
                self.dress(request, response, scope)
                body = getattr(response, "body", None)
                size = len(body) if isinstance(body, bytes) else 0
            self._account(request, scope, response.status, size, time.perf_counter() - began)
            return response

        return handle

    def _failed(self, error: Exception, scope: Scope) -> web.StreamResponse:
        unforeseen = not isinstance(error, StreamcoreError | web.HTTPException)
        if unforeseen or (isinstance(error, StreamcoreError) and status_of(error) >= 500):
            log.error(
                "http.failed",
                request_id=scope.request_id,
                route=scope.route,
                error=type(error).__name__,
                exc_info=error if unforeseen else None,
            )
        return response_for(error, scope.request_id)

    def dress(self, request: web.Request, response: web.StreamResponse, scope: Scope) -> None:
        """Add what every answer carries; a stream calls it before its head is sent."""
        headers = response.headers
        if scope.policy is not None:
            headers.extend(scope.policy)
        headers.extend((("X-Request-ID", scope.request_id), *scope.rate_headers, *scope.own_headers))
        if self.traffic.draining:
            response.force_close()
        if self._plain:
            return
        if self.cors.active and "Access-Control-Allow-Origin" not in headers:
            self.cors.dress(request.headers.get("Origin"), headers)
        if self._https or self._address.is_https(request.remote, request.headers):
            headers["Strict-Transport-Security"] = HSTS

    def _account(self, request: web.Request, scope: Scope, status: int, size: int, seconds: float) -> None:
        method = request.method if request.method in _METHODS else "OTHER"
        self._observe(method, scope.route, status, seconds)
        if self._log is not None:
            self._log(
                Entry(time.time(), method, scope.route, status, seconds, size, scope.request_id, scope.actor.user_id)
            )
