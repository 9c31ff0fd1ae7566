"""The suite for units of work: all or nothing, whatever else goes on at the same time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.testing.interleaving import A_MOMENT, PATIENCE, RolledBack, Work, attempt, overlap
from adapters.testing.samples import add_user, new_event, new_job, new_user
from adapters.testing.stack import RoomsUnitOfWork, Stack
from adapters.testing.unit_of_work_jobs import UnitOfWorkJobsContract
from streamcore.identity.models import User
from streamcore.shared.errors import Conflict, NotFound, Retryable, StaleVersion
from streamcore.shared.events import decode
from streamcore.shared.ids import EventId, UserId
from streamcore.shared.jobs import Job, JobState

MINUTE = timedelta(minutes=1)


async def stored(stack: Stack, user_id: UserId) -> User | None:
    async with stack.begin() as uow:
        try:
            return await uow.users.get(user_id)
        except NotFound:
            return None


async def recorded(stack: Stack) -> list[str]:
    """The aggregates of all unsent events, in order; claims them for no time at all."""
    now = stack.clock.now()
    return [row.aggregate_id for row in await stack.outbox.claim(limit=1000, now=now, until=now)]


def _adding(user: User) -> Work:
    return lambda uow: uow.users.add(user)


def _claiming(event_id: EventId) -> Work:
    return lambda uow: uow.claim(event_id, "handler")


class UnitOfWorkContract(UnitOfWorkJobsContract):
    """For every adapter of `UnitOfWork`."""

    async def test_everything_is_kept_after_a_clean_exit(self, stack: Stack) -> None:
        user, event, job = new_user(stack), new_event(stack), new_job(stack)
        async with stack.begin() as uow:
            await uow.users.add(user)
            uow.record(event)
            uow.enqueue(job)
        assert await stored(stack, user.id) == user
        assert await recorded(stack) == [event.aggregate_id]
        assert (await stack.jobs.get(job.id)).state is JobState.QUEUED

    async def test_nothing_is_kept_after_an_error(self, stack: Stack) -> None:
        old = await add_user(stack, bio="before")
        user, job, event_id = new_user(stack), new_job(stack), EventId(stack.ids.new())
        with pytest.raises(RolledBack):
            async with stack.begin() as uow:
                await uow.users.add(user)
                await uow.users.save(replace(old, bio="after"))
                assert await uow.claim(event_id, "handler")
                uow.record(new_event(stack))
                uow.enqueue(job)
                raise RolledBack
        assert await stored(stack, user.id) is None
        assert await stored(stack, old.id) == old
        assert await recorded(stack) == []
        with pytest.raises(NotFound):
            await stack.jobs.get(job.id)
        async with stack.begin() as uow:
            assert await uow.claim(event_id, "handler")
            await uow.users.add(user)

    async def test_an_early_return_commits(self, stack: Stack) -> None:
        user = new_user(stack)

        async def flow() -> str:
            async with stack.begin() as uow:
                await uow.users.add(user)
                return "early"

        assert await flow() == "early"
        assert await stored(stack, user.id) == user

    async def test_a_transaction_reads_its_own_writes(self, stack: Stack) -> None:
        user = new_user(stack)
        async with stack.begin() as uow:
            await uow.users.add(user)
            assert await uow.users.get(user.id) == user
            assert await uow.users.find_by_login(user.email) == user
            await uow.users.save(replace(user, bio="mine"))
            again = await uow.users.get(user.id)
            assert (again.bio, again.version) == ("mine", user.version + 1)
            with pytest.raises(StaleVersion):
                await uow.users.save(user)

    async def test_nothing_shows_before_the_commit(self, stack: Stack) -> None:
        event, job = new_event(stack), new_job(stack)
        async with stack.begin() as uow:
            user = new_user(stack)
            await uow.users.add(user)
            uow.record(event)
            uow.enqueue(job)
            assert await stack.outbox.backlog() == 0
            assert await stack.jobs.list() == []
        assert await stack.outbox.backlog() == 1
        assert [row.id for row in await stack.jobs.list()] == [job.id]

    async def test_cancelled_it_keeps_nothing(self, stack: Stack) -> None:
        user, job = new_user(stack), new_job(stack)
        inside = asyncio.Event()

        async def flow() -> None:
            async with stack.begin() as uow:
                await uow.users.add(user)
                uow.record(new_event(stack))
                uow.enqueue(job)
                inside.set()
                await asyncio.sleep(PATIENCE)

        task = asyncio.create_task(flow())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await stored(stack, user.id) is None
        assert await stack.outbox.backlog() == 0
        assert await stack.jobs.list() == []

    async def test_cancelled_at_any_moment_it_is_all_or_nothing(self, stack: Stack) -> None:
        for step in range(24):
            user, job = new_user(stack), new_job(stack)
            before = await stack.outbox.backlog()

            async def flow(user: User = user, job: Job = job) -> None:
                async with stack.begin() as uow:
                    await uow.users.add(user)
                    uow.record(new_event(stack))
                    uow.enqueue(job)

            task = asyncio.create_task(flow())
            for _ in range(step):
                await asyncio.sleep(0 if step < 16 else 0.0005)
            task.cancel()
            await asyncio.wait([task])
            kept = await stored(stack, user.id) is not None
            jobs = [row.id for row in await stack.jobs.list()]
            assert (job.id in jobs, await stack.outbox.backlog() - before) == (kept, int(kept))
            assert kept or task.cancelled()

    async def test_events_keep_their_order(self, stack: Stack) -> None:
        one, other = stack.ids.new(), stack.ids.new()
        events = [new_event(stack, one if n % 3 else other) for n in range(12)]
        async with stack.begin() as uow:
            uow.record(*events[:5])
            uow.record(*events[5:7])
        async with stack.begin() as uow:
            uow.record(*events[7:])
        now = stack.clock.now()
        rows = await stack.outbox.claim(limit=100, now=now, until=now)
        assert [decode(row.name, row.data) for row in rows] == events
        assert [row.position for row in rows] == sorted({row.position for row in rows})
        assert len({row.id for row in rows}) == len(events)
        assert all(row.recorded_at == now for row in rows)

    async def test_a_unique_word_is_won_by_the_transaction_that_commits_first(self, stack: Stack) -> None:
        for commit in (False, True):
            one = new_user(stack)
            two = replace(new_user(stack), email=one.email)
            second = await overlap(stack, _adding(one), _adding(two), commit=commit)
            assert second.waited, "the second writer must wait for the open transaction"
            assert isinstance(second.error, Conflict) is commit
            assert (await stored(stack, one.id) is not None) is commit
            assert (await stored(stack, two.id) is None) is commit

    async def test_of_two_writers_of_one_version_the_later_is_stale(self, stack: Stack) -> None:
        user = await add_user(stack)
        first, second = replace(user, bio="first"), replace(user, bio="second")
        outcome = await overlap(stack, lambda uow: uow.users.save(first), lambda uow: uow.users.save(second))
        assert outcome.waited
        assert isinstance(outcome.error, StaleVersion)
        now = await stored(stack, user.id)
        assert now is not None
        assert (now.bio, now.version) == ("first", user.version + 1)

    async def test_a_writer_that_is_rolled_back_makes_nobody_stale(self, stack: Stack) -> None:
        user = await add_user(stack)
        outcome = await overlap(
            stack,
            lambda uow: uow.users.save(replace(user, bio="first")),
            lambda uow: uow.users.save(replace(user, bio="second")),
            commit=False,
        )
        assert outcome.error is None
        now = await stored(stack, user.id)
        assert now is not None
        assert (now.bio, now.version) == ("second", user.version + 1)

    async def test_no_update_is_lost_when_conflicts_are_run_again(self, stack: Stack) -> None:
        user = await add_user(stack, bio="0")

        async def count_up(uow: RoomsUnitOfWork) -> None:
            now = await uow.users.get(user.id)
            await asyncio.sleep(0)
            await uow.users.save(replace(now, bio=str(int(now.bio) + 1)))

        async def insist() -> None:
            while (error := await attempt(stack, count_up)) is not None:
                assert isinstance(error, Retryable), error

        async with asyncio.timeout(PATIENCE * 3):
            await asyncio.gather(*(insist() for _ in range(8)))
        now = await stored(stack, user.id)
        assert now is not None
        assert (now.bio, now.version) == ("8", user.version + 8)

    async def test_a_cancelled_waiter_leaves_nothing_behind(self, stack: Stack) -> None:
        user, other = await add_user(stack), new_user(stack)
        wrote, go = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            async with stack.begin() as uow:
                await uow.users.save(replace(user, bio="held"))
                wrote.set()
                await go.wait()

        async def wait_in_vain() -> None:
            async with stack.begin() as uow:
                await uow.users.add(other)
                await uow.users.save(replace(user, bio="vain"))

        async with asyncio.timeout(PATIENCE):
            holder = asyncio.create_task(hold())
            await wrote.wait()
            waiter = asyncio.create_task(wait_in_vain())
            await asyncio.sleep(A_MOMENT)
            assert not waiter.done()
            waiter.cancel()
            await asyncio.wait([waiter])
            go.set()
            await holder
        assert waiter.cancelled()
        assert await stored(stack, other.id) is None
        held = await stored(stack, user.id)
        assert held is not None
        assert held.bio == "held"
        async with asyncio.timeout(PATIENCE), stack.begin() as uow:
            await uow.users.add(other)
            await uow.users.save(held)

    async def test_exactly_one_of_many_claims_an_event(self, stack: Stack) -> None:
        event_id = EventId(stack.ids.new())

        async def claim(handler: str) -> bool:
            async with stack.begin() as uow:
                won = await uow.claim(event_id, handler)
                await asyncio.sleep(0)
                return won

        async with asyncio.timeout(PATIENCE):
            answers = await asyncio.gather(*(claim("mine") for _ in range(10)))
        assert sorted(answers) == [False] * 9 + [True]
        assert await claim("another")
        assert not await claim("mine")

    async def test_a_claim_waits_for_the_open_one(self, stack: Stack) -> None:
        for commit in (True, False):
            event_id = EventId(stack.ids.new())
            claim = _claiming(event_id)
            outcome = await overlap(stack, claim, claim, commit=commit)
            assert outcome.error is None
            assert outcome.waited
            assert outcome.answer is not commit

    async def test_a_transaction_claims_once(self, stack: Stack) -> None:
        event_id = EventId(stack.ids.new())
        async with stack.begin() as uow:
            assert await uow.claim(event_id, "handler")
            assert not await uow.claim(event_id, "handler")
