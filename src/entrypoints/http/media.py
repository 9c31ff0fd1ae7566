"""Files of videos, and the place where presigned uploads arrive, for stores that have no address of their own.

What may be fetched: files of a public video by their plain address, files of any video under a signed prefix, and what
a presigned address names. Nothing else exists, as far as an answer tells.
"""

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol, runtime_checkable

import structlog
from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import Call, Scope, looks_like_uuid
from entrypoints.http.door import Door
from entrypoints.http.errors import response_for
from entrypoints.http.ranges import UnsatisfiableRange, http_date, not_modified, quoted, wanted
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectInfo, ObjectStore, check_key
from streamcore.videos.use_cases.check_media_access import MediaAccess

log = structlog.get_logger()

YEAR = "public, max-age=31536000, immutable"
PICTURE = "public, max-age=3600"
PLAYLIST = "public, max-age=10"
SIGNED = "private, max-age=300"
UPLOAD_CHUNK = 256 * 1024

AnyCall = Call[None, None]


@runtime_checkable
class PresignedDoor(Protocol):
    """What a store offers whose presigned addresses lead to this door."""

    def verify_put(self, key: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """What the request may store, for `receive`; `Forbidden` for a signature that is wrong or expired."""
        ...

    async def receive(self, grant: Any, body: AsyncIterable[bytes]) -> str:
        """Store exactly what was granted; its entity tag, unquoted."""
        ...

    def verify_get(self, key: str, query: Mapping[str, str]) -> None:
        """`Forbidden` unless the query is that of a presigned GET of ``key``."""
        ...


async def get_media(door: Door, call: AnyCall) -> web.StreamResponse:
    key = call.path["key"]
    if key.startswith("~"):
        token, _, key = key[1:].partition("/")
        if not (_below_generation(key) and door.platform.ports.links.opens(token, key)):
            raise NotFound
        if await door.media_gate.access(_video_of(key)) is MediaAccess.CLOSED:
            raise NotFound
        cache_control = SIGNED
    elif _below_generation(key):
        if await door.media_gate.access(_video_of(key)) is not MediaAccess.OPEN:
            raise NotFound
        cache_control = _public_lifetime(key)
    else:
        _check_presigned(door, call, key)
        cache_control = "private, no-store"
    return await send_object(call, door.platform.ports.store, key, cache_control)


def _video_of(key: str) -> VideoId:
    return VideoId(key.split("/")[1])


def _below_generation(key: str) -> bool:
    """Whether it is ``videos/{id}/{generation}/…`` and no attempt at something else."""
    parts = key.split("/")
    if len(parts) < 4 or parts[0] != "videos" or not looks_like_uuid(parts[1]):
        return False
    try:
        check_key(key)
    except Invalid:
        return False
    return True


def _check_presigned(door: Door, call: AnyCall, key: str) -> None:
    store = door.platform.ports.store
    if not isinstance(store, PresignedDoor) or not call.request.query:
        raise NotFound
    try:
        check_key(key)
        store.verify_get(key, call.request.query)
    except Invalid as error:
        raise NotFound from error


def _public_lifetime(key: str) -> str:
    match PurePosixPath(key).suffix:
        case ".m3u8" | ".mpd":
            return PLAYLIST
        case ".jpg" | ".jpeg" | ".png" | ".webp" | ".vtt":
            return PICTURE
        case _:
            return YEAR


async def send_object(call: AnyCall, store: ObjectStore, key: str, cache_control: str) -> web.StreamResponse:
    """The object, or the part of it that the client asks for, in chunks."""
    request = call.request
    info = await store.head(key)
    headers = CIMultiDict(
        {
            "ETag": quoted(info),
            "Last-Modified": http_date(info.modified_at),
            "Cache-Control": cache_control,
            "Accept-Ranges": "bytes",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    )
    if not_modified(request.headers, info):
        return web.Response(status=304, headers=headers)
    try:
        part = wanted(request.headers, info)
    except UnsatisfiableRange as error:
        headers.popall("ETag")
        return _unsatisfiable(call.scope, info, error, headers)
    start, end = part or (0, info.size)
    headers["Content-Type"] = info.content_type
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{info.size}"
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    call.scope.dress(request, response, call.scope)
    call.scope.sent = 0
    if request.method == "HEAD":
        await response.prepare(request)
        return response
    async with store.get(key, start=start, end=end) as chunks:
        await _stream(call, response, chunks)
    return response


async def _stream(call: AnyCall, response: web.StreamResponse, chunks: AsyncIterator[bytes]) -> None:
    """Send the chunks. Once the head is sent, an error can be told only by breaking the connection off."""
    request, scope, sent = call.request, call.scope, 0
    await response.prepare(request)
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


def _unsatisfiable(
    scope: Scope, info: ObjectInfo, error: UnsatisfiableRange, headers: CIMultiDict[str]
) -> web.Response:
    response = response_for(error, scope.request_id)
    response.headers["Content-Range"] = f"bytes */{info.size}"
    response.headers["Access-Control-Allow-Origin"] = headers["Access-Control-Allow-Origin"]
    return response


async def put_media(door: Door, call: AnyCall) -> web.Response:
    """Take a presigned upload: exactly what the signature allows."""
    store = door.platform.ports.store
    key = call.path["key"]
    if not key.startswith("uploads/") or not isinstance(store, PresignedDoor):
        raise NotFound
    request = call.request
    grant = store.verify_put(check_key(key), request.query, request.headers)
    etag = await store.receive(grant, request.content.iter_chunked(UPLOAD_CHUNK))
    return web.Response(status=200, headers=CIMultiDict({"ETag": f'"{etag}"', "Cache-Control": "no-store"}))
