"""The unit of work of every room: one class, one transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.backfills import SqlBackfills
from adapters.sql.channels import SqlChannels
from adapters.sql.chunked_runs import SqlChunkedRuns
from adapters.sql.counters import SqlCounters
from adapters.sql.database import Database
from adapters.sql.engagement import SqlFollows
from adapters.sql.fingerprints import SqlDuplicates
from adapters.sql.idempotency import SqlIdempotencyEffects
from adapters.sql.identity import SqlAccounts, SqlSessions, SqlUsers
from adapters.sql.jobs import complete, hold
from adapters.sql.outbox import write_events
from adapters.sql.transaction import Transaction
from adapters.sql.upload_quotas import SqlUploadQuotas
from adapters.sql.videos import SqlOwnChannels, SqlPublishedCounts, SqlVideoGrants, SqlVideos
from adapters.sql.work_tables import LIVE, handler_claims, jobs
from streamcore.shared.clock import Clock
from streamcore.shared.events import Event, Recorded
from streamcore.shared.ids import EventId, Ids
from streamcore.shared.jobs import Job, JobState, Lease

_CLAIM = {
    True: sqlite.insert(handler_claims).on_conflict_do_nothing(),
    False: postgresql.insert(handler_claims).on_conflict_do_nothing(),
}
_ENQUEUE = {
    True: sqlite.insert(jobs).on_conflict_do_nothing(index_elements=[jobs.c.dedupe_key], index_where=text(LIVE)),
    False: postgresql.insert(jobs).on_conflict_do_nothing(index_elements=[jobs.c.dedupe_key], index_where=text(LIVE)),
}


class SqlUnitOfWork:
    """Events and jobs are kept back and written last, when every row lock that orders them is held."""

    def __init__(self, transaction: Transaction, clock: Clock, ids: Ids) -> None:
        self._transaction = transaction
        self._clock = clock
        self._ids = ids
        self._events: list[Event] = []
        self._jobs: list[tuple[Job, datetime | None]] = []

    def record(self, *events: Event) -> None:
        self._events += events

    @property
    def recorded(self) -> Sequence[Event]:
        return self._events

    def enqueue(self, job: Job, *, not_before: datetime | None = None) -> None:
        self._jobs.append((job, not_before))

    async def claim(self, event_id: EventId, handler: str) -> bool:
        values = {"event_id": event_id, "handler": handler, "claimed_at": self._clock.now()}
        return (await self._transaction.write(_CLAIM[self._transaction.is_sqlite], values)).rowcount == 1

    async def hold(self, lease: Lease) -> None:
        await hold(self._transaction, lease, self._clock.now())

    async def complete(self, lease: Lease) -> None:
        await complete(self._transaction, lease, self._clock.now())

    async def flush(self) -> None:
        """Write what was kept back; called once, before the commit."""
        now = self._clock.now()
        for job, not_before in self._jobs:
            await self._transaction.write(_ENQUEUE[self._transaction.is_sqlite], _job_values(job, not_before, now))
        recorded = [Recorded(EventId(self._ids.new()), event) for event in self._events]
        await write_events(self._transaction, recorded, now)

    @cached_property
    def users(self) -> SqlUsers:
        return SqlUsers(self._transaction)

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self._transaction)

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._transaction, self.record)

    @cached_property
    def channels(self) -> SqlChannels:
        return SqlChannels(self._transaction)

    @cached_property
    def videos(self) -> SqlVideos:
        return SqlVideos(self._transaction)

    @cached_property
    def chunked_runs(self) -> SqlChunkedRuns:
        return SqlChunkedRuns(self._transaction)

    @cached_property
    def backfills(self) -> SqlBackfills:
        return SqlBackfills(self._transaction)

    @cached_property
    def own_channels(self) -> SqlOwnChannels:
        return SqlOwnChannels(self._transaction)

    @cached_property
    def published_counts(self) -> SqlPublishedCounts:
        return SqlPublishedCounts(self.counters)

    @cached_property
    def upload_quotas(self) -> SqlUploadQuotas:
        return SqlUploadQuotas(self._transaction)

    @cached_property
    def video_grants(self) -> SqlVideoGrants:
        return SqlVideoGrants(self._transaction)

    @cached_property
    def duplicates(self) -> SqlDuplicates:
        return SqlDuplicates(self._transaction)

    @cached_property
    def counters(self) -> SqlCounters:
        return SqlCounters(self._transaction)

    @cached_property
    def follows(self) -> SqlFollows:
        return SqlFollows(self._transaction)

    @cached_property
    def idempotency(self) -> SqlIdempotencyEffects:
        return SqlIdempotencyEffects(self._transaction, self._clock)


def _job_values(job: Job, not_before: datetime | None, now: datetime) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind,
        "payload": dict(job.payload),
        "job_class": job.job_class.value,
        "dedupe_key": job.dedupe_key,
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "crashes": 0,
        "token": 0,
        "not_before": not_before or now,
        "progress": 0.0,
        "stage": "",
        "created_at": now,
        "updated_at": now,
    }


class SqlBegin:
    """Opens units of work: ``async with begin() as uow``."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqlUnitOfWork]:
        async with self._database.transaction() as transaction:
            unit = SqlUnitOfWork(transaction, self._clock, self._ids)
            yield unit
            await unit.flush()
