"""The suite for what the scheduler asks of videos."""

from dataclasses import replace
from datetime import timedelta

from adapters.testing.samples import add_channel, add_video, enqueue, new_job
from adapters.testing.stack import Stack
from streamcore.shared.access import Actor, Role
from streamcore.shared.ids import JobId, VideoId
from streamcore.videos.models.captions import Caption
from streamcore.videos.models.details import VideoChanges
from streamcore.videos.models.images import Thumbnail
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.upload import PendingUpload
from streamcore.videos.models.video import LEGAL_HOLD, Video
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

    async def test_a_video_is_due_at_the_time_it_was_moved_to(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()
        owner = Actor(channel.owner_id, Role.CREATOR)
        first = {"publish_at": now + 2 * MINUTE}
        later, sooner, off = [await add_video(stack, channel, VideoStatus.SCHEDULED, **first) for _ in range(3)]
        on = await add_video(stack, channel, VideoStatus.READY, publish=False)
        moves = ((later, now + 4 * MINUTE), (sooner, now + MINUTE), (off, None), (on, now + 3 * MINUTE))
        for video, at in moves:
            changed, _ = video.change(VideoChanges(publish_at=at), by=owner, at=now)
            async with stack.begin() as uow:
                await uow.videos.save(changed)
        due = {n: list(await stack.video_care.due_to_publish(now + n * MINUTE, limit=10)) for n in (1, 2, 3, 4)}
        assert due[1] == due[2] == [sooner.id]
        assert due[3] == [sooner.id, on.id]
        assert due[4] == [sooner.id, on.id, later.id]

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

    async def test_uploads_in_parts_are_open_while_they_may_go_on(self, stack: Stack) -> None:
        channel, later = await add_channel(stack), stack.clock.now() + MINUTE
        assert await stack.video_care.open_multiparts() == frozenset()
        for number in range(3):
            upload = PendingUpload("f", "video/mp4", later, "uploads/k", multipart_id=f"m{number}")
            await add_video(stack, channel, VideoStatus.UPLOADING, upload=upload)
        await add_video(stack, channel, VideoStatus.UPLOADING)
        ended = PendingUpload("f", "video/mp4", later, "uploads/k", multipart_id="ended")
        await add_video(stack, channel, VideoStatus.PROCESSING, upload=ended)
        assert await stack.video_care.open_multiparts() == {"m0", "m1", "m2"}

    async def test_files_of_living_videos_are_kept(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        uploading = await add_video(stack, channel, VideoStatus.UPLOADING)
        published = await add_video(stack, channel, generation="g-3")
        failed = await add_video(stack, channel, VideoStatus.FAILED)
        stranger = replace(failed, id=VideoId(stack.ids.new()))
        answer = await kept(stack, uploading, published, stranger)
        assert uploading.upload is not None
        assert published.source is not None
        assert published.media is not None
        assert answer == {
            uploading.id: KeptFiles(uploading.id, None, uploading.upload.key, frozenset(), None, frozenset()),
            published.id: KeptFiles(
                published.id,
                published.source.key,
                None,
                frozenset({"g-3"}),
                f"videos/{published.id}/g-3/master.m3u8",
                frozenset(f"videos/{published.id}/g-3/{name}" for name in published.media.side_files),
            ),
        }
        assert answer[published.id].side_keys
        assert answer[uploading.id].added_prefix is None
        assert answer[published.id].added_prefix == f"videos/{published.id}/g-3/added-"
        assert list(await stack.video_care.kept_files([], stack.clock.now())) == []
        assert list(await stack.video_care.kept_files([VideoId("no id at all")], stack.clock.now())) == []

    async def test_captions_and_a_chosen_image_are_kept(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()
        captions = (Caption("c-1", "de", "Deutsch", now), Caption("c-2", "en", "English", now))
        own = await add_video(stack, channel, generation="g", captions=captions, thumbnail=Thumbnail(image="i-1"))
        still = await add_video(stack, channel, VideoStatus.FAILED, thumbnail=Thumbnail(still=1))
        answer = await kept(stack, own, still)
        assert answer[own.id].generations == {"g", "captions-c-1", "captions-c-2", "image-i-1"}
        assert answer[still.id].generations == frozenset()

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

    async def test_videos_in_service_come_by_their_ids(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        served = [
            await add_video(stack, channel, status)
            for status in (VideoStatus.PUBLISHED, VideoStatus.READY, VideoStatus.SCHEDULED, VideoStatus.PUBLISHED)
        ]
        others = (VideoStatus.UPLOADING, VideoStatus.PROCESSING, VideoStatus.FAILED, VideoStatus.DELETED)
        for status in others:
            await add_video(stack, channel, status)
        await add_video(stack, channel, media=None)
        await add_video(stack, channel, generation=None)
        ids = sorted(video.id for video in served)
        assert await stack.video_care.count_in_service() == 4
        assert list(await stack.video_care.in_service(after=None, limit=10)) == ids
        assert list(await stack.video_care.in_service(after=None, limit=3)) == ids[:3]
        assert list(await stack.video_care.in_service(after=ids[0], limit=2)) == ids[1:3]
        assert list(await stack.video_care.in_service(after=ids[3], limit=2)) == []
