"""Channels in SQL, and how they are shown."""

from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select

from adapters.sql.counters import totals_of
from adapters.sql.database import Database
from adapters.sql.lookup import is_text, only
from adapters.sql.tables import channels, follows, users
from adapters.sql.transaction import Transaction
from streamcore.channels.models import Channel, ChannelView
from streamcore.engagement.models import Metric, Target
from streamcore.shared.access import Actor, Permission
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import ChannelId, UserId, is_id

_ADD = insert(channels)
_GET = select(channels).where(channels.c.id == bindparam("id"))

_follows_it = (
    select(follows.c.follower_id)
    .where(follows.c.channel_id == channels.c.id, follows.c.follower_id == bindparam("viewer", type_=users.c.id.type))
    .exists()
)
_VIEW: Select[Any] = select(channels, users.c.banned_at, _follows_it.label("is_following")).outerjoin(
    users, users.c.id == channels.c.owner_id
)
_VIEW_BY_ID = _VIEW.where(channels.c.id == bindparam("wanted"))
_VIEW_BY_HANDLE = _VIEW.where(channels.c.handle_key == bindparam("wanted"))
_VIEW_OF_OWNER = _VIEW.where(channels.c.owner_id == bindparam("wanted"))


class SqlChannels:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, channel: Channel) -> None:
        await self._transaction.write(
            _ADD,
            {
                "id": channel.id,
                "owner_id": channel.owner_id,
                "handle": channel.handle,
                "handle_key": channel.handle.lower(),
                "name": channel.name,
                "description": channel.description,
                "support_url": channel.support_url,
                "country": channel.country,
                "tags": list(channel.tags),
                "avatar_url": channel.avatar_url,
                "banner_url": channel.banner_url,
                "created_at": channel.created_at,
                "version": channel.version,
            },
        )

    async def get(self, channel_id: ChannelId) -> Channel:
        row = await only(self._transaction.read, _GET, channel_id)
        return Channel(
            id=row.id,
            owner_id=row.owner_id,
            handle=row.handle,
            name=row.name,
            description=row.description,
            support_url=row.support_url,
            country=row.country,
            tags=tuple(row.tags),
            created_at=row.created_at,
            avatar_url=row.avatar_url,
            banner_url=row.banner_url,
            version=row.version,
        )


class SqlChannelQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        if not is_text(handle_or_id):
            raise NotFound
        wanted = handle_or_id.lower()
        return await self._view(_VIEW_BY_ID if is_id(wanted) else _VIEW_BY_HANDLE, wanted, actor)

    async def view_of_owner(self, owner_id: UserId, actor: Actor) -> ChannelView:
        if not is_id(owner_id):
            raise NotFound
        return await self._view(_VIEW_OF_OWNER, owner_id, actor)

    async def _view(self, statement: Select[Any], wanted: str, actor: Actor) -> ChannelView:
        rows = await self._database.fetch(statement, {"wanted": wanted, "viewer": actor.user_id})
        if not rows or (rows[0].banned_at is not None and not _sees_banned(actor, rows[0])):
            raise NotFound
        target = Target("channel", rows[0].id)
        totals = await totals_of(self._database.fetch, [target])
        return _channel_view(rows[0], totals[target])


def _sees_banned(actor: Actor, row: Row[Any]) -> bool:
    return actor.user_id == row.owner_id or actor.may(Permission.SEE_ANY_VIDEO)


def _channel_view(row: Row[Any], totals: dict[Metric, int]) -> ChannelView:
    return ChannelView(
        id=row.id,
        owner_id=row.owner_id,
        handle=row.handle,
        name=row.name,
        description=row.description,
        avatar_url=row.avatar_url,
        banner_url=row.banner_url,
        support_url=row.support_url,
        followers_count=totals[Metric.FOLLOWERS],
        videos_count=totals[Metric.VIDEOS],
        shorts_count=totals[Metric.SHORTS],
        views_count=totals[Metric.VIEWS],
        likes_count=totals[Metric.LIKES],
        country=row.country,
        tags=tuple(row.tags),
        is_following=row.is_following,
        created_at=row.created_at,
    )
