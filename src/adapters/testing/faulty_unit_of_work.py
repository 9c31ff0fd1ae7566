"""Transactions and units of work that are wrong in one way each; their suite must notice every one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.memory.database import MemoryDatabase, StoredJob
from adapters.memory.identity import MemoryUsers
from adapters.memory.jobs import queued_row
from adapters.memory.transactions import K, Table, Transaction, V
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.testing.memory_stack import Parts
from streamcore.identity.models import User
from streamcore.shared.errors import Conflict, StaleVersion
from streamcore.shared.events import Event
from streamcore.shared.ids import EventId
from streamcore.shared.jobs import Job, JobState, Lease


class RollbackKeepsWrites(MemoryDatabase):
    @asynccontextmanager
    async def transaction(self, name: str) -> AsyncIterator[Transaction]:
        await self.step(name)
        transaction = self.transactions(self._locks)
        try:
            yield transaction
        finally:
            transaction.commit()


class CancellationCommits(MemoryDatabase):
    """Only what subclasses `Exception` is taken for an error."""

    @asynccontextmanager
    async def transaction(self, name: str) -> AsyncIterator[Transaction]:
        await self.step(name)
        transaction = self.transactions(self._locks)
        try:
            yield transaction
        except Exception:
            transaction.end()
            raise
        except BaseException:
            transaction.commit()
            raise
        transaction.commit()


class CommitInTwoHalves(MemoryDatabase):
    """Other tasks, and a cancellation, come in between."""

    @asynccontextmanager
    async def transaction(self, name: str) -> AsyncIterator[Transaction]:
        await self.step(name)
        transaction = self.transactions(self._locks)
        try:
            yield transaction
            for table, changes in transaction._writes.items():
                table.apply(changes)
                await self.step(name)
        finally:
            transaction.end()


class _NeverWaits(Transaction):
    async def _wait(self, holder: Transaction) -> None:
        raise StaleVersion


class ConflictsInsteadOfWaiting(MemoryDatabase):
    transactions = _NeverWaits


class _NoLocks(Transaction):
    async def _acquire(self, resource: Any) -> None:
        return


class WritesWithoutLocks(MemoryDatabase):
    """Versions and words are checked, but nobody waits for an open transaction."""

    transactions = _NoLocks


class _WaitsForEver(Transaction):
    async def _wait(self, holder: Transaction) -> None:
        await holder._let_go.wait()


class DeadlocksForEver(MemoryDatabase):
    transactions = _WaitsForEver


class _Snapshot(Transaction):
    """Sees what was committed when it began."""

    _seen: dict[Table[Any, Any], Mapping[Any, Any]]

    def get(self, table: Table[K, V], key: K) -> V | None:
        if key in self._own(table):
            return super().get(table, key)
        seen = self.__dict__.setdefault("_seen", {})
        row: V | None = seen.setdefault((table, key), table.rows.get(key))
        return row


class RepeatableReads(MemoryDatabase):
    transactions = _Snapshot


class _ForgetsOwnWrites(Transaction):
    def get(self, table: Table[K, V], key: K) -> V | None:
        return table.rows.get(key)


class ReadsWithoutOwnWrites(MemoryDatabase):
    transactions = _ForgetsOwnWrites


class _OneAtATime(Transaction):
    async def _acquire(self, resource: Any) -> None:
        await super()._acquire("the whole database")
        await super()._acquire(resource)


class OneWriterForAll(MemoryDatabase):
    transactions = _OneAtATime


class EventsOutsideTheCommit(MemoryUnitOfWork):
    def record(self, *events: Event) -> None:
        other = Transaction(self._db._locks)
        for event in events:
            self._db.record(other, event)
        other.commit()


class EventsInReverse(MemoryUnitOfWork):
    async def flush(self) -> None:
        self._events.reverse()
        await super().flush()


class JobsOutsideTheCommit(MemoryUnitOfWork):
    def enqueue(self, job: Job, *, not_before: datetime | None = None) -> None:
        now = self._db.clock.now()
        row = queued_row(job, now=now, not_before=not_before or now)
        self._db.tables.jobs.apply({job.id: StoredJob(row)})


class JobsAtOnce(MemoryUnitOfWork):
    """The time before which a job must not run is forgotten."""

    def enqueue(self, job: Job, *, not_before: datetime | None = None) -> None:
        super().enqueue(job)


class DedupeKeyForgotten(MemoryUnitOfWork):
    def enqueue(self, job: Job, *, not_before: datetime | None = None) -> None:
        super().enqueue(replace(job, dedupe_key=None), not_before=not_before)


class DedupeKeyHeldForEver(MemoryUnitOfWork):
    """A job that is done still keeps out its successors."""

    async def flush(self) -> None:
        taken = {job.row.dedupe_key for job in self._db.tables.jobs.rows.values() if job.row.dedupe_key}
        self._jobs = [row for row in self._jobs if row.dedupe_key not in taken]
        await super().flush()


class ClaimNotAtomic(MemoryUnitOfWork):
    async def claim(self, event_id: EventId, handler: str) -> bool:
        await self._db.step("claim")
        claims = self._db.tables.claims
        if self._transaction.get(claims, (event_id, handler)) is not None:
            return False
        self._transaction.append(claims, (event_id, handler), self._db.clock.now())
        return True


class ClaimForgetsTheHandler(MemoryUnitOfWork):
    async def claim(self, event_id: EventId, handler: str) -> bool:
        return await super().claim(event_id, "any")


class ClaimSurvivesRollback(MemoryUnitOfWork):
    async def claim(self, event_id: EventId, handler: str) -> bool:
        won = await super().claim(event_id, handler)
        self._db.tables.claims.apply({(event_id, handler): self._db.clock.now()})
        return won


class CompleteIgnoresTheToken(MemoryUnitOfWork):
    async def complete(self, lease: Lease) -> None:
        job = await self._transaction.lock(self._db.tables.jobs, lease.job_id)
        if job is not None:
            row = replace(job.row, state=JobState.DONE)
            await self._transaction.put(self._db.tables.jobs, row.id, replace(job, row=row))


class CompleteShrugs(MemoryUnitOfWork):
    """An old token is noticed and forgiven, so that the rest of its transaction is kept."""

    async def complete(self, lease: Lease) -> None:
        job = self._db.tables.jobs.rows.get(lease.job_id)
        if job is not None and job.row.token == lease.token and job.running:
            await super().complete(lease)


class HoldShrugs(MemoryUnitOfWork):
    """What an old lease shows is kept."""

    async def hold(self, lease: Lease) -> None:
        return None


class _BlindUsers(MemoryUsers):
    async def save(self, user: User) -> None:
        await self._transaction.put(self._db.tables.users, user.id, replace(user, version=user.version + 1))


class NoVersionCheck(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.users = _BlindUsers(db, transaction)


class _EarlyUsers(MemoryUsers):
    async def add(self, user: User) -> None:
        await self._db.step("users.add")
        users = self._db.tables.users
        if any(users.owner(word) for word in users.words(user).values()):
            raise Conflict
        self._transaction.append(users, user.id, user)


class UniqueCheckedTooEarly(MemoryUnitOfWork):
    """At the time of the add only, without regard to open transactions."""

    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.users = _EarlyUsers(db, transaction)


FAULTS = [
    *(
        Parts(database=database)
        for database in (
            RollbackKeepsWrites,
            CancellationCommits,
            CommitInTwoHalves,
            ConflictsInsteadOfWaiting,
            WritesWithoutLocks,
            DeadlocksForEver,
            RepeatableReads,
            ReadsWithoutOwnWrites,
            OneWriterForAll,
        )
    ),
    *(
        Parts(unit_of_work=unit_of_work)
        for unit_of_work in (
            EventsOutsideTheCommit,
            EventsInReverse,
            JobsOutsideTheCommit,
            JobsAtOnce,
            DedupeKeyForgotten,
            DedupeKeyHeldForEver,
            ClaimNotAtomic,
            ClaimForgetsTheHandler,
            ClaimSurvivesRollback,
            CompleteIgnoresTheToken,
            CompleteShrugs,
            HoldShrugs,
            NoVersionCheck,
            UniqueCheckedTooEarly,
        )
    ),
]
