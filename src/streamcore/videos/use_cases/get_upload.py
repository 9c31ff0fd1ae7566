from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Gone, NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore, StoredPart
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.upload import PendingUpload
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.fail_upload import upload_lost


@dataclass(frozen=True, slots=True)
class UploadState:
    """How far a file has come: ``received`` of ``size`` bytes. ``upload`` is None once all of it is there."""

    video_id: VideoId
    size: int | None
    received: int
    expires_at: datetime | None
    upload: PendingUpload | None
    parts: Sequence[StoredPart] = ()


@dataclass(frozen=True, slots=True)
class GetUpload:
    """How far an upload has come, for its owner, so that it can go on after any interruption.

    `Gone` where it can go on no more.
    """

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> UploadState:
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            video.require_owner(actor)
        upload = video.upload
        if upload is None:
            return complete(video)
        upload.require_open(self.clock.now())
        if upload.transfer is not None:
            return UploadState(video.id, upload.size, upload.transfer.received, upload.expires_at, upload)
        parts = await self._parts(upload)
        return UploadState(video.id, upload.size, sum(part.size for part in parts), upload.expires_at, upload, parts)

    async def _parts(self, upload: PendingUpload) -> Sequence[StoredPart]:
        if upload.key is None or upload.multipart_id is None:
            return ()
        try:
            return await self.store.list_parts(upload.key, upload.multipart_id)
        except NotFound:
            await self._joined(upload.key)
            return [StoredPart(n, "", upload.size_of_part(n)) for n in range(1, upload.part_count + 1)]

    async def _joined(self, key: str) -> None:
        """Return where the parts are one object by now, which is about to be confirmed; `Gone` where they are lost."""
        try:
            await self.store.head(key)
        except NotFound:
            raise upload_lost() from None


def complete(video: Video) -> UploadState:
    """The state of an upload that has arrived; `Gone` where it has failed."""
    if video.source is None:
        raise Gone(video.failure.message if video.failure else None)
    return UploadState(video.id, video.source.size, video.source.size, None, None)
