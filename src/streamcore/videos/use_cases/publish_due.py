from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class PublishDue:
    """Publish one scheduled video whose time has come; nothing where it has changed meanwhile (VID-10)."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, video_id: VideoId) -> None:
        async with self.begin() as uow:
            before = await uow.videos.get(video_id)
            video, events = before.publish_due(self.clock.now())
            await save_change(uow, before, video, events)
