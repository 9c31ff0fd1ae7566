"""Backfills in memory."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from streamcore.shared.errors import NotFound, StaleVersion
from streamcore.videos.models.backfill import Backfill, BackfillId


class MemoryBackfills:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, backfill: Backfill) -> None:
        await self._db.step("backfills.add")
        await self._transaction.insert(self._db.tables.backfills, backfill.id, backfill)

    async def get(self, backfill_id: BackfillId) -> Backfill:
        await self._db.step("backfills.get")
        backfill = self._transaction.get(self._db.tables.backfills, backfill_id)
        if backfill is None:
            raise NotFound
        return backfill

    async def save(self, backfill: Backfill) -> None:
        await self._db.step("backfills.save")
        backfills = self._db.tables.backfills
        stored = await self._transaction.lock(backfills, backfill.id)
        if stored is None or stored.version != backfill.version:
            raise StaleVersion
        await self._transaction.put(backfills, backfill.id, replace(backfill, version=backfill.version + 1))

    async def newest(self, *, limit: int) -> Sequence[Backfill]:
        await self._db.step("backfills.newest")
        stored = [backfill for _, backfill in self._transaction.scan(self._db.tables.backfills)]
        return sorted(stored, key=lambda backfill: (backfill.created_at, backfill.id), reverse=True)[:limit]
