"""The suite for backfills as rows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.testing.stack import Stack
from streamcore.shared.errors import Conflict, NotFound, StaleVersion
from streamcore.shared.ids import JobId, VideoId
from streamcore.videos.models.backfill import Backfill, BackfillId, BackfillPlan, Steering
from streamcore.videos.models.missing import MediaPart

PLAN = BackfillPlan((MediaPart.THUMBNAILS, MediaPart.RUNGS), limit=7, per_minute=2.5, at_once=3)


def new_backfill(stack: Stack, plan: BackfillPlan = PLAN) -> Backfill:
    return Backfill(BackfillId(stack.ids.new()), plan, stack.clock.now(), total=12)


async def add(stack: Stack, backfill: Backfill) -> Backfill:
    async with stack.begin() as uow:
        await uow.backfills.add(backfill)
    return backfill


async def stored(stack: Stack, backfill: Backfill) -> Backfill:
    async with stack.begin() as uow:
        return await uow.backfills.get(backfill.id)


class BackfillsContract:
    """For every adapter of `Backfills`."""

    async def test_what_is_stored_comes_back(self, stack: Stack) -> None:
        backfill = await add(stack, new_backfill(stack))
        assert await stored(stack, backfill) == backfill
        plain = await add(stack, new_backfill(stack, BackfillPlan((MediaPart.METADATA,))))
        assert await stored(stack, plain) == plain

    async def test_every_step_is_kept(self, stack: Stack) -> None:
        backfill = await add(stack, new_backfill(stack))
        first, second, third = (VideoId(stack.ids.new()) for _ in range(3))
        moved = backfill.passed(first).remakes(second, JobId(stack.ids.new())).could_not(third, "third: NOT_FOUND")
        moved = moved.completed(VideoId(stack.ids.new())).troubled("fourth: UNAVAILABLE").steer(Steering.PAUSE)
        async with stack.begin() as uow:
            await uow.backfills.save(moved)
        assert await stored(stack, backfill) == replace(moved, version=1)
        resumed = (await stored(stack, backfill)).steer(Steering.RESUME)
        async with stack.begin() as uow:
            await uow.backfills.save(resumed)
        assert await stored(stack, backfill) == replace(resumed, version=2)

    async def test_an_id_is_taken_once(self, stack: Stack) -> None:
        backfill = await add(stack, new_backfill(stack))
        with pytest.raises(Conflict):
            await add(stack, replace(backfill, total=1))
        assert await stored(stack, backfill) == backfill

    async def test_only_the_newest_version_is_saved(self, stack: Stack) -> None:
        backfill = await add(stack, new_backfill(stack))
        async with stack.begin() as uow:
            await uow.backfills.save(backfill.steer(Steering.PAUSE))
        with pytest.raises(StaleVersion):
            async with stack.begin() as uow:
                await uow.backfills.save(backfill.finish())
        assert (await stored(stack, backfill)).state == "paused"

    async def test_one_that_is_not_there(self, stack: Stack) -> None:
        backfill = new_backfill(stack)
        for missing in (backfill, replace(backfill, id=BackfillId("no id at all"))):
            with pytest.raises(NotFound):
                await stored(stack, missing)
        with pytest.raises(StaleVersion):
            async with stack.begin() as uow:
                await uow.backfills.save(backfill)

    async def test_a_rollback_leaves_nothing(self, stack: Stack) -> None:
        backfill = new_backfill(stack)
        with pytest.raises(RuntimeError):
            async with stack.begin() as uow:
                await uow.backfills.add(backfill)
                raise RuntimeError
        with pytest.raises(NotFound):
            await stored(stack, backfill)

    async def test_the_newest_come_first(self, stack: Stack) -> None:
        made = []
        for _ in range(4):
            made.append(await add(stack, new_backfill(stack)))
            made.append(await add(stack, new_backfill(stack)))  # at the same moment
            stack.clock.advance(timedelta(seconds=1))
        async with stack.begin() as uow:
            assert list(await uow.backfills.newest(limit=5)) == made[::-1][:5]
            assert len(await uow.backfills.newest(limit=100)) == 8
