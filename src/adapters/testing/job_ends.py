"""The part of the suite for the job table that is about its end: crashes, replays, lists, purges."""

import asyncio
from dataclasses import replace

import pytest

from adapters.testing.interleaving import PATIENCE
from adapters.testing.job_steps import MINUTE, announced, dead_job, deaths, leased
from adapters.testing.samples import enqueue, new_job
from adapters.testing.stack import Stack
from streamcore.shared.errors import Conflict, Invalid, LeaseLost, NotFound
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import CRASHED_TOO_OFTEN, JobState


class JobEndsContract:
    """A part of `JobsContract`."""

    async def test_expired_leases_count_as_crashes_until_the_limit(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        for crash in (1, 2, 3):
            await announced(stack)
            await leased(stack, job.id)
            stack.clock.advance(2 * MINUTE)
            (row,) = await stack.jobs.reap(now=stack.clock.now(), crash_limit=2)
            assert row == await stack.jobs.get(job.id)
            assert (row.crashes, row.attempts, row.worker, row.lease_expires_at) == (crash, 0, None, None)
            assert row.state is (JobState.QUEUED if crash < 3 else JobState.DEAD)
            assert await announced(stack) == ([job.id] if crash < 3 else [])
        (died,) = await deaths(stack)
        assert (died.job_id, died.kind, died.payload) == (job.id, job.kind, job.payload)
        assert died.reason == (await stack.jobs.get(job.id)).reason == CRASHED_TOO_OFTEN

    async def test_a_crash_leaves_the_reason_of_the_last_failure(self, stack: Stack) -> None:
        jobs = [new_job(stack), new_job(stack)]
        await enqueue(stack, *jobs)
        now = stack.clock.now()
        await stack.jobs.fail(await leased(stack, jobs[0].id), now=now, reason="no disk", retry_at=now)
        for job in jobs:
            await leased(stack, job.id)
        reaped = await stack.jobs.reap(now=stack.clock.advance(2 * MINUTE), crash_limit=1)
        assert {row.id: row.reason for row in reaped} == {jobs[0].id: "no disk", jobs[1].id: None}
        for job in jobs:
            await leased(stack, job.id)
        reaped = await stack.jobs.reap(now=stack.clock.advance(2 * MINUTE), crash_limit=1)
        assert {(row.state, row.reason) for row in reaped} == {(JobState.DEAD, CRASHED_TOO_OFTEN)}

    async def test_reapers_at_the_same_time_count_a_crash_once(self, stack: Stack) -> None:
        jobs = [new_job(stack) for _ in range(10)]
        await enqueue(stack, *jobs)
        for job in jobs:
            await leased(stack, job.id)
        alive = new_job(stack)
        await enqueue(stack, alive)
        await leased(stack, alive.id, ttl=MINUTE * 10)
        now = stack.clock.advance(2 * MINUTE)
        async with asyncio.timeout(PATIENCE):
            answers = await asyncio.gather(*(stack.jobs.reap(now=now) for _ in range(5)))
        reaped = [row.id for answer in answers for row in answer]
        assert sorted(reaped) == sorted(job.id for job in jobs)
        assert [(await stack.jobs.get(job.id)).crashes for job in jobs] == [1] * len(jobs)
        assert (await stack.jobs.get(alive.id)).state is JobState.RUNNING

    async def test_a_completion_and_a_reaper_never_both_win(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        lease = await leased(stack, job.id)
        now = stack.clock.advance(2 * MINUTE)

        async def complete() -> bool:
            try:
                async with stack.begin() as uow:
                    await uow.complete(lease)
            except LeaseLost:
                return False
            return True

        async with asyncio.timeout(PATIENCE):
            completed, reaped = await asyncio.gather(complete(), stack.jobs.reap(now=now))
        assert completed is not bool(reaped)
        assert (await stack.jobs.get(job.id)).state is (JobState.DONE if completed else JobState.QUEUED)

    async def test_a_dead_job_is_replayed_from_zero(self, stack: Stack) -> None:
        job = await dead_job(stack)
        now = stack.clock.advance(MINUTE)
        await stack.jobs.replay(job.id, now=now)
        row = await stack.jobs.get(job.id)
        assert (row.state, row.attempts, row.crashes, row.not_before) == (JobState.QUEUED, 0, 0, now)
        assert row.reason is None
        assert await announced(stack) == [job.id]
        assert (await leased(stack, job.id)).token == 2, "a token never falls"
        with pytest.raises(Conflict):
            await stack.jobs.replay(job.id, now=now)

    async def test_a_replay_respects_the_dedupe_key(self, stack: Stack) -> None:
        job = await dead_job(stack, dedupe_key="k")
        heir = new_job(stack, dedupe_key="k")
        await enqueue(stack, heir)
        with pytest.raises(Conflict):
            await stack.jobs.replay(job.id, now=stack.clock.now())
        assert (await stack.jobs.get(job.id)).state is JobState.DEAD
        lease = await leased(stack, heir.id)
        async with stack.begin() as uow:
            await uow.complete(lease)
        await stack.jobs.replay(job.id, now=stack.clock.now())
        await enqueue(stack, replace(heir, id=JobId(stack.ids.new())))
        assert [row.id for row in await stack.jobs.list(state=JobState.QUEUED)] == [job.id]

    async def test_the_list_is_newest_first_and_by_state(self, stack: Stack) -> None:
        jobs = [new_job(stack) for _ in range(5)]
        for job in jobs:
            await enqueue(stack, job)
            stack.clock.advance(MINUTE)
        newest = [job.id for job in reversed(jobs)]
        assert [row.id for row in await stack.jobs.list()] == newest
        assert [row.id for row in await stack.jobs.list(limit=2)] == newest[:2]
        await leased(stack, jobs[1].id)
        assert [row.id for row in await stack.jobs.list(state=JobState.RUNNING)] == [jobs[1].id]
        assert len(await stack.jobs.list(state=JobState.QUEUED)) == 4
        assert await stack.jobs.list(state=JobState.DEAD) == []

    async def test_old_finished_jobs_are_purged(self, stack: Stack) -> None:
        old = await dead_job(stack)
        queued = new_job(stack)
        await enqueue(stack, queued)
        between = stack.clock.advance(MINUTE)
        stack.clock.advance(MINUTE)
        young = await dead_job(stack)
        assert await stack.jobs.purge(state=JobState.DONE, before=between) == 0
        assert await stack.jobs.purge(state=JobState.DEAD, before=between) == 1
        assert {row.id for row in await stack.jobs.list()} == {queued.id, young.id}
        with pytest.raises(NotFound):
            await stack.jobs.get(old.id)
        for state in (JobState.QUEUED, JobState.RUNNING):
            with pytest.raises(Invalid):
                await stack.jobs.purge(state=state, before=between)
