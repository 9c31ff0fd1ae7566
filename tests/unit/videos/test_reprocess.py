"""A video is made anew beside the generation that is being watched."""

import pytest

from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import Conflict, Forbidden, NotFound
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.jobs import JobClass, JobState
from streamcore.shared.queues import QueueName
from streamcore.videos.models.status import VideoStatus
from tests.unit.videos.platform import Site

pytestmark = pytest.mark.virtual_time
MODERATOR = Actor(UserId("00000000-0000-7000-8000-00000000000a"), Role.MODERATOR)


async def test_the_old_generation_stays_in_service_until_the_new_one_is_there() -> None:
    site = await Site.open()
    video_id = await site.published()
    before = await site.video(video_id)
    await site.app.videos.reprocess(site.owner, video_id)
    meanwhile = await site.video(video_id)
    assert (meanwhile.status, meanwhile.generation) == (VideoStatus.PUBLISHED, before.generation)
    (job,) = await site.ports.jobs.list(state=JobState.QUEUED)
    assert job.job_class is JobClass.BULK
    await site.app.settle()
    after = await site.video(video_id)
    assert after.status is VideoStatus.PUBLISHED
    assert after.generation not in (before.generation, None)
    assert after.published_at == before.published_at
    assert after.failure is None


async def test_its_status_shows_the_work_in_the_stage_alone() -> None:
    site = await Site.open()
    video_id = await site.published()
    seen = []

    async def look(name: str) -> None:
        if name == "master.m3u8":
            job = (await site.ports.jobs.list(state=JobState.RUNNING))[0]
            assert job.payload["video_id"] == video_id
            seen.append(await site.app.videos.status(site.owner, video_id))

    site.at_each_step = look
    await site.app.videos.reprocess(site.owner, video_id)
    await site.app.settle()
    assert [(status.status, status.progress) for status in seen] == [(VideoStatus.PUBLISHED, 100.0)]


async def test_asking_again_while_it_is_made_changes_nothing() -> None:
    site = await Site.open()
    video_id = await site.published()
    for _ in range(3):
        await site.app.videos.reprocess(site.owner, video_id)
    assert len(await site.ports.jobs.list(state=JobState.QUEUED)) == 1
    await site.app.settle()
    await site.app.videos.reprocess(site.owner, video_id)
    assert len(await site.ports.jobs.list(state=JobState.QUEUED)) == 1


async def test_moderators_may_and_strangers_may_not() -> None:
    site = await Site.open()
    video_id = await site.published()
    await site.app.videos.reprocess(MODERATOR, video_id)
    assert len(await site.ports.jobs.list(state=JobState.QUEUED)) == 1
    stranger = Actor(UserId("00000000-0000-7000-8000-00000000000b"), Role.CREATOR)
    with pytest.raises(Forbidden):
        await site.app.videos.reprocess(stranger, video_id)
    hidden = await site.published(visibility="private")
    with pytest.raises(NotFound):
        await site.app.videos.reprocess(stranger, hidden)


async def test_a_failure_leaves_it_in_service_and_says_why() -> None:
    site = await Site.open()
    video_id = await site.published()
    before = await site.video(video_id)
    await site.change_source(video_id, b"not a video any more")
    await site.app.videos.reprocess(site.owner, video_id)
    await site.app.settle()
    after = await site.video(video_id)
    assert (after.status, after.generation, after.media) == (VideoStatus.PUBLISHED, before.generation, before.media)
    status = await site.app.videos.status(site.owner, video_id)
    assert status.failure is not None
    assert status.failure.code == "NOT_MEDIA"
    stranger = Actor(UserId("00000000-0000-7000-8000-00000000000b"), Role.VIEWER)
    assert (await site.app.videos.status(stranger, video_id)).failure is None
    await site.change_source(video_id, b"a film again")
    await site.app.videos.reprocess(site.owner, video_id)
    assert (await site.app.videos.status(site.owner, video_id)).failure is None
    await site.app.settle()
    assert (await site.video(video_id)).generation != before.generation


async def test_a_job_that_dies_says_so_too() -> None:
    site = await Site.open()
    video_id = await site.published()
    await site.remove_source(video_id)
    await site.app.videos.reprocess(site.owner, video_id)
    await site.work_through_failures()
    after = await site.video(video_id)
    assert after.status is VideoStatus.PUBLISHED
    assert after.failure is not None
    assert after.failure.code == "PROCESSING_FAILED"


async def test_a_failed_video_is_retried_by_its_owner_at_once() -> None:
    site = await Site.open()
    video_id = await site.uploaded()
    await site.change_source(video_id, b"not a video")
    await site.app.settle()
    assert (await site.video(video_id)).status is VideoStatus.FAILED
    with pytest.raises(Forbidden):
        await site.app.videos.reprocess(MODERATOR, video_id)
    await site.app.videos.reprocess(site.owner, video_id)
    assert (await site.video(video_id)).status is VideoStatus.PROCESSING
    (job,) = await site.ports.jobs.list(state=JobState.QUEUED)
    assert job.job_class is JobClass.INTERACTIVE
    with pytest.raises(Conflict):
        await site.app.videos.reprocess(site.owner, video_id)


async def test_what_cannot_be_made_anew_is_a_conflict() -> None:
    site = await Site.open()
    video_id = await site.published()
    await site.forget_source(video_id)
    with pytest.raises(Conflict):
        await site.app.videos.reprocess(site.owner, video_id)
    with pytest.raises(Conflict):
        await site.app.videos.repair(video_id)
    with pytest.raises(NotFound):
        await site.app.videos.reprocess(site.owner, VideoId(site.ports.ids.new()))
    assert await site.ports.queue.depth(QueueName.JOBS_BULK) == 0


async def test_a_repair_is_begun_once() -> None:
    site = await Site.open()
    video_id = await site.published()
    assert await site.app.videos.repair(video_id)
    assert not await site.app.videos.repair(video_id)
