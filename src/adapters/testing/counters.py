"""The suite for counters: deltas that lose nothing, whoever folds, reads and resets beside them."""

import asyncio

import pytest

from adapters.testing.interleaving import PATIENCE, RolledBack
from adapters.testing.samples import add_channel, add_user
from adapters.testing.stack import Stack
from streamcore.engagement.models import Metric, Target

ZERO = dict.fromkeys(Metric, 0)


def new_target(stack: Stack, kind: str = "video") -> Target:
    return Target(kind, stack.ids.new())


async def add(stack: Stack, target: Target, delta: int, metric: Metric = Metric.LIKES) -> None:
    async with stack.begin() as uow:
        await uow.counters.add(target, metric, delta)


async def total(stack: Stack, target: Target, metric: Metric = Metric.LIKES) -> int:
    return (await stack.counter_totals.totals([target]))[target][metric]


class CountersContract:
    """For every adapter of `Counters`, `CounterTotals` and `Follows`."""

    async def test_what_was_never_moved_is_zero(self, stack: Stack) -> None:
        one, two = new_target(stack), new_target(stack, "channel")
        assert await stack.counter_totals.totals([one, two]) == {one: ZERO, two: ZERO}
        assert await stack.counter_totals.totals([]) == {}

    async def test_targets_and_metrics_are_apart(self, stack: Stack) -> None:
        one = new_target(stack)
        same_id, other = Target("channel", one.id), new_target(stack)
        async with stack.begin() as uow:
            await uow.counters.add(one, Metric.LIKES, 3)
            await uow.counters.add(one, Metric.VIEWS, 5)
            await uow.counters.add(same_id, Metric.LIKES, 7)
        for _ in range(2):
            assert await stack.counter_totals.totals([one, same_id, other, one]) == {
                one: ZERO | {Metric.LIKES: 3, Metric.VIEWS: 5},
                same_id: ZERO | {Metric.LIKES: 7},
                other: ZERO,
            }
            await stack.counter_totals.fold(limit=100)

    async def test_a_rollback_counts_nothing(self, stack: Stack) -> None:
        target = new_target(stack)
        with pytest.raises(RolledBack):
            async with stack.begin() as uow:
                await uow.counters.add(target, Metric.LIKES, 1)
                raise RolledBack
        assert await total(stack, target) == 0
        assert await stack.counter_totals.fold(limit=100) == 0

    async def test_nothing_counts_before_the_commit(self, stack: Stack) -> None:
        target = new_target(stack)
        async with stack.begin() as uow:
            await uow.counters.add(target, Metric.LIKES, 1)
            assert await total(stack, target) == 0
        assert await total(stack, target) == 1

    async def test_folding_goes_by_the_limit_and_changes_no_total(self, stack: Stack) -> None:
        one, two = new_target(stack), new_target(stack)
        for delta in range(1, 6):
            await add(stack, one, delta)
            await add(stack, two, 1)
        folded = 0
        while step := await stack.counter_totals.fold(limit=4):
            assert step <= 4
            folded += step
            assert (await total(stack, one), await total(stack, two)) == (15, 5)
        assert folded == 10
        assert (await total(stack, one), await total(stack, two)) == (15, 5)

    async def test_no_total_is_shown_below_zero_and_none_is_bent(self, stack: Stack) -> None:
        """Folding between the moves must not change where they end."""
        for fold in (False, True):
            target = new_target(stack)
            await add(stack, target, -5)
            if fold:
                await stack.counter_totals.fold(limit=100)
            assert await total(stack, target) == 0
            await add(stack, target, 7)
            if fold:
                await stack.counter_totals.fold(limit=100)
            assert await total(stack, target) == 2

    async def test_a_thousand_at_once_are_all_counted(self, stack: Stack) -> None:
        target = new_target(stack)

        async def liker() -> None:
            for _ in range(25):
                await add(stack, target, 1)

        async with asyncio.timeout(PATIENCE * 6):
            await asyncio.gather(*(liker() for _ in range(40)))
        assert await total(stack, target) == 1000

    async def test_a_total_stays_whole_while_it_is_folded(self, stack: Stack) -> None:
        target = new_target(stack)
        async with stack.begin() as uow:
            for _ in range(30):
                await uow.counters.add(target, Metric.LIKES, 1)
        seen: set[int] = set()

        async def fold() -> None:
            while await stack.counter_totals.fold(limit=2):
                pass

        async def read(folder: "asyncio.Task[None]") -> None:
            while not folder.done():
                seen.add(await total(stack, target))
                await asyncio.sleep(0)

        async with asyncio.timeout(PATIENCE):
            folder = asyncio.create_task(fold())
            await asyncio.gather(folder, *(read(folder) for _ in range(3)))
        assert seen == {30}

    async def test_folding_beside_writers_and_readers_loses_nothing(self, stack: Stack) -> None:
        target = new_target(stack)
        seen: list[int] = []

        async def liker() -> None:
            for _ in range(10):
                await add(stack, target, 1)

        async def folder(likers: "asyncio.Future[list[None]]") -> None:
            while not likers.done():
                await stack.counter_totals.fold(limit=3)
                await asyncio.sleep(0)

        async def reader(likers: "asyncio.Future[list[None]]") -> None:
            while not likers.done():
                seen.append(await total(stack, target))
                await asyncio.sleep(0)

        async with asyncio.timeout(PATIENCE * 3):
            likers = asyncio.gather(*(liker() for _ in range(12)))
            await asyncio.gather(folder(likers), folder(likers), reader(likers))
            await likers
        assert seen == sorted(seen), "a total went back while it was folded"
        assert await total(stack, target) == 120
        await asyncio.gather(*(stack.counter_totals.fold(limit=1000) for _ in range(3)))
        assert await total(stack, target) == 120
        assert await stack.counter_totals.fold(limit=1000) == 0

    async def test_a_reset_replaces_all_that_was_counted(self, stack: Stack) -> None:
        target = new_target(stack)
        await add(stack, target, 5)
        await stack.counter_totals.fold(limit=100)
        await add(stack, target, 2)
        await add(stack, target, 9, Metric.VIEWS)
        await stack.counter_totals.reset(target, Metric.LIKES, 3)
        assert await total(stack, target) == 3
        await add(stack, target, 1)
        await stack.counter_totals.fold(limit=100)
        assert await total(stack, target) == 4
        assert await total(stack, target, Metric.VIEWS) == 9
        await stack.counter_totals.reset(target, Metric.LIKES, 0)
        assert await total(stack, target) == 0

    async def test_large_totals_stay_exact(self, stack: Stack) -> None:
        target = new_target(stack)
        await add(stack, target, 2**40)
        await stack.counter_totals.fold(limit=10)
        await add(stack, target, 2**40 + 1)
        assert await total(stack, target) == 2**41 + 1

    async def test_following_twice_is_told_apart(self, stack: Stack) -> None:
        fan, channel, now = await add_user(stack), await add_channel(stack), stack.clock.now()
        async with stack.begin() as uow:
            assert await uow.follows.add(fan.id, channel.id, now)
            assert not await uow.follows.add(fan.id, channel.id, now)
        async with stack.begin() as uow:
            assert not await uow.follows.add(fan.id, channel.id, now)
            assert await uow.follows.remove(fan.id, channel.id)
            assert not await uow.follows.remove(fan.id, channel.id)
            assert await uow.follows.add(fan.id, channel.id, now)
        with pytest.raises(RolledBack):
            async with stack.begin() as uow:
                assert await uow.follows.remove(fan.id, channel.id)
                raise RolledBack
        async with stack.begin() as uow:
            assert await uow.follows.remove(fan.id, channel.id)

    async def test_exactly_one_of_many_follows_and_unfollows(self, stack: Stack) -> None:
        fan, channel, now = await add_user(stack), await add_channel(stack), stack.clock.now()

        async def follow() -> bool:
            async with stack.begin() as uow:
                return await uow.follows.add(fan.id, channel.id, now)

        async def unfollow() -> bool:
            async with stack.begin() as uow:
                return await uow.follows.remove(fan.id, channel.id)

        async with asyncio.timeout(PATIENCE):
            assert sum(await asyncio.gather(*(follow() for _ in range(8)))) == 1
            assert sum(await asyncio.gather(*(unfollow() for _ in range(8)))) == 1
