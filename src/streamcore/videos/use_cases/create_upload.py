from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.errors import Conflict, Gone, Invalid
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import VideoId
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.use_cases.get_upload import GetUpload, UploadState
from streamcore.videos.use_cases.open_multipart import OpenMultipart
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile, ReserveUpload, UploadWay


@dataclass(frozen=True, slots=True)
class CreateUpload:
    """Announce a file that will be appended to, request by request, with all that its owner says about the video.

    A repeat with the same key finds the upload as far as it has come.
    """

    reserve: ReserveUpload
    open_multipart: OpenMultipart
    get: GetUpload

    async def __call__(
        self, actor: Actor, file: AnnouncedFile, details: VideoDetails, key: IdempotencyKey | None = None
    ) -> UploadState:
        if file.size is None:
            raise Invalid.field("Upload-Length", "Say how large the file is.", "missing")
        video = await self._once(actor, file, details, key)
        return await self.get(actor, video)

    async def _once(
        self, actor: Actor, file: AnnouncedFile, details: VideoDetails, key: IdempotencyKey | None
    ) -> VideoId:
        video = await self.reserve(actor, file, key, way=UploadWay.APPENDED, details=details)
        if video.upload is not None:
            await self.open_multipart(video)
        elif video.source is None:
            raise Gone(video.failure.message if video.failure else "This upload has ended; begin a new one.")
        elif video.details != details:
            raise Conflict("This idempotency key was used for another video.")
        return video.id
