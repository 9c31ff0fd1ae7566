"""Backfills that are kept wrongly in one way each; their suite must notice every one."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.memory.backfills import MemoryBackfills
from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.testing.memory_stack import Parts
from streamcore.videos.models.backfill import Backfill


class _Forgetful(MemoryBackfills):
    async def save(self, backfill: Backfill) -> None:
        await super().save(replace(backfill, remaking=()))


class RemakesAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.backfills = _Forgetful(db, transaction)


class _Standing(MemoryBackfills):
    async def save(self, backfill: Backfill) -> None:
        await super().save(replace(backfill, cursor=None))


class CursorsAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.backfills = _Standing(db, transaction)


class _Planless(MemoryBackfills):
    async def add(self, backfill: Backfill) -> None:
        await super().add(replace(backfill, plan=replace(backfill.plan, limit=None)))


class LimitsAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.backfills = _Planless(db, transaction)


class _Overwriting(MemoryBackfills):
    async def save(self, backfill: Backfill) -> None:
        await super().save(replace(backfill, version=(await self.get(backfill.id)).version))


class BackfillsWithoutVersion(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.backfills = _Overwriting(db, transaction)


class _Adding(MemoryBackfills):
    async def add(self, backfill: Backfill) -> None:
        await self._transaction.put(self._db.tables.backfills, backfill.id, backfill)


class TakenIdsAreOverwritten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.backfills = _Adding(db, transaction)


class _Oldest(MemoryBackfills):
    async def newest(self, *, limit: int) -> Sequence[Backfill]:
        return list(await super().newest(limit=1000))[::-1][:limit]


class OldestComeFirst(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.backfills = _Oldest(db, transaction)


BACKFILL_FAULTS = [
    Parts(unit_of_work=uow)
    for uow in (
        RemakesAreForgotten,
        CursorsAreForgotten,
        LimitsAreForgotten,
        BackfillsWithoutVersion,
        TakenIdsAreOverwritten,
        OldestComeFirst,
    )
]
