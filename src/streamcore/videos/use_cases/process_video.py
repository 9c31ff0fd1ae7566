from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobRun, Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models import Failure, Media, VideoStatus, media_prefix
from streamcore.videos.ports import MediaProcessor, VideosUnitOfWork, generation_of

Finish = Callable[[Lease, VideoId, Media | Failure | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ProcessVideo:
    """Make a video playable: the job behind every upload (VID-5).

    No transaction is open while the processor works. What it makes lies under a prefix of this lease alone, and
    ``finish`` (`FinishProcessing`, run again by itself on a conflict) switches it in only under the current token.
    """

    begin: Begin[VideosUnitOfWork]
    processor: MediaProcessor
    finish: Finish

    async def __call__(self, run: JobRun) -> None:
        lease = run.lease
        video_id = VideoId(lease.job.payload["video_id"])
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
        if video.source is None or video.status is VideoStatus.DELETED:
            await self.finish(lease, video_id, None)
            return
        target = media_prefix(video_id, generation_of(lease.job_id, lease.token))
        result: Media | Failure
        try:
            result = await self.processor.process(video.source.key, target, progress=run.progress)
        except UnprocessableMedia as error:
            result = Failure(error.reason, error.message)
        await self.finish(lease, video_id, result)
