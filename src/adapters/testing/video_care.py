"""The suite for what the scheduler asks of videos."""

from dataclasses import replace
from datetime import timedelta

from adapters.testing.samples import add_channel, add_video, enqueue, new_job
from adapters.testing.stack import Stack
from streamcore.shared.ids import JobId, VideoId
from streamcore.videos.models import LEGAL_HOLD, PendingUpload, Video, VideoStatus
from streamcore.videos.policies import PROCESS_JOB
from streamcore.videos.ports import KeptFiles, generation_of

MINUTE = timedelta(minutes=1)


async def kept(stack: Stack, *videos: Video) -> dict[VideoId, KeptFiles]:
    answer = await stack.video_care.kept_files([video.id for video in videos], stack.clock.now())
    return {files.video_id: files for files in answer}


class VideoCareContract:
    """For every adapter of `VideoCare`."""

    async def test_due_videos_are_published_oldest_first(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()
        times = (3, 1, 2, 5, 4)
        videos = {n: await add_video(stack, channel, VideoStatus.SCHEDULED, publish_at=now + n * MINUTE) for n in times}
        await add_video(stack, channel, VideoStatus.READY, publish_at=now + MINUTE)
        await add_video(stack, channel, VideoStatus.PUBLISHED, publish_at=now + MINUTE)
        assert list(await stack.video_care.due_to_publish(now, limit=10)) == []
        due = await stack.video_care.due_to_publish(now + 4 * MINUTE, limit=10)
        assert list(due) == [videos[n].id for n in (1, 2, 3, 4)]
        due = await stack.video_care.due_to_publish(now + 4 * MINUTE, limit=2)
        assert list(due) == [videos[n].id for n in (1, 2)]

    async def test_uploads_whose_time_is_over_are_abandoned(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()

        def upload(minutes: int) -> PendingUpload:
            return PendingUpload("f", "video/mp4", now + minutes * MINUTE)

        old = await add_video(stack, channel, VideoStatus.UPLOADING, upload=upload(1))
        older = await add_video(stack, channel, VideoStatus.UPLOADING, upload=upload(0))
        await add_video(stack, channel, VideoStatus.UPLOADING, upload=upload(5))
        await add_video(stack, channel, VideoStatus.PROCESSING)
        await add_video(stack, channel, VideoStatus.FAILED, upload=upload(0))
        assert set(await stack.video_care.abandoned(now + 3 * MINUTE, limit=10)) == {old.id, older.id}
        assert len(await stack.video_care.abandoned(now + 3 * MINUTE, limit=1)) == 1
        assert list(await stack.video_care.abandoned(now - MINUTE, limit=10)) == []

    async def test_files_of_living_videos_are_kept(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        uploading = await add_video(stack, channel, VideoStatus.UPLOADING)
        published = await add_video(stack, channel, generation="g-3")
        failed = await add_video(stack, channel, VideoStatus.FAILED)
        stranger = replace(failed, id=VideoId(stack.ids.new()))
        answer = await kept(stack, uploading, published, stranger)
        assert uploading.upload is not None
        assert published.source is not None
        assert answer == {
            uploading.id: KeptFiles(uploading.id, None, uploading.upload.key, frozenset()),
            published.id: KeptFiles(published.id, published.source.key, None, frozenset({"g-3"})),
        }
        assert list(await stack.video_care.kept_files([], stack.clock.now())) == []
        assert list(await stack.video_care.kept_files([VideoId("no id at all")], stack.clock.now())) == []

    async def test_the_generation_in_the_making_is_kept(self, stack: Stack) -> None:
        job_id, channel = JobId(stack.ids.new()), await add_channel(stack)
        video = await add_video(stack, channel, VideoStatus.PROCESSING, job_id=job_id, generation="old")
        job = new_job(stack, id=job_id, kind=PROCESS_JOB, payload={"video_id": video.id})
        await enqueue(stack, job)
        now = stack.clock.now()
        assert (await kept(stack, video))[video.id].generations == {"old"}
        first = await stack.jobs.lease(job_id, worker="a", now=now, ttl=MINUTE)
        assert first is not None
        assert (await kept(stack, video))[video.id].generations == {"old", generation_of(job_id, 1)}
        await stack.jobs.release(first, now=now)
        assert (await kept(stack, video))[video.id].generations == {"old"}
        second = await stack.jobs.lease(job_id, worker="b", now=now, ttl=MINUTE)
        assert second is not None
        assert (await kept(stack, video))[video.id].generations == {"old", generation_of(job_id, 2)}
        async with stack.begin() as uow:
            await uow.complete(second)
        assert (await kept(stack, video))[video.id].generations == {"old"}

    async def test_every_running_job_on_a_video_keeps_its_generation(self, stack: Stack) -> None:
        """Also one that the video has forgotten, as after a second upload; its worker still writes."""
        channel, now = await add_channel(stack), stack.clock.now()
        named = JobId(stack.ids.new())
        video = await add_video(stack, channel, VideoStatus.PROCESSING, job_id=named, generation="old")
        other = await add_video(stack, channel, VideoStatus.PROCESSING)
        payload = {"video_id": video.id}
        jobs = [new_job(stack, payload=payload, **told) for told in ({"id": named}, {}, {}, {"kind": "videos.other"})]
        jobs.append(new_job(stack, payload={"video_id": other.id}))
        await enqueue(stack, *jobs)
        leases = [await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE) for job in (jobs[0], *jobs[2:])]
        assert None not in leases
        answer = await kept(stack, video, other)
        assert answer[video.id].generations == {"old", generation_of(named, 1), generation_of(jobs[2].id, 1)}
        assert answer[other.id].generations == {generation_of(jobs[4].id, 1)}

    async def test_files_of_deleted_videos_are_kept_for_the_legal_hold(self, stack: Stack) -> None:
        video = await add_video(stack, await add_channel(stack), VideoStatus.DELETED, generation="g")
        stack.clock.advance(LEGAL_HOLD - MINUTE)
        assert (await kept(stack, video))[video.id].generations == {"g"}
        stack.clock.advance(MINUTE)
        assert await kept(stack, video) == {}
