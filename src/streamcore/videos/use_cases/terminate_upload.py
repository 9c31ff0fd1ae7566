from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.discard_upload import discard_upload
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class TerminateUpload:
    """Give an upload up: the video that it was to fill goes with all that had arrived.

    `Conflict` once its file was accepted, be it at this moment.
    """

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> None:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            before.require_owner(actor)
            if before.status is not VideoStatus.UPLOADING:
                raise Conflict("This upload has already ended; delete the video instead.")
            video, events = before.delete(by=actor, at=self.clock.now())
            await save_change(uow, before, video, events)
        await discard_upload(self.store, before.upload)
