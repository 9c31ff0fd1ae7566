"""The job table in memory."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.memory.database import MemoryDatabase, StoredJob
from adapters.memory.transactions import Transaction
from streamcore.shared.errors import Conflict, Invalid, LeaseLost, NotFound
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import CRASH_LIMIT, CRASHED_TOO_OFTEN, Job, JobDied, JobPointer, JobRow, JobState, Lease


def queued_row(job: Job, *, now: datetime, not_before: datetime) -> JobRow:
    """The row of a job that was never run."""
    return JobRow(
        id=job.id,
        kind=job.kind,
        payload=job.payload,
        job_class=job.job_class,
        dedupe_key=job.dedupe_key,
        state=JobState.QUEUED,
        attempts=0,
        crashes=0,
        token=0,
        worker=None,
        lease_expires_at=None,
        not_before=not_before,
        progress=0.0,
        stage="",
        reason=None,
        created_at=now,
        updated_at=now,
    )


async def held(db: MemoryDatabase, transaction: Transaction, lease: Lease) -> StoredJob:
    """The running job under this lease, locked; `LeaseLost` under an old token."""
    job = await transaction.lock(db.tables.jobs, lease.job_id)
    if job is None or not job.running or job.row.token != lease.token:
        raise LeaseLost
    return job


async def complete(db: MemoryDatabase, transaction: Transaction, lease: Lease, now: datetime) -> None:
    job = await held(db, transaction, lease)
    row = replace(job.row, state=JobState.DONE, progress=100.0, worker=None, lease_expires_at=None, updated_at=now)
    await transaction.put(db.tables.jobs, row.id, replace(job, row=row))


class MemoryJobs:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def due(self, *, now: datetime, limit: int, redispatch_before: datetime) -> Sequence[JobPointer]:
        async with self._db.transaction("jobs.due") as transaction:
            pointers: list[JobPointer] = []
            for job in self._announceable(now, redispatch_before):
                if len(pointers) >= limit:
                    break
                if transaction.try_lock(self._db.tables.jobs, job.row.id):
                    await transaction.put(self._db.tables.jobs, job.row.id, replace(job, announced_at=now))
                    pointers.append(JobPointer(job.row.id, job.row.job_class))
        return pointers

    def _announceable(self, now: datetime, redispatch_before: datetime) -> Iterator[StoredJob]:
        queued = self._db.tables.jobs.group("state", JobState.QUEUED)
        for job in sorted(queued, key=lambda job: (job.row.not_before, job.row.id)):
            announced = job.announced_at
            if job.row.not_before <= now and (announced is None or announced < redispatch_before):
                yield job

    async def lease(self, job_id: JobId, *, worker: str, now: datetime, ttl: timedelta) -> Lease | None:
        async with self._db.transaction("jobs.lease") as transaction:
            job = await transaction.lock(self._db.tables.jobs, job_id)
            if job is None or job.row.state is not JobState.QUEUED or job.row.not_before > now:
                return None
            row = replace(
                job.row,
                state=JobState.RUNNING,
                token=job.row.token + 1,
                worker=worker,
                lease_expires_at=now + ttl,
                stage="",
                updated_at=now,
            )
            await transaction.put(self._db.tables.jobs, job_id, replace(job, row=row))
        return Lease(_own_copy(row), worker)

    async def heartbeat(self, lease: Lease, *, now: datetime, ttl: timedelta, progress: float, stage: str) -> None:
        async with self._db.transaction("jobs.heartbeat") as transaction:
            job = await held(self._db, transaction, lease)
            progress = max(progress, job.row.progress)
            row = replace(job.row, lease_expires_at=now + ttl, progress=progress, stage=stage, updated_at=now)
            await transaction.put(self._db.tables.jobs, row.id, replace(job, row=row))

    async def fail(self, lease: Lease, *, now: datetime, reason: str, retry_at: datetime | None) -> None:
        async with self._db.transaction("jobs.fail") as transaction:
            job = await held(self._db, transaction, lease)
            row = replace(job.row, attempts=job.row.attempts + 1, reason=reason)
            if retry_at is None:
                await self._bury(transaction, row, now)
            else:
                await self._queue(transaction, row, now, not_before=retry_at)

    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        async with self._db.transaction("jobs.release") as transaction:
            job = await held(self._db, transaction, lease)
            row = replace(job.row, not_before=not_before or job.row.not_before, reason=reason or job.row.reason)
            await self._queue(transaction, row, now)

    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        async with self._db.transaction("jobs.reap") as transaction:
            rows = [
                await self._crash(transaction, job.row, now, crash_limit)
                for job in self._db.tables.jobs.group("state", JobState.RUNNING)
                if _expired(job.row, now) and transaction.try_lock(self._db.tables.jobs, job.row.id)
            ]
        return [_own_copy(row) for row in rows]

    async def _crash(self, transaction: Transaction, row: JobRow, now: datetime, crash_limit: int) -> JobRow:
        row = replace(row, crashes=row.crashes + 1)
        if row.crashes > crash_limit:
            return await self._bury(transaction, replace(row, reason=CRASHED_TOO_OFTEN), now)
        return await self._queue(transaction, row, now)

    async def _queue(self, transaction: Transaction, row: JobRow, now: datetime, **changes: Any) -> JobRow:
        """Queue it again, to be announced afresh."""
        row = replace(row, state=JobState.QUEUED, worker=None, lease_expires_at=None, updated_at=now, **changes)
        await transaction.put(self._db.tables.jobs, row.id, StoredJob(row))
        return row

    async def _bury(self, transaction: Transaction, row: JobRow, now: datetime) -> JobRow:
        row = replace(row, state=JobState.DEAD, worker=None, lease_expires_at=None, updated_at=now)
        await transaction.put(self._db.tables.jobs, row.id, StoredJob(row))
        payload = deepcopy(dict(row.payload))
        died = JobDied(at=now, job_id=row.id, kind=row.kind, payload=payload, reason=row.reason or "")
        self._db.record(transaction, died)
        return row

    async def get(self, job_id: JobId) -> JobRow:
        await self._db.step("jobs.get")
        job = self._db.tables.jobs.rows.get(job_id)
        if job is None:
            raise NotFound
        return _own_copy(job.row)

    async def list(self, *, state: JobState | None = None, limit: int = 100) -> Sequence[JobRow]:
        await self._db.step("jobs.list")
        jobs = self._db.tables.jobs
        found = jobs.rows.values() if state is None else jobs.group("state", state)
        newest = sorted((job.row for job in found), key=lambda row: (row.created_at, row.id), reverse=True)
        return [_own_copy(row) for row in newest[:limit]]

    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        async with self._db.transaction("jobs.replay") as transaction:
            job = await transaction.lock(self._db.tables.jobs, job_id)
            if job is None:
                raise NotFound
            if job.row.state is not JobState.DEAD:
                raise Conflict(f"The job is {job.row.state}, so it cannot be replayed.")
            row = replace(job.row, attempts=0, crashes=0, reason=None, progress=0.0, stage="")
            await self._queue(transaction, row, now, not_before=now)

    async def purge(self, *, state: JobState, before: datetime) -> int:
        if state not in (JobState.DONE, JobState.DEAD):
            raise Invalid.field("state", "Only done and dead jobs can be purged.", "state")
        async with self._db.transaction("jobs.purge") as transaction:
            jobs = self._db.tables.jobs
            old = [job.row.id for job in jobs.group("state", state) if job.row.updated_at < before]
            return sum([await transaction.delete(jobs, id) for id in old if transaction.try_lock(jobs, id)])


def _expired(row: JobRow, now: datetime) -> bool:
    return row.lease_expires_at is not None and row.lease_expires_at <= now


def _own_copy(row: JobRow) -> JobRow:
    """The row with a payload that its reader may change without changing what is stored."""
    return replace(row, payload=deepcopy(row.payload))
