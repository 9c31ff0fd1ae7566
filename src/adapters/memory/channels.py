"""Channels in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from adapters.memory.database import MemoryDatabase
from adapters.memory.engagement import count
from adapters.memory.transactions import Transaction
from streamcore.channels.models import Channel, ChannelView
from streamcore.engagement.models import Metric, Target
from streamcore.shared.access import Actor, Permission, Role
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import ChannelId, UserId, is_id


class MemoryChannels:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, channel: Channel) -> None:
        await self._db.step("channels.add")
        await self._transaction.insert(self._db.tables.channels, channel.id, channel)

    async def get(self, channel_id: ChannelId) -> Channel:
        await self._db.step("channels.get")
        channel = self._transaction.get(self._db.tables.channels, channel_id)
        if channel is None:
            raise NotFound
        return channel


class MemoryAccounts:
    """``record`` is the unit of work's own, so that the change of role is told in the same commit."""

    def __init__(self, db: MemoryDatabase, transaction: Transaction, record: Callable[..., None]) -> None:
        self._db = db
        self._transaction = transaction
        self._record = record

    async def make_creator(self, user_id: UserId, at: datetime) -> None:
        await self._db.step("accounts.make_creator")
        users = self._db.tables.users
        user = await self._transaction.lock(users, user_id)
        if user is None:
            raise NotFound
        if user.role is not Role.VIEWER:
            return
        raised, events = user.with_role(Role.CREATOR, at)
        await self._transaction.put(users, user_id, replace(raised, version=user.version + 1))
        self._record(*events)


class MemoryOwnChannels:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def channel_of(self, owner_id: UserId) -> ChannelId | None:
        await self._db.step("own_channels.channel_of")
        channel = self._transaction.find(self._db.tables.channels, "channel_exists", owner_id)
        return None if channel is None else channel.id


class MemoryChannelQueries:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        await self._db.step("channel_queries.view")
        channels = self._db.tables.channels
        wanted = handle_or_id.lower()
        if is_id(wanted):
            return self._show(ChannelId(wanted), actor)
        return self._show(channels.owner(("handle_taken", wanted)), actor)

    async def view_of_owner(self, owner_id: UserId, actor: Actor) -> ChannelView:
        await self._db.step("channel_queries.view_of_owner")
        return self._show(self._db.tables.channels.owner(("channel_exists", owner_id)), actor)

    def _show(self, channel_id: ChannelId | None, actor: Actor) -> ChannelView:
        tables = self._db.tables
        channel = None if channel_id is None else tables.channels.rows.get(channel_id)
        if channel is None:
            raise NotFound
        owner = tables.users.rows.get(channel.owner_id)
        if owner is not None and owner.banned and not actor.may(Permission.SEE_ANY_VIDEO):
            raise NotFound
        following = actor.user_id is not None and (actor.user_id, channel.id) in tables.follows.rows
        return _view(channel, count(self._db, Target("channel", channel.id)), following)


def _view(channel: Channel, counts: dict[Metric, int], is_following: bool) -> ChannelView:
    return ChannelView(
        id=channel.id,
        owner_id=channel.owner_id,
        handle=channel.handle,
        name=channel.name,
        description=channel.description,
        avatar_url=channel.avatar_url,
        banner_url=channel.banner_url,
        support_url=channel.support_url,
        followers_count=counts[Metric.FOLLOWERS],
        videos_count=counts[Metric.VIDEOS],
        shorts_count=counts[Metric.SHORTS],
        views_count=counts[Metric.VIEWS],
        likes_count=counts[Metric.LIKES],
        country=channel.country,
        tags=channel.tags,
        is_following=is_following,
        created_at=channel.created_at,
    )
