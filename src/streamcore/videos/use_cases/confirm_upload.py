from dataclasses import dataclass

from streamcore.shared.access import Actor, Permission
from streamcore.shared.errors import Conflict, Detail, NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models import Source, Video, VideoDetails
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.accept_source import AcceptSource


@dataclass(frozen=True, slots=True)
class ConfirmUpload:
    """Check that a presigned upload has arrived as it was announced, and start its processing (VID-1)."""

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    accept: AcceptSource

    async def __call__(self, actor: Actor, video_id: VideoId, details: VideoDetails) -> Video:
        actor.require(Permission.UPLOAD_VIDEOS)
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
        video.require_owner(actor)
        source = video.source or await self._arrived(video)
        return await self.accept(actor, video_id, source, details)

    async def _arrived(self, video: Video) -> Source:
        upload = video.upload
        if upload is None or upload.key is None:
            raise Conflict(f"The video is {video.status}, so no upload can be confirmed.")
        try:
            info = await self.store.head(upload.key)
        except NotFound as error:
            raise Conflict(
                "The file has not arrived yet.",
                details=[Detail("video_id", "Send the file to its upload URL first.", "file_missing")],
            ) from error
        if upload.size is not None and info.size != upload.size:
            raise Conflict(
                "The file has another size than announced.",
                details=[Detail("size_bytes", f"Announced {upload.size}, arrived {info.size}.", "size_mismatch")],
            )
        return Source(upload.key, info.size, upload.content_type, upload.filename, upload.checksum_sha256)
