"""The suite for the job table: who may run what, and what becomes of workers that die."""

import asyncio

import pytest

from adapters.testing.interleaving import PATIENCE
from adapters.testing.job_ends import JobEndsContract
from adapters.testing.job_steps import MINUTE, announced, dead_job, deaths, leased
from adapters.testing.samples import enqueue, new_job
from adapters.testing.stack import Stack
from streamcore.shared.errors import LeaseLost, NotFound
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import Job, JobClass, JobRow, JobState, Lease


class JobsContract(JobEndsContract):
    """For every adapter of `Jobs`."""

    async def test_a_new_job_is_stored_as_given(self, stack: Stack) -> None:
        payload = {"video_id": "v", "n": 3, "deep": {"a": [1, 2.5, None, True, "ü\n\"'"]}, "": "empty key"}
        job = Job(JobId(stack.ids.new()), "videos.process", payload, JobClass.BULK, "key ü " + "x" * 180)
        await enqueue(stack, job)
        now = stack.clock.now()
        assert await stack.jobs.get(job.id) == JobRow(
            id=job.id,
            kind="videos.process",
            payload=payload,
            job_class=JobClass.BULK,
            dedupe_key=job.dedupe_key,
            state=JobState.QUEUED,
            attempts=0,
            crashes=0,
            token=0,
            worker=None,
            lease_expires_at=None,
            not_before=now,
            progress=0.0,
            stage="",
            reason=None,
            created_at=now,
            updated_at=now,
        )

    async def test_unknown_jobs_are_not_found(self, stack: Stack) -> None:
        unknown = JobId(stack.ids.new())
        with pytest.raises(NotFound):
            await stack.jobs.get(unknown)
        with pytest.raises(NotFound):
            await stack.jobs.replay(unknown, now=stack.clock.now())
        assert await stack.jobs.lease(unknown, worker="w", now=stack.clock.now(), ttl=MINUTE) is None
        assert await stack.jobs.lease(JobId("no id at all"), worker="w", now=stack.clock.now(), ttl=MINUTE) is None

    async def test_due_jobs_are_announced_once_until_redispatch(self, stack: Stack) -> None:
        job = new_job(stack, job_class=JobClass.BULK)
        await enqueue(stack, job)
        now = stack.clock.now()
        (pointer,) = await stack.jobs.due(now=now, limit=10, redispatch_before=now - MINUTE)
        assert (pointer.job_id, pointer.job_class) == (job.id, JobClass.BULK)
        assert await announced(stack, redispatch_after=MINUTE) == []
        stack.clock.advance(2 * MINUTE)
        assert await announced(stack, redispatch_after=MINUTE) == [job.id]
        assert await announced(stack, redispatch_after=MINUTE) == []

    async def test_a_job_is_not_due_before_its_time(self, stack: Stack) -> None:
        job = new_job(stack)
        async with stack.begin() as uow:
            uow.enqueue(job, not_before=stack.clock.now() + MINUTE)
        assert await announced(stack) == []
        stack.clock.advance(MINUTE)
        assert await announced(stack) == [job.id]

    async def test_only_queued_jobs_are_due(self, stack: Stack) -> None:
        running, done = new_job(stack), new_job(stack)
        await enqueue(stack, running, done)
        await leased(stack, running.id)
        lease = await leased(stack, done.id)
        async with stack.begin() as uow:
            await uow.complete(lease)
        await dead_job(stack)
        assert await announced(stack) == []

    async def test_concurrent_announcers_get_different_jobs(self, stack: Stack) -> None:
        jobs = [new_job(stack) for _ in range(40)]
        await enqueue(stack, *jobs)
        async with asyncio.timeout(PATIENCE):
            answers = await asyncio.gather(*(announced(stack, limit=7) for _ in range(8)))
        assert all(len(answer) <= 7 for answer in answers)
        got = [job_id for answer in answers for job_id in answer]
        assert len(got) == len(set(got)), "two announcers got the same job"
        while more := await announced(stack, limit=7):
            got += more
        assert sorted(got) == sorted(job.id for job in jobs)

    async def test_exactly_one_of_many_gets_the_lease(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)

        async def take(worker: str) -> Lease | None:
            return await stack.jobs.lease(job.id, worker=worker, now=stack.clock.now(), ttl=MINUTE)

        async with asyncio.timeout(PATIENCE):
            leases = [lease for lease in await asyncio.gather(*(take(f"w{n}") for n in range(20))) if lease]
        assert len(leases) == 1
        row = await stack.jobs.get(job.id)
        assert leases[0].job == row
        assert (row.state, row.token, row.worker) == (JobState.RUNNING, 1, leases[0].worker)
        assert row.lease_expires_at == stack.clock.now() + MINUTE

    async def test_a_heartbeat_renews_and_tells_progress(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        lease = await leased(stack, job.id)
        now = stack.clock.advance(MINUTE / 2)
        await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=42.5, stage="transcode")
        row = await stack.jobs.get(job.id)
        assert (row.progress, row.stage, row.lease_expires_at) == (42.5, "transcode", now + MINUTE)
        assert row.updated_at == now
        stack.clock.advance(MINUTE * 3 / 4)
        assert await stack.jobs.reap(now=stack.clock.now()) == []

    async def test_nothing_is_taken_under_an_old_token(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        old = await leased(stack, job.id)
        now = stack.clock.advance(2 * MINUTE)
        await stack.jobs.reap(now=now)
        await self._refuses(stack, old)
        new = await leased(stack, job.id, "w2")
        assert new.token > old.token
        await self._refuses(stack, old)
        assert await stack.jobs.get(job.id) == new.job
        await stack.jobs.heartbeat(new, now=now, ttl=MINUTE, progress=1, stage="s")
        async with stack.begin() as uow:
            await uow.complete(new)
        await self._refuses(stack, new)
        assert (await stack.jobs.get(job.id)).state is JobState.DONE

    async def _refuses(self, stack: Stack, lease: Lease) -> None:
        before, now = await stack.jobs.get(lease.job_id), stack.clock.now()
        with pytest.raises(LeaseLost):
            await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=99, stage="late")
        with pytest.raises(LeaseLost):
            await stack.jobs.fail(lease, now=now, reason="late", retry_at=now)
        with pytest.raises(LeaseLost):
            await stack.jobs.fail(lease, now=now, reason="late", retry_at=None)
        with pytest.raises(LeaseLost):
            await stack.jobs.release(lease, now=now)
        assert await stack.jobs.get(lease.job_id) == before
        assert await deaths(stack) == []

    async def test_a_failure_is_counted_and_tried_again(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        assert await announced(stack) == [job.id]
        lease = await leased(stack, job.id)
        now = stack.clock.now()
        await stack.jobs.fail(lease, now=now, reason="no disk", retry_at=now + MINUTE)
        row = await stack.jobs.get(job.id)
        assert (row.state, row.attempts, row.crashes, row.reason) == (JobState.QUEUED, 1, 0, "no disk")
        assert (row.worker, row.lease_expires_at, row.not_before) == (None, None, now + MINUTE)
        assert await announced(stack) == []
        assert await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE) is None
        stack.clock.advance(MINUTE)
        assert await announced(stack) == [job.id]
        assert (await leased(stack, job.id)).token == lease.token + 1
        assert await deaths(stack) == []

    async def test_a_last_failure_kills_and_says_so(self, stack: Stack) -> None:
        job = await dead_job(stack, payload={"video_id": "v", "n": 1})
        row = await stack.jobs.get(job.id)
        assert (row.state, row.attempts, row.reason, row.worker) == (JobState.DEAD, 1, "broken", None)
        (died,) = await deaths(stack)
        assert (died.job_id, died.kind, died.payload, died.reason) == (job.id, job.kind, job.payload, "broken")
        assert died.at == stack.clock.now()
        assert await stack.jobs.lease(job.id, worker="w", now=stack.clock.now(), ttl=MINUTE) is None

    async def test_a_released_job_is_announced_again_at_once_and_uncounted(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        assert await announced(stack) == [job.id]
        lease = await leased(stack, job.id)
        await stack.jobs.release(lease, now=stack.clock.now())
        row = await stack.jobs.get(job.id)
        assert (row.state, row.attempts, row.crashes, row.worker) == (JobState.QUEUED, 0, 0, None)
        assert await announced(stack) == [job.id]
        assert (await leased(stack, job.id, "w2")).token == lease.token + 1

    async def test_a_job_is_released_for_later_with_the_reason(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        assert await announced(stack) == [job.id]
        lease, now = await leased(stack, job.id), stack.clock.now()
        await stack.jobs.release(lease, now=now, not_before=now + MINUTE, reason="not for me")
        row = await stack.jobs.get(job.id)
        assert (row.state, row.attempts, row.crashes, row.worker) == (JobState.QUEUED, 0, 0, None)
        assert (row.not_before, row.reason, row.lease_expires_at) == (now + MINUTE, "not for me", None)
        assert await announced(stack) == []
        assert await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE) is None
        stack.clock.advance(MINUTE)
        assert await announced(stack) == [job.id]
        await stack.jobs.release(await leased(stack, job.id), now=stack.clock.now())
        row = await stack.jobs.get(job.id)
        assert (row.not_before, row.reason) == (now + MINUTE, "not for me"), "what is not told stays"
