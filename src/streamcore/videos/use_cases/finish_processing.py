from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.media import Media
from streamcore.videos.models.status import Failure
from streamcore.videos.ports import VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class FinishProcessing:
    """Switch a finished generation in, or say why there is none, and complete the job in the same commit.

    `LeaseLost` where another worker has taken the job meanwhile; then nothing changes.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, lease: Lease, video_id: VideoId, result: Media | Failure | None) -> None:
        now = self.clock.now()
        async with self.begin() as uow:
            await uow.complete(lease)
            await uow.chunked_runs.remove(lease.job_id)  # a source that was cut, and turned out bad or unwanted
            if result is None:
                return
            before = await uow.videos.get(video_id)
            if isinstance(result, Failure):
                video, events = before.fail(result, at=now)
            else:
                generation = generation_of(lease.job_id, lease.token)
                video, events = before.finish_processing(result, generation, at=now)
            await save_change(uow, before, video, events)
