"""The job table in SQL. Each method is one transaction; concurrent callers pass by rows that are locked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, Float, Row, Select, Text, bindparam, case, func, literal_column, select, update

from adapters.sql.database import Database
from adapters.sql.lookup import only
from adapters.sql.metadata import UtcTime
from adapters.sql.outbox import write_events
from adapters.sql.purging import deletion, purge
from adapters.sql.transaction import Transaction
from adapters.sql.work_tables import jobs
from streamcore.shared.errors import Conflict, Invalid, LeaseLost
from streamcore.shared.events import Recorded
from streamcore.shared.ids import EventId, Ids, JobId, is_id
from streamcore.shared.jobs import (
    CRASH_LIMIT,
    CRASHED_TOO_OFTEN,
    JobClass,
    JobDied,
    JobPointer,
    JobRow,
    JobState,
    Lease,
)


def _in_state(state: JobState) -> Any:
    """As a literal, so that partial indexes serve (see `tables`)."""
    return jobs.c.state == literal_column(f"'{state.value}'")


_queued, _running, _dead = map(_in_state, (JobState.QUEUED, JobState.RUNNING, JobState.DEAD))
_FREED: dict[Any, Any] = {"worker": None, "lease_expires_at": None, "announced_at": None}

_GET = select(jobs).where(jobs.c.id == bindparam("id"))
_LIST = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(bindparam("most"))
_LIST_OF_STATE = _LIST.where(jobs.c.state == bindparam("state"))

_waiting = (
    select(jobs.c.id)
    .where(
        _queued,
        jobs.c.not_before <= bindparam("now"),
        jobs.c.announced_at.is_(None) | (jobs.c.announced_at < bindparam("redispatch_before")),
    )
    .order_by(jobs.c.not_before, jobs.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("waiting")
)
_DUE = (
    update(jobs)
    .where(jobs.c.id.in_(select(_waiting.c.id)))
    .values(announced_at=bindparam("now"))
    .returning(jobs.c.id, jobs.c.job_class, jobs.c.not_before)
)
_LEASE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"), _queued, jobs.c.not_before <= bindparam("now"))
    .values(
        state=JobState.RUNNING.value,
        token=jobs.c.token + 1,
        worker=bindparam("holder"),
        lease_expires_at=bindparam("until"),
        stage="",
        updated_at=bindparam("now"),
    )
    .returning(*jobs.c)
)
_held = (jobs.c.id == bindparam("job_id"), jobs.c.token == bindparam("held_token"), _running)
_percent = bindparam("percent", type_=Float())
_HEARTBEAT = (
    update(jobs)
    .where(*_held)
    .values(
        lease_expires_at=bindparam("until"),
        progress=case((jobs.c.progress > _percent, jobs.c.progress), else_=_percent),
        stage=bindparam("word"),
        updated_at=bindparam("now"),
    )
)
_RETRY = (
    update(jobs)
    .where(*_held)
    .values(
        state=JobState.QUEUED.value,
        attempts=jobs.c.attempts + 1,
        not_before=bindparam("retry_at"),
        reason=bindparam("why"),
        updated_at=bindparam("now"),
        **_FREED,
    )
)
_DIE = (
    update(jobs)
    .where(*_held)
    .values(
        state=JobState.DEAD.value,
        attempts=jobs.c.attempts + 1,
        reason=bindparam("why"),
        updated_at=bindparam("now"),
        **_FREED,
    )
    .returning(*jobs.c)
)
_RELEASE = (
    update(jobs)
    .where(*_held)
    .values(
        state=JobState.QUEUED.value,
        not_before=func.coalesce(bindparam("later", type_=UtcTime()), jobs.c.not_before),
        reason=func.coalesce(bindparam("why", type_=Text()), jobs.c.reason),
        updated_at=bindparam("now"),
        **_FREED,
    )
)
_HOLD = update(jobs).where(*_held).values(updated_at=bindparam("now"))
_COMPLETE = (
    update(jobs)
    .where(*_held)
    .values(state=JobState.DONE.value, progress=100.0, worker=None, lease_expires_at=None, updated_at=bindparam("now"))
)
_expired = (
    select(jobs.c.id)
    .where(_running, jobs.c.lease_expires_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
    .cte("expired")
)
_fatal = jobs.c.crashes + 1 > bindparam("crash_limit")
_REAP = (
    update(jobs)
    .where(jobs.c.id.in_(select(_expired.c.id)))
    .values(
        state=case((_fatal, JobState.DEAD.value), else_=JobState.QUEUED.value),
        reason=case((_fatal, CRASHED_TOO_OFTEN), else_=jobs.c.reason),
        crashes=jobs.c.crashes + 1,
        updated_at=bindparam("now"),
        **_FREED,
    )
    .returning(*jobs.c)
)
_REPLAY = (
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"), _dead)
    .values(
        state=JobState.QUEUED.value,
        attempts=0,
        crashes=0,
        reason=None,
        progress=0.0,
        stage="",
        not_before=bindparam("now"),
        updated_at=bindparam("now"),
        **_FREED,
    )
)
_PURGE = deletion(jobs, jobs.c.state == bindparam("state"), jobs.c.updated_at < bindparam("before"))


def _row(row: Row[Any]) -> JobRow:
    return JobRow(
        id=row.id,
        kind=row.kind,
        payload=row.payload,
        job_class=JobClass(row.job_class),
        dedupe_key=row.dedupe_key,
        state=JobState(row.state),
        attempts=row.attempts,
        crashes=row.crashes,
        token=row.token,
        worker=row.worker,
        lease_expires_at=row.lease_expires_at,
        not_before=row.not_before,
        progress=row.progress,
        stage=row.stage,
        reason=row.reason,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def hold(transaction: Transaction, lease: Lease, now: datetime) -> None:
    """Keep the job's row until the transaction ends; `LeaseLost` as below."""
    if (await transaction.write(_HOLD, _under(lease, now=now))).rowcount != 1:
        raise LeaseLost


