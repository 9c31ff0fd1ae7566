"""Probes, metrics, files, and the description of the API itself."""

import asyncio
import time

import structlog
from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http import answers
from entrypoints.http.call import Call
from entrypoints.http.docs import ASSETS, PAGE
from entrypoints.http.door import Checks, Door
from entrypoints.http.media import get_media, put_media
from entrypoints.http.operations import Access, Reply, Table
from entrypoints.http.policy import PAGE_POLICY
from entrypoints.http.rates import RateClass
from entrypoints.http.rendering import Kept, tagged
from streamcore import __version__
from streamcore.shared.errors import Detail, NotFound, Unavailable

log = structlog.get_logger()

CHECK_SECONDS = 2.0
CAN_DO_WITHOUT = frozenset({"cache", "mail"})
"""Engines whose absence makes the platform slower or quieter, but not unable to serve."""

table = Table("system", "", "Probes, metrics, files, and this description.")

AnyCall = Call[None, None]


@table.operation(
    "GET",
    "/health",
    id="getHealth",
    summary="Whether the platform works",
    description="The same as /health/ready.",
    answer=answers.Health,
    rate=RateClass.UNLIMITED,
    errors=(503,),
)
async def get_health(door: Door, call: AnyCall) -> Reply:
    return await get_ready(door, call)


@table.operation(
    "GET",
    "/health/live",
    id="getLiveness",
    summary="Whether the process is alive",
    description="Asks no engine: a process is not to be restarted because a database is away.",
    answer=answers.Health,
    rate=RateClass.UNLIMITED,
)
async def get_live(door: Door, call: AnyCall) -> Reply:
    return Reply({"status": "ok", "version": __version__})


@table.operation(
    "GET",
    "/health/ready",
    id="getReadiness",
    summary="Whether requests can be served now",
    description="Asks every engine, for two seconds at most. Without cache or mail the answer is `degraded`.",
    answer=answers.Health,
    rate=RateClass.UNLIMITED,
    errors=(503,),
)
async def get_ready(door: Door, call: AnyCall) -> Reply:
    results = await _run_checks(door.checks)
    failed = {name for name, result in results.items() if result["status"] == "failed"}
    if needed := sorted(failed - CAN_DO_WITHOUT):
        raise Unavailable(
            "Some engines do not answer.",
            details=[Detail(name, "It does not answer.", "check_failed") for name in needed],
        )
    health: answers.Health = {"status": "degraded" if failed else "ok", "version": __version__, "checks": results}
    return Reply(health)


async def _run_checks(checks: Checks) -> dict[str, answers.Check]:
    async def run(name: str) -> answers.Check:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await checks[name]()
        except Exception as error:
            log.warning("health.check_failed", check=name, error=type(error).__name__)
            return {"status": "failed", "ms": _ms(started)}
        return {"status": "ok", "ms": _ms(started)}

    return dict(zip(checks, await asyncio.gather(*map(run, checks)), strict=True))


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


@table.operation(
    "GET",
    "/metrics",
    id="getMetrics",
    summary="Metrics for Prometheus",
    rate=RateClass.UNLIMITED,
    raw="text/plain",
)
async def get_metrics(door: Door, call: AnyCall) -> web.Response:
    return door.metrics.exposition()


@table.operation(
    "GET",
    "/media/{key:.+}",
    id="getMedia",
    summary="A file of a video",
    description="Plain for public videos, below a signed prefix for others. Ranges and conditions are honoured. Where "
    "the server is set to, files other than playlists are redirected to the object store.",
    access=Access.ADDRESS,
    rate=RateClass.UNLIMITED,
    raw="application/octet-stream",
    errors=(403, 404, 416),
)
async def read_media(door: Door, call: AnyCall) -> web.StreamResponse:
    return await get_media(door, call)


@table.operation(
    "PUT",
    "/media/{key:.+}",
    id="putMedia",
    summary="Send a file to its upload address",
    description="Where the store has an address of its own, upload addresses lead there instead.",
    access=Access.ADDRESS,
    rate=RateClass.UNLIMITED,
    raw="application/octet-stream",
    errors=(400, 403, 404, 413),
)
async def write_media(door: Door, call: AnyCall) -> web.Response:
    return await put_media(door, call)


@table.operation(
    "GET",
    "/api/v1/openapi.json",
    id="getOpenApi",
    summary="This description",
    raw="application/json",
    conditional=True,
)
async def get_openapi(door: Door, call: AnyCall) -> web.Response:
    return Kept(tagged(door.document()), "public, max-age=300").response(call.request, call.scope)


@table.operation("GET", "/api/v1/docs", id="getDocs", summary="This description, to read", raw="text/html")
async def get_docs(door: Door, call: AnyCall) -> web.Response:
    call.scope.policy = PAGE_POLICY
    return web.Response(body=PAGE, headers=CIMultiDict({"Content-Type": "text/html; charset=utf-8"}))


@table.operation(
    "GET",
    "/api/v1/docs/{asset}",
    id="getDocsAsset",
    summary="Parts of the documentation page",
    raw="text/plain",
    errors=(404,),
)
async def get_docs_asset(door: Door, call: AnyCall) -> web.Response:
    asset = ASSETS.get(call.path["asset"])
    if asset is None:
        raise NotFound
    content_type, body = asset
    return web.Response(
        body=body, headers=CIMultiDict({"Content-Type": content_type, "Cache-Control": "public, max-age=300"})
    )
