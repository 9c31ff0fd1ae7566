from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.discard_upload import discard_upload
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class DeleteVideo:
    """Hide a video from everybody; its files go after the legal hold (VID-11), and an unfinished upload at once."""

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> Video:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            video, events = before.delete(by=actor, at=self.clock.now())
            if before.job_id is not None:
                await uow.chunked_runs.remove(before.job_id)
            await save_change(uow, before, video, events)
        await discard_upload(self.store, before.upload)
        return video
