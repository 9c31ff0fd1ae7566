"""The part of the suite for units of work that is about jobs: completing them and enqueuing them in the commit."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.testing.interleaving import PATIENCE, RolledBack, attempt, overlap
from adapters.testing.samples import enqueue, new_event, new_job, new_user
from adapters.testing.stack import Stack
from streamcore.shared.errors import LeaseLost, NotFound
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import JobState

MINUTE = timedelta(minutes=1)


class UnitOfWorkJobsContract:
    """A part of `UnitOfWorkContract`."""

    async def test_completing_under_an_old_token_keeps_nothing(self, stack: Stack) -> None:
        job, user = new_job(stack), new_user(stack)
        await enqueue(stack, job)
        old = await stack.jobs.lease(job.id, worker="a", now=stack.clock.now(), ttl=MINUTE)
        later = stack.clock.advance(2 * MINUTE)
        await stack.jobs.reap(now=later)
        new = await stack.jobs.lease(job.id, worker="b", now=later, ttl=MINUTE)
        assert old is not None
        assert new is not None
        with pytest.raises(LeaseLost):
            async with stack.begin() as uow:
                await uow.users.add(user)
                uow.record(new_event(stack))
                await uow.complete(old)
        with pytest.raises(NotFound):
            async with stack.begin() as uow:
                await uow.users.get(user.id)
        assert await stack.outbox.backlog() == 0
        assert (await stack.jobs.get(job.id)).state is JobState.RUNNING
        async with stack.begin() as uow:
            await uow.complete(new)
        assert (await stack.jobs.get(job.id)).state is JobState.DONE

    async def test_only_a_running_job_is_completed_and_only_once(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        lease = await stack.jobs.lease(job.id, worker="a", now=stack.clock.now(), ttl=MINUTE)
        assert lease is not None
        with pytest.raises(RolledBack):
            async with stack.begin() as uow:
                await uow.complete(lease)
                raise RolledBack
        assert (await stack.jobs.get(job.id)).state is JobState.RUNNING
        second = await overlap(stack, lambda uow: uow.complete(lease), lambda uow: uow.complete(lease))
        assert isinstance(second.error, LeaseLost)
        gone = replace(lease, job=replace(lease.job, id=JobId(stack.ids.new())))
        assert isinstance(await attempt(stack, lambda uow: uow.complete(gone)), LeaseLost)

    async def test_a_job_is_held_only_under_its_current_token(self, stack: Stack) -> None:
        """What a lease shows before its end is kept with it, and its job goes on."""
        job, user = new_job(stack), new_user(stack)
        await enqueue(stack, job)
        old = await stack.jobs.lease(job.id, worker="a", now=stack.clock.now(), ttl=MINUTE)
        assert old is not None
        async with stack.begin() as uow:
            await uow.hold(old)
            await uow.users.add(user)
        assert (await stack.jobs.get(job.id)).state is JobState.RUNNING
        later = stack.clock.advance(2 * MINUTE)
        await stack.jobs.reap(now=later)
        assert isinstance(await attempt(stack, lambda uow: uow.hold(old)), LeaseLost), "queued again"
        new = await stack.jobs.lease(job.id, worker="b", now=later, ttl=MINUTE)
        assert new is not None
        assert isinstance(await attempt(stack, lambda uow: uow.hold(old)), LeaseLost), "run by another"
        async with stack.begin() as uow:
            await uow.hold(new)
            await uow.complete(new)
        assert isinstance(await attempt(stack, lambda uow: uow.hold(new)), LeaseLost), "done"

    async def test_one_live_job_holds_a_dedupe_key(self, stack: Stack) -> None:
        one, two, three = (new_job(stack, dedupe_key="the same") for _ in range(3))
        await enqueue(stack, one, two)
        await enqueue(stack, three)
        assert [row.id for row in await stack.jobs.list()] == [one.id]
        lease = await stack.jobs.lease(one.id, worker="a", now=stack.clock.now(), ttl=MINUTE)
        assert lease is not None
        await enqueue(stack, two)
        assert [row.id for row in await stack.jobs.list()] == [one.id]
        async with stack.begin() as uow:
            await uow.complete(lease)
        await enqueue(stack, two)
        assert {row.id for row in await stack.jobs.list()} == {one.id, two.id}

    async def test_racing_for_a_dedupe_key_makes_one_job(self, stack: Stack) -> None:
        jobs = [new_job(stack, dedupe_key="the same") for _ in range(8)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(enqueue(stack, job) for job in jobs))
        assert len(await stack.jobs.list()) == 1

    async def test_a_key_freed_in_the_same_commit_can_be_taken_again(self, stack: Stack) -> None:
        """Completing and enqueuing the next round belong together."""
        one, two = new_job(stack, dedupe_key="round"), new_job(stack, dedupe_key="round")
        await enqueue(stack, one)
        lease = await stack.jobs.lease(one.id, worker="a", now=stack.clock.now(), ttl=MINUTE)
        assert lease is not None
        async with stack.begin() as uow:
            await uow.complete(lease)
            uow.enqueue(two)
        assert [row.id for row in await stack.jobs.list(state=JobState.QUEUED)] == [two.id]

    async def test_a_job_waits_until_its_time(self, stack: Stack) -> None:
        job, later = new_job(stack), stack.clock.now() + MINUTE
        async with stack.begin() as uow:
            uow.enqueue(job, not_before=later)
        assert (await stack.jobs.get(job.id)).not_before == later
        assert await stack.jobs.lease(job.id, worker="a", now=stack.clock.now(), ttl=MINUTE) is None
        assert await stack.jobs.lease(job.id, worker="a", now=later, ttl=MINUTE) is not None
