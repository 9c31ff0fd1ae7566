from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.media import Media
from streamcore.videos.ports import VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class ShowFirstQuality:
    """Put a first quality into service while its job goes on to make the others; `LeaseLost` under an old token."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, lease: Lease, video_id: VideoId, media: Media) -> None:
        async with self.begin() as uow:
            await uow.hold(lease)
            before = await uow.videos.get(video_id)
            generation = generation_of(lease.job_id, lease.token)
            video, events = before.finish_processing(media, generation, at=self.clock.now())
            await save_change(uow, before, video, events)
