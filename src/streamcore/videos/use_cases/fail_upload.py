from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.errors import Detail, Gone
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.discard_upload import discard_upload
from streamcore.videos.use_cases.save_change import save_change

UPLOAD_LOST = Failure("UPLOAD_LOST", "What had arrived of the file was lost. Upload it again.")


def upload_lost() -> Gone:
    """What the client of an upload is told whose store knows nothing of it any more."""
    return Gone(UPLOAD_LOST.message, details=[Detail("video_id", "Begin a new upload.", "upload_lost")])


@dataclass(frozen=True, slots=True)
class FailUpload:
    """End an upload whose file cannot be used, with the reason for its owner; what had come of it goes."""

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    clock: Clock

    async def __call__(self, video_id: VideoId, failure: Failure) -> None:
        async with self.begin() as uow:
            before = await uow.videos.get(video_id)
            if before.status is not VideoStatus.UPLOADING:
                return
            video, events = before.fail(failure, at=self.clock.now())
            await save_change(uow, before, video, events)
        await discard_upload(self.store, before.upload)
