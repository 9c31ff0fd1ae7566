"""Job tables that are wrong in one way each; their suite must notice every one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.memory.database import StoredJob
from adapters.memory.jobs import MemoryJobs
from adapters.memory.transactions import Transaction
from adapters.testing.memory_stack import Parts
from streamcore.shared.errors import LeaseLost
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import CRASH_LIMIT, JobPointer, JobRow, JobState, Lease


class _Fault(MemoryJobs):
    def _write(self, row: JobRow, **changes: Any) -> None:
        """Change a row past all rules."""
        self._db.tables.jobs.apply({row.id: StoredJob(replace(row, **changes))})

    def _current(self, lease: Lease) -> Lease:
        """The same lease, made to look current."""
        job = self._db.tables.jobs.rows[lease.job_id]
        if not job.running:
            raise LeaseLost
        return Lease(job.row, lease.worker)


class LeaseWithoutCompareAndSet(_Fault):
    async def lease(self, job_id: JobId, *, worker: str, now: datetime, ttl: timedelta) -> Lease | None:
        job = self._db.tables.jobs.rows.get(job_id)
        await self._db.step("between looking and taking")
        if job is None or job.row.state is not JobState.QUEUED or job.row.not_before > now:
            return None
        self._write(
            job.row,
            state=JobState.RUNNING,
            token=job.row.token + 1,
            worker=worker,
            lease_expires_at=now + ttl,
            updated_at=now,
        )
        return Lease(self._db.tables.jobs.rows[job_id].row, worker)


class LeaseBeforeItsTime(_Fault):
    async def lease(self, job_id: JobId, *, worker: str, now: datetime, ttl: timedelta) -> Lease | None:
        return await super().lease(job_id, worker=worker, now=now + timedelta(days=9), ttl=ttl - timedelta(days=9))


class LeaseKeepsItsToken(_Fault):
    async def lease(self, job_id: JobId, *, worker: str, now: datetime, ttl: timedelta) -> Lease | None:
        lease = await super().lease(job_id, worker=worker, now=now, ttl=ttl)
        if lease is None:
            return None
        self._write(lease.job, token=1)
        return replace(lease, job=replace(lease.job, token=1))


class DueHandsOutTwice(_Fault):
    """Stamps what it hands out only afterwards."""

    async def due(self, *, now: datetime, limit: int, redispatch_before: datetime) -> Sequence[JobPointer]:
        jobs = list(self._announceable(now, redispatch_before))[:limit]
        await self._db.step("between looking and stamping")
        self._db.tables.jobs.apply({job.row.id: replace(job, announced_at=now) for job in jobs})
        return [JobPointer(job.row.id, job.row.job_class) for job in jobs]


class DueAnnouncesOnce(_Fault):
    async def due(self, *, now: datetime, limit: int, redispatch_before: datetime) -> Sequence[JobPointer]:
        never = now - timedelta(days=9999)
        return await super().due(now=now, limit=limit, redispatch_before=never)


class DueKnowsNoLimit(_Fault):
    async def due(self, *, now: datetime, limit: int, redispatch_before: datetime) -> Sequence[JobPointer]:
        return await super().due(now=now, limit=9999, redispatch_before=redispatch_before)


class DueForgetsRetries(_Fault):
    """What is queued again is still taken for announced."""

    async def _queue(self, transaction: Transaction, row: JobRow, now: datetime, **changes: Any) -> JobRow:
        row = await super()._queue(transaction, row, now, **changes)
        await transaction.put(self._db.tables.jobs, row.id, StoredJob(row, announced_at=now))
        return row


class HeartbeatIgnoresTheToken(_Fault):
    async def heartbeat(self, lease: Lease, *, now: datetime, ttl: timedelta, progress: float, stage: str) -> None:
        await super().heartbeat(self._current(lease), now=now, ttl=ttl, progress=progress, stage=stage)


class HeartbeatDoesNotRenew(_Fault):
    async def heartbeat(self, lease: Lease, *, now: datetime, ttl: timedelta, progress: float, stage: str) -> None:
        expires = self._db.tables.jobs.rows[lease.job_id].row.lease_expires_at
        await super().heartbeat(lease, now=now, ttl=ttl, progress=progress, stage=stage)
        self._write(self._db.tables.jobs.rows[lease.job_id].row, lease_expires_at=expires)


class FailIgnoresTheToken(_Fault):
    async def fail(self, lease: Lease, *, now: datetime, reason: str, retry_at: datetime | None) -> None:
        await super().fail(self._current(lease), now=now, reason=reason, retry_at=retry_at)


class FailDoesNotCount(_Fault):
    async def fail(self, lease: Lease, *, now: datetime, reason: str, retry_at: datetime | None) -> None:
        await super().fail(lease, now=now, reason=reason, retry_at=retry_at)
        self._write(self._db.tables.jobs.rows[lease.job_id].row, attempts=0)


class DeathIsNotTold(_Fault):
    async def _bury(self, transaction: Transaction, row: JobRow, now: datetime) -> JobRow:
        row = replace(row, state=JobState.DEAD, worker=None, lease_expires_at=None, updated_at=now)
        await transaction.put(self._db.tables.jobs, row.id, StoredJob(row))
        return row


class ReleaseIgnoresTheToken(_Fault):
    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        await super().release(self._current(lease), now=now, not_before=not_before, reason=reason)


class ReleaseCountsAsCrash(_Fault):
    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        await super().release(lease, now=now, not_before=not_before, reason=reason)
        self._write(self._db.tables.jobs.rows[lease.job_id].row, crashes=1)


class ReleaseIsAlwaysForNow(_Fault):
    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        await super().release(lease, now=now, reason=reason)


class ReleaseKeepsTheReasonToItself(_Fault):
    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        await super().release(lease, now=now, not_before=not_before)


class ReleaseForgetsTheLastReason(_Fault):
    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        await super().release(lease, now=now, not_before=not_before, reason=reason)
        self._write(self._db.tables.jobs.rows[lease.job_id].row, reason=reason)


class ReapDoesNotCount(_Fault):
    async def _crash(self, transaction: Transaction, row: JobRow, now: datetime, crash_limit: int) -> JobRow:
        return await self._queue(transaction, row, now)


class ReapCountsTwice(_Fault):
    """Looks first and writes afterwards, so that two reapers count the same crash."""

    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        running = self._db.tables.jobs.group("state", JobState.RUNNING)
        expired = [job.row for job in running if job.row.lease_expires_at and job.row.lease_expires_at <= now]
        await self._db.step("between looking and writing")
        for row in expired:
            self._write(row, state=JobState.QUEUED, crashes=row.crashes + 1, worker=None, lease_expires_at=None)
        return expired


class ReapNeverKills(_Fault):
    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        return await super().reap(now=now, crash_limit=9999)


class ReapKillsTooEarly(_Fault):
    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        return await super().reap(now=now, crash_limit=crash_limit - 1)


class ReapTakesTheLiving(_Fault):
    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        return await super().reap(now=now + timedelta(days=9), crash_limit=crash_limit)


class ReapForgetsTheLastFailure(_Fault):
    async def _crash(self, transaction: Transaction, row: JobRow, now: datetime, crash_limit: int) -> JobRow:
        return await super()._crash(transaction, replace(row, reason=None), now, crash_limit)


class ReapKillsForTheLastFailure(_Fault):
    """Not for the crash."""

    async def _bury(self, transaction: Transaction, row: JobRow, now: datetime) -> JobRow:
        reason = self._db.tables.jobs.rows[row.id].row.reason or row.reason
        return await super()._bury(transaction, replace(row, reason=reason), now)


class ReplayKeepsTheReason(_Fault):
    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        dead = await self.get(job_id)
        await super().replay(job_id, now=now)
        self._write(self._db.tables.jobs.rows[job_id].row, reason=dead.reason)


class ReplayStartsTokensAfresh(_Fault):
    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        await super().replay(job_id, now=now)
        self._write(self._db.tables.jobs.rows[job_id].row, token=0)


class ReplayKeepsCounts(_Fault):
    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        await super().replay(job_id, now=now)
        self._write(self._db.tables.jobs.rows[job_id].row, attempts=1)


class ReplayTakesAnyJob(_Fault):
    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        if (job := self._db.tables.jobs.rows.get(job_id)) is not None:
            self._write(job.row, state=JobState.DEAD)
        await super().replay(job_id, now=now)


class ListIsOldestFirst(_Fault):
    async def list(self, *, state: JobState | None = None, limit: int = 100) -> Sequence[JobRow]:
        return (await super().list(state=state, limit=9999))[::-1][:limit]


class PurgeTakesTheYoung(_Fault):
    async def purge(self, *, state: JobState, before: datetime) -> int:
        return await super().purge(state=state, before=before + timedelta(days=9))


class PurgeTakesAnyState(_Fault):
    async def purge(self, *, state: JobState, before: datetime) -> int:
        return await super().purge(state=state if state is JobState.DEAD else JobState.DONE, before=before)


FAULTS = [
    Parts(jobs=jobs)
    for jobs in (
        LeaseWithoutCompareAndSet,
        LeaseBeforeItsTime,
        LeaseKeepsItsToken,
        DueHandsOutTwice,
        DueAnnouncesOnce,
        DueKnowsNoLimit,
        DueForgetsRetries,
        HeartbeatIgnoresTheToken,
        HeartbeatDoesNotRenew,
        FailIgnoresTheToken,
        FailDoesNotCount,
        DeathIsNotTold,
        ReleaseIgnoresTheToken,
        ReleaseCountsAsCrash,
        ReleaseIsAlwaysForNow,
        ReleaseKeepsTheReasonToItself,
        ReleaseForgetsTheLastReason,
        ReapDoesNotCount,
        ReapCountsTwice,
        ReapNeverKills,
        ReapKillsTooEarly,
        ReapTakesTheLiving,
        ReapForgetsTheLastFailure,
        ReapKillsForTheLastFailure,
        ReplayKeepsTheReason,
        ReplayStartsTokensAfresh,
        ReplayKeepsCounts,
        ReplayTakesAnyJob,
        ListIsOldestFirst,
        PurgeTakesTheYoung,
        PurgeTakesAnyState,
    )
]
