from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from streamcore.shared.clock import Clock
from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobRun, Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.chunks import Made, Plan
from streamcore.videos.models.media import Media, media_prefix
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.ports import MediaProcessor, Split, VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.check_source import CheckSource
from streamcore.videos.use_cases.while_wanted import Unwanted, WhileWanted

Finish = Callable[[Lease, VideoId, Media | Failure | None], Awaitable[None]]
ShowFirst = Callable[[Lease, VideoId, Media], Awaitable[None]]
PlanChunks = Callable[[Lease, VideoId, Plan], Awaitable[Plan]]
FinishFirst = Callable[[Lease, Made], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ProcessVideo:
    """Make a video playable: the job behind every upload (VID-5).

    No transaction is open while the processor works. What it makes lies under a prefix of this lease alone, and is
    switched in only under the current token: a first quality while the others are made (``show``), everything in the
    end (``finish``). A long source is cut (``plan``): its job ends with the first quality (``finish_first``), and other
    jobs make the rest. Each of these is a use case of its own, run again by itself on a conflict.
    """

    begin: Begin[VideosUnitOfWork]
    processor: MediaProcessor
    clock: Clock
    show: ShowFirst
    plan: PlanChunks
    finish: Finish
    finish_first: FinishFirst
    check: CheckSource

    async def __call__(self, run: JobRun) -> None:
        lease = run.lease
        video_id = VideoId(lease.job.payload["video_id"])
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
        if video.source is None or video.status is VideoStatus.DELETED:
            await self.finish(lease, video_id, None)
            return
        generation = generation_of(lease.job_id, lease.token)
        result: Media | Failure | None
        try:
            if video.media is None:  # later its bytes are known to be right
                await self.check(video.source, run.progress)
            result = await self._make(run, video, video.source.key, media_prefix(video_id, generation))
        except Unwanted:
            result = None
        except UnprocessableMedia as error:
            result = Failure(error.reason, error.message)
        if isinstance(result, Media) and not result.complete:
            await self.finish_first(lease, Made(result, generation))
        else:
            await self.finish(lease, video_id, result)

    async def _make(self, run: JobRun, video: Video, source: str, target: str) -> Media:
        split: Split | None = partial(self.plan, run.lease, video.id)
        uncut = run.lease.job.payload.get("uncut")  # its parts did not fit together
        if uncut or video.job_id != run.lease.job_id:  # or another job has taken its place, which ends its run
            split = None
        # What can be played already is not made again for its own sake: everything then comes from one decode.
        show = partial(self.show, run.lease, video.id) if video.media is None else None
        wanted = WhileWanted(self.begin, self.clock, run.progress, video.id)
        return await self.processor.process(source, target, progress=wanted, show=show, split=split)
