"""Who follows whom, in SQL (counters: see `counters`)."""

from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.tables import follows
from adapters.sql.transaction import Transaction
from streamcore.shared.ids import ChannelId, UserId

_ADD = {
    True: sqlite.insert(follows).on_conflict_do_nothing(),
    False: postgresql.insert(follows).on_conflict_do_nothing(),
}
_REMOVE = delete(follows).where(
    follows.c.follower_id == bindparam("follower"), follows.c.channel_id == bindparam("channel")
)


class SqlFollows:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, follower_id: UserId, channel_id: ChannelId, at: datetime) -> bool:
        values = {"follower_id": follower_id, "channel_id": channel_id, "followed_at": at}
        return (await self._transaction.write(_ADD[self._transaction.is_sqlite], values)).rowcount == 1

    async def remove(self, follower_id: UserId, channel_id: ChannelId) -> bool:
        removed = await self._transaction.write(_REMOVE, {"follower": follower_id, "channel": channel_id})
        return removed.rowcount == 1
