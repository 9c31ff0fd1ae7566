"""Which pages of other origins may call the API (the CORS protocol of the Fetch standard)."""

from collections.abc import Sequence

from aiohttp import web
from multidict import CIMultiDict

READS = "GET, HEAD"
METHODS = f"{READS}, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = (
    "Authorization, Content-Type, If-None-Match, Range, X-Idempotency-Key, X-Request-ID, X-Requested-With, "
    "X-HTTP-Method-Override, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, Upload-Checksum"
)
EXPOSED = (
    "ETag, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, X-Request-ID, X-Video-ID, "
    "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, "
    "Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata"
)
MEDIA_EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag"
PREFLIGHT_SECONDS = "7200"


class Cors:
    """``origins`` are exact origins such as ``https://app.example``, or ``*`` for every one."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._any = "*" in origins
        self._origins = frozenset(origin.rstrip("/") for origin in origins)
        self.active = bool(origins)

    def admits(self, origin: str) -> bool:
        return self._any or origin in self._origins

    def dress(self, origin: str | None, headers: CIMultiDict[str]) -> None:
        """Let the page read the answer. Whoever caches it must know that it depends on the origin."""
        headers.add("Vary", "Origin")
        if origin is not None and self.admits(origin):
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = EXPOSED

    def preflight(self, request: web.Request) -> web.Response:
        """The answer to an OPTIONS request that asks for permission; an origin not on the list gets none."""
        headers: CIMultiDict[str] = CIMultiDict({"Vary": "Origin"})
        origin = request.headers["Origin"]
        method = request.headers["Access-Control-Request-Method"]
        wants_media = request.path.startswith("/media/") and method in ("GET", "HEAD")
        if wants_media or self.admits(origin):
            headers["Access-Control-Allow-Origin"] = "*" if wants_media else origin
            headers["Access-Control-Allow-Methods"] = READS if wants_media else METHODS
            headers["Access-Control-Allow-Headers"] = _requested(request)
            headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
        return web.Response(status=204, headers=headers)


def _requested(request: web.Request) -> str:
    """A presigned PUT carries headers that its store has chosen, so uploads are allowed what they ask for."""
    asked = request.headers.get("Access-Control-Request-Headers")
    return asked if asked and request.path.startswith("/media/") else REQUEST_HEADERS


def is_preflight(request: web.Request) -> bool:
    headers = request.headers
    return request.method == "OPTIONS" and "Origin" in headers and "Access-Control-Request-Method" in headers
