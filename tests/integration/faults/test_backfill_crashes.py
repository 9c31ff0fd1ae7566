"""A backfill in miniature, killed at a third of its awaits: whatever it was doing, it goes on where it was."""

from datetime import timedelta

import pytest

from streamcore.shared.jobs import JobState
from streamcore.videos.models.backfill import BackfillPlan, BackfillState
from streamcore.videos.models.missing import MediaPart
from tests.unit.videos.platform import Site
from tests.unit.videos.test_backfill import lacks, now, opened, without_top_rung

pytestmark = pytest.mark.virtual_time


class Crash(BaseException):
    """The process is gone: no handler of errors sees it."""


async def life(crash_at: int) -> tuple[Site, int]:
    """Two videos lack images, one a rendition; the process is killed at one await."""
    site, ids = await opened(3)
    await without_top_rung(site, ids[1])
    backfill = await site.app.videos.start_backfill(BackfillPlan(tuple(MediaPart)))
    awaits = 0

    async def crash(name: str) -> None:
        nonlocal awaits
        awaits += 1
        if awaits == crash_at:
            raise Crash(name)

    for _ in range(30):
        site.at_each_step = crash
        try:
            await site.ports.jobs.reap(now=site.clock.now())
            await site.app.settle()
        except Crash:
            site.restart()
            continue
        finally:
            site.at_each_step = None
        if (await now(site, backfill)).state is not BackfillState.RUNNING:
            break
        site.clock.advance(timedelta(seconds=31))
    ended = await now(site, backfill)
    assert (ended.state, ended.looked_at, ended.begun, ended.made, ended.failed) == ("done", 3, 3, 3, 0)
    for id in (ids[0], ids[2]):
        assert lacks(site, await site.video(id)) == frozenset()
    assert MediaPart.RUNGS not in lacks(site, await site.video(ids[1]))
    site.clock.advance(timedelta(days=2))
    await site.app.settle()
    await site.app.videos.sweep_storage(grace=timedelta(0))
    for id in ids:
        kept = {info.key.split("/")[2] async for info in site.store.list(f"videos/{id}/")}
        assert kept == {(await site.video(id)).generation}
    assert {job.state for job in await site.ports.jobs.list()} == {JobState.DONE}
    return site, awaits


async def kill_at(first: int, step: int) -> None:
    _, awaits = await life(0)
    assert awaits > 300
    for moment in range(first, awaits + 1, step):
        try:
            _, lived = await life(moment)
        except (Crash, AssertionError) as error:
            raise AssertionError(f"crash at await {moment}") from error
        assert lived > moment


@pytest.mark.parametrize("first", [1, 2, 3])
async def test_killed_at_its_awaits(first: int) -> None:
    await kill_at(first, 9)
