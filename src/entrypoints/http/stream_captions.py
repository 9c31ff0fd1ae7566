"""Captions as part of a stream: below every generation of their video, though they belong to none.

A stored master playlist stays as processing has made it. What players get is that master with the captions of the
moment, so that captions come and go without processing the video again, under the addresses and tokens of the stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import orjson
from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import AnyCall
from entrypoints.http.door import Door
from entrypoints.http.rendering import matches, tag_of
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.videos.models.captions import (
    CAPTIONS_FOLDER,
    Caption,
    caption_key,
    captions_playlist,
    file_name,
    master_with_captions,
    playlist_name,
)
from streamcore.videos.models.media import FIRST_MASTER, MASTER
from streamcore.videos.policies import video_tag
from streamcore.videos.views import CaptionsView

KEPT_FOR = 60.0
HLS = "application/vnd.apple.mpegurl"


@dataclass(frozen=True, slots=True)
class StoredInstead:
    """The object that an address below a generation stands for."""

    key: str


async def caption_file(door: Door, call: AnyCall, key: str, cache_control: str) -> web.Response | StoredInstead | None:
    """What is answered for ``videos/{id}/{generation}/{name}`` if captions have a say in it, else None.

    `NotFound` for captions that the video does not have, or has no longer.
    """
    _, video, folder, name = key.split("/", 3)
    video_id = VideoId(video)
    if folder.startswith(f"{CAPTIONS_FOLDER}-"):  # where they are stored: deleted ones may still lie there
        raise NotFound
    if name in (MASTER, FIRST_MASTER):
        captions = (await _kept(door, video_id)).captions
        return _text(call, await _master(door, key, captions), cache_control) if captions else None
    if not name.startswith(f"{CAPTIONS_FOLDER}/"):
        return None
    # Whoever has just added some is told their address before everybody's view is made anew.
    for read in (partial(_kept, door), door.platform.videos.stream_captions):
        view = await read(video_id)
        for caption in view.captions:
            if name == file_name(caption):
                return StoredInstead(caption_key(video_id, caption))
            if name == playlist_name(caption):
                return _text(call, captions_playlist(caption, view.seconds), cache_control)
    raise NotFound


async def _kept(door: Door, video_id: VideoId) -> CaptionsView:
    """Kept for a while, and forgotten with everything else that shows the video when it changes."""

    async def load() -> bytes:
        view = await door.platform.videos.stream_captions(video_id)
        return orjson.dumps([[_row(caption) for caption in view.captions], view.seconds])

    kept = await door.platform.ports.cache.get_or_load(
        f"captions:{video_id}", load, ttl=KEPT_FOR, tags=(video_tag(video_id),)
    )
    rows, seconds = orjson.loads(kept)
    captions = [Caption(id, lang, label, datetime.fromisoformat(at)) for id, lang, label, at in rows]
    return CaptionsView(captions, seconds)


def _row(caption: Caption) -> list[str]:
    return [caption.id, caption.lang, caption.label, caption.added_at.isoformat()]


async def _master(door: Door, key: str, captions: Sequence[Caption]) -> str:
    async with door.platform.ports.store.get(key) as chunks:
        stored = b"".join([chunk async for chunk in chunks])
    return master_with_captions(stored.decode(), captions)


def _text(call: AnyCall, text: str, cache_control: str) -> web.Response:
    body = text.encode()
    headers = CIMultiDict({"ETag": tag_of(body), "Cache-Control": cache_control})
    if matches(call.request.headers.get("If-None-Match", ""), headers["ETag"]):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = HLS
    return web.Response(body=body, headers=headers)
