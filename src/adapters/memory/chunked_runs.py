"""Long sources in the making, in memory."""

from copy import deepcopy
from dataclasses import replace

from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from streamcore.shared.errors import StaleVersion
from streamcore.shared.ids import JobId
from streamcore.videos.models.chunks import ChunkedRun


class MemoryChunkedRuns:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, run: ChunkedRun) -> None:
        await self._db.step("chunked_runs.add")
        await self._transaction.insert(self._db.tables.chunked_runs, run.id, deepcopy(run))

    async def find(self, run_id: JobId) -> ChunkedRun | None:
        await self._db.step("chunked_runs.find")
        return deepcopy(self._transaction.get(self._db.tables.chunked_runs, run_id))

    async def save(self, run: ChunkedRun) -> None:
        await self._db.step("chunked_runs.save")
        runs = self._db.tables.chunked_runs
        stored = await self._transaction.lock(runs, run.id)
        if stored is None or stored.version != run.version:
            raise StaleVersion
        await self._transaction.put(runs, run.id, replace(deepcopy(run), version=run.version + 1))

    async def remove(self, run_id: JobId) -> None:
        await self._db.step("chunked_runs.remove")
        await self._transaction.delete(self._db.tables.chunked_runs, run_id)
