"""Counters and follows in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from adapters.memory.database import Delta, MemoryDatabase
from adapters.memory.transactions import Transaction
from streamcore.engagement.models import Metric, Target
from streamcore.shared.ids import ChannelId, UserId


def count(db: MemoryDatabase, target: Target) -> dict[Metric, int]:
    """The committed counters of a target, none below zero; in one step of the event loop."""
    totals = {metric: db.tables.totals.rows.get((target, metric), 0) for metric in Metric}
    for delta in db.tables.deltas.group("target", target):
        totals[delta.metric] += delta.by
    return {metric: max(0, total) for metric, total in totals.items()}


class MemoryCounters:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, target: Target, metric: Metric, delta: int) -> None:
        await self._db.step("counters.add")
        self._transaction.append(self._db.tables.deltas, self._db.next_serial(), Delta(target, metric, delta))


class MemoryCounterTotals:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def totals(self, targets: Sequence[Target]) -> Mapping[Target, Mapping[Metric, int]]:
        await self._db.step("counter_totals.totals")
        return {target: count(self._db, target) for target in targets}

    async def fold(self, *, limit: int) -> int:
        """Whoever holds a total's lock has all its deltas; other folders pass that total by."""
        tables, folded = self._db.tables, 0
        async with self._db.transaction("counter_totals.fold") as transaction:
            for word, keys in self._open(limit).items():
                if transaction.try_lock(tables.totals, word):
                    moves = [delta.by for key in keys if (delta := transaction.get(tables.deltas, key))]
                    for key in keys:
                        folded += await transaction.delete(tables.deltas, key)
                    total = transaction.get(tables.totals, word) or 0
                    await transaction.put(tables.totals, word, total + sum(moves))
        return folded

    def _open(self, limit: int) -> dict[tuple[Target, Metric], list[int]]:
        """The keys of the oldest deltas, by what they move."""
        keys: dict[tuple[Target, Metric], list[int]] = {}
        for key, delta in islice(self._db.tables.deltas.rows.items(), limit):
            keys.setdefault((delta.target, delta.metric), []).append(key)
        return keys

    async def reset(self, target: Target, metric: Metric, total: int) -> None:
        tables = self._db.tables
        async with self._db.transaction("counter_totals.reset") as transaction:
            await transaction.lock(tables.totals, (target, metric))
            for key, delta in list(tables.deltas.rows.items()):
                if (delta.target, delta.metric) == (target, metric):
                    await transaction.delete(tables.deltas, key)
            await transaction.put(tables.totals, (target, metric), total)


class MemoryFollows:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, follower_id: UserId, channel_id: ChannelId, at: datetime) -> bool:
        await self._db.step("follows.add")
        return await self._transaction.insert_if_free(self._db.tables.follows, (follower_id, channel_id), at)

    async def remove(self, follower_id: UserId, channel_id: ChannelId) -> bool:
        await self._db.step("follows.remove")
        return await self._transaction.delete(self._db.tables.follows, (follower_id, channel_id))
