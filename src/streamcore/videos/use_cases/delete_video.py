from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class DeleteVideo:
    """Hide a video from everybody; its files go after the legal hold (VID-11)."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, actor: Actor, video_id: VideoId) -> Video:
        async with self.begin() as uow:
            before = await uow.videos.get(video_id)
            video, events = before.delete(by=actor, at=self.clock.now())
            await save_change(uow, before, video, events)
        return video
