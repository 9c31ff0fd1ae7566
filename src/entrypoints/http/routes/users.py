"""Accounts as others see them, and one's own."""

from entrypoints.http import answers, presenters
from entrypoints.http.bodies import PageQuery
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.operations import Access, Reply, Table
from streamcore.shared.errors import NotFound
from streamcore.videos.views import VideoList

table = Table("users", "/api/v1/users", "Accounts.")


@table.operation(
    "GET", "/me", id="getMe", summary="My account", access=Access.USER, answer=answers.User, conditional=True
)
async def get_me(door: Door, call: Call[None, None]) -> Reply:
    user = await door.platform.identity.get_user(call.actor, call.actor.require_user())
    return Reply(presenters.user(user, call.actor))


@table.operation(
    "GET", "/{user_id}", id="getUser", summary="An account", answer=answers.User, conditional=True, errors=(404,)
)
async def get_user(door: Door, call: Call[None, None]) -> Reply:
    user = await door.platform.identity.get_user(call.actor, call.user_id)
    return Reply(presenters.user(user, call.actor))


async def _known(door: Door, call: Call[PageQuery, None]) -> None:
    await door.platform.identity.get_user(call.actor, call.user_id)


@table.operation(
    "GET",
    "/{user_id}/videos",
    id="listUserVideos",
    summary="Videos of a user",
    description="For oneself: all own videos, whatever their status. For others: what their channel shows.",
    query=PageQuery,
    answer=list[answers.Video],
    paged=True,
    conditional=True,
    guard=_known,
    errors=(404,),
)
async def list_user_videos(door: Door, call: Call[PageQuery, None]) -> Reply:
    platform, after = door.platform, call.query.after()
    if call.actor.user_id == call.user_id:
        page = await platform.videos.list_own(call.actor, after=after, limit=call.query.limit)
        return Reply(door.presenter.videos(page, call.actor), presenters.page_meta(page))
    await _known(door, call)
    try:
        channel = await platform.ports.channel_queries.view_of_owner(call.user_id, call.actor)
    except NotFound:
        return Reply([], {"next_cursor": None})
    page = await platform.videos.list(call.actor, VideoList(channel.id), after=after, limit=call.query.limit)
    return Reply(door.presenter.videos(page, call.actor), presenters.page_meta(page))
