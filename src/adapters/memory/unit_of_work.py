"""The unit of work in memory: one class for every room."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime

from adapters.memory.backfills import MemoryBackfills
from adapters.memory.channels import MemoryAccounts, MemoryChannels, MemoryOwnChannels
from adapters.memory.chunked_runs import MemoryChunkedRuns
from adapters.memory.database import MemoryDatabase, StoredJob
from adapters.memory.engagement import MemoryCounters, MemoryFollows
from adapters.memory.fingerprints import MemoryDuplicates
from adapters.memory.idempotency import MemoryIdempotencyEffects
from adapters.memory.identity import MemorySessions, MemoryUsers
from adapters.memory.jobs import complete, held, queued_row
from adapters.memory.transactions import Transaction
from adapters.memory.videos import MemoryPublishedCounts, MemoryUploadQuotas, MemoryVideoGrants, MemoryVideos
from streamcore.shared.events import Event
from streamcore.shared.ids import EventId
from streamcore.shared.jobs import Job, JobRow, Lease


class MemoryUnitOfWork:
    """One open transaction with a repository for everything; made by `MemoryBegin`."""

    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction
        self._events: list[Event] = []
        self._jobs: list[JobRow] = []
        self.users = MemoryUsers(db, transaction)
        self.sessions = MemorySessions(db, transaction)
        self.channels = MemoryChannels(db, transaction)
        self.accounts = MemoryAccounts(db, transaction, self.record)
        self.own_channels = MemoryOwnChannels(db, transaction)
        self.videos = MemoryVideos(db, transaction)
        self.chunked_runs = MemoryChunkedRuns(db, transaction)
        self.backfills = MemoryBackfills(db, transaction)
        self.published_counts = MemoryPublishedCounts(db, transaction)
        self.upload_quotas = MemoryUploadQuotas(db, transaction)
        self.video_grants = MemoryVideoGrants(db, transaction)
        self.duplicates = MemoryDuplicates(db, transaction)
        self.counters = MemoryCounters(db, transaction)
        self.follows = MemoryFollows(db, transaction)
        self.idempotency = MemoryIdempotencyEffects(db, transaction)

    def record(self, *events: Event) -> None:
        self._events.extend(events)

    def enqueue(self, job: Job, *, not_before: datetime | None = None) -> None:
        now = self._db.clock.now()
        # Through JSON, as a database keeps it: what cannot be stored fails here, and later changes do not reach it.
        stored = replace(job, payload=json.loads(json.dumps(job.payload)))
        self._jobs.append(queued_row(stored, now=now, not_before=not_before or now))

    async def claim(self, event_id: EventId, handler: str) -> bool:
        await self._db.step("claim")
        pair = (event_id, handler)
        return await self._transaction.insert_if_free(self._db.tables.claims, pair, self._db.clock.now())

    async def hold(self, lease: Lease) -> None:
        await self._db.step("hold")
        await held(self._db, self._transaction, lease)

    async def complete(self, lease: Lease) -> None:
        await self._db.step("complete")
        await complete(self._db, self._transaction, lease, self._db.clock.now())

    async def flush(self) -> None:
        """Write the jobs and events, last of all; called by `MemoryBegin` before it commits."""
        for row in self._jobs:
            await self._db.step("enqueue")
            await self._transaction.insert_if_free(self._db.tables.jobs, row.id, StoredJob(row))
        for event in self._events:
            self._db.record(self._transaction, event)


class MemoryBegin:
    """Opens units of work on one database."""

    def __init__(self, db: MemoryDatabase, unit_of_work: type[MemoryUnitOfWork] = MemoryUnitOfWork) -> None:
        self._db = db
        self._unit_of_work = unit_of_work

    def __call__(self) -> AbstractAsyncContextManager[MemoryUnitOfWork]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[MemoryUnitOfWork]:
        async with self._db.transaction("begin") as transaction:
            uow = self._unit_of_work(self._db, transaction)
            yield uow
            await uow.flush()
