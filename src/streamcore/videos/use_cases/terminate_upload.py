from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.errors import Conflict
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.delete_video import DeleteVideo


@dataclass(frozen=True, slots=True)
class TerminateUpload:
    """Give an upload up: the video that it was to fill goes with all that had arrived."""

    begin: Begin[VideosUnitOfWork]
    conceal: Conceal
    delete: DeleteVideo

    async def __call__(self, actor: Actor, video_id: VideoId) -> None:
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            video.require_owner(actor)
        if video.status is not VideoStatus.UPLOADING:
            raise Conflict("This upload has already ended; delete the video instead.")
        await self.delete(actor, video_id)
