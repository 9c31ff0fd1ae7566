"""Creators' homes."""

from aiohttp import web

from entrypoints.http import answers, presenters
from entrypoints.http.bodies import PageQuery
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.operations import Access, Reply, Table
from entrypoints.http.public_lists import channel_id_of, public_videos
from entrypoints.http.rendering import envelope
from streamcore.channels.models import NewChannel
from streamcore.shared.access import ANONYMOUS
from streamcore.videos.policies import channel_tag
from streamcore.videos.views import VideoList

table = Table("channels", "/api/v1/channels", "Creators' homes.")

CHANNEL_TTL = 300.0
CHANNEL_CACHE_CONTROL = "public, max-age=30"

_EXAMPLE = {"handle": "mira", "name": "Mira draws", "description": "Ink and paper.", "tags": ["drawing"]}


@table.operation(
    "POST",
    "",
    id="createChannel",
    summary="Open my channel",
    description="One channel for each account; it makes a viewer a creator, who may upload.",
    access=Access.USER,
    body=NewChannel,
    answer=answers.Channel,
    status=201,
    errors=(409,),
    examples={"body": _EXAMPLE},
)
async def create_channel(door: Door, call: Call[None, NewChannel]) -> Reply:
    channel = await door.platform.channels.create(call.actor, call.body, call.key)
    view = await door.platform.channels.get(call.actor, channel.id)
    return Reply(presenters.channel(view))


@table.operation(
    "GET",
    "/{channel}",
    id="getChannel",
    summary="A channel, by its handle or id",
    answer=answers.Channel,
    conditional=True,
    errors=(404,),
)
async def get_channel(door: Door, call: Call[None, None]) -> Reply | web.Response:
    name = call.path["channel"]
    if call.actor is not ANONYMOUS:
        return Reply(presenters.channel(await door.platform.channels.get(call.actor, name)))
    channel_id = await channel_id_of(door, name)

    async def load() -> bytes:
        return envelope(presenters.channel(await door.platform.channels.get(ANONYMOUS, channel_id)))

    return await door.public.answer(
        call,
        f"channel:{channel_id}",
        load,
        ttl=CHANNEL_TTL,
        tags=(channel_tag(channel_id),),
        cache_control=CHANNEL_CACHE_CONTROL,
    )


async def _known(door: Door, call: Call[PageQuery, None]) -> None:
    await door.platform.channels.get(call.actor, call.path["channel"])


@table.operation(
    "GET",
    "/{channel}/videos",
    id="listChannelVideos",
    summary="Newest videos of a channel",
    query=PageQuery,
    answer=list[answers.Video],
    paged=True,
    conditional=True,
    guard=_known,
    errors=(404,),
)
async def list_channel_videos(door: Door, call: Call[PageQuery, None]) -> Reply | web.Response:
    channel_id = await channel_id_of(door, call.path["channel"], call.actor)
    return await public_videos(door, call, VideoList(channel_id))