async def complete(transaction: Transaction, lease: Lease, now: datetime) -> None:
    """Mark the job done; `LeaseLost` unless the lease is the current one."""
    done = await transaction.write(_COMPLETE, _under(lease, now=now))
    if done.rowcount != 1:
        raise LeaseLost


def _under(lease: Lease, **values: Any) -> dict[str, Any]:
    return {"job_id": lease.job_id, "held_token": lease.token} | values


class SqlJobs:
    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def due(self, *, now: datetime, limit: int, redispatch_before: datetime) -> Sequence[JobPointer]:
        values = {"now": now, "most": limit, "redispatch_before": redispatch_before}
        rows = await self._write(_DUE, values)
        return [JobPointer(row.id, JobClass(row.job_class)) for row in sorted(rows, key=lambda r: (r.not_before, r.id))]

    async def lease(self, job_id: JobId, *, worker: str, now: datetime, ttl: timedelta) -> Lease | None:
        if not is_id(job_id):
            return None
        rows = await self._write(_LEASE, {"job_id": job_id, "holder": worker, "now": now, "until": now + ttl})
        return Lease(_row(rows[0]), worker) if rows else None

    async def heartbeat(self, lease: Lease, *, now: datetime, ttl: timedelta, progress: float, stage: str) -> None:
        await self._held(_HEARTBEAT, _under(lease, now=now, until=now + ttl, percent=progress, word=stage))

    async def fail(self, lease: Lease, *, now: datetime, reason: str, retry_at: datetime | None) -> None:
        if retry_at is not None:
            await self._held(_RETRY, _under(lease, now=now, why=reason, retry_at=retry_at))
            return
        async with self._database.transaction() as transaction:
            rows = (await transaction.write(_DIE, _under(lease, now=now, why=reason))).all()
            if not rows:
                raise LeaseLost
            await self._record_deaths(transaction, [_row(rows[0])], now)

    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        await self._held(_RELEASE, _under(lease, now=now, later=not_before, why=reason))

    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        async with self._database.transaction() as transaction:
            result = await transaction.write(_REAP, {"now": now, "crash_limit": crash_limit})
            reaped = [_row(row) for row in result.all()]
            await self._record_deaths(transaction, [job for job in reaped if job.state is JobState.DEAD], now)
        return reaped

    async def get(self, job_id: JobId) -> JobRow:
        return _row(await only(self._database.fetch, _GET, job_id))

    async def list(self, *, state: JobState | None = None, limit: int = 100) -> Sequence[JobRow]:
        statement: Select[Any] = _LIST if state is None else _LIST_OF_STATE
        values: dict[str, Any] = {"most": limit} | ({} if state is None else {"state": state.value})
        return [_row(row) for row in await self._database.fetch(statement, values)]

    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        job = await self.get(job_id)
        async with self._database.transaction() as transaction:
            if (await transaction.write(_REPLAY, {"job_id": job.id, "now": now})).rowcount != 1:
                raise Conflict("Only a dead job can be replayed.")

    async def purge(self, *, state: JobState, before: datetime) -> int:
        if state not in (JobState.DONE, JobState.DEAD):
            raise Invalid("Only jobs that are done or dead can be purged.")
        return await purge(self._database, _PURGE, {"state": state.value, "before": before})

    async def _write(self, statement: Executable, values: dict[str, Any]) -> Sequence[Row[Any]]:
        async with self._database.transaction() as transaction:
            return (await transaction.write(statement, values)).all()

    async def _held(self, statement: Executable, values: dict[str, Any]) -> None:
        async with self._database.transaction() as transaction:
            if (await transaction.write(statement, values)).rowcount != 1:
                raise LeaseLost

    async def _record_deaths(self, transaction: Transaction, dead: Sequence[JobRow], now: datetime) -> None:
        events = [
            JobDied(at=now, job_id=job.id, kind=job.kind, payload=dict(job.payload), reason=job.reason or "")
            for job in dead
        ]
        await write_events(transaction, [Recorded(EventId(self._ids.new()), event) for event in events], now)
