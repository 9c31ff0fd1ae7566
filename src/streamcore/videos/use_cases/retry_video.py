from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, JobId, VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.accept_source import process_job
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class RetryVideo:
    """Process a failed video again from the file that was received."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> Video:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            job_id = JobId(self.ids.new())
            video, events = before.retry(by=actor, job_id=job_id, at=self.clock.now())
            if before.job_id is not None:
                await uow.chunked_runs.remove(before.job_id)
            await save_change(uow, before, video, events)
            uow.enqueue(process_job(job_id, video_id))
        return video
