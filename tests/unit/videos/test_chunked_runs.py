"""Long sources while something goes wrong: with a chunk, with the video, with whoever works on it."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from adapters.memory.system import ManualClock
from streamcore.shared.errors import Unavailable
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobClass, JobState
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.policies import CHUNK_JOB, JOIN_JOB, PROCESS_JOB
from streamcore.videos.use_cases.while_wanted import WhileWanted
from tests.unit.videos.platform import Site

pytestmark = pytest.mark.virtual_time
LONG = b"long film"
IN_THE_FIRST_QUALITY = "360p/00001.m4s"  # the source has been cut by then
MINUTE = timedelta(minutes=1)


def once(site: Site, name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Do something when a file of this name is about to be made for the first time."""

    async def step(made: str) -> None:
        if made == name:
            site.at_each_step = None
            await act()

    site.at_each_step = step


async def kinds(site: Site) -> Counter[tuple[str, JobState]]:
    return Counter((job.kind, job.state) for job in await site.ports.jobs.list() if job.kind.startswith("videos.pro"))


async def runs_left(site: Site) -> list[str]:
    processing = [job.id for job in await site.ports.jobs.list() if job.kind == PROCESS_JOB]
    async with site.ports.begin() as uow:
        return [id for id in processing if await uow.chunked_runs.find(id) is not None]


async def check_complete(site: Site, video_id: VideoId) -> None:
    video = await site.video(video_id)
    assert (video.status, video.failure) == (VideoStatus.PUBLISHED, None)
    assert video.media is not None
    assert video.media.complete
    assert await runs_left(site) == []


async def test_chunks_hold_up_nobody() -> None:
    site = await Site.open()
    await site.uploaded(LONG)
    await site.app.settle()
    classes = {job.kind: job.job_class for job in await site.ports.jobs.list()}
    assert (classes[CHUNK_JOB], classes[JOIN_JOB]) == (JobClass.BULK, JobClass.INTERACTIVE)


@pytest.mark.parametrize("way_back", ["replayed by an operator", "retried by its owner"])
async def test_a_chunk_that_dies_before_the_first_quality_is_made_is_told_and_can_be_mended(way_back: str) -> None:
    site = await Site.open()
    jobs, dead = site.ports.jobs, []

    async def kill_a_chunk() -> None:
        chunk = next(job for job in await jobs.list() if job.kind == CHUNK_JOB)
        lease = await jobs.lease(chunk.id, worker="w", now=site.clock.now(), ttl=MINUTE)
        assert lease is not None
        await jobs.fail(lease, now=site.clock.now(), reason="broken", retry_at=None)
        await site.app.settle()
        dead.append(chunk.id)
        assert (await site.video(video_id)).status is VideoStatus.FAILED

    once(site, IN_THE_FIRST_QUALITY, kill_a_chunk)
    video_id = await site.uploaded(LONG)
    await site.app.settle()
    status = await site.app.videos.status(site.owner, video_id)
    assert status.status is VideoStatus.PUBLISHED
    assert status.failure is not None
    assert status.progress < 100.0
    if way_back == "retried by its owner":
        await site.app.videos.reprocess(site.owner, video_id)
    else:
        await jobs.replay(dead[0], now=site.clock.now())
    await site.app.settle()
    await check_complete(site, video_id)


async def test_a_job_whose_place_another_has_taken_cuts_nothing() -> None:
    """Its run would be over before it has begun."""
    site = await Site.open()

    async def broken(_name: str) -> None:
        if _name == IN_THE_FIRST_QUALITY:
            raise RuntimeError("out of order")

    site.at_each_step = broken
    video_id = await site.uploaded(LONG)
    await site.work_through_failures()
    assert (await site.video(video_id)).status is VideoStatus.FAILED
    site.at_each_step = None
    (dead,) = await site.ports.jobs.list(state=JobState.DEAD)
    await site.app.videos.retry(site.owner, video_id)
    await site.ports.jobs.replay(dead.id, now=site.clock.now())
    await site.app.settle()
    await check_complete(site, video_id)
    assert await kinds(site) == {(PROCESS_JOB, JobState.DONE): 2, (CHUNK_JOB, JobState.DONE): 4}  # two of the dead run


async def test_a_chunk_that_cannot_be_processed_leaves_the_first_quality() -> None:
    site = await Site.open()

    async def spoil() -> None:
        await site.change_source(video_id, b"broken video")

    once(site, IN_THE_FIRST_QUALITY, spoil)
    video_id = await site.uploaded(LONG)
    await site.app.settle()
    status = await site.app.videos.status(site.owner, video_id)
    assert (status.status, status.stage) == (VideoStatus.PUBLISHED, "")
    assert status.failure is not None
    assert status.progress < 100.0, "it is not complete, and nothing works on it"
    assert await runs_left(site) == []
    await site.change_source(video_id, LONG)
    await site.app.videos.reprocess(site.owner, video_id)
    await site.app.settle()
    await check_complete(site, video_id)


async def test_the_work_ends_when_its_video_is_deleted() -> None:
    site = await Site.open()

    async def delete() -> None:
        await site.app.videos.delete(site.owner, video_id)
        site.clock.advance(timedelta(seconds=6))

    once(site, IN_THE_FIRST_QUALITY, delete)
    video_id = await site.uploaded(LONG)
    await site.app.settle()
    assert (await site.video(video_id)).generation is None
    assert await kinds(site) == {(PROCESS_JOB, JobState.DONE): 1, (CHUNK_JOB, JobState.DONE): 2}
    assert await runs_left(site) == []
    stored = [info.key async for info in site.store.list("videos/")]
    assert not [key for key in stored if key.endswith(("first.m3u8", "master.m3u8")) or "/720p/" in key]


async def test_an_outage_ends_no_work() -> None:
    told: list[float] = []
    clock = ManualClock()

    async def tell(percent: float, _stage: str) -> None:
        told.append(percent)

    @asynccontextmanager
    async def away() -> AsyncIterator[None]:
        raise Unavailable
        yield

    wanted = WhileWanted(away, clock, tell, VideoId("v"))  # type: ignore[arg-type]  # it never gets that far
    for percent in (1.0, 2.0, 3.0):
        await wanted(percent, "transcoding")
        clock.advance(timedelta(seconds=6))
    assert told == [1.0, 2.0, 3.0]
