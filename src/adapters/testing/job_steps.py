"""Steps that the tests of the job table share."""

from datetime import timedelta

from adapters.testing.samples import enqueue, new_job
from adapters.testing.stack import Stack
from streamcore.shared.events import decode
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import Job, JobDied, Lease

MINUTE = timedelta(minutes=1)
LONG_AGO = timedelta(days=1)


async def leased(stack: Stack, job_id: JobId, worker: str = "w1", ttl: timedelta = MINUTE) -> Lease:
    lease = await stack.jobs.lease(job_id, worker=worker, now=stack.clock.now(), ttl=ttl)
    assert lease is not None
    return lease


async def announced(stack: Stack, *, redispatch_after: timedelta = LONG_AGO, limit: int = 100) -> list[JobId]:
    now = stack.clock.now()
    pointers = await stack.jobs.due(now=now, limit=limit, redispatch_before=now - redispatch_after)
    return [pointer.job_id for pointer in pointers]


async def deaths(stack: Stack) -> list[JobDied]:
    now = stack.clock.now()
    events = [decode(row.name, row.data) for row in await stack.outbox.claim(limit=100, now=now, until=now)]
    return [event for event in events if isinstance(event, JobDied)]


async def dead_job(stack: Stack, **changes: object) -> Job:
    job = new_job(stack, **changes)
    await enqueue(stack, job)
    await stack.jobs.fail(await leased(stack, job.id), now=stack.clock.now(), reason="broken", retry_at=None)
    return job
