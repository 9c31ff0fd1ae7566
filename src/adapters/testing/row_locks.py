"""The suite for engines with row locks: a conflict shows at the one write that meets it, and nothing else waits.

An engine with one write lock for the whole database (SQLite) passes `UnitOfWorkContract` and does not run this one.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from adapters.testing.interleaving import A_MOMENT, PATIENCE, RolledBack
from adapters.testing.samples import (
    add_channel,
    add_user,
    add_video,
    enqueue,
    new_event,
    new_job,
    new_session,
    new_user,
)
from adapters.testing.stack import Stack
from adapters.testing.unit_of_work import UnitOfWorkContract, stored
from adapters.testing.unit_of_work_jobs import MINUTE
from streamcore.engagement.models import Metric, Target
from streamcore.shared.errors import Conflict, NotFound, StaleVersion, TransactionAborted
from streamcore.shared.ids import EventId, JobId
from streamcore.shared.jobs import Job, JobState


class RowLockContract(UnitOfWorkContract):
    """For adapters whose transactions run at the same time."""

    async def test_open_transactions_do_not_wait_for_each_other(self, stack: Stack) -> None:
        one, two = await add_user(stack), await add_user(stack)
        async with asyncio.timeout(PATIENCE):
            async with stack.begin() as first:
                await first.users.save(replace(one, bio="first"))
                async with stack.begin() as second:
                    assert await second.users.get(one.id) == one
                    await second.users.save(replace(two, bio="second"))
                    await second.users.add(new_user(stack))
                    second.record(new_event(stack, one.id))
                    second.enqueue(new_job(stack))
        for user in (one, two):
            now = await stored(stack, user.id)
            assert now is not None
            assert now.version == 1

    async def test_each_statement_sees_what_is_committed_by_then(self, stack: Stack) -> None:
        user = await add_user(stack)
        async with asyncio.timeout(PATIENCE), stack.begin() as reader:
            assert (await reader.users.get(user.id)).bio == ""
            async with stack.begin() as writer:
                await writer.users.save(replace(user, bio="new"))
                assert (await reader.users.get(user.id)).bio == ""
                assert await reader.users.find_by_login(user.email) == user
            assert (await reader.users.get(user.id)).bio == "new"

    async def test_uncommitted_rows_are_not_found(self, stack: Stack) -> None:
        user = new_user(stack)
        async with asyncio.timeout(PATIENCE), stack.begin() as reader:
            async with stack.begin() as writer:
                await writer.users.add(user)
                with pytest.raises(NotFound):
                    await reader.users.get(user.id)
                assert await reader.users.find_by_login(user.username) is None
            assert await reader.users.get(user.id) == user

    async def test_a_conflict_shows_at_the_write_never_at_begin(self, stack: Stack) -> None:
        user = await add_user(stack)
        steps: list[str] = []
        read, committed = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with stack.begin() as uow:
                seen = await uow.users.get(user.id)
                read.set()
                await committed.wait()
                steps.append("read")
                await uow.users.add(new_user(stack))
                steps.append("added")
                await uow.users.save(replace(seen, bio="slow"))
                steps.append("saved")

        async def fast() -> None:
            await read.wait()
            async with stack.begin() as uow:
                await uow.users.save(replace(user, bio="fast"))
            committed.set()

        async with asyncio.timeout(PATIENCE):
            outcome, _ = await asyncio.gather(slow(), fast(), return_exceptions=True)
        assert isinstance(outcome, StaleVersion)
        assert steps == ["read", "added"]

    async def test_a_taken_word_shows_at_the_write(self, stack: Stack) -> None:
        one, steps = new_user(stack), list[str]()
        two = replace(new_user(stack), username=one.username.upper())
        wrote = asyncio.Event()

        async def second() -> None:
            async with stack.begin() as uow:
                wrote.set()
                steps.append("begun")
                await uow.users.add(two)
                steps.append("added")

        async with asyncio.timeout(PATIENCE):
            async with stack.begin() as uow:
                await uow.users.add(one)
                task = asyncio.create_task(second())
                await wrote.wait()
                await asyncio.sleep(A_MOMENT)
                assert not task.done(), "the second add must wait for the first transaction to end"
            with pytest.raises(Conflict) as caught:
                await task
        assert steps == ["begun"]
        assert [detail.type for detail in caught.value.details] == ["username_taken"]

    async def test_a_deadlock_aborts_one_and_lets_the_other_through(self, stack: Stack) -> None:
        one, two = await add_user(stack), await add_user(stack)
        both = asyncio.Barrier(2)

        async def cross(name: str, mine: str) -> None:
            order = (one, two) if mine == "one" else (two, one)
            async with stack.begin() as uow:
                await uow.users.save(replace(order[0], bio=name))
                await both.wait()
                await uow.users.save(replace(order[1], bio=name))

        async with asyncio.timeout(PATIENCE):
            outcomes = await asyncio.gather(cross("a", "one"), cross("b", "two"), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [TransactionAborted]
        survivor = "b" if outcomes[0] is not None else "a"
        for user in (one, two):
            now = await stored(stack, user.id)
            assert now is not None
            assert (now.bio, now.version) == (survivor, 1)

    async def test_a_deadlock_over_words_and_claims_is_found_too(self, stack: Stack) -> None:
        user, event_id = new_user(stack), EventId(stack.ids.new())
        other = replace(new_user(stack), email=user.email)
        both = asyncio.Barrier(2)

        async def word_first() -> bool:
            async with stack.begin() as uow:
                await uow.users.add(user)
                await both.wait()
                return await uow.claim(event_id, "h")

        async def claim_first() -> bool:
            async with stack.begin() as uow:
                assert await uow.claim(event_id, "h")
                await both.wait()
                await uow.users.add(other)
                return True

        async with asyncio.timeout(PATIENCE):
            outcomes = await asyncio.gather(word_first(), claim_first(), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes].count(TransactionAborted) == 1
        assert outcomes.count(True) == 1

    async def test_a_key_freed_by_an_open_transaction_is_waited_for(self, stack: Stack) -> None:
        """Enqueued while its forerunner is being completed, a job is neither lost nor doubled."""
        one, two = new_job(stack, dedupe_key="k"), new_job(stack, dedupe_key="k")
        await enqueue(stack, one)
        await self._complete_while_enqueuing(stack, one.id, two, commit=False)
        assert [row.id for row in await stack.jobs.list()] == [one.id]
        later = stack.clock.advance(2 * MINUTE)
        await stack.jobs.reap(now=later)
        await self._complete_while_enqueuing(stack, one.id, two, commit=True)
        assert [row.id for row in await stack.jobs.list(state=JobState.QUEUED)] == [two.id]

    async def _complete_while_enqueuing(self, stack: Stack, job_id: JobId, heir: Job, *, commit: bool) -> None:
        lease = await stack.jobs.lease(job_id, worker="a", now=stack.clock.now(), ttl=MINUTE)
        assert lease is not None
        task: asyncio.Task[None] | None = None
        async with asyncio.timeout(PATIENCE):
            with suppress(RolledBack):
                async with stack.begin() as uow:
                    await uow.complete(lease)
                    task = asyncio.create_task(enqueue(stack, heir))
                    await asyncio.sleep(A_MOMENT)
                    assert not task.done(), "it must wait for the fate of the completion"
                    if not commit:
                        raise RolledBack
            assert task is not None
            await task

    async def test_hot_counters_and_outbox_never_wait(self, stack: Stack) -> None:
        target = Target("video", stack.ids.new())
        async with asyncio.timeout(PATIENCE):
            async with stack.begin() as first:
                await first.counters.add(target, Metric.LIKES, 1)
                first.record(new_event(stack, target.id))
                async with stack.begin() as second:
                    await second.counters.add(target, Metric.LIKES, 1)
                    second.record(new_event(stack, target.id))
                assert await stack.counter_totals.totals([target]) == {target: totals(likes=1)}
        assert await stack.counter_totals.totals([target]) == {target: totals(likes=2)}

    async def test_a_reset_keeps_the_deltas_that_are_still_open(self, stack: Stack) -> None:
        target = Target("video", stack.ids.new())
        async with asyncio.timeout(PATIENCE):
            async with stack.begin() as uow:
                await uow.counters.add(target, Metric.LIKES, 1)
                await stack.counter_totals.reset(target, Metric.LIKES, 10)
                await stack.counter_totals.fold(limit=100)
        assert await stack.counter_totals.totals([target]) == {target: totals(likes=11)}

    async def test_workers_pass_by_a_job_that_is_locked(self, stack: Stack) -> None:
        """`due` and `reap` skip what an open transaction holds instead of waiting for it."""
        held, free = new_job(stack), new_job(stack)
        await enqueue(stack, held, free)
        now = stack.clock.now()
        leases = [await stack.jobs.lease(job.id, worker="a", now=now, ttl=MINUTE) for job in (held, free)]
        later = stack.clock.advance(2 * MINUTE)
        async with asyncio.timeout(PATIENCE):
            async with stack.begin() as uow:
                assert leases[0] is not None
                await uow.complete(leases[0])
                assert [row.id for row in await stack.jobs.reap(now=later)] == [free.id]
                due = await stack.jobs.due(now=later, limit=10, redispatch_before=now)
                assert [pointer.job_id for pointer in due] == [free.id]
        assert await stack.jobs.reap(now=later) == []

    async def test_children_do_not_wait_for_a_changed_parent(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        async with asyncio.timeout(PATIENCE), stack.begin() as uow:
            owner = await uow.users.get(channel.owner_id)
            await uow.users.save(replace(owner, bio="open"))
            await add_video(stack, channel)
            async with stack.begin() as other:
                await other.sessions.add(new_session(stack, owner))


def totals(**moved: int) -> dict[Metric, int]:
    """Every metric, 0 unless told."""
    return {metric: moved.get(metric.value, 0) for metric in Metric}
