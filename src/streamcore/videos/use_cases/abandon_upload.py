from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import ABANDONED_AFTER
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.discard_upload import discard_upload
from streamcore.videos.use_cases.save_change import save_change

UPLOAD_ABANDONED = Failure("UPLOAD_ABANDONED", "The file never arrived completely. Upload it again.")


@dataclass(frozen=True, slots=True)
class AbandonUpload:
    """End an upload whose time ran out a day ago, so that its owner learns of it and what it reserved is free again."""

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    clock: Clock

    async def __call__(self, video_id: VideoId) -> None:
        now = self.clock.now()
        async with self.begin() as uow:
            before = await uow.videos.get(video_id)
            upload = before.upload
            if (
                before.status is not VideoStatus.UPLOADING
                or upload is None
                or upload.expires_at + ABANDONED_AFTER > now
            ):
                return
            video, events = before.fail(UPLOAD_ABANDONED, at=now)
            await save_change(uow, before, video, events)
        await discard_upload(self.store, upload)
