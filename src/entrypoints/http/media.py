"""Files of videos, and the place where presigned uploads arrive, for stores that have no address of their own.

What may be fetched: files of a public video by their plain address, files that a viewer may watch under a prefix signed
for them, and what a presigned address names. Nothing else exists, as far as an answer tells.
"""

from collections.abc import AsyncIterable, Mapping
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import AnyCall
from entrypoints.http.cors import MEDIA_EXPOSED
from entrypoints.http.door import Door
from entrypoints.http.files import Lifetimes, send_object
from entrypoints.http.pace import paced
from entrypoints.http.stream_captions import caption_file
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.ids import VideoId, is_id
from streamcore.shared.objects import ObjectStore, check_key

UPLOAD_CHUNK = 256 * 1024
_NAMES_OTHERS = (".m3u8", ".vtt")
"""Playlists name segments, and the WebVTT of previews names sprites, relative to themselves."""
REDIRECT_SECONDS = 300
"""How long the store's own address works that a file is redirected to; no cache keeps the redirect."""

OF_ANY_ORIGIN = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", MEDIA_EXPOSED),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Timing-Allow-Origin", "*"),
)
"""What pages of any origin may learn, from errors too, so that their player can tell why it stops."""


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
    call.scope.own_headers += OF_ANY_ORIGIN
    key, signed = await _admitted(door, call, call.path["key"])
    store = door.platform.ports.store
    if signed is None:
        return await send_object(call, store, key, "private, no-store")
    cache_control = Lifetimes(door.settings.media_cdn_seconds).of(key, signed=signed)
    made = await caption_file(door, call, key, cache_control)
    if isinstance(made, web.Response):
        return made
    key = made.key if made else key
    if door.settings.media_redirects and call.request.method == "GET" and _may_redirect(store, key):
        return await _redirect(store, key)
    return await send_object(call, store, key, cache_control)


async def _admitted(door: Door, call: AnyCall, path: str) -> tuple[str, bool | None]:
    """The key of a file that may be fetched, and whether its address is signed (None: presigned); else `NotFound`.

    Every file of every video passes here, whatever it is.
    """
    if not path.startswith("~"):
        if not _of_a_video(path):
            _check_presigned(door, call, path)
            return path, None
        key, shown = path, None
    else:
        token, _, key = path[1:].partition("/")
        shown = door.platform.ports.links.check(token, key) if _of_a_video(key) else None
        if shown is None:
            raise NotFound
    if not await door.media_gate.admits(VideoId(key.split("/")[1]), shown):
        raise NotFound
    return key, shown is not None


def _of_a_video(key: str) -> bool:
    """Whether it is ``videos/{id}/{folder}/…`` and no attempt at something else."""
    parts = key.split("/")
    if len(parts) < 4 or parts[0] != "videos" or not is_id(parts[1]):
        return False
    try:
        check_key(key)
    except Invalid:
        return False
    return True


def _may_redirect(store: ObjectStore, key: str) -> bool:
    """Not what names other files: a player may look for them beside the redirect's target, and they are not there."""
    return not (key.endswith(_NAMES_OTHERS) or isinstance(store, PresignedDoor))


async def _redirect(store: ObjectStore, key: str) -> web.Response:
    presigned = await store.presign_get(key, expires_in=timedelta(seconds=REDIRECT_SECONDS))
    return web.Response(status=307, headers=CIMultiDict({"Location": presigned.url, "Cache-Control": "no-store"}))


def _check_presigned(door: Door, call: AnyCall, key: str) -> None:
    store = door.platform.ports.store
    if not isinstance(store, PresignedDoor) or not call.request.query:
        raise NotFound
    try:
        check_key(key)
        store.verify_get(key, call.request.query)
    except Invalid as error:
        raise NotFound from error


async def put_media(door: Door, call: AnyCall) -> web.Response:
    """Take a presigned upload: exactly what the signature allows."""
    store = door.platform.ports.store
    key = call.path["key"]
    if not key.startswith("uploads/") or not isinstance(store, PresignedDoor):
        raise NotFound
    request = call.request
    grant = store.verify_put(check_key(key), request.query, request.headers)
    etag = await store.receive(grant, paced(aiter(request.content.iter_chunked(UPLOAD_CHUNK))))
    return web.Response(status=200, headers=CIMultiDict({"ETag": f'"{etag}"', "Cache-Control": "no-store"}))
