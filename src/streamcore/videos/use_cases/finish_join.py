from dataclasses import dataclass, replace

from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, JobId
from streamcore.shared.jobs import JobClass, Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.media import Media
from streamcore.videos.ports import VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.accept_source import process_job
from streamcore.videos.use_cases.chunked_run import current_run
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class FinishJoin:
    """Switch the joined generation in and end the run, in the commit that completes its last job.

    Where the parts do not fit together (None), the video is queued to be processed in one piece; it can be watched
    by then.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids

    async def __call__(self, lease: Lease, media: Media | None) -> None:
        async with self.begin() as uow:
            await uow.complete(lease)
            run, before = await current_run(uow, lease)
            if run is None:
                return
            await uow.chunked_runs.remove(run.id)
            if media is None:
                job_id = JobId(self.ids.new())
                await uow.videos.save(before.process_again(job_id=job_id))
                again = process_job(job_id, before.id, JobClass.BULK)
                uow.enqueue(replace(again, payload={**again.payload, "uncut": True}))
                return
            generation = generation_of(lease.job_id, lease.token)
            video, events = before.finish_processing(media, generation, at=self.clock.now())
            await save_change(uow, before, video, events)
