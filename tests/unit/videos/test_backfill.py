"""Backfills make what is missing once, whatever is killed, steered or waits meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from entrypoints.workers.relay import Relay
from entrypoints.workers.runner import Run
from streamcore.shared.errors import Conflict, Invalid, NotFound, Unavailable
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobState
from streamcore.shared.queues import QueueName
from streamcore.videos.models.backfill import MOST_TRIES, Backfill, BackfillId, BackfillPlan, BackfillState, Steering
from streamcore.videos.models.missing import MediaPart, missing_parts
from streamcore.videos.models.video import Video
from streamcore.videos.policies import BACKFILL_JOB, PROCESS_JOB
from tests.unit.videos import streams
from tests.unit.videos.platform import Site

pytestmark = pytest.mark.virtual_time

SIDES = (MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS)
LIVE = (JobState.QUEUED, JobState.RUNNING)
RUNGS = BackfillPlan((MediaPart.RUNGS,))


async def opened(videos: int) -> tuple[Site, list[VideoId]]:
    """Videos of an older release, which made neither images nor fingerprints."""
    site = await Site.open()
    ids = [await site.published() for _ in range(videos)]
    for id in ids:
        media = (await site.video(id)).media
        assert media is not None
        await site.change(id, media=streams.without_sides(media))
    return site, ids


async def without_top_rung(site: Site, video_id: VideoId) -> None:
    media = (await site.video(video_id)).media
    assert media is not None
    await site.change(video_id, media=replace(media, renditions=media.renditions[:1]))


async def now(site: Site, backfill: Backfill) -> Backfill:
    return await site.app.videos.backfills.one(backfill.id)


async def work(site: Site, backfill: Backfill, steps: int = 40) -> Backfill:
    """Until it no longer runs, its pauses included."""
    for _ in range(steps):
        await site.ports.jobs.reap(now=site.clock.now())
        await site.app.settle()
        if (await now(site, backfill)).state is not BackfillState.RUNNING:
            break
        site.clock.advance(timedelta(seconds=31))
    return await now(site, backfill)


def lacks(site: Site, video: Video) -> frozenset[MediaPart]:
    assert video.media is not None
    return missing_parts(video.media, site.ports.media_care.rungs(video.media))


async def test_images_and_fingerprints_are_added_to_the_stream_as_it_is() -> None:
    site, ids = await opened(3)
    before = [await site.video(id) for id in ids]
    assert [lacks(site, video) for video in before] == [frozenset(SIDES)] * 3
    ended = await work(site, await site.app.videos.start_backfill(BackfillPlan(SIDES)))
    assert (ended.state, ended.looked_at, ended.made, ended.failed, ended.percent) == ("done", 3, 3, 0, 100.0)
    for old, id in zip(before, ids, strict=True):
        video = await site.video(id)
        assert lacks(site, video) == frozenset()
        assert video.generation == old.generation
        assert video.media is not None
        for name in video.media.side_files:
            await site.store.head(f"videos/{id}/{video.generation}/{name}")
    again = await work(site, await site.app.videos.start_backfill(BackfillPlan(tuple(MediaPart))))
    assert (again.state, again.looked_at, again.begun) == ("done", 3, 0)


async def test_only_what_is_asked_for_is_made() -> None:
    site, (id,) = await opened(1)
    await work(site, await site.app.videos.start_backfill(BackfillPlan((MediaPart.FINGERPRINTS,))))
    assert lacks(site, await site.video(id)) == {MediaPart.THUMBNAILS}


async def test_metadata_is_probed() -> None:
    site, (id,) = await opened(1)
    whole = (await site.video(id)).media
    assert whole is not None
    await site.change(id, media=replace(whole, duration_seconds=0.0, frame_rate=0.0))
    await work(site, await site.app.videos.start_backfill(BackfillPlan((MediaPart.METADATA,))))
    assert (await site.video(id)).media == whole


async def test_missing_renditions_take_a_new_generation_each_some_at_a_time() -> None:
    site, ids = await opened(5)
    before = {}
    for id in ids[:4]:
        await without_top_rung(site, id)
        before[id] = (await site.video(id)).generation
    most = 0

    async def look(name: str) -> None:
        nonlocal most
        if name == "fetching":
            site.at_each_step = None
            live = [job for state in LIVE for job in await site.ports.jobs.list(state=state)]
            most = max(most, len([job for job in live if job.kind == PROCESS_JOB]))
            site.at_each_step = look

    site.at_each_step = look
    ended = await work(site, await site.app.videos.start_backfill(replace(RUNGS, at_once=2)))
    assert (ended.state, ended.looked_at, ended.made, ended.remaking) == ("done", 5, 4, ())
    assert most == 2
    for id in ids[:4]:
        video = await site.video(id)
        assert lacks(site, video) <= set(SIDES)
        assert video.generation != before[id]


async def test_nothing_is_made_anew_while_uploads_wait() -> None:
    site, (id,) = await opened(1)
    await without_top_rung(site, id)
    generation = (await site.video(id)).generation
    waiting = await site.uploaded()
    backfill = await site.app.videos.start_backfill(RUNGS)
    await Relay(site.ports.outbox, site.ports.jobs, site.ports.queue, site.clock).once()
    (job,) = [job for job in await site.ports.jobs.list(state=JobState.QUEUED) if job.kind == BACKFILL_JOB]
    lease = await site.ports.jobs.lease(job.id, worker="w", now=site.clock.now(), ttl=timedelta(minutes=1))
    assert lease is not None
    assert await site.ports.queue.depth(QueueName.JOBS_INTERACTIVE) == 1
    await site.app.videos.run_backfill(Run(lease))
    assert (await now(site, backfill)).begun == 0
    ended = await work(site, backfill)
    assert ended.made == 1
    assert (await site.video(id)).generation != generation
    assert (await site.video(waiting)).generation is not None


async def test_a_limit_and_a_rate_are_kept() -> None:
    site, _ = await opened(4)
    plan = BackfillPlan(SIDES, limit=3, per_minute=2)
    backfill = await site.app.videos.start_backfill(plan)
    made = []
    for _ in range(4):
        await site.app.settle()
        made.append((await now(site, backfill)).made)
        site.clock.advance(timedelta(seconds=30))
    assert made == [1, 2, 3, 3]
    assert (await now(site, backfill)).state is BackfillState.DONE


async def test_it_is_paused_resumed_and_cancelled() -> None:
    site, _ = await opened(3)
    steer = site.app.videos.steer_backfill
    backfill = await site.app.videos.start_backfill(BackfillPlan(SIDES, per_minute=1))
    await site.app.settle()
    assert (await steer(backfill.id, Steering.PAUSE)).state is BackfillState.PAUSED
    for _ in range(3):
        site.clock.advance(timedelta(minutes=2))
        await site.app.settle()
    assert (await now(site, backfill)).made == 1
    await steer(backfill.id, Steering.RESUME)
    await steer(backfill.id, Steering.RESUME)
    await site.app.settle()
    assert (await now(site, backfill)).made == 2
    await steer(backfill.id, Steering.CANCEL)
    site.clock.advance(timedelta(minutes=2))
    await site.app.settle()
    assert ((await now(site, backfill)).made, (await now(site, backfill)).state) == (2, BackfillState.CANCELLED)
    assert (await steer(backfill.id, Steering.CANCEL)).state is BackfillState.CANCELLED
    with pytest.raises(Conflict):
        await steer(backfill.id, Steering.RESUME)
    with pytest.raises(NotFound):
        await steer(BackfillId(site.ports.ids.new()), Steering.PAUSE)
    assert [job.state for job in await site.ports.jobs.list() if job.kind == BACKFILL_JOB].count(JobState.QUEUED) == 0


async def test_what_cannot_be_made_is_counted_and_passed() -> None:
    site, ids = await opened(4)
    await site.remove_source(ids[0])
    await site.forget_source(ids[1])
    await site.change_source(ids[2], b"not a video")
    ended = await work(site, await site.app.videos.start_backfill(BackfillPlan(SIDES)))
    assert (ended.state, ended.looked_at, ended.made, ended.failed) == ("done", 4, 1, 3)
    assert ended.reason is not None
    assert "NOT_MEDIA" in ended.reason


async def test_what_fails_time_and_again_is_passed_in_the_end() -> None:
    site, _ = await opened(2)
    trouble = 0

    async def troubled(name: str) -> None:
        nonlocal trouble
        if name == "objects.get" and trouble < MOST_TRIES:
            trouble += 1
            raise Unavailable

    backfill = await site.app.videos.start_backfill(BackfillPlan((MediaPart.METADATA, *SIDES)))
    site.at_each_step = troubled
    await site.app.settle()
    first = await now(site, backfill)
    assert (first.state, first.looked_at, first.tries, first.failed) == ("running", 0, 1, 0)
    ended = await work(site, backfill)
    assert (ended.state, ended.made, ended.failed, ended.tries) == ("done", 1, 1, 0)
    assert ended.reason is not None
    assert "UNAVAILABLE" in ended.reason


async def test_new_generations_that_fail_are_counted() -> None:
    site, ids = await opened(3)
    for id in ids:
        await without_top_rung(site, id)
    await site.change_source(ids[0], b"not a video")
    await site.remove_source(ids[1])
    ended = await work(site, await site.app.videos.start_backfill(RUNGS))
    assert (ended.state, ended.made, ended.failed) == ("done", 1, 2)
    assert ended.reason == f"{ids[1]}: PROCESSING_FAILED"


async def test_a_backfill_whose_job_dies_can_be_resumed() -> None:
    site, ids = await opened(2)

    async def broken(name: str) -> None:
        if name == "hold":
            raise ArithmeticError

    backfill = await site.app.videos.start_backfill(BackfillPlan(SIDES))
    site.at_each_step = broken
    await site.work_through_failures()
    site.at_each_step = None
    await site.app.settle()
    stopped = await now(site, backfill)
    assert stopped.state is BackfillState.FAILED
    assert stopped.reason is not None
    assert "ArithmeticError" in stopped.reason
    await site.app.videos.steer_backfill(backfill.id, Steering.RESUME)
    assert (await work(site, backfill)).made == len(ids)


async def test_a_dry_run_makes_nothing() -> None:
    site, ids = await opened(3)
    await without_top_rung(site, ids[2])
    found = [missing async for missing in site.app.videos.find_missing(tuple(MediaPart))]
    assert [missing.video.id for missing in found] == ids
    assert [missing.anew for missing in found] == [False, False, True]
    assert [missing.parts for missing in found] == [set(SIDES), set(SIDES), {*SIDES, MediaPart.RUNGS}]
    assert len([missing async for missing in site.app.videos.find_missing(SIDES, limit=2)]) == 2
    assert list(await site.ports.jobs.list(state=JobState.QUEUED)) == []


@pytest.mark.parametrize(
    "plan", [{"parts": ()}, {"limit": 0}, {"per_minute": 0.0}, {"at_once": 0}, {"at_once": 65}], ids=str
)
def test_a_plan_that_cannot_be_kept_is_refused(plan: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        replace(BackfillPlan(SIDES), **plan)  # type: ignore[arg-type]
