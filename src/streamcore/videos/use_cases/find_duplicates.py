import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.events import Recorded
from streamcore.shared.ids import Ids, JobId, VideoId
from streamcore.shared.jobs import Job, JobClass, JobRun, Lease
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.events import DuplicatesFound, VideoDeleted, VideoProcessed
from streamcore.videos.models.fingerprints import Fingerprint, Match, compare
from streamcore.videos.models.media import PrintFile, media_prefix
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.policies import COMPARE_JOB
from streamcore.videos.ports import Fingerprints, VideosUnitOfWork

CANDIDATES = 20
"""Videos that are compared exactly: those that share most marks."""

Found = Mapping[VideoId, Sequence[Match]]
Record = Callable[[Lease, VideoId, Found | None], Awaitable[bool]]


def compare_job(job_id: JobId, video_id: VideoId) -> Job:
    """The job that compares a video with all others; one at a time for each."""
    return Job(job_id, COMPARE_JOB, {"video_id": video_id}, JobClass.BULK, dedupe_key=f"{COMPARE_JOB}:{video_id}")


@dataclass(frozen=True, slots=True)
class QueueComparison:
    """When a video has been processed, have it compared with all others."""

    begin: Begin[VideosUnitOfWork]
    ids: Ids

    async def __call__(self, recorded: Recorded) -> None:
        event = recorded.event
        if not isinstance(event, VideoProcessed):
            return
        async with self.begin() as uow:
            if await uow.claim(recorded.id, "videos.queue_comparison"):
                uow.enqueue(compare_job(JobId(self.ids.new()), event.video_id))


@dataclass(frozen=True, slots=True)
class RecordDuplicates:
    """Write down what was found, tell it if there is more than before, and complete the job, in one commit.

    Whether the video is (still) one to be found.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, lease: Lease, video_id: VideoId, found: Found | None) -> bool:
        now = self.clock.now()
        async with self.begin() as uow:
            await uow.complete(lease)
            video = await uow.videos.get(video_id)
            if video.status is VideoStatus.DELETED:
                return False
            if found is None:
                return True
            known = {duplicate.video_id for duplicate in await uow.duplicates.of(video_id)}
            await uow.duplicates.replace(video_id, found, now)
            if found.keys() - known:
                uow.record(
                    DuplicatesFound(
                        at=now,
                        video_id=video.id,
                        channel_id=video.channel_id,
                        owner_id=video.owner_id,
                        listed=video.listed,
                        others=tuple(found),
                    )
                )
        return True


@dataclass(frozen=True, slots=True)
class ForgetFingerprints:
    """When a video is deleted, nothing is compared with it any more, and nothing tells what it looked like."""

    begin: Begin[VideosUnitOfWork]
    fingerprints: Fingerprints

    async def __call__(self, recorded: Recorded) -> None:
        event = recorded.event
        if not isinstance(event, VideoDeleted):
            return
        async with self.begin() as uow:
            await uow.duplicates.forget(event.video_id)
        await self.fingerprints.forget(event.video_id)


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """Keep the fingerprints of a processed video and look for other videos that share its picture or sound (VID-6).

    Of two copies that are processed at the same time at least the later one finds the other: each is kept before it is
    compared.
    """

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    fingerprints: Fingerprints
    record: Record

    async def __call__(self, run: JobRun) -> None:
        video_id = VideoId(run.lease.job.payload["video_id"])
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
        if video.media is None or video.generation is None or video.status is VideoStatus.DELETED:
            await self.record(run.lease, video_id, None)
            return
        found: dict[VideoId, list[Match]] = {}
        for file in video.media.prints:
            mine = await self._read(media_prefix(video_id, video.generation), file)
            await self.fingerprints.put(video_id, mine)
            for other, match in await self._matches(run, video_id, mine):
                found.setdefault(other, []).append(match)
        if not await self.record(run.lease, video_id, found):  # it was deleted meanwhile
            await self.fingerprints.forget(video_id)

    async def _read(self, prefix: str, file: PrintFile) -> Fingerprint:
        async with self.store.get(f"{prefix}{file.name}") as chunks:
            data = b"".join([chunk async for chunk in chunks])
        return Fingerprint.decode(file.kind, file.step_seconds, data)

    async def _matches(self, run: JobRun, video_id: VideoId, mine: Fingerprint) -> Sequence[tuple[VideoId, Match]]:
        matches = []
        others = await self.fingerprints.sharing(video_id, mine, limit=CANDIDATES)
        for number, other in enumerate(others):
            await run.progress(100.0 * number / len(others), f"comparing {mine.kind}")
            try:
                theirs = await self.fingerprints.get(other, mine.kind)
            except NotFound:
                continue
            # Some seconds for videos of hours, and nothing but arithmetic: off the loop, which renews the lease.
            match = await asyncio.to_thread(compare, mine, theirs)
            if match is not None:
                matches.append((other, match))
        return matches
