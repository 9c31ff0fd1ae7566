from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from streamcore.shared.errors import Conflict
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.upload import PendingUpload
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork

Keep = Callable[[VideoId, str], Awaitable[Video]]


@dataclass(frozen=True, slots=True)
class KeepMultipart:
    """Remember the store's upload that a video's file comes by; where there is one already, that one stays."""

    begin: Begin[VideosUnitOfWork]

    async def __call__(self, video_id: VideoId, multipart_id: str) -> Video:
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
            if video.upload is None or video.upload.multipart_id:
                return video
            video = replace(video, upload=replace(video.upload, multipart_id=multipart_id))
            await uow.videos.save(video)
            return await uow.videos.get(video_id)


@dataclass(frozen=True, slots=True)
class OpenMultipart:
    """Begin the store's upload for a file that comes in parts, unless it is begun; the upload as it is then.

    One that was begun and could not be remembered is removed by the sweep.
    """

    store: ObjectStore
    keep: Keep

    async def __call__(self, video: Video) -> PendingUpload:
        upload = open_upload(video)
        if not upload.in_parts or upload.multipart_id or upload.key is None:
            return upload
        multipart_id = await self.store.start_multipart(upload.key, content_type=upload.content_type)
        kept = open_upload(await self.keep(video.id, multipart_id))
        if kept.multipart_id != multipart_id:
            await self.store.abort_multipart(upload.key, multipart_id)
        return kept


def open_upload(video: Video) -> PendingUpload:
    """The upload that fills the video; `Conflict` where it has ended."""
    if video.upload is None or video.upload.key is None:
        raise Conflict("This upload has already ended.")
    return video.upload
