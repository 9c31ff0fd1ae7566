"""Objects as answers: in parts, under conditions, and for how long they may be kept."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

import structlog
from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import AnyCall
from entrypoints.http.errors import response_for
from entrypoints.http.ranges import UnsatisfiableRange, http_date, not_modified, quoted, wanted
from streamcore.shared.errors import PreconditionFailed, Unavailable
from streamcore.shared.objects import ObjectInfo, ObjectStore

log = structlog.get_logger()

YEAR = 365 * 24 * 3600
PLAYLIST_SECONDS = 10
SIGNED_SECONDS = 300
_TRIES = 4  # of reading an object that is replaced again and again


def is_playlist(key: str) -> bool:
    """Whether it is of the one kind of file that may be written more than once: playlists grow, and masters get
    renditions and captions. Everything else is written once, under a name that is never used again."""
    return PurePosixPath(key).suffix in (".m3u8", ".mpd")


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long files may be kept by whom (RFC 9111, RFC 8246).

    Browsers keep public files for good; shared caches ask again after ``shared_seconds``, so that a video that is no
    longer public is gone from them by then. What is signed is for one viewer's own cache alone.
    """

    shared_seconds: int

    def of(self, key: str, *, signed: bool) -> str:
        """The Cache-Control header of a file of a video."""
        if signed:
            return "private, no-cache" if is_playlist(key) else f"private, max-age={SIGNED_SECONDS}, immutable"
        if is_playlist(key):
            return f"public, max-age={min(PLAYLIST_SECONDS, self.shared_seconds)}"
        return f"public, max-age={YEAR}, s-maxage={self.shared_seconds}, immutable"


async def send_object(call: AnyCall, store: ObjectStore, key: str, cache_control: str) -> web.StreamResponse:
    """The object, or the part of it that the client asks for, in chunks."""
    for _ in range(_TRIES):
        with suppress(PreconditionFailed):  # it was replaced after its head was read, and nothing has been sent yet
            return await _send(call, store, await store.head(key), cache_control)
    raise Unavailable("The file is being replaced.")


async def _send(call: AnyCall, store: ObjectStore, info: ObjectInfo, cache_control: str) -> web.StreamResponse:
    request = call.request
    headers = CIMultiDict(
        {
            "ETag": quoted(info),
            "Last-Modified": http_date(info.modified_at),
            "Cache-Control": cache_control,
            "Accept-Ranges": "bytes",
        }
    )
    if not_modified(request.headers, info):
        return web.Response(status=304, headers=headers)
    try:
        part = wanted(request.headers, info)
    except UnsatisfiableRange as error:
        refused = response_for(error, call.scope.request_id)
        refused.headers["Content-Range"] = f"bytes */{info.size}"
        return refused
    start, end = part or (0, info.size)
    headers["Content-Type"] = info.content_type
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{info.size}"
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    if request.method == "HEAD":
        await _begin(call, response)
        return response
    async with store.get(info.key, start=start, end=end if part else None, if_match=info.etag) as chunks:
        await _begin(call, response)
        await _stream(call, response, chunks)
    return response


async def _begin(call: AnyCall, response: web.StreamResponse) -> None:
    call.scope.dress(call.request, response, call.scope)
    call.scope.sent = 0
    await response.prepare(call.request)


async def _stream(call: AnyCall, response: web.StreamResponse, chunks: AsyncIterator[bytes]) -> None:
    """Send the chunks. Since the head is sent, an error can be told only by breaking the connection off."""
    request, scope, sent = call.request, call.scope, 0
    try:
        async for chunk in chunks:
            await response.write(chunk)
            sent += len(chunk)
            scope.sent = sent
        await response.write_eof()
    except ConnectionError:
        raise
    except Exception as error:
        log.error("media.broken_off", request_id=scope.request_id, error=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("The answer was broken off.") from error
