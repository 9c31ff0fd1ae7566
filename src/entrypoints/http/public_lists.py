"""Newest-first lists of videos: from the cache for everybody who is not logged in."""

from typing import Any

from aiohttp import web

from entrypoints.http import presenters
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.operations import Reply
from entrypoints.http.rendering import envelope
from streamcore.shared.access import ANONYMOUS, Actor
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import ChannelId, is_id
from streamcore.videos.policies import LISTS_TAG, channel_tag
from streamcore.videos.views import VideoList

LIST_TTL = 300.0
LIST_CACHE_CONTROL = "public, max-age=5"
CHANNEL_ID_TTL = 300.0


async def public_videos(door: Door, call: Call[Any, None], which: VideoList) -> Reply | web.Response:
    """A page of the list; whoever is logged in gets what they in particular may be shown."""
    query = call.query
    if call.actor is not ANONYMOUS:
        page = await door.platform.videos.list(call.actor, which, after=query.after(), limit=query.limit)
        return Reply(door.presenter.videos(page, call.actor), presenters.page_meta(page))

    async def load() -> bytes:
        page = await door.platform.videos.list(ANONYMOUS, which, after=query.after(), limit=query.limit)
        return envelope(door.presenter.videos(page, ANONYMOUS), presenters.page_meta(page))

    channel_id = which.channel_id
    return await door.public.answer(
        call,
        f"videos:{channel_id}:{which.type}:{query.limit}:{query.cursor}",
        load,
        ttl=LIST_TTL,
        tags=(channel_tag(channel_id) if channel_id else LISTS_TAG,),
        cache_control=LIST_CACHE_CONTROL,
        of_address=channel_id is None,
    )


async def channel_id_of(door: Door, handle_or_id: str, actor: Actor = ANONYMOUS) -> ChannelId:
    """The id behind a handle; `NotFound` without one. An id is taken as it is by whoever asks further."""
    name = handle_or_id.lower()
    if "\0" in name or len(name) > 100:
        raise NotFound
    if actor is not ANONYMOUS:
        return (await door.platform.channels.get(actor, name)).id

    async def load() -> bytes:
        return (await door.platform.channels.get(ANONYMOUS, name)).id.encode()

    tags = (channel_tag(ChannelId(name)),) if is_id(name) else ()
    found = await door.platform.ports.cache.get_or_load(f"channel-id:{name}", load, ttl=CHANNEL_ID_TTL, tags=tags)
    return ChannelId(found.decode())
