from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.details import VideoChanges
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class ChangeVideo:
    """Edit what is said about a video (VID-11)."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, changes: VideoChanges) -> Video:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            video, events = before.change(changes, by=actor, at=self.clock.now())
            await save_change(uow, before, video, events)
        return video
